// What a run says about itself: the way to the first output, and that watching changes nothing.
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/constant_inputs.hpp"
#include "tests/support/small_designs.hpp"
#include "traces/memory_recorder.hpp"
#include "traces/trace_filter.hpp"

namespace aie4ml::sim {
namespace {

using test::Design;
using test::ImageBuilder;
using traces::PathKind;
using traces::PathPiece;

class Observation : public ::testing::Test {
 protected:
  MachineResult simulate(const std::function<void(ImageBuilder&)>& design, RunOptions options = {}) const {
    return simulate_on(device_, design, std::move(options));
  }
  static MachineResult simulate_on(const arch::Device& device,
                                   const std::function<void(ImageBuilder&)>& design, RunOptions options) {
    ImageBuilder builder(device);
    design(builder);
    const arch::Image image = builder.build();
    options.iterations = 3;
    MachineResult result = run(device, image, test::constant_inputs(image, options.iterations, 7), options);
    EXPECT_FALSE(result.fault) << text_of(*result.fault);
    return result;
  }
  static std::int64_t latency(const MachineResult& result) {
    std::int64_t first = -1;
    std::int64_t last = -1;
    for (const traces::PlioStatistics& plio : result.statistics.plios) {
      std::int64_t& beat = plio.input ? first : last;
      if (beat < 0) beat = plio.first_beat.at(0);
    }
    return last - first;
  }
  static std::int64_t cycles_of(const MachineResult& result, PathKind kind) {
    std::int64_t cycles = 0;
    for (const PathPiece& piece : result.statistics.critical_path) {
      if (piece.kind == kind) cycles += piece.end - piece.begin;
    }
    return cycles;
  }

  const arch::Device device_ = arch::load_device("ve2802");
};

const arch::Device& device() {
  static const arch::Device loaded = arch::load_device("ve2802");
  return loaded;
}
const std::vector<std::function<void(ImageBuilder&)>> kDesigns = {
    [](ImageBuilder& b) { test::add_design(b, {.frames = 3}); },
    [](ImageBuilder& b) {
      test::add_design(b, {.words = 256, .frames = 3, .delay = 9, .shared_banks = true});
    },
    [](ImageBuilder& b) { test::handover_design(b, {.words = 40, .frames = 3}); },
    [](ImageBuilder& b) { test::cascade_design(b, {.words = 128, .frames = 3}); },
    [](ImageBuilder& b) { test::relay_design(b, {}); },
    [](ImageBuilder& b) {
      test::relay_design(b, {.words = 24, .ping_pong = false, .columns = 4, .padding = 2});
    },
    [](ImageBuilder& b) {
      b.plio_shape(32, 100);
      test::relay_design(b, {.words = 320});
    },
    [](ImageBuilder& b) { test::external_relay_design(b, device(), 14, 200); },
    // The ends that count are the PLIOs.
    [](ImageBuilder& b) {
      test::relay_design(b, {});
      test::external_relay_design(b, device(), 14, 24);
    },
};

TEST_F(Observation, CriticalPathFillsTheLatencyWithoutAGap) {
  for (std::size_t i = 0; i < kDesigns.size(); ++i) {
    const MachineResult result = simulate(kDesigns[i]);
    const std::vector<PathPiece>& path = result.statistics.critical_path;
    ASSERT_FALSE(path.empty()) << "design " << i;
    EXPECT_EQ(path.back().end - path.front().begin, latency(result)) << "design " << i;
    for (std::size_t p = 0; p < path.size(); ++p) {
      EXPECT_LT(path[p].begin, path[p].end) << "design " << i << " piece " << p;
      if (p == 0) continue;
      EXPECT_EQ(path[p].begin, path[p - 1].end) << "design " << i << " piece " << p;
    }
  }
}

// A frame through a memory tile: every piece follows from the device's numbers.
TEST_F(Observation, CriticalPathOfARelayHasThePiecesOfTheBook) {
  constexpr int kWords = 64;
  const MachineResult result = simulate([](ImageBuilder& b) {
    b.plio_shape(32, 625);  // a word every second cycle
    test::relay_design(b, {.words = kWords});
  });
  std::vector<std::string> pieces;
  for (const PathPiece& p : result.statistics.critical_path) pieces.push_back(p.unit + ": " + p.what);
  EXPECT_THAT(
      pieces,
      ::testing::ElementsAre(
          "PLIO x: sends words", "shim 8 South 0: switch hops", "memory tile (8,0) S2MM 0: writes transfer",
          "memory tile (8,0) MM2S 0: lock 1 'buffer full' from memory tile (8,0) S2MM 0",
          "memory tile (8,0) MM2S 0: starts a descriptor", "memory tile (8,0) MM2S 0: reads transfer",
          "memory tile (8,0) DMA 0: switch hops", "PLIO y: clock crossing"));
  const auto piece = [&](std::size_t i) {
    const PathPiece& p = result.statistics.critical_path.at(i);
    return p.end - p.begin;
  };
  const arch::DmaTiming& dma = device_.memory_tile_dma.timing;
  const int access = device_.memory_tile.access_cycles;
  EXPECT_EQ(piece(0), 2 * (kWords - 1) + device_.shim.cdc_cycles);  // the last word counts
  EXPECT_EQ(piece(2), dma.write_cycles + access);
  EXPECT_EQ(piece(3), device_.locks.service_cycles);
  EXPECT_EQ(piece(4), dma.bd_start_cycles);
  EXPECT_EQ(piece(5), dma.first_word_cycles + access);
  const std::int64_t beat = result.statistics.critical_path.at(7).end;
  EXPECT_EQ(beat % 2, 0);
  EXPECT_EQ(piece(7) / 2, device_.shim.cdc_cycles / 2);  // to the next edge of the PL clock
}

// Everything on the path is the cause of what follows it. So if locks become slower by so much, the latency
// grows by as much for every lock handed over on the old path; and not by more than for every lock on the new
// one, since with the old locks that one was no longer than the latency.
TEST_F(Observation, LatencyGrowsWithThePiecesOfThePath) {
  constexpr int kMore = 60;
  constexpr std::int64_t kPlCycle = 13;  // of the slowest PL clock here: beats wait for its edge
  const auto locks = [](const MachineResult& result, bool handed_over) {
    return std::count_if(result.statistics.critical_path.begin(), result.statistics.critical_path.end(),
                         [handed_over](const PathPiece& piece) {
                           return piece.kind == PathKind::lock &&
                                  (!handed_over || piece.what.find(" from ") != std::string::npos);
                         });
  };
  for (std::size_t i = 0; i < kDesigns.size(); ++i) {
    const MachineResult before = simulate(kDesigns[i]);
    arch::Device slower = device_;
    slower.locks.service_cycles += kMore;
    const MachineResult after = simulate_on(slower, kDesigns[i], {});
    EXPECT_GT(locks(before, true), 0) << "design " << i;
    EXPECT_GE(latency(after) - latency(before), kMore * locks(before, true) - kPlCycle) << "design " << i;
    EXPECT_LE(latency(after) - latency(before), kMore * locks(after, false) + kPlCycle) << "design " << i;
  }
}

// The first output waits for a core that computes longer, and for nothing else.
TEST_F(Observation, CoreOnThePathIsChargedForItsTime) {
  const auto with_delay = [&](int delay) {
    return simulate(
        [delay](ImageBuilder& b) { test::add_design(b, {.words = 64, .frames = 3, .delay = delay}); });
  };
  const MachineResult fast = with_delay(0);
  const MachineResult slow = with_delay(20);
  EXPECT_EQ(latency(slow) - latency(fast), 20 * 64 / 8);
  EXPECT_EQ(cycles_of(slow, PathKind::core) - cycles_of(fast, PathKind::core), 20 * 64 / 8);
}

// Counts and outputs are the same whether and how somebody watches, and a filter passes what it should on.
TEST_F(Observation, WatchingChangesNothing) {
  for (std::size_t i = 0; i < kDesigns.size(); ++i) {
    const std::string alone = text_of(simulate(kDesigns[i]));
    traces::MemoryRecorder all;
    EXPECT_EQ(text_of(simulate(kDesigns[i], {.recorder = &all})), alone) << "design " << i;
    for (const char* text : {"kind=core", "tile=8,0;cycles=100..200", "shim=*;kind=plio", "cycles=50.."}) {
      auto kept = std::make_unique<traces::MemoryRecorder>();
      const traces::MemoryRecorder& some = *kept;
      const traces::TraceFilter filter = traces::TraceFilter::parse(text);
      traces::FilteredRecorder filtered(std::move(kept), filter, device_);
      EXPECT_EQ(text_of(simulate(kDesigns[i], {.recorder = &filtered})), alone)
          << "design " << i << ' ' << text;
      std::size_t expected = 0;
      for (const traces::RecordedSlice& slice : all.slices()) {
        const bool overlaps = slice.end > filter.cycles().first && slice.begin <= filter.cycles().last;
        expected += overlaps && filter.shows(all.tracks().at(slice.track), device_) ? 1 : 0;
      }
      EXPECT_EQ(some.slices().size(), expected) << "design " << i << ' ' << text;
    }
  }
}

// Two buffers: at any time a lock says how many of them are so.
TEST_F(Observation, ValuesOfLocksAreThoseOfAPingPongPair) {
  traces::MemoryRecorder recorder;
  simulate(kDesigns[0], {.recorder = &recorder});
  std::map<std::string, std::vector<std::int64_t>> values;
  for (const traces::RecordedValue& value : recorder.values()) {
    values[recorder.tracks().at(value.track).name].push_back(value.value);
  }
  for (const char* name :
       {"lock 0 'in empty'", "lock 1 'in full'", "lock 2 'out empty'", "lock 3 'out full'"}) {
    ASSERT_TRUE(values.contains(name)) << name;
    const bool empty = std::string(name).find("empty") != std::string::npos;
    EXPECT_EQ(values[name].front(), empty ? 2 : 0) << name;
    for (const std::int64_t value : values[name])
      EXPECT_TRUE(value >= 0 && value <= 2) << name << ' ' << value;
  }
  EXPECT_EQ(values["lock 3 'out full'"].back(), 0);  // all was sent
  EXPECT_EQ(values["lock 2 'out empty'"].back(), 2);
}

// A reason for every cycle in which an agent waited: the trace names the lock, not just "lock".
TEST_F(Observation, WaitsAreNamedByWhatIsWaitedFor) {
  traces::MemoryRecorder recorder;
  simulate(kDesigns[0], {.recorder = &recorder});
  std::map<traces::StallReason, std::set<std::string>> names;
  for (const traces::RecordedSlice& slice : recorder.slices()) names[slice.stall].insert(slice.name);
  EXPECT_THAT(names[traces::StallReason::lock], ::testing::Contains("lock 1 'in full' of tile (8,0)"));
  EXPECT_THAT(names[traces::StallReason::stream], ::testing::Contains("words on shim 8 South 0"));
}

}  // namespace
}  // namespace aie4ml::sim
