// What opens in one cycle and not in the one before, in whole designs: locks of DMA channels, banks between a
// core and a DMA channel, and how much a stream holds that nobody takes.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/image_builder.hpp"
#include "traces/memory_recorder.hpp"

namespace aie4ml::sim {
namespace {

using namespace arch;
using test::ImageBuilder;
using ::testing::ElementsAre;

std::string nops(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "nop\n";
  return text;
}

class Gates : public ::testing::Test {
 protected:
  const Device device_ = load_device("ve2802");
  ImageBuilder builder_{device_};
};

// A channel starts when its lock is answered, the cycle after a core gave it back, and no cycle earlier.
TEST_F(Gates, AChannelStartsWithItsLock) {
  for (const DmaDirection direction : {DmaDirection::mm2s, DmaDirection::s2mm}) {
    for (const int wait : {40, 41, 42}) {
      ImageBuilder builder(device_);
      TileImage& tile = builder.core(8, 0);
      tile.memory.push_back({.address = 0, .data = std::vector<std::uint8_t>(64, 1)});
      builder.lock(tile, 0, 0, "gate");
      builder.lock(tile, 1, 0, "behind");
      builder.program(tile, "movx r0, #1\n" + nops(wait) + "rel #48, r0\ndone\n");
      const bool in = direction == DmaDirection::s2mm;
      if (in) builder.words_port(builder.input("x", 8, 0, tile.tile, 0, 0), 8);
      builder.bd(tile, {.id = 0, .words = 8, .acquire = in ? 0 : -1, .release = in ? 1 : -1});
      if (in) builder.task(tile, DmaDirection::s2mm, 0, 0);
      builder.bd(tile, {.id = 1, .words = 8, .acquire = in ? 1 : 0});
      builder.task(tile, DmaDirection::mm2s, 0, 1);
      builder.words_port(builder.output("y", 8, 0, tile.tile, 0, 0), 8);
      const Image image = builder.build();
      std::vector<std::vector<std::uint32_t>> inputs(image.plios.size());
      if (in) inputs[0].resize(8);
      traces::MemoryRecorder recorder;
      const MachineResult result = run(device_, image, inputs, {.recorder = &recorder});
      ASSERT_FALSE(result.fault) << text_of(*result.fault);
      const std::int64_t released = wait + 1;  // the bundle's cycle
      std::optional<std::int64_t> begin;
      for (const traces::Track& track : recorder.tracks()) {
        if (track.name != to_string(ChannelId{direction, 0})) continue;
        for (const traces::RecordedSlice& slice : recorder.slices_of(track.id)) {
          if (slice.name == "transfer") begin = slice.begin;
        }
      }
      EXPECT_EQ(begin, released + device_.locks.service_cycles + device_.tile_dma.timing.bd_start_cycles)
          << to_string(direction) << " after " << wait;
    }
  }
}

// Where the accesses of a core and of a DMA channel to one line meet: how many bundles the core has to wait.
// The channel reads `lines` lines elsewhere before.
std::vector<int> meetings(const Device& device, int lines, int core_offset) {
  std::vector<int> met;
  for (int wait = 0; wait < 30; ++wait) {
    ImageBuilder builder(device);
    TileImage& tile = builder.core(8, 0);
    tile.memory.push_back({.address = 0, .data = std::vector<std::uint8_t>(0x5000, 1)});
    builder.bd(tile, {.id = 0, .address = 0x1000, .words = 4 * lines, .next = 1});
    builder.bd(tile, {.id = 1, .words = 4});
    builder.task(tile, DmaDirection::mm2s, 0, 0);
    builder.words_port(builder.output("y", 8, 0, tile.tile, 0, 0), 4 * lines + 4);
    builder.program(tile, fmt::format("movxm p0, #{}\n", 0x70000 + core_offset) + nops(wait) +
                              "lda r0, [p0]\n" + nops(8) + "done\n");
    const MachineResult result = run(device, builder.build(), {{}}, {});
    EXPECT_FALSE(result.fault);
    std::int64_t conflicts = 0;
    for (const traces::BankStatistics& b : result.statistics.banks) conflicts += b.conflicts;
    EXPECT_LE(conflicts, 1);
    if (conflicts == 1) met.push_back(wait);
  }
  return met;
}

// They meet if they want the bank in the same cycle, and not a cycle before or after; one of them loses one.
TEST_F(Gates, ACoreAndAChannelMeetInOneCycleOnly) {
  const std::vector<int> met = meetings(device_, 9, 0);
  ASSERT_EQ(met.size(), 1U);
  EXPECT_THAT(meetings(device_, 10, 0), ElementsAre(met[0] + 1));  // a line is a cycle
  EXPECT_THAT(meetings(device_, 9, 4), ElementsAre(met[0]));       // the same line
  EXPECT_THAT(meetings(device_, 9, 16), ElementsAre());            // the other bank of the interleaved pair
}

// Words that come to a channel without its lock fill the switches on the way and what the channel holds; then
// the source stops.
TEST_F(Gates, AStreamHoldsWhatTheBookSays) {
  builder_.plio_shape(32, 312.5);
  TileImage& tile = builder_.core(8, 0);
  builder_.lock(tile, 0, 0, "never");
  builder_.bd(tile, {.id = 0, .words = 400, .acquire = 0});
  builder_.task(tile, DmaDirection::s2mm, 0, 0);
  builder_.words_port(builder_.input("x", 8, 0, tile.tile, 0, 0), 400);
  builder_.bd(tile, {.id = 1, .words = 1, .acquire = 0});
  builder_.task(tile, DmaDirection::mm2s, 0, 1);
  builder_.words_port(builder_.output("y", 8, 0, tile.tile, 0, 0), 1);
  const MachineResult result = run(device_, builder_.build(), {std::vector<std::uint32_t>(400), {}}, {});
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, Fault::Kind::deadlock);
  // Shim, two memory tiles, the core tile's switch.
  const StreamSwitchFacts& s = device_.stream_switch;
  const std::int64_t held =
      3 * s.external_to_external_words + s.external_to_local_words + device_.tile_dma.timing.egress_words;
  const auto route = std::find_if(result.statistics.routes.begin(), result.statistics.routes.end(),
                                  [](const auto& r) { return r.name == "shim 8 South 0"; });
  ASSERT_NE(route, result.statistics.routes.end());
  EXPECT_EQ(route->words_in, held);
  EXPECT_EQ(route->words_out, 0);
  // The clock-crossing FIFO is full as well.
  EXPECT_EQ(result.statistics.plios.at(0).words, held + device_.shim.cdc_fifo_words);
}

}  // namespace
}  // namespace aie4ml::sim
