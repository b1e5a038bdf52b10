// The cuts of all layers of a design together, for a goal.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/parallelism.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/plan_options.hpp"

namespace aie4ml::compiler {

// A layer with what it may be cut into.
struct LayerChoices {
  std::string name;
  std::vector<Parallelism> cuts;  // fewest tiles first, among equals the preferred first
  std::function<LayerCost(const Parallelism&)> cost;
  // No more than cost() in any part, and fast.
  std::function<LayerCost(const Parallelism&)> at_least;
};

// For every goal the total stays within the tiles allowed and every layer within the interval asked for; then
//   tiles       the fewest tiles,
//   throughput  the shortest interval of the slowest layer, then the fewest tiles,
//   latency     the least sum of the layers' latencies, branches that run side by side included, then the
//               fewest tiles.
class CutChooser {
 public:
  explicit CutChooser(std::vector<LayerChoices> layers);

  // By layer. max_tiles: at least 1. Throws InputError where the limits leave no choice.
  std::vector<Parallelism> choose(Goal goal, std::int64_t max_tiles,
                                  std::optional<std::int64_t> interval_cycles);

 private:
  const LayerCost& cost(std::size_t layer, std::size_t cut);
  const Parallelism* cheapest_within(std::size_t layer, std::int64_t interval);
  std::vector<Parallelism> fewest_tiles(std::int64_t interval);
  std::vector<Parallelism> shortest_interval(std::int64_t max_tiles, std::int64_t limit);
  std::vector<Parallelism> least_latency(std::int64_t max_tiles, std::int64_t limit);

  std::vector<LayerChoices> layers_;
  std::map<std::pair<std::size_t, std::size_t>, LayerCost> costs_;  // by layer and cut, once asked for
};

}  // namespace aie4ml::compiler
