#include "compiler/passes/fuse_relu.hpp"

#include <fmt/format.h>

namespace aie4ml::compiler::fuse_relu {
namespace {

// The layer whose result the Relu sees, through Q -> DQ where `quantized` is set.
struct Match {
  OnnxNode* linear{};
  bool quantized{};
};

// Values from the layer to the Relu must have no other use: that use would see the ReLU as well.
void require_private(const OnnxGraph& graph, const OnnxNode& relu, ValueId value) {
  if (graph.is_private(value)) return;
  graph.fail(relu, fmt::format("{} is also used without the Relu", graph.label(value)),
             "give each use a layer of its own");
}

Match match(OnnxGraph& graph, const OnnxNode& relu) {
  OnnxNode* from = graph.producer(relu.inputs[0]);
  if (from == nullptr) return {};
  if (std::holds_alternative<OnnxLinear>(from->op)) {
    require_private(graph, relu, from->output);
    return {from, false};
  }
  const auto* dq = std::get_if<OnnxDequantize>(&from->op);
  const OnnxNode* q = dq == nullptr ? nullptr : graph.producer(from->inputs[0]);
  OnnxNode* linear = q == nullptr ? nullptr : graph.producer(q->inputs[0]);
  if (linear == nullptr || !std::holds_alternative<OnnxLinear>(linear->op)) return {};
  for (const ValueId value : {linear->output, q->output, from->output}) require_private(graph, relu, value);
  return {linear, true};
}

void fuse(OnnxGraph& graph, const OnnxNode& relu) {
  const Match found = match(graph, relu);
  if (found.linear == nullptr) {
    graph.fail(relu,
               fmt::format("its input {} is not the result of a Gemm or MatMul", graph.label(relu.inputs[0])),
               "only Relu behind such a layer is supported");
  }
  std::get<OnnxLinear>(found.linear->op).relu = true;
  if (found.quantized) {
    graph.replace_uses(relu.output, relu.inputs[0]);
  } else {
    found.linear->output = relu.output;
  }
}

}  // namespace

void run(OnnxGraph& graph) {
  // One at a time: a fused Relu must not count as a reader of what the next one looks at.
  for (std::size_t i = 0; i < graph.nodes.size();) {
    if (!std::holds_alternative<OnnxRelu>(graph.nodes[i].op)) {
      ++i;
      continue;
    }
    fuse(graph, graph.nodes[i]);
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace aie4ml::compiler::fuse_relu
