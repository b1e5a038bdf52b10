// Views of a layer's result move behind its ReLU and its Q and DQ.
#pragma once

#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler::sink_views {

// layer -> view -> Relu -> Q becomes layer -> Relu -> Q -> DQ -> view -> Q, where the last Q changes nothing:
// a layer's result is quantized where it is made, views work on codes. ReLU and quantization go element by
// element, so the codes stay the same. A view whose readers do not agree on the quantization stays.
void run(OnnxGraph& graph);

}  // namespace aie4ml::compiler::sink_views
