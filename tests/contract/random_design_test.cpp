// Properties that hold for every design, over designs drawn from seeds: the way it is simulated changes
// nothing, the right words come out, and nothing is lost on the way.
#include "tests/support/random_design.hpp"

#include <algorithm>
#include <iostream>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/conservation.hpp"
#include "traces/memory_recorder.hpp"

namespace aie4ml::sim {
namespace {

using test::RandomDesign;

const arch::Device& device() {
  static const arch::Device loaded = arch::load_device("ve2802");
  return loaded;
}

struct Observed {
  MachineResult result;
  std::string text;
  std::vector<traces::RecordedSlice> slices;
};

Observed observe(const RandomDesign& design, RunOptions options, bool traced = true) {
  traces::MemoryRecorder recorder;
  options.iterations = design.iterations;
  options.recorder = traced ? &recorder : nullptr;
  Observed observed{run(device(), design.image, design.inputs, options), {}, {}};
  observed.text = text_of(observed.result);
  for (const traces::Track& track : recorder.tracks()) {
    const auto of_track = recorder.slices_of(track.id);
    observed.slices.insert(observed.slices.end(), of_track.begin(), of_track.end());
  }
  return observed;
}

// Stepped, ahead, repeated, in another order of construction, not traced.
void expect_one_result(const RandomDesign& design, unsigned seed) {
  const Observed stepped = observe(design, {.run_ahead = false});
  const Observed ahead = observe(design, {});
  ASSERT_EQ(ahead.text, stepped.text) << "run ahead";
  ASSERT_EQ(ahead.slices, stepped.slices) << "run ahead";
  const Observed permuted = observe(design, {.construction_seed = seed + 1});
  ASSERT_EQ(permuted.text, stepped.text) << "another order of construction";
  ASSERT_EQ(permuted.slices, stepped.slices) << "another order of construction";
  ASSERT_EQ(observe(design, {.run_ahead = false, .construction_seed = seed + 2}).slices, stepped.slices)
      << "another order of construction, stepped";
  ASSERT_EQ(observe(design, {}, false).text, stepped.text) << "not traced";
}

void expect_properties(unsigned seed) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  const RandomDesign design = test::random_design(device(), seed);
  const MachineResult result = run(device(), design.image, design.inputs, {.iterations = design.iterations});
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  if (!design.races) {
    ASSERT_EQ(result.plio_outputs, design.expected);
  }
  ASSERT_EQ(test::unconserved(device(), design.image, result), "");
  expect_one_result(design, seed);
}

// 25 designs a test, so that a failure is found by its seed and a test stays short.
constexpr unsigned kSeeds = 25;
class RandomDesigns : public testing::TestWithParam<unsigned> {};

TEST_P(RandomDesigns, KeepTheirProperties) {
  const unsigned first = GetParam() * kSeeds + 1;
  RecordProperty("first_seed", static_cast<int>(first));
  std::cout << "seeds " << first << " to " << first + kSeeds - 1 << '\n';
  for (unsigned seed = first; seed < first + kSeeds && !HasFatalFailure(); ++seed) expect_properties(seed);
}

// The designs contain what the properties are about.
TEST(RandomDesign, SeedsCoverTheMachine) {
  int cascades = 0, multicasts = 0, neighbours = 0, paddings = 0, orders = 0, iterations = 0, equals = 0,
      endless = 0, races = 0;
  std::int64_t conflicts = 0;
  for (unsigned seed = 1; seed <= 50; ++seed) {
    const RandomDesign design = test::random_design(device(), seed);
    races += design.races ? 1 : 0;
    for (const arch::TileImage& tile : design.image.tiles) {
      cascades += tile.cascade_out != arch::CascadeDirection::none ? 1 : 0;
      for (const arch::BufferDescriptor& bd : tile.descriptors) {
        neighbours += bd.memory != arch::LockAccess::Where::own ? 1 : 0;
        paddings += bd.padding != arch::BdPadding{} ? 1 : 0;
        orders += bd.dimensions.empty() ? 0 : 1;
        iterations += bd.iteration.wrap > 1 ? 1 : 0;
        equals += bd.acquire->equal ? 1 : 0;
        endless += bd.next && *bd.next <= bd.id ? 1 : 0;
      }
    }
    const MachineResult result =
        run(device(), design.image, design.inputs, {.iterations = design.iterations});
    for (const traces::RouteStatistics& route : result.statistics.routes) {
      multicasts += route.receivers > 1 ? 1 : 0;
    }
    for (const traces::BankStatistics& bank : result.statistics.banks) conflicts += bank.conflicts;
  }
  EXPECT_GE(
      std::min({cascades, multicasts, neighbours, paddings, orders, iterations, equals, endless, races}), 5);
  EXPECT_GT(conflicts, 500);
}

INSTANTIATE_TEST_SUITE_P(Short, RandomDesigns, testing::Range(0U, 2U));
INSTANTIATE_TEST_SUITE_P(Long, RandomDesigns, testing::Range(2U, 20U));

}  // namespace
}  // namespace aie4ml::sim
