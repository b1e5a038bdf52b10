#include "compiler/plan/plan_locks.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace aie4ml::compiler {
namespace {

constexpr std::uint8_t kHalves = 2;  // a double buffer starts with this many empty halves

// Columns of the region; rows too where the edge is cut in rows.
std::string range(const Edge& edge, const Region& region) {
  const std::string cols = fmt::format("{}..{}", region.read.cols.begin, region.read.cols.end - 1);
  if (region.read.rows == edge.stored.rows) return fmt::format("[{}]", cols);
  return fmt::format("[{}..{}, {}]", region.read.rows.begin, region.read.rows.end - 1, cols);
}

class Collector {
 public:
  void add(const LayerPlan& layer) {
    for (const TilePlan& tile : layer.tiles) {
      for (std::size_t i = 0; i < tile.inputs.size(); ++i) {
        add(tile.tile, tile.input_locks[i],
            tile.inputs.size() > 1 ? fmt::format("{}.in{}", layer.name, i) : layer.name + ".in");
      }
      if (tile.out && !tile.unread) add(tile.tile, tile.out_locks, layer.name + ".out");
    }
  }

  void add(const Edge& edge) {
    const auto read = std::count_if(edge.regions.begin(), edge.regions.end(),
                                    [](const Region& region) { return region.reader >= 0; });
    for (const Region& region : edge.regions) {
      if (region.reader < 0) continue;
      add(edge.tile, {region.empty, region.full},
          read == 1 ? edge.name : fmt::format("{}{}", edge.name, range(edge, region)));
    }
    if (!edge.gathered) return;
    constexpr std::array kHalfNames{"ping", "pong"};
    for (std::size_t half = 0; half < kHalfNames.size(); ++half) {
      locks.push_back(
          {edge.tile, edge.gathered->at(half), 0, fmt::format("{} {} written", edge.name, kHalfNames[half])});
    }
  }

  std::vector<PlannedLock> locks;

 private:
  void add(arch::TileCoord tile, const BufferLocks& pair, const std::string& name) {
    locks.push_back({tile, pair.empty, kHalves, name + " empty"});
    locks.push_back({tile, pair.full, 0, name + " full"});
  }
};

}  // namespace

std::vector<PlannedLock> locks_of(const Plan& plan) {
  Collector collector;
  for (const LayerPlan& layer : plan.layers) collector.add(layer);
  for (const Edge& edge : plan.edges) collector.add(edge);
  return std::move(collector.locks);
}

}  // namespace aie4ml::compiler
