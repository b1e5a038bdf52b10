// Whole small designs on the machine: right words, and the same cycles whatever the mode of the simulation.
#include <algorithm>
#include <numeric>
#include <random>

#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/small_designs.hpp"
#include "traces/memory_recorder.hpp"

namespace aie4ml::sim {
namespace {

using test::Design;
using test::ImageBuilder;
using test::kAdded;

std::vector<std::uint32_t> counting(std::int64_t words, std::uint32_t first = 1000) {
  std::vector<std::uint32_t> result(static_cast<std::size_t>(words));
  std::iota(result.begin(), result.end(), first);
  return result;
}

std::vector<std::vector<std::uint32_t>> counting_inputs(const arch::Image& image, int iterations) {
  std::vector<std::vector<std::uint32_t>> inputs(image.plios.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (image.plios[i].direction == arch::PlioChannel::Direction::output) continue;
    inputs[i] = counting(iterations * words_per_iteration(image, i), static_cast<std::uint32_t>(i * 100'000));
  }
  return inputs;
}

std::vector<std::uint32_t> plus(std::vector<std::uint32_t> words, std::int32_t added) {
  for (std::uint32_t& word : words) word += static_cast<std::uint32_t>(added);
  return words;
}

class MachineDesign : public ::testing::Test {
 protected:
  MachineResult simulate(int iterations) {
    const arch::Image image = builder_.build();
    return run(device_, image, counting_inputs(image, iterations), {.iterations = iterations});
  }
  const arch::Device device_ = arch::load_device("ve2802");
  ImageBuilder builder_{device_};
};

TEST_F(MachineDesign, CoreAddsAConstantToEveryFrame) {
  test::add_design(builder_, {.frames = 5});
  const MachineResult result = simulate(5);
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  EXPECT_EQ(result.plio_outputs.at(1), plus(counting(5 * 64, 0), kAdded));
  EXPECT_THAT(result.warnings, ::testing::IsEmpty());
}

TEST_F(MachineDesign, SecondCoreReadsTheFirstOnesMemory) {
  test::handover_design(builder_, {.words = 40, .frames = 3});
  const MachineResult result = simulate(3);
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  EXPECT_EQ(result.plio_outputs.at(1), plus(counting(3 * 40, 0), 2 * kAdded));
}

TEST_F(MachineDesign, CascadeCarriesEveryWord) {
  test::cascade_design(builder_, {.words = 128, .frames = 3});
  const MachineResult result = simulate(3);
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  EXPECT_EQ(result.plio_outputs.at(1), counting(3 * 128, 0));
}

TEST_F(MachineDesign, MemoryTileTransposesAndPads) {
  test::relay_design(builder_, {.words = 24, .columns = 4, .padding = 2});
  const MachineResult result = simulate(2);
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  std::vector<std::uint32_t> expected;
  for (std::uint32_t frame = 0; frame < 2; ++frame) {
    for (std::uint32_t column = 0; column < 4; ++column) {
      expected.insert(expected.end(), 2, 0);
      for (std::uint32_t row = 0; row < 6; ++row) expected.push_back(frame * 24 + row * 4 + column);
      expected.insert(expected.end(), 2, 0);
    }
  }
  EXPECT_EQ(result.plio_outputs.at(1), expected);
}

TEST_F(MachineDesign, PacketsInAFixedOrderAreOneFrame) {
  test::packet_relay_design(builder_, {.words = {5, 3}, .fixed_order = true});
  const MachineResult result = simulate(3);
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  const auto& y = result.plio_outputs.at(2);
  ASSERT_EQ(y.size(), 3U * 10);
  for (std::uint32_t frame = 0; frame < 3; ++frame) {
    for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(y[frame * 10 + 1 + i], frame * 5 + i);
    for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(y[frame * 10 + 7 + i], 100'000 + frame * 3 + i);
    EXPECT_EQ(y[frame * 10] & 31U, 1U);
    EXPECT_EQ(y[frame * 10 + 6] & 31U, 2U);
  }
}

TEST_F(MachineDesign, RunsTwiceInOneProcessWithTheSameResult) {
  test::add_design(builder_, {});
  EXPECT_EQ(text_of(simulate(4)), text_of(simulate(4)));
}

// Several designs at once on neighbouring tiles, drawn from a seed.
arch::Image random_image(const arch::Device& device, unsigned seed, int& frames) {
  std::mt19937 random(seed);
  const auto pick = [&random](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  ImageBuilder builder(device);
  frames = pick(1, 5);
  if (pick(0, 1) == 1) builder.plio_shape(64, 625);
  for (int row = 0; row < 3; ++row) {
    Design design{.col = 8,
                  .row = row,
                  .words = 8 * pick(1, 12),
                  .frames = frames,
                  .delay = pick(0, 2) * pick(0, 9),
                  .shared_banks = pick(0, 1) == 1};
    switch (pick(0, 3)) {
      case 0:
        test::add_design(builder, design);
        break;
      case 1:
        test::handover_design(builder, design);
        break;
      case 2:
        test::cascade_design(builder, design);
        break;
      default:
        break;
    }
    if (pick(0, 1) == 1) {
      design.col = 10;
      design.words = 8 * pick(1, 12);
      test::add_design(builder, design);
    }
  }
  if (pick(0, 1) == 1) {
    const int columns = 2 * pick(1, 3);
    test::relay_design(builder, {.col = 12,
                                 .words = columns * pick(1, 9),
                                 .ping_pong = pick(0, 1) == 1,
                                 .columns = columns,
                                 .padding = pick(0, 3)});
  }
  if (pick(0, 1) == 1) {
    test::packet_relay_design(
        builder, {.col = 14, .words = {pick(1, 40), pick(1, 40)}, .fixed_order = pick(0, 1) == 1});
  }
  return builder.build();
}

struct Observed {
  std::string result;
  std::vector<traces::RecordedSlice> slices;
  std::vector<traces::RecordedValue> values;
};

Observed observe(const arch::Device& device, const arch::Image& image, int frames, RunOptions options) {
  traces::MemoryRecorder recorder;
  options.iterations = frames;
  options.recorder = &recorder;
  const MachineResult result = run(device, image, counting_inputs(image, frames), options);
  std::vector<traces::RecordedSlice> slices;
  for (const traces::Track& track : recorder.tracks()) {
    const auto of_track = recorder.slices_of(track.id);
    slices.insert(slices.end(), of_track.begin(), of_track.end());
  }
  // Of a track they come in order, of several in any.
  std::vector<traces::RecordedValue> values = recorder.values();
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.track < b.track; });
  return {text_of(result), slices, values};
}

// The run ends where outputs and faults say, however much is simulated at a time, and by whom ahead.
TEST_F(MachineDesign, EndOfTheRunDoesNotDependOnHowItIsSimulated) {
  const std::string spin = "movxm p0, #0x70000\nspin:\nj spin\nlda r0, [p0]\nnop\nnop\nnop\nnop\n";
  const auto observed = [this](const ImageBuilder& builder, RunOptions options) {
    options.run_ahead = false;
    const std::string stepped = observe(device_, builder.build(), 1, options).result;
    options.run_ahead = true;
    for (int repeated = 0; repeated < 3; ++repeated) {
      EXPECT_EQ(observe(device_, builder.build(), 1, options).result, stepped);
    }
    return stepped;
  };
  builder_.plio_shape(32, 1);
  test::relay_design(builder_, {});
  arch::TileImage& tile = builder_.core(8, 0);
  tile.memory.push_back({.address = 0, .data = std::vector<std::uint8_t>(32, 1)});
  builder_.program(tile, spin);
  // The core is stopped at twice the time of the outputs + 100 000 cycles.
  const MachineResult whole = simulate(1);
  ASSERT_FALSE(whole.fault) << text_of(*whole.fault);
  EXPECT_EQ(whole.statistics.total_cycles, 2 * whole.statistics.plios[1].last_beat[0] + 100'000);
  EXPECT_EQ(whole.statistics.cores[0].bundles, whole.statistics.total_cycles);
  EXPECT_EQ(observed(builder_, {}), text_of(whole));
  EXPECT_THAT(
      observed(builder_, {.max_cycles = arch::Cycles(12'345)}),
      ::testing::AllOf(::testing::StartsWith("12345 cycles"), ::testing::HasSubstr("cycle limit at 12345")));
}

// What a core did ahead of a fault is in its own counts, but the end is the fault's.
TEST_F(MachineDesign, FaultEndsTheRunInItsCycle) {
  builder_.plio_shape(32, 1);
  test::relay_design(builder_, {});
  builder_.program(builder_.core(8, 0), "spin:\nj spin\nnop\nnop\nnop\nnop\nnop\n");
  arch::TileImage& faulty = builder_.core(10, 2);
  builder_.lock(faulty, 5, 63, "tokens");
  std::string text = "movx r17, #1\n";
  for (int i = 0; i < 999; ++i) text += "nop\n";
  builder_.program(faulty, text + "rel #53, r17\ndone\n");
  for (const bool run_ahead : {true, false}) {
    const arch::Image image = builder_.build();
    const MachineResult result = run(device_, image, counting_inputs(image, 1), {.run_ahead = run_ahead});
    ASSERT_TRUE(result.fault);
    EXPECT_EQ(result.fault->cycle.value, 1000);
    EXPECT_EQ(result.statistics.total_cycles, 1001);
    EXPECT_EQ(std::accumulate(result.statistics.cores[0].cycles.begin(),
                              result.statistics.cores[0].cycles.end(), std::int64_t{0}),
              1001);
  }
}

// A core has a bank for itself, gives a lock away, and goes on in the bank together with a channel. Whose
// turn it is at their first collision depends on who used the bank last, before anybody was asked.
TEST_F(MachineDesign, PrivateAccessesCountWhenABankIsSharedLater) {
  std::int64_t conflicts = 0;
  for (const bool in : {true, false}) {
    for (int alignment = 0; alignment < 24; ++alignment) {
      const auto nops = [](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) text += "nop\n";
        return text;
      };
      std::string text = "movxm p0, #0x70000\nmovx r16, #-1\nmovx r17, #1\n";
      for (int phase = 0; phase < 3; ++phase) {
        for (int i = 0; i < 3; ++i) text += "lda r0, [p0]\n";
        text += nops(8) + "rel #48, r17\n" + nops(alignment);
        text += "lda r0, [p0]\n";  // the channel is the last one there
        text += nops(8) + "acq #49, r16\n";
      }
      ImageBuilder builder(device_);
      arch::TileImage& tile = builder.core(8, 0);
      tile.memory.push_back({.address = 0, .data = std::vector<std::uint8_t>(256, 1)});
      builder.lock(tile, 0, 0, "go");
      builder.lock(tile, 1, 0, "done");
      builder.program(tile, text + "done\n");
      builder.bd(tile, {.id = 0, .words = 16, .acquire = 0, .release = 1});
      builder.task(tile, in ? arch::DmaDirection::s2mm : arch::DmaDirection::mm2s, 0, 0, 3);
      builder.words_port(
          in ? builder.input("x", 8, 0, tile.tile, 0, 0) : builder.output("y", 8, 0, tile.tile, 0, 0), 48);
      const arch::Image image = builder.build();
      const Observed stepped = observe(device_, image, 1, {.run_ahead = false});
      const Observed ahead = observe(device_, image, 1, {});
      EXPECT_THAT(stepped.result, ::testing::Not(::testing::HasSubstr("fault")));
      EXPECT_EQ(ahead.result, stepped.result) << (in ? "in " : "out ") << alignment;
      EXPECT_EQ(ahead.slices, stepped.slices) << (in ? "in " : "out ") << alignment;
      const MachineResult result = run(device_, image, counting_inputs(image, 1), {});
      for (const auto& bank : result.statistics.banks) conflicts += bank.conflicts;
    }
  }
  EXPECT_GT(conflicts, 0);
}

TEST_F(MachineDesign, RunningAheadAndOrderOfConstructionChangeNothing) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    int frames = 0;
    const arch::Image image = random_image(device_, seed, frames);
    if (image.plios.empty()) continue;
    const Observed stepped = observe(device_, image, frames, {.run_ahead = false});
    EXPECT_THAT(stepped.result, ::testing::Not(::testing::HasSubstr("fault"))) << "seed " << seed;
    const Observed ahead =
        observe(device_, image, frames, {.tapes = {.passes_before = 1, .fewest_bundles = 2}});
    EXPECT_EQ(ahead.result, stepped.result) << "seed " << seed;
    EXPECT_EQ(ahead.slices, stepped.slices) << "seed " << seed;
    EXPECT_EQ(ahead.values, stepped.values) << "seed " << seed;
    for (const std::uint64_t order : {7ULL, 12345ULL}) {
      const Observed permuted = observe(device_, image, frames, {.construction_seed = order});
      EXPECT_EQ(permuted.result, stepped.result) << "seed " << seed << " order " << order;
      EXPECT_EQ(permuted.slices, stepped.slices) << "seed " << seed << " order " << order;
      EXPECT_EQ(permuted.values, stepped.values) << "seed " << seed << " order " << order;
      const Observed both = observe(device_, image, frames, {.run_ahead = false, .construction_seed = order});
      EXPECT_EQ(both.result, stepped.result) << "seed " << seed << " order " << order;
    }
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace aie4ml::sim
