#include "compiler/plan/memory_tiles.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/plan/edges.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kHalves = 2;         // ping and pong
constexpr int kLocksOfRegion = 2;  // empty and full
constexpr int kDetourColumns = 4;  // a stream that finds its column's ports taken goes round through another

bool is_layer(const Endpoint& end) {
  return end.kind == Endpoint::Kind::layer;
}

}  // namespace

bool MemoryTilePool::take_channel(Use& use, Endpoint& end, arch::DmaDirection direction,
                                  int descriptors) const {
  const arch::DmaFacts& dma = device_.memory_tile_dma;
  // Of the free channels, one whose part of the descriptors is the emptiest.
  std::optional<std::pair<int, arch::ChannelId>> best;
  for (int i = 0; i < dma.channels(direction); ++i) {
    const arch::ChannelId channel{direction, static_cast<std::uint8_t>(i)};
    if (use.channels.contains(channel)) continue;
    const int used = use.bds[dma.bd_partition == 0 ? 0 : i % 2];
    if (!best || used < best->first) best = {used, channel};
  }
  if (!best) return false;
  const int size = dma.bd_partition == 0 ? dma.bds : dma.bd_partition;
  if (best->first + descriptors > size) return false;
  use.bds[dma.bd_partition == 0 ? 0 : best->second.index % 2] += descriptors;
  use.channels.insert(best->second);
  end.channel = best->second;
  return true;
}

bool MemoryTilePool::take_channels(Use& use, Edge& edge, const EdgeDescriptors& descriptors) const {
  const int passes = edge.folded ? 1 : kHalves;
  for (std::size_t w = 0; w < edge.writers.size(); ++w) {
    const int count = descriptors.writers[w] * passes;
    if (!take_channel(use, edge.writers[w], arch::DmaDirection::s2mm, count)) return false;
  }
  for (std::size_t r = 0; r < edge.readers.size(); ++r) {
    const int count = descriptors.readers[r] * passes;
    if (!take_channel(use, edge.readers[r], arch::DmaDirection::mm2s, count)) return false;
  }
  return true;
}

std::optional<std::string> MemoryTilePool::try_place(Edge& edge, const EdgeDescriptors& descriptors,
                                                     arch::TileCoord tile) {
  Use use = use_[tile];
  for (const bool folded : {false, true}) {
    use = use_[tile];
    edge.folded = folded;
    if (take_channels(use, edge, descriptors)) break;
    if (folded) return "DMA channels or descriptors";
  }
  const auto read = std::count_if(edge.regions.begin(), edge.regions.end(),
                                  [](const Region& region) { return region.reader >= 0; });
  const int locks = static_cast<int>(read) * kLocksOfRegion;
  if (use.locks + locks > device_.locks.of(arch::TileKind::memory)) return "locks";
  // Banks are interleaved, so every buffer is spread over all of them wherever it starts.
  const std::int64_t alignment = device_.memory_tile.interleave.value;
  const auto take_bytes = [&](PlacedBuffer& buffer, const char* part, std::int64_t size) {
    const std::int64_t address = (use.bytes + alignment - 1) / alignment * alignment;
    if (address + size > device_.memory_tile.size.value) return false;
    buffer = {fmt::format("{} {}", edge.name, part), static_cast<std::int32_t>(address),
              static_cast<std::int32_t>(size)};
    use.bytes = address + size;
    return true;
  };
  if (!take_bytes(edge.buffer[0], "ping", half_bytes(edge)) ||
      !take_bytes(edge.buffer[1], "pong", half_bytes(edge))) {
    return "bytes";
  }
  edge.dump.reset();
  if (const std::int64_t size = dump_bytes(edge);
      size > 0 && !take_bytes(edge.dump.emplace(), "unread", size)) {
    return "bytes";
  }
  for (Region& region : edge.regions) {
    if (region.reader < 0) continue;
    region.empty = arch::LockId(static_cast<std::uint8_t>(use.locks++));
    region.full = arch::LockId(static_cast<std::uint8_t>(use.locks++));
  }
  edge.gathered.reset();
  if (edge.writers.size() > 1 && use.locks + kHalves <= device_.locks.of(arch::TileKind::memory)) {
    const int first = use.locks;
    use.locks += kHalves;
    edge.gathered = {arch::LockId(static_cast<std::uint8_t>(first)),
                     arch::LockId(static_cast<std::uint8_t>(first + 1))};
  }
  edge.tile = tile;
  use_[tile] = std::move(use);
  return std::nullopt;
}

int MemoryTilePool::crowding(const Edge& edge, int column) const {
  const auto of_tiles = [](const std::vector<Endpoint>& ends) {
    return static_cast<int>(
        std::count_if(ends.begin(), ends.end(), [](const Endpoint& e) { return is_layer(e); }));
  };
  const auto used = streams_.find(column);
  const Streams streams = used == streams_.end() ? Streams{} : used->second;
  const int down = device_.ports(arch::TileKind::memory, arch::PortSide::north, false);
  const int up = device_.ports(arch::TileKind::memory, arch::PortSide::north, true);
  return std::max(0, streams.from_tiles + of_tiles(edge.writers) - down) +
         std::max(0, streams.to_tiles + of_tiles(edge.readers) - up);
}

void MemoryTilePool::place(Edge& edge, const EdgeDescriptors& descriptors, int near_column) {
  std::vector<int> columns(static_cast<std::size_t>(device_.columns()));
  std::iota(columns.begin(), columns.end(), 0);
  std::stable_sort(columns.begin(), columns.end(), [&](int a, int b) {
    const auto way = [&](int column) {
      return std::abs(column - near_column) + kDetourColumns * crowding(edge, column);
    };
    return way(a) < way(b);
  });
  std::string lacks = "memory tiles";
  for (const int column : columns) {
    for (int row = 0; row < device_.grid.memory_rows; ++row) {
      const auto lacking = try_place(edge, descriptors, device_.memory_tile_at(column, row));
      if (!lacking) {
        Streams& streams = streams_[column];
        for (const Endpoint& end : edge.writers) streams.from_tiles += is_layer(end) ? 1 : 0;
        for (const Endpoint& end : edge.readers) streams.to_tiles += is_layer(end) ? 1 : 0;
        return;
      }
      lacks = *lacking;
    }
  }
  throw arch::InputError(
      fmt::format("tensor '{}'", edge.name),
      fmt::format("no memory tile has the {} for {} streams in, {} out, {} regions and 2 x {} bytes", lacks,
                  edge.writers.size(), edge.readers.size(), edge.regions.size(), half_bytes(edge)),
      "use a smaller batch, or directives with a smaller cas_num of its producer or cas_len of its consumer");
}

}  // namespace aie4ml::compiler
