// What the user fixes about the mapping of layers: the directives file.
//
//   {"default": {"cas_len": 1}, "layers": {"fc1": {"cas_len": 2, "cas_num": 4, "col": 10, "row": 0}, "#1":
//   {...}}}
//
// A layer is named by its ONNX node or by "#<index of the compute layer>". Columns and rows are those of the
// device's core grid, row 0 at the bottom.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "compiler/graph/graph.hpp"

namespace aie4ml::compiler {

struct LayerDirectives {
  std::optional<int> cas_len, cas_num;  // tiles that split K, tiles that split N
  std::optional<int> col, row;          // of the lower left tile
  friend bool operator==(const LayerDirectives&, const LayerDirectives&) = default;
};

struct Directives {
  std::vector<LayerDirectives> layers;  // by NodeId, defaults applied; empty: none
  [[nodiscard]] LayerDirectives of(NodeId node) const;
};

// Throws InputError for unknown keys, layers that do not exist (naming the nearest that does), wrong types.
// where: the file, for messages.
Directives directives_from_json(const nlohmann::json& json, const Graph& graph, const std::string& where);
Directives read_directives(const std::filesystem::path& file, const Graph& graph);

}  // namespace aie4ml::compiler
