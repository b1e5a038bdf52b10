// Relu becomes part of the Gemm, MatMul or Add before it.
#pragma once

#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler::fuse_relu {

// Two forms: directly behind the layer, and behind the layer's Q -> DQ, where max(0, .) gives the same codes
// as before the Q, because 0 is a code and rounding keeps the order. A Relu that stays works on quantized
// values. Throws arch::InputError for a result that is used before quantization both with and without the
// Relu.
void run(OnnxGraph& graph);

}  // namespace aie4ml::compiler::fuse_relu
