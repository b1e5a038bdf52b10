#include "compiler/plan/cut_chooser.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::compiler {
namespace {

std::int64_t tiles(const std::vector<Parallelism>& cuts) {
  return std::accumulate(cuts.begin(), cuts.end(), std::int64_t{0},
                         [](std::int64_t sum, const Parallelism& cut) { return sum + cut.tiles(); });
}

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

}  // namespace

CutChooser::CutChooser(std::vector<LayerChoices> layers) : layers_(std::move(layers)) {}

const LayerCost& CutChooser::cost(std::size_t layer, std::size_t cut) {
  const std::pair key{layer, cut};
  const auto found = costs_.find(key);
  if (found != costs_.end()) return found->second;
  return costs_.emplace(key, layers_[layer].cost(layers_[layer].cuts[cut])).first->second;
}

// The first cut that is fast enough; nullptr: none is.
const Parallelism* CutChooser::cheapest_within(std::size_t layer, std::int64_t interval) {
  const LayerChoices& choices = layers_[layer];
  for (std::size_t i = 0; i < choices.cuts.size(); ++i) {
    if (interval == kNoLimit) return &choices.cuts[i];
    if (choices.at_least(choices.cuts[i]).interval() > interval) continue;
    if (cost(layer, i).interval() <= interval) return &choices.cuts[i];
  }
  return nullptr;
}

// Empty if a layer is not fast enough in any cut.
std::vector<Parallelism> CutChooser::fewest_tiles(std::int64_t interval) {
  std::vector<Parallelism> result;
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    const Parallelism* cut = cheapest_within(layer, interval);
    if (cut == nullptr) return {};
    result.push_back(*cut);
  }
  return result;
}

std::vector<Parallelism> CutChooser::shortest_interval(std::int64_t max_tiles, std::int64_t limit) {
  std::vector<Parallelism> best = fewest_tiles(limit);
  std::int64_t reached = 0;  // by best, hence possible
  for (std::size_t layer = 0; layer < best.size(); ++layer) {
    const std::vector<Parallelism>& cuts = layers_[layer].cuts;
    const auto cut = std::find(cuts.begin(), cuts.end(), best[layer]) - cuts.begin();
    reached = std::max(reached, cost(layer, static_cast<std::size_t>(cut)).interval());
  }
  std::int64_t impossible = 0;
  while (reached - impossible > 1) {
    const std::int64_t middle = impossible + (reached - impossible) / 2;
    std::vector<Parallelism> faster = fewest_tiles(middle);
    if (faster.empty() || tiles(faster) > max_tiles) {
      impossible = middle;
    } else {
      best = std::move(faster);
      reached = middle;
    }
  }
  return best;
}

// Knapsack: for every number of tiles the least latency of the layers so far.
std::vector<Parallelism> CutChooser::least_latency(std::int64_t max_tiles, std::int64_t limit) {
  const auto size = static_cast<std::size_t>(max_tiles) + 1;
  std::vector<std::int64_t> least(size, kNoLimit);
  least[0] = 0;
  std::vector<std::vector<Parallelism>> taken;  // [layer][tiles of the layers up to it]
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    // Only cuts that are faster than all with fewer tiles.
    std::vector<std::pair<Parallelism, std::int64_t>> useful;
    std::int64_t fastest = kNoLimit;
    for (std::size_t i = 0; i < layers_[layer].cuts.size(); ++i) {
      const Parallelism& cut = layers_[layer].cuts[i];
      const LayerCost bound = layers_[layer].at_least(cut);
      if (bound.latency() >= fastest || bound.interval() > limit) continue;
      const LayerCost& exact = cost(layer, i);
      if (exact.latency() >= fastest || exact.interval() > limit) continue;
      fastest = exact.latency();
      useful.emplace_back(cut, fastest);
    }
    std::vector<std::int64_t> next(size, kNoLimit);
    std::vector<Parallelism> take(size);
    for (std::size_t used = 0; used < size; ++used) {
      if (least[used] == kNoLimit) continue;
      for (const auto& [cut, latency] : useful) {
        const std::size_t sum = used + static_cast<std::size_t>(cut.tiles());
        if (sum >= size || least[used] + latency >= next[sum]) continue;
        next[sum] = least[used] + latency;
        take[sum] = cut;
      }
    }
    least = std::move(next);
    taken.push_back(std::move(take));
  }
  auto left = static_cast<std::size_t>(std::min_element(least.begin(), least.end()) - least.begin());
  std::vector<Parallelism> result(layers_.size());
  for (std::size_t layer = layers_.size(); layer-- > 0;) {
    result[layer] = taken[layer][left];
    left -= static_cast<std::size_t>(result[layer].tiles());
  }
  return result;
}

std::vector<Parallelism> CutChooser::choose(Goal goal, std::int64_t max_tiles,
                                            std::optional<std::int64_t> interval_cycles) {
  const std::int64_t limit = interval_cycles.value_or(kNoLimit);
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    if (cheapest_within(layer, limit) != nullptr) continue;
    std::int64_t best = kNoLimit;
    for (std::size_t i = 0; i < layers_[layer].cuts.size(); ++i) {
      if (layers_[layer].at_least(layers_[layer].cuts[i]).interval() >= best) continue;
      best = std::min(best, cost(layer, i).interval());
    }
    throw arch::InputError(
        fmt::format("layer '{}'", layers_[layer].name),
        fmt::format("takes at least {} cycles for an iteration, more than the {} asked for", best, limit),
        "allow a longer interval, fix less with directives, or split the layer in the model");
  }
  const std::vector<Parallelism> fewest = fewest_tiles(limit);
  if (tiles(fewest) > max_tiles) {
    throw arch::InputError(
        "design",
        interval_cycles
            ? fmt::format("takes at least {} tiles for an interval of {} cycles, more than the {} allowed",
                          tiles(fewest), limit, max_tiles)
            : fmt::format("takes at least {} tiles, more than the {} allowed", tiles(fewest), max_tiles),
        "allow more tiles or a longer interval, or choose a larger device");
  }
  switch (goal) {
    case Goal::tiles:
      break;
    case Goal::throughput:
      return shortest_interval(max_tiles, limit);
    case Goal::latency:
      return least_latency(max_tiles, limit);
  }
  return fewest;
}

}  // namespace aie4ml::compiler
