// Nodes that change no code: what exporters repeat, and pairs of DQ and Q that undo each other.
#pragma once

#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler::remove_identities {

// Removes
//  - a Q, DQ, Relu or view that repeats another one (a Q and DQ per reader is a habit of exporters),
//  - Q behind DQ with the same scale and type; with the same scale and a narrower type the first Q of
//    Q -> DQ -> Q takes over the type, where clamping twice equals clamping once,
//  - Relu of an unsigned tensor,
//  - nodes whose result nobody reads.
void run(OnnxGraph& graph);

}  // namespace aie4ml::compiler::remove_identities
