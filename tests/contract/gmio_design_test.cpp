// External memory: from DDR through a tile and back, its bandwidth, its latency, and who is first.
#include <numeric>

#include <gmock/gmock.h>
#include <systemc>

#include "arch/device/device_loader.hpp"
#include "sim/kernel/kernel_time.hpp"
#include "sim/kernel/simulation.hpp"
#include "sim/machine/machine.hpp"
#include "sim/module/external_memory.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/image_builder.hpp"
#include "tests/support/small_designs.hpp"

namespace aie4ml::sim {
namespace {

using namespace arch;
using test::ImageBuilder;
using ::testing::HasSubstr;

constexpr int kColumn = 14;  // has a NoC DMA and PLIOs

class GmioDesign : public ::testing::Test {
 protected:
  void relay(int words) { test::external_relay_design(builder_, device_, kColumn, words); }
  MachineResult simulate(int iterations, RunOptions options = {}) {
    const Image image = builder_.build();
    std::vector<std::vector<std::uint32_t>> inputs(image.host_ends());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (image.host_direction(i) == PlioChannel::Direction::output) continue;
      inputs[i].resize(static_cast<std::size_t>(iterations * image.host_words(i)));
      std::iota(inputs[i].begin(), inputs[i].end(), 5000U);
    }
    options.iterations = iterations;
    return run(device_, image, inputs, options);
  }

  const Device device_ = load_device("ve2802");
  ImageBuilder builder_{device_};
};

TEST_F(GmioDesign, WordsGoFromDdrThroughAMemoryTileAndBack) {
  relay(96);
  const MachineResult result = simulate(5);
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  std::vector<std::uint32_t> expected(5 * 96);
  std::iota(expected.begin(), expected.end(), 5000U);
  EXPECT_EQ(result.plio_outputs.at(1), expected);
  EXPECT_TRUE(result.plio_outputs.at(0).empty());
  for (const auto& route : result.statistics.routes) {
    EXPECT_EQ(route.words_in * route.receivers, route.words_out) << route.name;
    EXPECT_EQ(route.words_in, 5 * 96) << route.name;
  }
  ASSERT_EQ(result.statistics.plios.size(), 2U);
  for (const auto& end : result.statistics.plios) {
    EXPECT_EQ(end.words, 5 * 96);
    EXPECT_EQ(end.last_beat.size(), 5U);
  }
  for (const std::uint64_t order : {7ULL, 99ULL}) {
    EXPECT_EQ(text_of(simulate(5, {.construction_seed = order})), text_of(result));
    EXPECT_EQ(text_of(simulate(5, {.run_ahead = false, .construction_seed = order})), text_of(result));
  }
}

// The descriptors of a shim walk like any other: columns of a matrix in DDR, the halves of a frame by
// iteration.
TEST_F(GmioDesign, ShimDescriptorsTranspose) {
  relay(24);
  TileImage& shim = builder_.at(device_.shim_tile(kColumn));
  shim.descriptors[0].dimensions = {{6, 4}, {4, 1}};
  const MachineResult result = simulate(2);
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  std::vector<std::uint32_t> expected;
  for (std::uint32_t frame = 0; frame < 2; ++frame) {
    for (std::uint32_t column = 0; column < 4; ++column) {
      for (std::uint32_t row = 0; row < 6; ++row) expected.push_back(5000 + frame * 24 + row * 4 + column);
    }
  }
  EXPECT_EQ(result.plio_outputs.at(1), expected);
}

// The first word is at the pace of documented and assumed numbers, each once.
TEST_F(GmioDesign, FirstFrameTakesWhatTheWayTakes) {
  relay(64);  // one burst
  const MachineResult result = simulate(1);
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  const ExternalMemoryFacts& ddr = device_.external_memory;
  const double mhz = device_.clock.aie_mhz;
  const auto cycles = [mhz](double ns) { return static_cast<std::int64_t>(std::ceil(ns * mhz / 1000)); };
  const auto transfer = cycles(256 * 1000 / ddr.megabytes_per_second);
  const DmaTiming& s = device_.shim.dma.timing;
  const DmaTiming& m = device_.memory_tile_dma.timing;
  const StreamSwitchFacts& w = device_.stream_switch;
  const int access = device_.memory_tile.access_cycles;
  const std::int64_t lock = device_.locks.service_cycles;
  std::int64_t time = s.bd_start_cycles;
  EXPECT_EQ(result.statistics.plios[0].first_beat[0], time);
  time += transfer + cycles(ddr.read_latency_ns) + s.first_word_cycles;  // the burst is at the shim's switch
  time += w.external_to_external_cycles + w.external_to_local_cycles + 63;  // last word at the memory tile
  time += m.write_cycles + access + lock;                                   // MM2S has its lock
  time += m.bd_start_cycles + m.first_word_cycles + access;                 // its first word leaves
  time += w.local_to_external_cycles + w.external_to_external_cycles + 63;  // last word at the shim's DMA
  time += s.write_cycles + transfer + cycles(ddr.write_latency_ns);
  EXPECT_EQ(result.statistics.plios[1].last_beat[0], time);
}

// The latency from the first burst asked for to the first one in memory, explained.
TEST_F(GmioDesign, CriticalPathGoesThroughExternalMemory) {
  relay(64);
  const MachineResult result = simulate(2);
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  const auto& path = result.statistics.critical_path;
  std::vector<std::string> pieces;
  for (const auto& p : path) pieces.push_back(p.unit + ": " + p.what);
  EXPECT_THAT(pieces, ::testing::ElementsAre(
                          "shim 14 MM2S 0: reads external memory", "shim 14 South 3: switch hops",
                          "memory tile (14,0) S2MM 0: writes transfer",
                          "memory tile (14,0) MM2S 0: lock 1 'full' from memory tile (14,0) S2MM 0",
                          "memory tile (14,0) MM2S 0: starts a descriptor",
                          "memory tile (14,0) MM2S 0: reads transfer",
                          "memory tile (14,0) DMA 0: switch hops", "shim 14 S2MM 0: writes external memory"));
  const ExternalMemoryFacts& ddr = device_.external_memory;
  const auto cycles = [this](double ns) {
    return static_cast<std::int64_t>(std::ceil(ns * device_.clock.aie_mhz / 1000));
  };
  const auto transfer = cycles(256 * 1000 / ddr.megabytes_per_second);
  const DmaTiming& shim = device_.shim.dma.timing;
  const auto length = [&path](std::size_t i) { return path.at(i).end - path.at(i).begin; };
  EXPECT_EQ(length(0), transfer + cycles(ddr.read_latency_ns) + shim.first_word_cycles);
  EXPECT_EQ(length(path.size() - 1), 63 + shim.write_cycles + transfer + cycles(ddr.write_latency_ns));
  EXPECT_EQ(path.front().begin, result.statistics.plios[0].first_beat[0]);
  EXPECT_EQ(path.back().end, result.statistics.plios[1].first_beat[0]);
  for (std::size_t i = 1; i < path.size(); ++i) EXPECT_EQ(path[i].begin, path[i - 1].end);
}

// A stream carries one word a cycle; DDR gives more, and its latency is hidden by bursts under way.
TEST_F(GmioDesign, ASteadyStreamRunsAtOneWordACycle) {
  constexpr int kWords = 4096;
  relay(kWords);
  const MachineResult result = simulate(4);
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  const auto& end = result.statistics.plios[1].last_beat;
  for (std::size_t i = 2; i < end.size(); ++i) {
    EXPECT_GE(end[i] - end[i - 1], kWords);
    EXPECT_LE(end[i] - end[i - 1], kWords + 64);  // changes of descriptors, and the grid of bursts
  }
}

// Where the bus is slower than the streams it binds: every word crosses it twice, in and out.
TEST_F(GmioDesign, ASlowBusBindsTheInterval) {
  constexpr int kWords = 512;
  Device slow = device_;
  slow.external_memory.megabytes_per_second = 1000;
  ImageBuilder builder(slow);
  test::external_relay_design(builder, slow, kColumn, kWords);
  const Image image = builder.build();
  const MachineResult result =
      run(slow, image, {std::vector<std::uint32_t>(6 * kWords), {}}, {.iterations = 6});
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  // 1 GB/s is a byte a nanosecond; all words are in before the last are out, and none wait but at first.
  const double bus = 2 * 4 * 6 * kWords / slow.ns_per_cycle();
  const auto end = static_cast<double>(result.statistics.plios[1].last_beat.at(5));
  EXPECT_GE(end, bus);
  EXPECT_LE(end, 1.02 * bus);
}

TEST_F(GmioDesign, ADeadlockNamesTheBuffer) {
  relay(16);
  builder_.memory_tile(kColumn, 0).locks[0].value = 0;
  const MachineResult result = simulate(1);
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, Fault::Kind::deadlock);
  EXPECT_THAT(result.fault->message, HasSubstr("lock 1 'full'"));
}

// Two bursts of one cycle: the second one's data come a transfer later; asked for a cycle before, it is
// first.
class DdrBench : public ::testing::Test {
 protected:
  const Simulation simulation_;
  const Device device_ = load_device("ve2802");
  ExternalMemory memory_{"ddr", device_};
  BurstTicket a_, b_;
  std::int64_t transfer_ = static_cast<std::int64_t>(
      std::ceil(256 * device_.clock.aie_mhz / device_.external_memory.megabytes_per_second));
  std::int64_t latency_ = static_cast<std::int64_t>(
      std::ceil(device_.external_memory.read_latency_ns * device_.clock.aie_mhz / 1000));
};

TEST_F(DdrBench, BurstsOfOneCycleAreServedInTheOrderOfTheirUnits) {
  memory_.request(b_, 2, false, 256, 10);
  memory_.request(a_, 1, false, 256, 10);
  sc_core::sc_start(at(20, Phase::requests));
  EXPECT_EQ(a_.cycle, 10 + transfer_ + latency_);
  EXPECT_EQ(b_.cycle, 10 +
                          static_cast<std::int64_t>(std::ceil(2 * 256 * device_.clock.aie_mhz /
                                                              device_.external_memory.megabytes_per_second)) +
                          latency_);
}
TEST_F(DdrBench, WhoAsksACycleEarlierIsFirst) {
  memory_.request(a_, 1, false, 256, 10);
  memory_.request(b_, 2, false, 256, 9);
  sc_core::sc_start(at(9, Phase::banks));
  EXPECT_TRUE(b_.open);
  sc_core::sc_start(at(1, Phase::requests));
  EXPECT_FALSE(b_.open);
  EXPECT_EQ(b_.cycle, 9 + transfer_ + latency_);
  sc_core::sc_start(at(10, Phase::requests));
  EXPECT_GT(a_.cycle, b_.cycle);
}

}  // namespace
}  // namespace aie4ml::sim
