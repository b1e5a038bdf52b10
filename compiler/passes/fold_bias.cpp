#include "compiler/passes/fold_bias.hpp"

#include <utility>

#include <fmt/format.h>

namespace aie4ml::compiler::fold_bias {
namespace {

bool has_constant(const OnnxGraph& graph, const OnnxNode& node) {
  return std::holds_alternative<OnnxAdd>(node.op) &&
         (graph.value(node.inputs[0]).constant || graph.value(node.inputs[1]).constant);
}

void fold(OnnxGraph& graph, const OnnxNode& add) {
  auto [sum, bias] = std::pair(add.inputs[0], add.inputs[1]);
  if (graph.value(sum).constant) std::swap(sum, bias);
  OnnxNode* from = graph.producer(sum);
  if (from == nullptr || !std::holds_alternative<OnnxLinear>(from->op)) {
    graph.fail(add,
               fmt::format("its operand {} is not the direct result of a Gemm or MatMul", graph.label(sum)),
               "move the bias before ReLU and quantization, or into the layer before");
  }
  if (from->inputs.size() > 2) {
    graph.fail(add, fmt::format("{} has a bias already", from->where),
               "add up the two biases when exporting");
  }
  if (!graph.is_private(sum)) {
    graph.fail(add, fmt::format("the result of {} is also used without the bias", from->where),
               "give each use a layer of its own");
  }
  if (graph.value(add.output).shape != graph.value(sum).shape) {
    graph.fail(add, fmt::format("adding {} changes the shape of {}", graph.label(bias), graph.label(sum)),
               "use a bias of one value per output feature");
  }
  from->inputs.push_back(bias);
  from->output = add.output;
}

}  // namespace

void run(OnnxGraph& graph) {
  for (const OnnxNode& node : graph.nodes) {
    if (has_constant(graph, node)) fold(graph, node);
  }
  std::erase_if(graph.nodes, [&](const OnnxNode& node) { return has_constant(graph, node); });
}

}  // namespace aie4ml::compiler::fold_bias
