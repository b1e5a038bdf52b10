// Which memory tile an edge lies in, and what of it the edge takes.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/transfers.hpp"

namespace aie4ml::compiler {

class MemoryTilePool {
 public:
  explicit MemoryTilePool(const arch::Device& device) : device_(device) {}

  // Takes the tile nearest to the column that has the channels, descriptors, locks and bytes; sets the edge's
  // tile, channels, locks and buffers. Throws InputError if no tile has them.
  void place(Edge& edge, const EdgeDescriptors& descriptors, int near_column);

 private:
  struct Use {
    std::set<arch::ChannelId> channels;
    std::map<int, int> bds;  // by partition
    int locks{};
    std::int64_t bytes{};
  };
  // Streams between a column's memory tiles and core tiles.
  struct Streams {
    int from_tiles{}, to_tiles{};
  };
  // Streams that the column's ports to and from the cores would not hold any more.
  [[nodiscard]] int crowding(const Edge& edge, int column) const;
  // nullopt: placed; otherwise what the tile lacks.
  std::optional<std::string> try_place(Edge& edge, const EdgeDescriptors& descriptors, arch::TileCoord tile);
  bool take_channels(Use& use, Edge& edge, const EdgeDescriptors& descriptors) const;
  bool take_channel(Use& use, Endpoint& end, arch::DmaDirection direction, int descriptors) const;

  const arch::Device& device_;
  std::map<arch::TileCoord, Use> use_;
  std::map<int, Streams> streams_;  // by column
};

}  // namespace aie4ml::compiler
