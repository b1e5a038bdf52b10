// What a program is known to do from one lock operation to the next (CoreEngine::stretch).
#include <gmock/gmock.h>

#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using testing::CoreBench;
using testing::nops;

// Runs to the next lock operation and issues it; what is known then of what follows.
std::optional<Stretch> next_stretch(CoreBench& bench) {
  const RunResult ran = bench.engine->run(1000);
  EXPECT_EQ(ran.stop, Stop::interaction);
  EXPECT_TRUE(bench.engine->interaction().lock);
  EXPECT_EQ(bench.engine->issue(), Stop::budget);
  return bench.engine->stretch();
}

TEST(CoreStretch, IsKnownOnceItWasSeen) {
  CoreBench bench("top:\nacq #48, r1\nmova p0, #0x70000\nvlda w0, [p0]\n" + nops(8) + "rel #48, r1\nj top\n" +
                  nops(5));
  bench.own().write(0, std::vector<std::uint8_t>(64, 1));
  EXPECT_FALSE(next_stretch(bench));  // behind the first acquire, with p0 not set
  EXPECT_FALSE(next_stretch(bench));  // behind the first release
  EXPECT_FALSE(next_stretch(bench));  // behind the second acquire, with p0 set
  next_stretch(bench);
  const std::optional<Stretch> work = next_stretch(bench);
  const std::optional<Stretch> back = next_stretch(bench);
  ASSERT_TRUE(work && back);
  EXPECT_EQ(work->bundles, 1 + 1 + 8);  // mova, vlda, nops
  // 32 bytes at 0: both physical banks of the first bank of the own memory.
  EXPECT_EQ(work->banks, window_banks(0b11, arch::MemoryWindow::own, 8));
  EXPECT_EQ(back->bundles, 1 + 5);  // j and its delay slots
  EXPECT_EQ(back->banks, 0U);
}

TEST(CoreStretch, AccessesOnTheirWayBelongToWhatFollows) {
  CoreBench bench("top:\nmova p0, #0x70000\nvlda w0, [p0]\nacq #48, r1\n" + nops(8) + "j top\n" + nops(5));
  bench.own().write(0, std::vector<std::uint8_t>(64, 1));
  EXPECT_FALSE(next_stretch(bench));
  const std::optional<Stretch> known = next_stretch(bench);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->banks, window_banks(0b11, arch::MemoryWindow::own, 8));
}

// The same bundles with another pointer are something else.
TEST(CoreStretch, DependsOnScalars) {
  CoreBench bench("mova p0, #0x70000\ntop:\nacq #48, r1\nvlda w0, [p0], #64\n" + nops(8) + "j top\n" +
                  nops(5));
  bench.own().write(0, std::vector<std::uint8_t>(1024, 1));
  for (int turn = 0; turn < 4; ++turn) EXPECT_FALSE(next_stretch(bench));
}

TEST(CoreStretch, IsNeverKnownIfScalarsComeFromMemory) {
  CoreBench bench("top:\nmova p0, #0x70000\nlda r2, [p0]\n" + nops(8) + "acq #48, r1\n" + "j top\n" +
                  nops(5));
  bench.own().write(0, std::vector<std::uint8_t>(64, 1));
  for (int turn = 0; turn < 4; ++turn) EXPECT_FALSE(next_stretch(bench));
}

// A core learns from another one that runs the same code.
TEST(CoreStretch, IsSharedWithTheCode) {
  const arch::Program program =
      arch::parse_assembly("top:\nacq #48, r1\n" + nops(8) + "j top\n" + nops(5), "test");
  const std::shared_ptr<CoreCode> code = make_core_code(testing::ve2802(), program);
  CoreEngine first(testing::ve2802(), code, CoreMemories{}), second(testing::ve2802(), code, CoreMemories{});
  const auto turn = [](CoreEngine& core) {
    EXPECT_EQ(core.run(100).stop, Stop::interaction);
    EXPECT_EQ(core.issue(), Stop::budget);
    return core.stretch();
  };
  EXPECT_FALSE(turn(first));
  ASSERT_TRUE(turn(first));
  const std::optional<Stretch> known = turn(second);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->bundles, 8 + 1 + 5);
}

}  // namespace
}  // namespace aie4ml::sim
