// What the user fixes about the mapping of layers: the directives file.
//
//   {"default": {"cas_len": 1}, "layers": {"fc1": {"cas_len": 2, "cas_num": 4, "col": 10, "row": 0}, "#1":
//   {...}}}
//
// A layer is named by its ONNX node or by "#<index of the compute layer>". Columns and rows are those of the
// device's core grid, row 0 at the bottom.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "compiler/graph/graph.hpp"

namespace aie4ml::compiler {

// What the chains of a layer share out: columns of the output (inner), or its rows (outer).
enum class Contract : std::uint8_t { inner, outer };
enum class Transport : std::uint8_t { automatic, direct, memory_tile };

struct LayerDirectives {
  std::optional<int> cas_len{}, cas_num{};    // tiles that split K, tiles that split N
  std::optional<int> col{}, row{};            // of the lower left tile
  std::optional<std::array<int, 3>> mmul{};   // m, k, n of one matrix multiply
  std::optional<std::array<int, 2>> block{};  // multiplies per step of the kernel: rows, columns
  std::optional<Contract> contract{};         // "inner" or "outer"
  std::optional<Transport> route{};           // of the inputs: "auto", "direct" or "memtile"
  std::optional<int> buffering{};             // 1 or 2 buffers per port
  friend bool operator==(const LayerDirectives&, const LayerDirectives&) = default;
};

struct Directives {
  std::vector<LayerDirectives> layers;  // by NodeId, defaults applied; empty: none
  [[nodiscard]] LayerDirectives of(NodeId node) const;
};

// Throws InputError for unknown keys, layers that do not exist (naming the nearest that does), wrong types,
// and directives that are known but that the planner does not follow yet. where: the file, for messages.
Directives directives_from_json(const nlohmann::json& json, const Graph& graph, const std::string& where);
Directives read_directives(const std::filesystem::path& file, const Graph& graph);

}  // namespace aie4ml::compiler
