// What the machine says when it cannot go on, and what it refuses before it starts.
#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "arch/error.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/constant_inputs.hpp"
#include "tests/support/small_designs.hpp"

namespace aie4ml::sim {
namespace {

using test::Design;
using test::ImageBuilder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MachineFault : public ::testing::Test {
 protected:
  MachineResult simulate(RunOptions options) { return simulate(builder_, options); }
  MachineResult simulate(const ImageBuilder& builder, const RunOptions& options) {
    const arch::Image image = builder.build();
    return run(device_, image, test::constant_inputs(image, options.iterations), options);
  }
  // A core alone, with nothing to read or write.
  MachineResult simulate_core(const std::string& assembly, RunOptions options = {}) {
    builder_.program(builder_.core(8, 0), assembly);
    return simulate(options);
  }
  const arch::Device device_ = arch::load_device("ve2802");
  ImageBuilder builder_{device_};
};

// The core takes the two frames that fit, then waits for an output buffer that is never free, because it
// never says that one is full.
TEST_F(MachineFault, MissingReleaseIsADeadlockThatNamesTheCircle) {
  test::add_design(builder_, {.frames = 6, .omit_release = test::out_full});
  for (const bool run_ahead : {true, false}) {
    const MachineResult result = simulate({.iterations = 6, .run_ahead = run_ahead});
    ASSERT_TRUE(result.fault);
    EXPECT_EQ(result.fault->kind, Fault::Kind::deadlock);
    EXPECT_EQ(result.fault->message,
              "nothing can happen any more, 0 of 384 output words are there: PLIO y_8_0 waits for words on "
              "'tile (8,0) "
              "DMA 0' <- tile (8,0) MM2S 0 waits for lock 3 'out full' of tile (8,0) to be at least 1, it is "
              "0, which "
              "nobody can bring about");
    EXPECT_THAT(
        result.fault->waits,
        ElementsAre("tile (8,0) core waits for lock 2 'out empty' of tile (8,0) to be at least 1, it is 0",
                    "tile (8,0) S2MM 0 waits for lock 0 'in empty' of tile (8,0) to be at least 1, it is 0",
                    "tile (8,0) MM2S 0 waits for lock 3 'out full' of tile (8,0) to be at least 1, it is 0",
                    "PLIO x_8_0 waits for room on 'shim 8 South 0'",
                    "PLIO y_8_0 waits for words on 'tile (8,0) DMA 0'"));
  }
}

// Each core gives the other its lock only after it got its own.
TEST_F(MachineFault, WaitsThatCloseAreFollowedOnce) {
  arch::TileImage& south = builder_.core(8, 0);
  builder_.program(south, "movx r16, #-1\nmovx r17, #1\nacq #48, r16\nrel #49, r17\nrel #50, r17\ndone\n");
  builder_.program(builder_.core(8, 1), "movx r16, #-1\nmovx r17, #1\nacq #1, r16\nrel #0, r17\ndone\n");
  builder_.lock(south, 0, 0, "a");
  builder_.lock(south, 1, 0, "b");
  builder_.bd(south, {.id = 0, .words = 4, .acquire = 2});
  builder_.task(south, arch::DmaDirection::mm2s, 0, 0);
  builder_.words_port(builder_.output("y", 8, 0, south.tile, 0, 0), 4);
  const MachineResult result = simulate({});
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->message,
            "nothing can happen any more, 0 of 4 output words are there: PLIO y waits for words on 'tile "
            "(8,0) DMA 0' <- "
            "tile (8,0) MM2S 0 waits for lock 2 of tile (8,0) to be at least 1, it is 0 <- tile (8,0) core "
            "waits for lock "
            "0 'a' of tile (8,0) to be at least 1, it is 0 <- tile (8,1) core waits for lock 1 'b' of tile "
            "(8,0) to be at "
            "least 1, it is 0 <- tile (8,0) core");
}

// However few words it has: nobody takes them.
TEST_F(MachineFault, ChannelWithoutARouteWaitsForEver) {
  for (const int words : {1, 400}) {
    test::ImageBuilder builder(device_);
    arch::TileImage& tile = builder.core(8, 0);
    builder.lock(tile, 0, 0, "sent");
    builder.bd(tile, {.id = 0, .words = words, .release = 0});
    builder.task(tile, arch::DmaDirection::mm2s, 0, 0);
    builder.bd(tile, {.id = 1, .words = 1, .acquire = 0});
    builder.task(tile, arch::DmaDirection::mm2s, 1, 1);
    builder.words_port(builder.output("y", 8, 0, tile.tile, 1, 0), 1);
    for (const bool run_ahead : {true, false}) {
      const MachineResult result = run(device_, builder.build(), {{}}, {.run_ahead = run_ahead});
      ASSERT_TRUE(result.fault);
      EXPECT_EQ(result.fault->kind, Fault::Kind::deadlock);
      EXPECT_THAT(result.fault->message, HasSubstr("waits for lock 0 'sent'"));
    }
  }
}

TEST_F(MachineFault, CoreOutsideItsMemories) {
  const MachineResult result =
      simulate_core("movxm p0, #0x30000\nnop\nlda r0, [p0]\n" + std::string(40, '\n') +
                    "nop\nnop\nnop\nnop\nnop\nnop\nnop\nnop\ndone\n");
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, Fault::Kind::core);
  EXPECT_EQ(result.fault->tile, device_.core_tile(8, 0));
  EXPECT_THAT(result.fault->message, AllOf(HasSubstr("tile (8,0) core: "), HasSubstr("0x30000")));
}

TEST_F(MachineFault, LockBeyondItsLargestValue) {
  builder_.lock(builder_.core(8, 0), 5, 63, "tokens");
  const MachineResult result = simulate_core("movx r17, #1\nrel #53, r17\ndone\n");
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, Fault::Kind::lock);
  EXPECT_EQ(result.fault->message,
            "tile (8,0) core: lock 5 'tokens' of tile (8,0): releasing 1 would move the lock from 63 out of "
            "0 to 63");
  EXPECT_EQ(result.fault->cycle.value, 1);
}

// A channel does not wait for the answer to a release and would go on with the next one.
TEST_F(MachineFault, ChannelThatKeepsReleasingEndsTheRunAtTheFirstReleaseTooMany) {
  for (const bool in : {true, false}) {
    ImageBuilder builder(device_);
    arch::TileImage& tile = builder.memory_tile(8, 0);
    builder.lock(tile, 5, 62, "tokens");
    builder.bd(tile, {.id = 0, .words = 4, .next = 0, .release = 5});
    builder.task(tile, in ? arch::DmaDirection::s2mm : arch::DmaDirection::mm2s, 0, 0);
    builder.words_port(
        in ? builder.input("x", 8, 0, tile.tile, 0, 0) : builder.output("y", 8, 0, tile.tile, 0, 0), 400);
    for (const bool run_ahead : {true, false}) {
      const MachineResult result = simulate(builder, {.run_ahead = run_ahead});
      ASSERT_TRUE(result.fault);
      EXPECT_EQ(result.fault->kind, Fault::Kind::lock);
      EXPECT_THAT(result.fault->message,
                  AllOf(HasSubstr(in ? "S2MM 0: lock 5 'tokens'" : "MM2S 0: lock 5 'tokens'"),
                        HasSubstr("releasing 1 would move the lock from 63 out of 0 to 63")));
      ASSERT_EQ(result.statistics.channels.size(), 1U);
      // One a line of memory, as many as are written or on their way there when the first release comes.
      EXPECT_LE(result.statistics.channels[0].descriptors, 10);
    }
  }
}

// Nobody waits for anybody, and yet nothing comes of it.
TEST_F(MachineFault, CoreThatSpinsEndsAtTheCycleLimit) {
  test::relay_design(builder_, {});
  builder_.memory_tile(8, 0).channels.pop_back();  // MM2S
  const MachineResult result =
      simulate_core("spin:\nj spin\nnop\nnop\nnop\nnop\nnop\n", {.max_cycles = arch::Cycles(100'000)});
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, Fault::Kind::cycle_limit);
  EXPECT_THAT(result.fault->message,
              HasSubstr("not finished after the cycles allowed, 0 of 64 output words are there"));
}

TEST_F(MachineFault, CoreThatSpinsEndsAtTheWallLimit) {
  test::relay_design(builder_, {});
  builder_.memory_tile(8, 0).channels.pop_back();  // MM2S
  const MachineResult result =
      simulate_core("spin:\nj spin\nnop\nnop\nnop\nnop\nnop\n", {.max_wall_seconds = 0.3});
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, Fault::Kind::wall_limit);
  EXPECT_LT(result.statistics.wall_seconds, 5);
}

TEST_F(MachineFault, ReadOfMemoryNobodyWroteIsAWarning) {
  std::string text = "movxm p0, #0x70100\nlda r0, [p0]\n";
  for (int i = 0; i < 8; ++i) text += "nop\n";
  const MachineResult result = simulate_core(text + "done\n");
  EXPECT_FALSE(result.fault);
  EXPECT_THAT(result.warnings,
              ElementsAre("tile (8,0) core reads 4 bytes at address 256 of tile (8,0) that nobody wrote"));
}

// Core and channel read two never-written buffers, each several times: a line for each, with its name.
TEST_F(MachineFault, ReadsOfABufferNobodyWroteAreToldOnceWithItsName) {
  arch::TileImage& tile = builder_.core(8, 0);
  std::string text = "movxm p0, #0x70100\nlda r0, [p0]\n";
  for (int i = 0; i < 8; ++i) text += "nop\n";
  text += "movxm p0, #0x70108\nlda r0, [p0]\n";
  for (int i = 0; i < 8; ++i) text += "nop\n";
  builder_.program(tile, text + "done\n");
  builder_.bd(tile, {.id = 0, .address = 256, .words = 16});
  builder_.task(tile, arch::DmaDirection::mm2s, 0, 0, 2);
  builder_.words_port(builder_.output("y", 8, 0, tile.tile, 0, 0), 32);
  arch::Image image = builder_.build();
  image.debug.buffers = {
      {.name = "weights", .layer = -1, .tile = tile.tile, .address = 256, .size_bytes = 64},
      {.name = "out ping", .layer = -1, .tile = tile.tile, .address = 1024, .size_bytes = 64}};
  const MachineResult result = run(device_, image, {{}}, {});
  EXPECT_FALSE(result.fault);
  EXPECT_THAT(
      result.warnings,
      ElementsAre(
          "tile (8,0) MM2S 0 reads 4 bytes at address 1024 of tile (8,0) ('out ping') that nobody wrote",
          "tile (8,0) core reads 4 bytes at address 256 of tile (8,0) ('weights') that nobody wrote"));
}

TEST_F(MachineFault, ClocksAndFramesBeyondReasonAreRefused) {
  test::relay_design(builder_, {});
  arch::Image slow = builder_.build();
  slow.plios[0].pl_clock_mhz = 1e-300;
  arch::Image large = builder_.build();
  large.ports[1].slices[0].rows_on_stream = large.ports[1].slices[0].cols_on_stream = 0x7FFF'FFFC;
  arch::Image limit = builder_.build();
  limit.ports[1].slices[0].rows_on_stream = 1 << 22;  // 64 columns
  EXPECT_TRUE(limit.validate(device_).empty());
  ++limit.ports[1].slices[0].rows_on_stream;
  const auto text = [this](const arch::Image& image) {
    EXPECT_THROW(run(device_, image, {std::vector<std::uint32_t>(64), {}}, {}), arch::InputError);
    std::string all;
    for (const auto& problem : image.validate(device_)) all += problem.where + ": " + problem.what + "\n";
    return all;
  };
  EXPECT_EQ(text(slow), "plios[0]: a PL clock of 1e-300 MHz is below 1 MHz\n");
  EXPECT_EQ(
      text(large),
      "ports[1].slices[0]: PLIO 1 carries more than 268435456 words an iteration, 2147483644 x 2147483644 "
      "int32 of them here\n");
  EXPECT_EQ(
      text(limit),
      "ports[1].slices[0]: PLIO 1 carries more than 268435456 words an iteration, 4194305 x 64 int32 of "
      "them here\n");
}

TEST_F(MachineFault, InputsOfTheWrongSizeAreRefused) {
  test::relay_design(builder_, {});
  const arch::Image image = builder_.build();
  EXPECT_THROW(run(device_, image, {std::vector<std::uint32_t>(63), {}}, {}), arch::InputError);
  EXPECT_THROW(run(device_, image, {{}}, {}), arch::InputError);
}

}  // namespace
}  // namespace aie4ml::sim
