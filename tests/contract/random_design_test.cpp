// Properties that hold for every design, over designs drawn from seeds: the way it is simulated changes
// nothing, the right words come out, and nothing is lost on the way.
#include "tests/support/random_design.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <utility>

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

// The designs are small: what comes twice is played from a tape, be it short.
constexpr TapePolicy kSoon{.passes_before = 1, .fewest_bundles = 2};

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
  const Observed ahead = observe(design, {.tapes = kSoon});
  ASSERT_EQ(ahead.text, stepped.text) << "run ahead";
  ASSERT_EQ(ahead.slices, stepped.slices) << "run ahead";
  const Observed permuted = observe(design, {.tapes = kSoon, .construction_seed = seed + 1});
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
  std::map<std::pair<arch::TileCoord, arch::ChannelId>, std::int64_t> words;
  for (const traces::ChannelStatistics& channel : result.statistics.channels)
    words[{channel.tile, channel.channel}] = channel.words;
  ASSERT_EQ(words, design.channel_words);
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
  constexpr unsigned kDesigns = 100;
  std::map<std::string, int> seen;
  const auto count = [&seen](const char* what, bool is) { seen[what] += is ? 1 : 0; };
  std::int64_t conflicts = 0;
  for (unsigned seed = 1; seed <= kDesigns; ++seed) {
    const RandomDesign design = test::random_design(device(), seed);
    count("races", design.races);
    for (const arch::GmioChannel& gmio : design.image.gmios) {
      count("GMIO inputs", gmio.direction == arch::PlioChannel::Direction::input);
      count("GMIO outputs", gmio.direction == arch::PlioChannel::Direction::output);
    }
    for (const arch::TileImage& tile : design.image.tiles) {
      count("cascades", tile.cascade_out != arch::CascadeDirection::none);
      count("merges in a fixed order", !tile.merges.empty());
      for (const arch::BufferDescriptor& bd : tile.descriptors) {
        count("neighbours", bd.memory != arch::LockAccess::Where::own);
        count("paddings", bd.padding != arch::BdPadding{});
        count("orders", !bd.dimensions.empty());
        count("iterations", bd.iteration.wrap > 1);
        count("exact locks", bd.acquire && bd.acquire->equal);
        count("endless chains", bd.next && *bd.next <= bd.id);
        count("no TLAST", bd.suppress_tlast);
        count("packet headers", bd.packet.has_value());
      }
      for (const arch::DmaChannelConfig& channel : tile.channels) {
        count("finish on TLAST", channel.finish_on_tlast);
        count("out of order", channel.out_of_order);
        count("tokens", channel.tasks.back().token.has_value());
        count("queues", channel.tasks.size() > 1);
      }
      for (const arch::PacketSlave& slave : tile.packet_slaves) {
        count("packets that part", slave.slots.size() > 1);
        for (const arch::PacketSlot& slot : slave.slots) {
          const auto listens = [&slot](const arch::PacketMaster& m) {
            return m.arbiter == slot.arbiter && (m.msels >> slot.msel & 1) != 0;
          };
          count("packets to several",
                std::count_if(tile.packet_masters.begin(), tile.packet_masters.end(), listens) > 1);
        }
      }
      for (const arch::PacketMaster& master : tile.packet_masters) {
        const auto feeds = [&master](const arch::PacketSlave& s) {
          return std::any_of(s.slots.begin(), s.slots.end(), [&master](const arch::PacketSlot& slot) {
            return slot.arbiter == master.arbiter;
          });
        };
        count("arbiters with a choice",
              std::count_if(tile.packet_slaves.begin(), tile.packet_slaves.end(), feeds) > 1);
      }
      const auto is_core = [](const arch::StreamPort& port) { return port.side == arch::PortSide::core; };
      for (const arch::CircuitConnection& c : tile.connections) {
        count("core reads a stream", is_core(c.master));
        count("core writes a stream", is_core(c.slave));
      }
    }
    const MachineResult result =
        run(device(), design.image, design.inputs, {.iterations = design.iterations});
    for (const traces::RouteStatistics& route : result.statistics.routes)
      count("multicasts", route.receivers > 1);
    for (const traces::ChannelStatistics& channel : result.statistics.channels)
      count("tokens sent", channel.tokens > 0);
    for (const traces::BankStatistics& bank : result.statistics.banks) conflicts += bank.conflicts;
  }
  for (const auto& [what, times] : seen) EXPECT_GE(times, 10) << what;
  EXPECT_EQ(seen.size(), 24U);
  EXPECT_GT(conflicts, 500);
}

INSTANTIATE_TEST_SUITE_P(Short, RandomDesigns, testing::Range(0U, 2U));
INSTANTIATE_TEST_SUITE_P(Long, RandomDesigns, testing::Range(2U, 20U));

}  // namespace
}  // namespace aie4ml::sim
