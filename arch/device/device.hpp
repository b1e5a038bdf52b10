// One device: everything the compiler and the simulator may know about the hardware, resolved from JSON once.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "arch/device/device_facts.hpp"
#include "arch/error.hpp"

namespace aie4ml::arch {

// Made by load_device() (device_loader.hpp) and const from then on.
struct Device {
  std::string name;  // "ve2802"
  std::string
      generation;    // "aie_ml"; for people and for choosing the vendor tool's dialect, never for timing
  std::string part;  // vendor part or platform for the emitted project, may be empty
  ClockFacts clock;
  CoreFacts core;
  DataMemoryFacts data_memory;
  LockFacts locks;
  DmaFacts tile_dma;
  MemoryTileFacts memory_tile;
  DmaFacts memory_tile_dma;
  StreamSwitchFacts stream_switch;
  CascadeFacts cascade;
  ShimFacts shim;
  ExternalMemoryFacts external_memory;
  GridFacts grid;
  KernelFacts kernel;
  std::shared_ptr<const nlohmann::json> facts;  // the merged JSON it was read from, see to_json()

  int columns() const { return grid.columns; }
  int rows() const { return grid.shim_rows + grid.memory_rows + grid.core_rows; }
  bool contains(TileCoord tile) const;
  // The tile must be contained.
  TileKind kind(TileCoord tile) const;

  // Rows of the core grid and of the memory tiles, 0 at the bottom, to rows of the array and back.
  int core_row(int core_grid_row) const { return grid.shim_rows + grid.memory_rows + core_grid_row; }
  int memory_row(int memory_grid_row) const { return grid.shim_rows + memory_grid_row; }
  int core_grid_row(TileCoord tile) const { return tile.row - grid.shim_rows - grid.memory_rows; }
  TileCoord core_tile(int col, int core_grid_row) const;
  TileCoord memory_tile_at(int col, int memory_grid_row) const;
  TileCoord shim_tile(int col) const;

  // What people read: "tile (9,1)" in the core grid, "memory tile (9,0)" among the memory tiles, "shim 9";
  // "(40,2) outside the array" for a tile that is not there.
  std::string tile_name(TileCoord tile) const;

  bool is_plio_column(int col) const;
  bool is_noc_column(int col) const;

  // The tile beyond one of the four sides, none at the edge of the array or for another side.
  std::optional<TileCoord> neighbour(TileCoord tile, PortSide side) const;
  // The core tile whose data memory a core sees in a window, none where the neighbour is no core tile.
  std::optional<TileCoord> window_tile(TileCoord core, MemoryWindow window) const;
  // The window in which a core sees the data memory of another core tile, none if it does not.
  std::optional<MemoryWindow> window_of(TileCoord core, TileCoord memory) const;
  // Core tiles whose data memory the core reaches: itself, then south, west, north where they exist.
  std::vector<TileCoord> reachable_memories(TileCoord core) const;

  // Ports of a switch towards a side. Edges of the array are not taken off: see neighbour().
  int ports(TileKind tile_kind, PortSide side, bool master) const;
  int switch_latency(StreamPort slave, StreamPort master) const;    // cycles
  int switch_buffering(StreamPort slave, StreamPort master) const;  // words
  const DmaFacts& dma(TileKind tile_kind) const;
  Bytes memory_size(TileKind tile_kind) const;  // of one tile; 0 for a shim
  // The native mode for operand types a x b with most MACs a cycle of those with the narrowest accumulator,
  // null if there is none. Each operand may be signed or unsigned (AM020-4).
  const MultiplyMode* multiply_mode(ElementType a, ElementType b) const;
  // All of them: those with narrow accumulators first, of these the ones with most MACs a cycle first.
  std::vector<MultiplyMode> multiply_modes(ElementType a, ElementType b) const;

  double ns_per_cycle() const { return 1000.0 / clock.aie_mhz; }
};

bool is_local(PortSide side);  // core, DMA, ctrl, FIFO, trace: not one of the four sides

// Facts that contradict each other, each with its path into the JSON.
Problems validate(const Device& device);

}  // namespace aie4ml::arch
