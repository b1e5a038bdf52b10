// Private to the frontend: names of nodes in errors, and an order in which they can be read.
#pragma once

#include <string>
#include <vector>

#include "compiler/frontend/onnx_proto.hpp"

namespace aie4ml::compiler {

// "node 'fc1' (Gemm)"; an unnamed node is '#<index>'.
std::string node_where(const onnx::NodeProto& node, int index);

// Indices of the nodes so that every node comes after those it reads from; the file's order where that is
// possible (ONNX asks for it, not all exporters comply). Throws arch::InputError naming a node of a cycle.
std::vector<int> node_order(const onnx::GraphProto& graph, const std::string& file);

}  // namespace aie4ml::compiler
