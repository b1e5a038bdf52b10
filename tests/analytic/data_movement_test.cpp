// Data movement against closed formulas over the device's numbers.
#include <numeric>

#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/support/small_designs.hpp"

namespace aie4ml::sim {
namespace {

using namespace arch;
using test::ImageBuilder;

class DataMovement : public ::testing::Test {
 protected:
  MachineResult simulate(int iterations) {
    const Image image = builder_.build();
    std::vector<std::vector<std::uint32_t>> inputs(image.host_ends());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (image.host_direction(i) == PlioChannel::Direction::input)
        inputs[i].resize(static_cast<std::size_t>(iterations * image.host_words(i)));
    }
    MachineResult result = run(device_, image, inputs, {.iterations = iterations});
    EXPECT_FALSE(result.fault) << result.fault->message;
    // Conservation: what enters a route comes out at each of its receivers.
    for (const auto& route : result.statistics.routes) {
      EXPECT_EQ(route.words_in * route.receivers, route.words_out) << route.name;
    }
    return result;
  }
  // Cycles between the ends of the last two frames.
  static std::int64_t interval(const traces::PlioStatistics& plio) {
    return plio.last_beat.at(plio.last_beat.size() - 1) - plio.last_beat.at(plio.last_beat.size() - 2);
  }

  const Device device_ = load_device("ve2802");
  const DmaTiming& memory_dma_ = device_.memory_tile_dma.timing;
  ImageBuilder builder_{device_};
};

// A stream carries a word a cycle. A change of descriptors with a lock costs a chain and an answer.
TEST_F(DataMovement, PingPongIsBoundByTheStream) {
  for (const int words : {256, 1024}) {
    ImageBuilder builder(device_);
    builder.plio_shape(64, 625);
    test::relay_design(builder, {.words = words});
    const Image image = builder.build();
    std::vector<std::vector<std::uint32_t>> inputs(2);
    inputs[0].resize(static_cast<std::size_t>(8 * words));
    const MachineResult result = run(device_, image, inputs, {.iterations = 8});
    ASSERT_FALSE(result.fault) << result.fault->message;
    const std::int64_t expected = words + memory_dma_.bd_chain_cycles + device_.locks.service_cycles;
    // Beats are on a grid of two cycles.
    const auto& beats = result.statistics.plios.at(1).last_beat;
    EXPECT_NEAR(static_cast<double>(beats[7] - beats[3]) / 4, static_cast<double>(expected), 0.5);
  }
}

// With one buffer the sides take turns: a frame costs the way in and the way out, but for the words that the
// sending channel holds when it gives the buffer back.
TEST_F(DataMovement, OneBufferCostsBothWays) {
  constexpr int kWords = 512;
  test::relay_design(builder_, {.words = kWords, .ping_pong = false});
  const MachineResult result = simulate(6);
  const int access = device_.memory_tile.access_cycles;
  const std::int64_t lock = device_.locks.service_cycles;
  const std::int64_t in =
      memory_dma_.bd_start_cycles + (kWords - 1) + memory_dma_.write_cycles + access + lock;
  const std::int64_t out = memory_dma_.bd_start_cycles + memory_dma_.first_word_cycles + access +
                           (kWords - 1 - memory_dma_.egress_words) + 1 + 1 + lock;
  const auto& beats = result.statistics.plios.at(1).last_beat;
  EXPECT_NEAR(static_cast<double>(beats[5] - beats[1]) / 4, static_cast<double>(in + out), 1.0);
}

// 32 bit at 312.5 MHz are a word every four cycles: the port sets the interval.
TEST_F(DataMovement, ANarrowPortBindsTheInterval) {
  constexpr int kWords = 200;
  builder_.plio_shape(32, 312.5);
  test::relay_design(builder_, {.words = kWords});
  const MachineResult result = simulate(5);
  for (const auto& plio : result.statistics.plios) EXPECT_EQ(interval(plio), 4 * kWords) << plio.name;
}

// AM020-5: a memory tile reads 30 GB/s and writes 30 GB/s at once: six channels each way at four bytes a
// cycle of 1.25 GHz, on single-port banks.
TEST_F(DataMovement, MemoryTileMovesTwelveStreamsAtOnce) {
  constexpr int kWords = 4096;
  constexpr int kFrames = 4;
  builder_.plio_shape(64, 625);
  TileImage& tile = builder_.memory_tile(8, 1);
  TileImage& core = builder_.core(8, 0);
  for (int c = 0; c < 6; ++c) {
    const int first_bd = c % 2 * 24 + 4 * (c / 2);
    builder_.lock(tile, 2 * c, 2, "free");
    builder_.lock(tile, 2 * c + 1, 0, "full");
    for (int half = 0; half < 2; ++half) {
      const int address = (2 * c + half) * kWords;
      builder_.bd(tile, {.id = first_bd + half,
                         .address = address,
                         .words = kWords,
                         .next = first_bd + 1 - half,
                         .acquire = 2 * c,
                         .release = 2 * c + 1});
      builder_.bd(tile, {.id = first_bd + 2 + half,
                         .address = address,
                         .words = kWords,
                         .next = first_bd + 3 - half,
                         .acquire = 2 * c + 1,
                         .release = 2 * c});
    }
    builder_.task(tile, DmaDirection::s2mm, c, first_bd);
    builder_.task(tile, DmaDirection::mm2s, c, first_bd + 2);
    builder_.words_port(builder_.input("x" + std::to_string(c), 8, c, tile.tile, c, c), kWords);
    if (c < 4) {
      builder_.words_port(builder_.output("y" + std::to_string(c), 8, c, tile.tile, c, c), kWords);
    } else {  // South has four ports; the others go north
      builder_.bd(core, {.id = c, .address = (c - 4) * kWords, .words = kWords, .next = c});
      builder_.task(core, DmaDirection::s2mm, c - 4, c);
      builder_.vertical(tile.tile, c, core.tile, c - 4, c);
    }
  }
  const MachineResult result = simulate(kFrames);
  const std::int64_t frame = kWords + memory_dma_.bd_chain_cycles + device_.locks.service_cycles;
  std::int64_t conflicts = 0;
  for (const auto& bank : result.statistics.banks) conflicts += bank.conflicts;
  for (const auto& plio : result.statistics.plios) {
    if (plio.input) continue;
    // Losing a bank costs a channel nothing: it has four cycles for an access.
    EXPECT_LE(interval(plio), frame + 1) << plio.name;
    const double gigabytes = 4.0 * kWords / (static_cast<double>(interval(plio)) * device_.ns_per_cycle());
    EXPECT_GT(6 * gigabytes, 29.9) << plio.name;
  }
  EXPECT_GT(conflicts, 0);
  for (const auto& channel : result.statistics.channels) EXPECT_EQ(channel.words, kFrames * kWords);
}

}  // namespace
}  // namespace aie4ml::sim
