// Add of a constant behind Gemm or MatMul becomes its bias.
#pragma once

#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler::fold_bias {

// Afterwards every Add adds two activations. Throws arch::InputError for an Add of a constant that is no
// bias.
void run(OnnxGraph& graph);

}  // namespace aie4ml::compiler::fold_bias
