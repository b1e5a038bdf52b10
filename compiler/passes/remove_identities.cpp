#include "compiler/passes/remove_identities.hpp"

namespace aie4ml::compiler::remove_identities {
namespace {

// Layers stay apart even where they are equal: directives name them.
bool same(const OnnxNode& a, const OnnxNode& b) {
  const bool layer = std::holds_alternative<OnnxLinear>(a.op) || std::holds_alternative<OnnxAdd>(a.op);
  return !layer && a.inputs == b.inputs && a.op == b.op;
}

// The layer whose result only this Q reads.
OnnxLinear* layer_before(OnnxGraph& graph, const OnnxNode& q) {
  OnnxNode* from = graph.producer(q.inputs[0]);
  return from == nullptr || !graph.is_private(from->output) ? nullptr : std::get_if<OnnxLinear>(&from->op);
}

// Makes the first Q of Q -> DQ -> Q give the type of the last, if that is exact.
bool narrow(OnnxGraph& graph, const OnnxNode& dq, const OnnxNode& last) {
  OnnxNode* first = graph.producer(dq.inputs[0]);
  if (first == nullptr || !graph.is_private(first->output) || !graph.is_private(dq.output)) return false;
  auto& from = std::get<OnnxQuantize>(first->op).quant;
  const Quantization& to = std::get<OnnxQuantize>(last.op).quant;
  if (from != std::get<OnnxDequantize>(dq.op).quant || from.frac != to.frac) return false;
  if (arch::max_value(to.type) > arch::max_value(from.type)) return false;
  OnnxLinear* layer = layer_before(graph, *first);
  if (arch::min_value(to.type) < arch::min_value(from.type)) {
    // The first Q clamps higher from below. At 0 that is a ReLU; elsewhere nothing here can say it.
    const bool has_relu = layer != nullptr && layer->relu;
    if (!has_relu && (layer == nullptr || arch::is_signed(from.type))) return false;
    layer->relu = true;
  }
  from = to;
  graph.value(first->output).type = to.type;
  return true;
}

bool fold_requantization(OnnxGraph& graph, const OnnxNode& node) {
  const auto* q = std::get_if<OnnxQuantize>(&node.op);
  const OnnxNode* dq = q == nullptr ? nullptr : graph.producer(node.inputs[0]);
  if (dq == nullptr || !std::holds_alternative<OnnxDequantize>(dq->op)) return false;
  const ValueId codes = dq->inputs[0];
  if (std::get<OnnxDequantize>(dq->op).quant != q->quant && !narrow(graph, *dq, node)) return false;
  graph.replace_uses(node.output, codes);
  return true;
}

bool drop_relu(OnnxGraph& graph, const OnnxNode& node) {
  const OnnxNode* dq = std::holds_alternative<OnnxRelu>(node.op) ? graph.producer(node.inputs[0]) : nullptr;
  const auto* op = dq == nullptr ? nullptr : std::get_if<OnnxDequantize>(&dq->op);
  if (op == nullptr || arch::is_signed(op->quant.type)) return false;
  graph.replace_uses(node.output, node.inputs[0]);
  return true;
}

void merge_repeated(OnnxGraph& graph) {
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (same(graph.nodes[j], graph.nodes[i]))
        graph.replace_uses(graph.nodes[i].output, graph.nodes[j].output);
    }
  }
  graph.remove_dead();
}

}  // namespace

void run(OnnxGraph& graph) {
  merge_repeated(graph);
  for (const OnnxNode& node : graph.nodes) {
    if (!fold_requantization(graph, node)) drop_relu(graph, node);
  }
  graph.remove_dead();
}

}  // namespace aie4ml::compiler::remove_identities
