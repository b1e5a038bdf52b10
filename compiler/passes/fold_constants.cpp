#include "compiler/passes/fold_constants.hpp"

#include <cmath>

#include "compiler/graph/quantize.hpp"

namespace aie4ml::compiler::fold_constants {
namespace {

std::vector<std::int64_t> codes_of(const OnnxGraph& graph, const OnnxNode& node, const OnnxQuantize& op) {
  const OnnxConstant& from = *graph.value(node.inputs[0]).constant;
  std::vector<std::int64_t> codes;
  codes.reserve(from.quant ? from.codes.size() : from.reals.size());
  if (from.quant) {
    for (const std::int64_t code : from.codes) {
      codes.push_back(quantize(std::ldexp(static_cast<double>(code), -from.quant->frac), op.quant));
    }
    return codes;
  }
  for (const float real : from.reals) {
    if (std::isnan(real)) {
      graph.fail(node, "its input " + graph.label(node.inputs[0]) + " holds a NaN",
                 "export finite parameters");
    }
    codes.push_back(quantize(static_cast<double>(real), op.quant));
  }
  return codes;
}

// Whether the node was a Q or DQ of a constant; its output then is a constant.
bool fold(OnnxGraph& graph, const OnnxNode& node) {
  if (!graph.value(node.inputs[0]).constant) return false;
  if (const auto* dq = std::get_if<OnnxDequantize>(&node.op)) {
    graph.value(node.output).constant =
        OnnxConstant{{}, graph.value(node.inputs[0]).constant->codes, dq->quant};
    return true;
  }
  if (const auto* q = std::get_if<OnnxQuantize>(&node.op)) {
    graph.value(node.output).constant = OnnxConstant{{}, codes_of(graph, node, *q), {}};
    return true;
  }
  return false;
}

}  // namespace

void run(OnnxGraph& graph) {
  std::erase_if(graph.nodes, [&](const OnnxNode& node) { return fold(graph, node); });
}

}  // namespace aie4ml::compiler::fold_constants
