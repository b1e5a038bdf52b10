// The network as JSON (aie4ml-compile --dump-dir), with a schema version.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "compiler/graph/graph.hpp"

namespace aie4ml::compiler {

inline constexpr const char* kGraphSchema = "aie4ml-graph/1";

nlohmann::json to_json(const Graph& graph);

// The inverse. `file` names the source in errors. Throws arch::InputError for another schema, a field that is
// missing or of another type, and everything Graph::validate() finds.
Graph graph_from_json(const nlohmann::json& json, const std::string& file);

}  // namespace aie4ml::compiler
