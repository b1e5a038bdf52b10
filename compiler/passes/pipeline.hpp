// The passes from the ONNX file's graph to ours, in order.
#pragma once

#include <functional>
#include <string_view>

#include "compiler/graph/graph.hpp"
#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler {

// Called after every pass on OnnxGraph, with its name; for dumps and tests.
using PassObserver = std::function<void(std::string_view pass, const OnnxGraph& graph)>;

// Throws arch::InputError for a network that the operators we have cannot express. A graph that a pass left
// inconsistent is our bug and aborts.
Graph lower(OnnxGraph graph, const PassObserver& observer = {});

}  // namespace aie4ml::compiler
