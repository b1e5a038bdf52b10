// The network as a person reads it (aie4ml-compile --until=graph).
#pragma once

#include <string>

#include "compiler/graph/graph.hpp"

namespace aie4ml::compiler {

// Aligned table, one line per node, ends with a newline; "#" counts the layers as directives do, views have
// none. The graph is valid.
std::string to_string(const Graph& graph);

}  // namespace aie4ml::compiler
