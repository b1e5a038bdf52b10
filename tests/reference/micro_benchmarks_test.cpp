// Published micro-benchmarks, each against the whole machine; deviations are printed. What is published was
// measured on silicon or on AMD's simulator by others (see the README beside timing_cases.json).
#include <cmath>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/support/constant_inputs.hpp"
#include "tests/support/image_builder.hpp"
#include "tests/support/small_designs.hpp"
#include "traces/memory_recorder.hpp"

namespace aie4ml::sim {
namespace {

using test::ImageBuilder;

void expect_near(const char* what, double predicted, double published, double tolerance_percent) {
  const double deviation = 100 * (predicted / published - 1);
  std::printf("%-58s predicted %8.1f published %8.1f %+5.1f %%\n", what, predicted, published, deviation);
  EXPECT_LE(std::abs(deviation), tolerance_percent) << what;
}

class MicroBenchmark : public ::testing::Test {
 protected:
  MachineResult simulate(const ImageBuilder& builder, int iterations) {
    const arch::Image image = builder.build();
    return run(device_, image, test::constant_inputs(image, iterations),
               {.iterations = iterations, .recorder = &recorder_});
  }

  // 256 words from a memory tile to a PLIO that takes a word a cycle: cycles from the start of the task, the
  // descriptor included, to its last access.
  double mm2s(std::vector<arch::BdDimension> dimensions) {
    ImageBuilder builder(device_);
    builder.plio_shape(64, 625);
    arch::TileImage& tile = builder.memory_tile(8, 1);
    builder.bd(tile, {.id = 0, .words = 256, .dimensions = std::move(dimensions)});
    builder.task(tile, arch::DmaDirection::mm2s, 0, 0);
    builder.words_port(builder.output("y", 8, 0, tile.tile, 0, 0), 256);
    const MachineResult result = simulate(builder, 1);
    EXPECT_FALSE(result.fault) << result.fault->message;
    for (const traces::Track& track : recorder_.tracks()) {
      if (track.unit != traces::UnitKind::mm2s) continue;
      for (const traces::RecordedSlice& slice : recorder_.slices_of(track.id)) {
        if (slice.name == "transfer") return static_cast<double>(slice.end);
      }
    }
    ADD_FAILURE() << "no transfer";
    return 0;
  }

  const arch::Device device_ = arch::load_device("ve2802");
  traces::MemoryRecorder recorder_;
};

// Silicon: 258 cycles where no two words lie side by side.
TEST_F(MicroBenchmark, MemoryTileMm2sStrided) {
  for (const int bytes : {16, 64, 256}) {
    const std::string what = "memory tile MM2S, 256 words " + std::to_string(bytes) + " bytes apart, cycles";
    expect_near(what.c_str(), mm2s({{.size = 256, .stride_words = bytes / 4}}), 258, 4);
  }
}

// AMD's simulator: every swap of a ping-pong pair costs a saturated port 3.6 ns where the input binds and 6.5
// ns where the output does, beside the transfer. Within 2.5 ns: both come from the same change of descriptors
// here.
TEST_F(MicroBenchmark, PingPongSwap) {
  constexpr int kWords = 512;
  constexpr int kIterations = 10;
  ImageBuilder builder(device_);
  builder.plio_shape(64, 625);
  test::relay_design(builder, {.words = kWords});
  const MachineResult result = simulate(builder, kIterations);
  ASSERT_FALSE(result.fault) << result.fault->message;
  const std::vector<std::int64_t>& beats = result.statistics.plios.at(1).last_beat;
  const double swap_ns = (static_cast<double>(beats[9] - beats[3]) / 6 - kWords) * device_.ns_per_cycle();
  std::printf(
      "ping-pong swap of a saturated port: predicted %.1f ns, published 3.6 (input) and 6.5 (output)\n",
      swap_ns);
  EXPECT_NEAR(swap_ns, 3.6, 2.5);
  EXPECT_NEAR(swap_ns, 6.5, 2.5);
}

}  // namespace
}  // namespace aie4ml::sim
