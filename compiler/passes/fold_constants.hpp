// Operators on constants: the result is a constant.
#pragma once

#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler::fold_constants {

// Afterwards no node but Gemm and MatMul has only constant inputs; weights and biases behind a DQ are float32
// constants that know their codes, also behind Transpose, Slice, Split, Concat and Relu.
void run(OnnxGraph& graph);

}  // namespace aie4ml::compiler::fold_constants
