// QuantizeLinear and DequantizeLinear of constants: the result is a constant that knows its codes.
#pragma once

#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler::fold_constants {

// Afterwards no Q or DQ has a constant input; weights and biases behind a DQ are float32 constants with
// codes.
void run(OnnxGraph& graph);

}  // namespace aie4ml::compiler::fold_constants
