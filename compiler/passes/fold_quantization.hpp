// The last pass: Q and DQ become types and binary points of tensors, layers become operators on codes.
#pragma once

#include "compiler/graph/graph.hpp"
#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler::fold_quantization {

// The graph has gone through the other passes. Throws arch::InputError for whatever is not DQ -> layer -> Q
// with views between, for scales that an exact shift cannot bridge and for biases that are no int32 codes at
// the accumulator's binary point.
Graph run(const OnnxGraph& graph);

}  // namespace aie4ml::compiler::fold_quantization
