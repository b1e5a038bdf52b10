#include "compiler/passes/fuse_relu.hpp"

#include <fmt/format.h>

namespace aie4ml::compiler::fuse_relu {
namespace {

// Where a layer keeps its ReLU; null for other nodes.
bool* relu_of(OnnxNode* node) {
  if (node == nullptr) return nullptr;
  if (auto* linear = std::get_if<OnnxLinear>(&node->op)) return &linear->relu;
  if (auto* add = std::get_if<OnnxAdd>(&node->op)) return &add->relu;
  return nullptr;
}

// Layer -> Relu. The layer then gives what the Relu gave.
bool fuse_direct(OnnxGraph& graph, const OnnxNode& relu) {
  OnnxNode* layer = graph.producer(relu.inputs[0]);
  bool* fused = relu_of(layer);
  if (fused == nullptr) return false;
  if (!graph.is_private(layer->output)) {
    graph.fail(relu, fmt::format("{} is also used without the Relu", graph.label(layer->output)),
               "quantize it before the Relu and use that everywhere");
  }
  *fused = true;
  layer->output = relu.output;
  return true;
}

// Layer -> Q -> DQ -> Relu. Any other use of what lies between would see the ReLU as well.
bool fuse_quantized(OnnxGraph& graph, const OnnxNode& relu) {
  const OnnxNode* dq = graph.producer(relu.inputs[0]);
  if (dq == nullptr || !std::holds_alternative<OnnxDequantize>(dq->op)) return false;
  const OnnxNode* q = graph.producer(dq->inputs[0]);
  if (q == nullptr || !std::holds_alternative<OnnxQuantize>(q->op)) return false;
  OnnxNode* layer = graph.producer(q->inputs[0]);
  bool* fused = relu_of(layer);
  if (fused == nullptr) return false;
  for (const ValueId value : {layer->output, q->output, dq->output}) {
    if (!graph.is_private(value)) return false;
  }
  *fused = true;
  graph.replace_uses(relu.output, relu.inputs[0]);
  return true;
}

}  // namespace

void run(OnnxGraph& graph) {
  // One at a time: a fused Relu must not count as a reader of what the next one looks at.
  for (std::size_t i = 0; i < graph.nodes.size();) {
    const OnnxNode node = graph.nodes[i];
    const bool relu = std::holds_alternative<OnnxRelu>(node.op);
    if (relu && (fuse_direct(graph, node) || fuse_quantized(graph, node))) {
      graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
}

}  // namespace aie4ml::compiler::fuse_relu
