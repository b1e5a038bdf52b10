// What the user wants of the mapping as a whole.
#pragma once

#include <cstdint>
#include <optional>

namespace aie4ml::compiler {

enum class Goal : std::uint8_t {
  tiles,       // fewest tiles
  throughput,  // shortest interval between iterations
  latency,     // shortest way from input to output
};

struct PlanOptions {
  Goal goal{Goal::tiles};
  std::optional<std::int64_t> max_tiles;        // of the whole design; without: of the core grid
  std::optional<std::int64_t> interval_cycles;  // that no layer may exceed
};

}  // namespace aie4ml::compiler
