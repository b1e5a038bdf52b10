// Times of the whole machine against closed formulas over the device's numbers.
#include <algorithm>

#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/constant_inputs.hpp"
#include "tests/support/small_designs.hpp"
#include "traces/memory_recorder.hpp"

namespace aie4ml::sim {
namespace {

using test::ImageBuilder;

class MachineTiming : public ::testing::Test {
 protected:
  MachineResult simulate(int iterations = 1) {
    const arch::Image image = builder_.build();
    RunOptions options{.iterations = iterations, .recorder = &recorder_};
    return run(device_, image, test::constant_inputs(image, iterations), options);
  }
  const arch::Device device_ = arch::load_device("ve2802");
  ImageBuilder builder_{device_};
  traces::MemoryRecorder recorder_;
};

// 64 bit at 625 MHz are 5.0 GB/s on a 1.25 GHz array: 4 bytes a cycle, a beat every other cycle.
TEST_F(MachineTiming, PlioRateOfAWideClock) {
  builder_.plio_shape(64, 625);
  test::relay_design(builder_, {.words = 512});
  const MachineResult result = simulate();
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  for (const traces::PlioStatistics& plio : result.statistics.plios) {
    const std::int64_t beats = 512 / 2;
    const std::int64_t cycles = plio.last_beat[0] - plio.first_beat[0];
    if (plio.input) {
      EXPECT_EQ(cycles, 2 * (beats - 1)) << plio.name;
    }
    const double gigabytes =
        static_cast<double>((beats - 1) * 8) / (static_cast<double>(cycles) * device_.ns_per_cycle());
    EXPECT_NEAR(gigabytes, 5.0, 0.05) << plio.name;
  }
}

// 32 bit at 312.5 MHz are a quarter of that: the PLIO is the slowest part and paces everything.
TEST_F(MachineTiming, NarrowPlioPacesTheStream) {
  builder_.plio_shape(32, 312.5);
  test::relay_design(builder_, {.words = 128});
  const MachineResult result = simulate();
  for (const traces::PlioStatistics& plio : result.statistics.plios) {
    EXPECT_EQ(plio.last_beat[0] - plio.first_beat[0], 4 * 127) << plio.name;
  }
}

// The channel fetches ahead of the stream, which carries one word a cycle, until it holds all it can: the
// last access is when all but those words left.
TEST_F(MachineTiming, TileMm2sOf256Words) {
  arch::TileImage& tile = builder_.core(8, 0);
  builder_.bd(tile, {.id = 0, .words = 256, .release = 0});
  builder_.task(tile, arch::DmaDirection::mm2s, 0, 0);
  builder_.words_port(builder_.output("y", 8, 0, tile.tile, 0, 0), 256);
  const MachineResult result = simulate();
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  const arch::DmaTiming& t = device_.tile_dma.timing;
  const std::int64_t first_word_leaves = t.bd_start_cycles + t.first_word_cycles;
  const std::int64_t last_access = first_word_leaves + (255 - t.egress_words) + 1;
  const traces::RecordedSlice transfer = recorder_.slices_of(0).at(0);
  EXPECT_EQ(transfer.name, "transfer");
  EXPECT_EQ(transfer.begin, t.bd_start_cycles);
  EXPECT_EQ(transfer.end, last_access + 1);
  // Switch hops: DMA to South, two memory tiles, shim, each as long as the device says; then clock crossing.
  const arch::StreamSwitchFacts& s = device_.stream_switch;
  const std::int64_t hops = s.local_to_external_cycles + 3 * s.external_to_external_cycles;
  const std::int64_t last_word = first_word_leaves + 255 + hops + device_.shim.cdc_cycles;
  const std::int64_t beat = 4;  // cycles at 312.5 MHz
  EXPECT_EQ(result.statistics.plios[0].last_beat[0], (last_word + beat - 1) / beat * beat);
}

// S2MM: words are in memory `write_cycles` after they were at the switch; then the lock opens, and MM2S
// starts.
TEST_F(MachineTiming, RelayThroughAMemoryTile) {
  test::relay_design(builder_, {.words = 64, .ping_pong = false});
  const MachineResult result = simulate();
  const arch::DmaTiming& t = device_.memory_tile_dma.timing;
  const int access = device_.memory_tile.access_cycles;
  const arch::StreamSwitchFacts& s = device_.stream_switch;
  // The last beat of four words enters the array at its edge, one word a cycle.
  const std::int64_t last_beat = 4 * (64 / 4 - 1);
  EXPECT_EQ(result.statistics.plios[0].last_beat[0], last_beat);
  const std::int64_t at_switch =
      last_beat + device_.shim.cdc_cycles + 3 + s.external_to_external_cycles + s.external_to_local_cycles;
  const std::int64_t released = at_switch + t.write_cycles + access;
  const std::int64_t first_access = released + device_.locks.service_cycles + t.bd_start_cycles;
  const std::int64_t at_pl = first_access + t.first_word_cycles + access + s.local_to_external_cycles +
                             s.external_to_external_cycles + 3 + device_.shim.cdc_cycles;
  EXPECT_EQ(result.statistics.plios[1].first_beat[0], (at_pl + 3) / 4 * 4);
}

// The reader takes its first word at a known cycle; until then the writer gets rid of as many words as the
// link holds.
class CascadeTiming : public MachineTiming, public ::testing::WithParamInterface<arch::CascadeDirection> {};

TEST_P(CascadeTiming, FullAndEmpty) {
  constexpr int kLate = 40;
  constexpr int kWords = 6;
  std::string late, puts, gets;
  for (int n = 0; n < kLate; ++n) late += "nop\n";
  for (int i = 0; i < kWords; ++i) puts += "vmov.mcd bm0\n", gets += "vmov.scd bm0\n";
  // West to east, or north to south.
  const bool horizontal = GetParam() == arch::CascadeDirection::horizontal;
  arch::TileImage& first = builder_.core(8, 1);
  arch::TileImage& second = horizontal ? builder_.core(9, 1) : builder_.core(8, 0);
  first.cascade_out = second.cascade_in = GetParam();
  const auto cascade_stall = [](const MachineResult& result, arch::TileCoord tile) {
    const auto core = std::find_if(result.statistics.cores.begin(), result.statistics.cores.end(),
                                   [tile](const auto& c) { return c.tile == tile; });
    return core->cycles[static_cast<std::size_t>(traces::StallReason::cascade)];
  };
  const int depth = device_.cascade.output_fifo_depth + device_.cascade.input_fifo_depth;
  {
    builder_.program(first, puts + "done\n");
    builder_.program(second, late + gets + "done\n");
    const MachineResult result = simulate();
    ASSERT_FALSE(result.fault) << text_of(*result.fault);
    // Word `depth` waits for the first pop.
    EXPECT_EQ(cascade_stall(result, first.tile), kLate + 1 - depth);
    EXPECT_EQ(cascade_stall(result, second.tile), 0);
  }
  // The other way round: the reader waits for a writer that is late.
  builder_.program(first, late + puts + "done\n");
  builder_.program(second, gets + "done\n");
  const MachineResult result = simulate();
  EXPECT_EQ(cascade_stall(result, first.tile), 0);
  EXPECT_EQ(cascade_stall(result, second.tile), kLate + device_.cascade.hop_cycles);
}
INSTANTIATE_TEST_SUITE_P(Directions, CascadeTiming,
                         ::testing::Values(arch::CascadeDirection::horizontal,
                                           arch::CascadeDirection::vertical));

// A lock operation costs a core its fixed stall even if the lock is free.
TEST_F(MachineTiming, FreeLockStallsTheCoreAsLongAsTheDeviceSays) {
  arch::TileImage& tile = builder_.core(8, 0);
  builder_.lock(tile, 0, 2, "free");
  builder_.program(tile, "movx r16, #-1\nacq #48, r16\nacq #48, r16\ndone\n");
  const MachineResult result = simulate();
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  const arch::CoreTiming& t = device_.core.timing;
  const auto lock = static_cast<std::size_t>(traces::StallReason::lock);
  EXPECT_EQ(result.statistics.cores[0].cycles[lock], 2 * (t.lock_resume_cycle - t.lock_stall_cycle));
  EXPECT_EQ(result.statistics.cores[0].bundles, 4);
}

// Two cores of a memory's neighbourhood read one bank in every cycle: each gets it every other cycle.
TEST_F(MachineTiming, TwoCoresOnOneBankShareIt) {
  std::string own = "movxm p0, #0x70000\n";
  std::string west = "movxm p0, #0x50000\n";
  for (int i = 0; i < 20; ++i) {
    own += "vlda w0, [p0]\n";
    west += "vlda w0, [p0]\n";
  }
  for (int i = 0; i < 8; ++i) own += "nop\n", west += "nop\n";
  arch::TileImage& tile = builder_.core(8, 0);
  tile.memory.push_back({.address = 0, .data = std::vector<std::uint8_t>(32, 1)});
  builder_.program(tile, own + "done\n");
  builder_.program(builder_.core(9, 0), west + "done\n");
  const MachineResult result = simulate();
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  const auto bank = static_cast<std::size_t>(traces::StallReason::bank);
  // 32 bytes take both physical banks of the pair. Twenty accesses each in forty cycles: together twenty lost
  // by the one that loses first, nineteen by the other, whose last access is the last of all.
  const std::int64_t lost = result.statistics.cores[0].cycles[bank] + result.statistics.cores[1].cycles[bank];
  EXPECT_EQ(lost, 39);
}

}  // namespace
}  // namespace aie4ml::sim
