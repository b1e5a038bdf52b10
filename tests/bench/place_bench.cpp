// Placement: time, J, and how far J is proved, beside a plain greedy placer.
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "compiler/place/placer.hpp"

namespace {

using aie4ml::compiler::BoxEdge;
using aie4ml::compiler::kColumnCost;
using aie4ml::compiler::kOutside;
using aie4ml::compiler::Placement;
using aie4ml::compiler::PlacementBox;
using aie4ml::compiler::PlacementGrid;

constexpr PlacementGrid kVe2802{38, 8, 7};

using Sizes = std::vector<std::pair<int, int>>;

std::vector<PlacementBox> chain(const Sizes& sizes) {
  std::vector<PlacementBox> boxes;
  for (const auto& [width, height] : sizes) {
    const int producer = boxes.empty() ? kOutside : static_cast<int>(boxes.size()) - 1;
    boxes.push_back({"layer", width, height, {{producer}}, {}, {}});
  }
  return boxes;
}

// Every second box reads the one before and the one two before.
std::vector<PlacementBox> residuals(int blocks, int width, int height) {
  std::vector<PlacementBox> boxes = chain(Sizes(static_cast<std::size_t>(2 * blocks), {width, height}));
  for (std::size_t i = 2; i < boxes.size(); i += 2)
    boxes[i].inputs.push_back({static_cast<int>(i) - 2, true});
  return boxes;
}

struct Design {
  const char* name;
  std::vector<PlacementBox> boxes;
};

std::vector<Design> designs() {
  return {{"jet tagger 0", chain({{1, 4}, {4, 2}, {2, 2}, {2, 1}})},
          {"vae medium 0", chain({{4, 4}, {4, 2}, {2, 1}, {1, 2}, {2, 4}, {4, 4}})},
          {"tau selection 4", chain({{5, 4}, {4, 2}, {4, 2}, {4, 1}})},
          {"6 of 8x4", chain(Sizes(6, {8, 4}))},
          {"7 of 8x4", chain(Sizes(7, {8, 4}))},
          {"8 residual blocks of 2x2", residuals(8, 2, 2)},
          {"12 of 4x4", chain(Sizes(12, {4, 4}))},
          {"16 of 4x4", chain(Sizes(16, {4, 4}))},
          {"40 of 3x2", chain(Sizes(40, {3, 2}))},
          {"296 tiles and 8", chain({{37, 8}, {1, 8}})}};
}

double columns(std::int64_t cost) {
  return static_cast<double>(cost) / kColumnCost;
}

void search(benchmark::State& state, const Design& design) {
  Placement placed;
  for (auto _ : state) placed = aie4ml::compiler::place_boxes(design.boxes, kVe2802);
  state.counters["J"] = columns(placed.cost);
  state.counters["bound"] = columns(placed.lower_bound);
  state.counters["states"] = static_cast<double>(placed.states);
}

void greedy(benchmark::State& state, const Design& design) {
  std::optional<Placement> placed;
  for (auto _ : state) placed = aie4ml::compiler::place_greedily(design.boxes, kVe2802);
  if (placed) {
    state.counters["J"] = columns(placed->cost);
  } else {
    state.SkipWithError("runs out of room");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<Design> all = designs();
  for (const Design& design : all) {
    benchmark::RegisterBenchmark((std::string("search/") + design.name).c_str(),
                                 [&design](benchmark::State& state) { search(state, design); })
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark((std::string("greedy/") + design.name).c_str(),
                                 [&design](benchmark::State& state) { greedy(state, design); })
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
