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

// How graph inputs and outputs come into the array.
enum class HostPorts : std::uint8_t {
  automatic,  // plio where the device has columns with PLIOs, else noc
  plio,       // streams of the programmable logic
  noc,        // buffers in external memory, by the shims' NoC DMAs
};

struct PlanOptions {
  Goal goal{Goal::tiles};
  std::optional<std::int64_t> max_tiles{};        // of the whole design; without: of the core grid
  std::optional<std::int64_t> interval_cycles{};  // that no layer may exceed
  HostPorts host_ports{HostPorts::automatic};
};

}  // namespace aie4ml::compiler
