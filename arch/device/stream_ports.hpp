// Ports of a stream switch and which slave port may feed which master port.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "arch/units.hpp"

namespace aie4ml::arch {

// Where a port of a stream switch leads. On a shim, south is the PL and NoC side.
enum class PortSide : std::uint8_t { core, dma, ctrl, fifo, south, west, north, east, trace };
inline constexpr int kPortSideCount = 9;

// A slave port brings words into the switch, a master port sends them out. Which of the two is meant is said
// by the place that holds the port.
struct StreamPort {
  PortSide side{};
  std::uint8_t index{};
  friend constexpr auto operator<=>(StreamPort, StreamPort) = default;
};

std::string_view to_string(PortSide side);  // "North"
std::string to_string(StreamPort port);     // "North 3"
std::optional<PortSide> port_side_from_string(std::string_view name);

// The side of the neighbouring switch that a port on this side is wired to; only for south, west, north,
// east.
PortSide opposite(PortSide side);

// Whether hardware can connect slave to master inside one switch (TM, RT: mlir-aie target model and
// aie-rt agree). Says nothing about how many ports there are: see Device::ports().
bool legal_connection(TileKind kind, StreamPort slave, StreamPort master);

}  // namespace aie4ml::arch
