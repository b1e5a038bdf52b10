#include "arch/device/device.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace aie4ml::arch {
namespace {

constexpr std::array<MemoryWindow, kMemoryWindowCount> kWindows = {MemoryWindow::own, MemoryWindow::south,
                                                                   MemoryWindow::west, MemoryWindow::north};

PortSide side_of(MemoryWindow window) {
  switch (window) {
    case MemoryWindow::south:
      return PortSide::south;
    case MemoryWindow::west:
      return PortSide::west;
    case MemoryWindow::north:
      return PortSide::north;
    case MemoryWindow::own:
      break;
  }
  std::abort();
}

TileCoord at(int col, int row) {
  return {static_cast<std::int16_t>(col), static_cast<std::int16_t>(row)};
}

// One of the four figures of the switch, by where the two ports lead.
int by_locality(StreamPort slave, StreamPort master, int local_local, int external_local, int local_external,
                int external_external) {
  if (is_local(slave.side)) return is_local(master.side) ? local_local : local_external;
  return is_local(master.side) ? external_local : external_external;
}

constexpr std::array<std::string_view, kSlotCount> kSlotNames = {"lda", "ldb", "st", "alu",
                                                                 "mv",  "vec", "lng"};

// Signedness is a flag of each operand (AM020-4, UG1583), so that only widths are compared.
// Narrow accumulators first, of these the modes with most MACs a cycle.
bool comes_before(const MultiplyMode& x, const MultiplyMode& y) {
  if (x.accumulator_bits != y.accumulator_bits) return x.accumulator_bits < y.accumulator_bits;
  return x.macs() > y.macs();
}
bool multiplies(const MultiplyMode& mode, ElementType a, ElementType b) {
  const auto alike = [](ElementType x, ElementType y) {
    return bits(x) == bits(y) && is_float(x) == is_float(y);
  };
  return alike(mode.a, a) && alike(mode.b, b);
}

}  // namespace

std::string_view to_string(Slot slot) {
  return kSlotNames.at(static_cast<std::size_t>(slot));
}

bool is_local(PortSide side) {
  return side != PortSide::south && side != PortSide::west && side != PortSide::north &&
         side != PortSide::east;
}

bool Device::contains(TileCoord tile) const {
  return tile.col >= 0 && tile.col < columns() && tile.row >= 0 && tile.row < rows();
}

TileKind Device::kind(TileCoord tile) const {
  if (!contains(tile)) std::abort();
  if (tile.row < grid.shim_rows) return TileKind::shim;
  return tile.row < grid.shim_rows + grid.memory_rows ? TileKind::memory : TileKind::core;
}

TileCoord Device::core_tile(int col, int core_grid_row) const {
  return at(col, core_row(core_grid_row));
}
TileCoord Device::memory_tile_at(int col, int memory_grid_row) const {
  return at(col, memory_row(memory_grid_row));
}
TileCoord Device::shim_tile(int col) const {
  return at(col, 0);
}

std::string Device::tile_name(TileCoord tile) const {
  if (!contains(tile)) return fmt::format("({},{}) outside the array", tile.col, tile.row);
  switch (kind(tile)) {
    case TileKind::shim:
      return fmt::format("shim {}", tile.col);
    case TileKind::memory:
      return fmt::format("memory tile ({},{})", tile.col, tile.row - grid.shim_rows);
    case TileKind::core:
      return fmt::format("tile ({},{})", tile.col, core_grid_row(tile));
  }
  std::abort();
}

bool Device::is_plio_column(int col) const {
  return std::binary_search(grid.plio_columns.begin(), grid.plio_columns.end(), col);
}
bool Device::is_noc_column(int col) const {
  return std::binary_search(grid.noc_columns.begin(), grid.noc_columns.end(), col);
}

std::optional<TileCoord> Device::neighbour(TileCoord tile, PortSide side) const {
  TileCoord there = tile;
  switch (side) {
    case PortSide::south:
      --there.row;
      break;
    case PortSide::west:
      --there.col;
      break;
    case PortSide::north:
      ++there.row;
      break;
    case PortSide::east:
      ++there.col;
      break;
    default:
      return std::nullopt;
  }
  if (!contains(there)) return std::nullopt;
  return there;
}

std::optional<TileCoord> Device::window_tile(TileCoord core_coord, MemoryWindow window) const {
  if (!contains(core_coord) || kind(core_coord) != TileKind::core) return std::nullopt;
  if (window == MemoryWindow::own) return core_coord;
  const std::optional<TileCoord> tile = neighbour(core_coord, side_of(window));
  if (!tile || kind(*tile) != TileKind::core) return std::nullopt;
  return tile;
}

std::optional<MemoryWindow> Device::window_of(TileCoord core_coord, TileCoord memory) const {
  for (const MemoryWindow window : kWindows) {
    if (window_tile(core_coord, window) == memory) return window;
  }
  return std::nullopt;
}

std::vector<TileCoord> Device::reachable_memories(TileCoord core_coord) const {
  std::vector<TileCoord> tiles;
  for (const MemoryWindow window : kWindows) {
    if (const auto tile = window_tile(core_coord, window)) tiles.push_back(*tile);
  }
  return tiles;
}

int Device::ports(TileKind tile_kind, PortSide side, bool master) const {
  const auto& counts = master ? stream_switch.masters : stream_switch.slaves;
  return counts[static_cast<std::size_t>(tile_kind)][static_cast<std::size_t>(side)];
}

int Device::switch_latency(StreamPort slave, StreamPort master) const {
  return by_locality(slave, master, stream_switch.local_to_local_cycles,
                     stream_switch.external_to_local_cycles, stream_switch.local_to_external_cycles,
                     stream_switch.external_to_external_cycles);
}

int Device::switch_buffering(StreamPort slave, StreamPort master) const {
  return by_locality(slave, master, stream_switch.local_to_local_words, stream_switch.external_to_local_words,
                     stream_switch.local_to_external_words, stream_switch.external_to_external_words);
}

const DmaFacts& Device::dma(TileKind tile_kind) const {
  switch (tile_kind) {
    case TileKind::shim:
      return shim.dma;
    case TileKind::memory:
      return memory_tile_dma;
    case TileKind::core:
      return tile_dma;
  }
  std::abort();
}

Bytes Device::memory_size(TileKind tile_kind) const {
  switch (tile_kind) {
    case TileKind::shim:
      return Bytes(0);
    case TileKind::memory:
      return memory_tile.size;
    case TileKind::core:
      return data_memory.size;
  }
  std::abort();
}

const MultiplyMode* Device::multiply_mode(ElementType a, ElementType b) const {
  const MultiplyMode* best = nullptr;
  for (const MultiplyMode& mode : core.multiply) {
    if (multiplies(mode, a, b) && (best == nullptr || comes_before(mode, *best))) best = &mode;
  }
  return best;
}

std::vector<MultiplyMode> Device::multiply_modes(ElementType a, ElementType b) const {
  std::vector<MultiplyMode> modes;
  std::copy_if(core.multiply.begin(), core.multiply.end(), std::back_inserter(modes),
               [&](const MultiplyMode& mode) { return multiplies(mode, a, b); });
  std::stable_sort(modes.begin(), modes.end(), comes_before);
  return modes;
}

}  // namespace aie4ml::arch
