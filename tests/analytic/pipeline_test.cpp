// How long a pipeline takes to fill and how its stages overlap: measured equals closed formulas of the
// device's numbers.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/support/constant_inputs.hpp"
#include "tests/support/image_builder.hpp"
#include "traces/memory_recorder.hpp"

namespace aie4ml::sim {
namespace {

using arch::DmaDirection;
using test::ImageBuilder;

enum Lock { in_empty, in_full, out_empty, out_full };
constexpr int kOwnLocks = 48;

class Pipeline : public ::testing::Test {
 protected:
  // A core takes each frame as it lies there and lets the channel send it on after `work` bundles.
  std::string program(int frames, int work) const {
    std::string text =
        fmt::format("movx r16, #-1\nmovx r17, #1\nmovxm r2, #{}\nmovx r3, #-1\nframe:\n", frames);
    text += fmt::format("acq #{}, r16\nacq #{}, r16\n", kOwnLocks + in_full, kOwnLocks + out_empty);
    text += fmt::format("movxm lc, #{}\nmovxm ls, work\nmovxm le, work_end\n", work / 10);
    for (int i = 0; i < 10; ++i) text += i == 0 ? "work:\nnop\n" : i == 9 ? "work_end:\nnop\n" : "nop\n";
    text += fmt::format("rel #{}, r17\nrel #{}, r17\n", kOwnLocks + out_full, kOwnLocks + in_empty);
    return text + "add r2, r2, r3\njnz r2, frame\nnop\nnop\nnop\nnop\nnop\ndone\n";
  }
  // Bundles of a frame beside the work: two acquires and releases, loop set-up, the branch with its slots.
  static constexpr int kOtherBundles = 4 + 3 + 1 + 1 + 5;
  // What a lock operation costs a core beyond its bundle, if it need not wait.
  [[nodiscard]] std::int64_t lock_stall() const {
    return device_.core.timing.lock_resume_cycle - device_.core.timing.lock_stall_cycle;
  }

  // S2MM 0 and MM2S 0 of the tile on the same `buffers` buffers.
  void stage(ImageBuilder& builder, arch::TileImage& tile, int words, int frames, int work, int buffers) {
    builder.program(tile, program(frames, work));
    builder.lock(tile, in_empty, buffers, "in empty");
    builder.lock(tile, in_full, 0, "in full");
    builder.lock(tile, out_empty, buffers, "out empty");
    builder.lock(tile, out_full, 0, "out full");
    for (int i = 0; i < buffers; ++i) {
      const int next = (i + 1) % buffers;
      builder.bd(tile, {.id = i,
                        .address = 4096 * i,
                        .words = words,
                        .next = next,
                        .acquire = in_empty,
                        .release = in_full});
      builder.bd(tile, {.id = 4 + i,
                        .address = 4096 * i,
                        .words = words,
                        .next = 4 + next,
                        .acquire = out_full,
                        .release = out_empty});
    }
    builder.task(tile, DmaDirection::s2mm, 0, 0);
    builder.task(tile, DmaDirection::mm2s, 0, 4);
  }

  MachineResult simulate(const ImageBuilder& builder, int iterations) {
    const arch::Image image = builder.build();
    return run(device_, image, test::constant_inputs(image, iterations),
               {.iterations = iterations, .recorder = &recorder_});
  }

  const arch::Device device_ = arch::load_device("ve2802");
  traces::MemoryRecorder recorder_;
};

// Frame by frame through five tiles: each stage begins so many cycles after the one before it.
TEST_F(Pipeline, FillTakesAStageAfterTheOther) {
  constexpr int kStages = 5;
  constexpr int kWords = 40;
  constexpr int kWork = 70;
  ImageBuilder builder(device_);
  std::vector<arch::TileCoord> tiles;
  for (int row = 0; row < kStages; ++row) {
    arch::TileImage& tile = builder.core(8, row);
    stage(builder, tile, kWords, 1, kWork, 1);
    tiles.push_back(tile.tile);
  }
  builder.words_port(builder.input("x", 8, 0, tiles.front(), 0, 0), kWords);
  for (std::size_t i = 0; i + 1 < tiles.size(); ++i) builder.vertical(tiles[i], 0, tiles[i + 1], 0, 1);
  builder.words_port(builder.output("y", 8, 0, tiles.back(), 0, 2), kWords);
  const MachineResult result = simulate(builder, 1);
  ASSERT_FALSE(result.fault) << result.fault->message;
  std::vector<std::int64_t> begins;
  for (const traces::Track& track : recorder_.tracks()) {
    if (track.unit != traces::UnitKind::mm2s) continue;
    for (const traces::RecordedSlice& slice : recorder_.slices_of(track.id)) {
      if (slice.name == "transfer") begins.push_back(slice.begin);
    }
  }
  ASSERT_EQ(begins.size(), std::size_t{kStages});
  const arch::DmaTiming& dma = device_.tile_dma.timing;
  const arch::StreamSwitchFacts& streams = device_.stream_switch;
  const std::int64_t service = device_.locks.service_cycles;
  const std::int64_t stream = dma.first_word_cycles + streams.local_to_external_cycles +
                              streams.external_to_local_cycles + kWords - 1;
  const std::int64_t core = service + 1 + lock_stall() + 3 + kWork;  // from the one lock to the other
  EXPECT_EQ(begins[1] - begins[0], stream + dma.write_cycles + core + service + dma.bd_start_cycles);
  for (int i = 2; i < kStages; ++i) {
    EXPECT_EQ(begins[static_cast<std::size_t>(i)] - begins[static_cast<std::size_t>(i) - 1],
              begins[1] - begins[0]);
  }
}

// With two buffers a frame takes the longer of work and transfer, with one the sum of what cannot overlap.
TEST_F(Pipeline, PingPongHidesTheTransfer) {
  constexpr int kFrames = 12;
  const auto interval = [this](int words, int work, int buffers) {
    ImageBuilder builder(device_);
    arch::TileImage& tile = builder.core(8, 0);
    stage(builder, tile, words, kFrames, work, buffers);
    builder.words_port(builder.input("x", 8, 0, tile.tile, 0, 0), words);
    builder.words_port(builder.output("y", 8, 0, tile.tile, 0, 0), words);
    const MachineResult result = simulate(builder, kFrames);
    EXPECT_FALSE(result.fault) << result.fault->message;
    const std::vector<std::int64_t>& beats = result.statistics.plios[1].last_beat;
    // Beats of four words fall on every fourth cycle; over eight frames that evens out.
    return static_cast<double>(beats[10] - beats[2]) / 8;
  };
  const std::int64_t others = kOtherBundles + 4 * lock_stall();
  EXPECT_EQ(interval(16, 600, 2), 600 + others);
  // Between frames a channel changes its descriptor and asks for the next lock.
  const std::int64_t gap = device_.tile_dma.timing.bd_chain_cycles + device_.locks.service_cycles;
  EXPECT_EQ(interval(256, 10, 2), 256 + gap);
}

// A word that every core of a row passes on reaches the last one after a read and a hop each.
TEST(CascadePipeline, FillTakesAReadAndAHopACore) {
  const arch::Device device = arch::load_device("ve2802");
  const int latency = device.core.timing[arch::TimingClass::cascade_read].def;
  const auto total = [&](int cores) {
    ImageBuilder builder(device);
    for (int i = 0; i < cores; ++i) {
      arch::TileImage& tile = builder.core(8 + i, 0);
      std::string text;
      if (i > 0) {
        text += "vmov.scd bm0\n";
        for (int n = 1; n < latency; ++n) text += "nop\n";
        tile.cascade_in = arch::CascadeDirection::horizontal;
      }
      if (i + 1 < cores) {
        text += "vmov.mcd bm0\n";
        tile.cascade_out = arch::CascadeDirection::horizontal;
      }
      builder.program(tile, text + "done\n");
    }
    const MachineResult result = run(device, builder.build(), {}, {});
    EXPECT_FALSE(result.fault);
    return result.statistics.total_cycles;
  };
  const std::int64_t two = total(2);
  for (const int cores : {3, 5, 12, 30}) {
    EXPECT_EQ(total(cores) - two, (cores - 2) * (latency + device.cascade.hop_cycles)) << cores;
  }
}

}  // namespace
}  // namespace aie4ml::sim
