// Relu becomes part of the Gemm or MatMul before it.
#pragma once

#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler::fuse_relu {

// Afterwards there is no Relu. Two forms: directly behind the layer, and behind the layer's Q -> DQ, where
// max(0, .) gives the same codes as before the Q, because 0 is a code and rounding keeps the order.
// Throws arch::InputError for any other Relu.
void run(OnnxGraph& graph);

}  // namespace aie4ml::compiler::fuse_relu
