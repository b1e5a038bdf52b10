// Add of a constant behind Gemm or MatMul becomes its bias.
#pragma once

#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler::fold_bias {

// Afterwards there is no Add. Throws arch::InputError for an Add that is no bias.
void run(OnnxGraph& graph);

}  // namespace aie4ml::compiler::fold_bias
