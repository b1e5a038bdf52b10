#include "arch/device/stream_ports.hpp"

#include <array>
#include <cstdlib>

namespace aie4ml::arch {
namespace {

constexpr std::array<std::string_view, kPortSideCount> kSideNames = {"Core", "DMA",   "Ctrl", "FIFO", "South",
                                                                     "West", "North", "East", "Trace"};

// A set of sides, one bit each.
using Sides = std::uint16_t;
template <class... Side>
constexpr Sides sides(Side... side) {
  return static_cast<Sides>(((1U << static_cast<unsigned>(side)) | ...));
}
constexpr Sides kAll = (1U << kPortSideCount) - 1;
constexpr bool has(Sides set, PortSide side) {
  return (set & sides(side)) != 0;
}

constexpr int kAnyIndex = -1;
constexpr int kSameIndex = -2;

// Slaves of these sides reach masters of those sides: of any index, of their own index, or of one fixed
// index. A pair of sides is said once.
struct Rule {
  TileKind kind;
  Sides slaves;
  Sides masters;
  int index;
};

using enum PortSide;
constexpr Sides kFour = sides(south, west, north, east);

// TM, RT. No tile kind has master ports of side trace.
constexpr Rule kRules[] = {
    {TileKind::core, sides(dma), sides(dma), kSameIndex},
    {TileKind::core, sides(dma), kAll & ~sides(dma, trace), kAnyIndex},
    {TileKind::core, sides(fifo), sides(fifo), kSameIndex},
    {TileKind::core, sides(fifo), kAll & ~sides(fifo, trace), kAnyIndex},
    {TileKind::core, sides(south), sides(south), kSameIndex},
    {TileKind::core, sides(south), kAll & ~sides(south, trace), kAnyIndex},
    {TileKind::core, sides(west), sides(west), kSameIndex},
    {TileKind::core, sides(west), kAll & ~sides(west, trace), kAnyIndex},
    {TileKind::core, sides(north), sides(north), kSameIndex},
    {TileKind::core, sides(north), kAll & ~sides(north, trace), kAnyIndex},
    {TileKind::core, sides(east), sides(east), kSameIndex},
    {TileKind::core, sides(east), kAll & ~sides(east, trace), kAnyIndex},
    {TileKind::core, sides(core), kAll & ~sides(core, trace), kAnyIndex},
    {TileKind::core, sides(ctrl), kAll & ~sides(ctrl, dma, trace), kAnyIndex},
    {TileKind::core, sides(trace), sides(fifo, south), kAnyIndex},
    {TileKind::core, sides(trace), sides(dma), 0},

    {TileKind::memory, sides(dma), sides(dma), kSameIndex},
    {TileKind::memory, sides(dma), sides(ctrl, north, south), kAnyIndex},
    {TileKind::memory, sides(north, south), sides(dma, ctrl), kAnyIndex},
    {TileKind::memory, sides(north, south), sides(north, south), kSameIndex},
    {TileKind::memory, sides(ctrl), sides(north, south), kAnyIndex},
    {TileKind::memory, sides(ctrl, trace), sides(dma), 5},
    {TileKind::memory, sides(trace), sides(south), kAnyIndex},

    {TileKind::shim, sides(south, fifo), sides(ctrl, fifo) | kFour, kAnyIndex},
    {TileKind::shim, sides(west), sides(west), kSameIndex},
    {TileKind::shim, sides(west), sides(ctrl, fifo, south, north, east), kAnyIndex},
    {TileKind::shim, sides(north), sides(north), kSameIndex},
    {TileKind::shim, sides(north), sides(ctrl, fifo, south, west, east), kAnyIndex},
    {TileKind::shim, sides(east), sides(east), kSameIndex},
    {TileKind::shim, sides(east), sides(ctrl, fifo, south, west, north), kAnyIndex},
    {TileKind::shim, sides(ctrl), sides(fifo) | kFour, kAnyIndex},
    {TileKind::shim, sides(trace), sides(fifo, south), kAnyIndex},
    {TileKind::shim, sides(trace), sides(west, east), 0},
};

}  // namespace

std::string_view to_string(PortSide side) {
  return kSideNames.at(static_cast<std::size_t>(side));
}

std::string to_string(StreamPort port) {
  return std::string(to_string(port.side)) + " " + std::to_string(static_cast<int>(port.index));
}

std::optional<PortSide> port_side_from_string(std::string_view name) {
  for (std::size_t i = 0; i < kSideNames.size(); ++i) {
    if (kSideNames[i] == name) return static_cast<PortSide>(i);
  }
  return std::nullopt;
}

PortSide opposite(PortSide side) {
  switch (side) {
    case south:
      return north;
    case north:
      return south;
    case west:
      return east;
    case east:
      return west;
    default:
      std::abort();
  }
}

bool legal_connection(TileKind kind, StreamPort slave, StreamPort master) {
  for (const Rule& rule : kRules) {
    if (rule.kind != kind || !has(rule.slaves, slave.side) || !has(rule.masters, master.side)) continue;
    if (rule.index == kAnyIndex) return true;
    return master.index == (rule.index == kSameIndex ? slave.index : rule.index);
  }
  return false;
}

}  // namespace aie4ml::arch
