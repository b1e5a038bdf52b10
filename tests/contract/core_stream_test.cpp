// A core at a stream, between two PLIOs: words, the cycle of the first one, and back-pressure.
#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/image_builder.hpp"

namespace aie4ml::sim {
namespace {

class CoreStream : public ::testing::Test {
 protected:
  static constexpr int kWords = 8;

  // Takes a word, adds one, sends it, `between` idle bundles behind each.
  static std::string relay(int between) {
    std::string text;
    for (int i = 0; i < kWords; ++i) {
      text += "mov.ss r0\nnop\nnop\nnop\nnop\nnop\nnop\nadd.i r0, r0, #1\nmov.ms r0\n";
      for (int n = 0; n < between; ++n) text += "nop\n";
    }
    return text + "done\n";
  }

  arch::Image design(const std::string& program) {
    test::ImageBuilder builder(device_);
    arch::TileImage& tile = builder.core(8, 0);
    builder.words_port(builder.input("x", 8, 0, tile.tile, 0, 0), kWords);
    tile.connections.back().master = {arch::PortSide::core, 0};
    const std::size_t first = tile.connections.size();
    builder.words_port(builder.output("y", 8, 0, tile.tile, 0, 0), kWords);
    tile.connections.at(first).slave = {arch::PortSide::core, 0};
    builder.program(tile, program);
    return builder.build();
  }
  MachineResult simulate(const std::string& program, bool run_ahead = true) {
    std::vector<std::uint32_t> words;
    for (std::uint32_t i = 0; i < kWords; ++i) words.push_back(1000 + 10 * i);
    return run(device_, design(program), {words, {}}, {.run_ahead = run_ahead});
  }
  static std::int64_t stalls(const MachineResult& result, traces::StallReason reason) {
    return result.statistics.cores.at(0).cycles[static_cast<std::size_t>(reason)];
  }

  const arch::Device device_ = arch::load_device("ve2802");
};

TEST_F(CoreStream, WordsPassAndTheFirstOneIsWaitedFor) {
  // The first beat is at the shim in cycle 0; the core reads in the cycle in which its word has arrived.
  const arch::StreamSwitchFacts& s = device_.stream_switch;
  const std::int64_t arrival =
      device_.shim.cdc_cycles + 3 * s.external_to_external_cycles + s.external_to_local_cycles;
  const MachineResult prompt = simulate(relay(0));
  ASSERT_FALSE(prompt.fault) << text_of(*prompt.fault);
  EXPECT_THAT(prompt.plio_outputs.at(1),
              ::testing::ElementsAre(1001, 1011, 1021, 1031, 1041, 1051, 1061, 1071));
  EXPECT_EQ(stalls(prompt, traces::StallReason::stream), arrival) << "words come faster than they are used";
  // A core that comes in that very cycle does not wait; one that comes a cycle earlier waits one.
  for (const std::int64_t early : {0, 1}) {
    std::string late;
    for (std::int64_t n = early; n < arrival; ++n) late += "nop\n";
    EXPECT_EQ(stalls(simulate(late + relay(0)), traces::StallReason::stream), early);
  }
}

TEST_F(CoreStream, SteppedAndAheadAreTheSame) {
  for (const int between : {0, 3}) {
    const MachineResult ahead = simulate(relay(between));
    const MachineResult stepped = simulate(relay(between), false);
    ASSERT_FALSE(ahead.fault) << text_of(*ahead.fault);
    EXPECT_EQ(ahead.plio_outputs, stepped.plio_outputs);
    EXPECT_EQ(ahead.statistics.cores.at(0).cycles, stepped.statistics.cores.at(0).cycles);
    EXPECT_EQ(ahead.statistics.plios.at(1).last_beat, stepped.statistics.plios.at(1).last_beat);
  }
}

TEST_F(CoreStream, AStreamThatIsNotThereIsRefusedWithTheImage) {
  arch::Image image = design(relay(0));
  for (arch::TileImage& tile : image.tiles) {
    if (!tile.program) continue;
    tile.connections.clear();
    std::vector<std::string> problems;
    for (const arch::Problem& problem : image.validate(device_)) problems.push_back(problem.what);
    EXPECT_THAT(problems,
                ::testing::Contains(::testing::HasSubstr("reads a stream, and none leads to the core")));
    EXPECT_THAT(problems,
                ::testing::Contains(::testing::HasSubstr("writes a stream, and none begins at the core")));
  }
}

}  // namespace
}  // namespace aie4ml::sim
