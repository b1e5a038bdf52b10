// Locks, cascade and the end of the program: what the core asks for and when.
#include <gmock/gmock.h>

#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using testing::CoreBench;
using testing::nops;

TEST(CoreInteraction, LockStopsBeforeTheBundleIssues) {
  CoreBench bench("movx r1, #-1\nmovx r2, #1\nacq #48, r1; mov r3, r2\nnop\nrel #16, r2\ndone\n");
  EXPECT_EQ(bench.engine->run(100).cycles, 2);
  const Interaction& asked = bench.engine->interaction();
  ASSERT_TRUE(asked.lock);
  EXPECT_TRUE(asked.lock->acquire);
  EXPECT_EQ(asked.lock->index, 48);
  EXPECT_EQ(asked.lock->amount, -1);
  EXPECT_FALSE(asked.done || asked.cascade_read || asked.cascade_write);
  EXPECT_EQ(bench.engine->program_counter(), 2);
  EXPECT_EQ(bench.scalar("r3"), 0) << "nothing of the bundle has happened";
  const RunResult again = bench.engine->run(100);
  EXPECT_EQ(again.stop, Stop::interaction);
  EXPECT_EQ(again.cycles, 0);

  EXPECT_EQ(bench.engine->issue(), Stop::budget);
  EXPECT_EQ(bench.scalar("r3"), 1);
  EXPECT_EQ(bench.engine->run(100).cycles, 1);
  ASSERT_TRUE(bench.engine->interaction().lock);
  EXPECT_FALSE(bench.engine->interaction().lock->acquire);
  EXPECT_EQ(bench.engine->interaction().lock->index, 16);
  EXPECT_EQ(bench.engine->interaction().lock->amount, 1);
}

TEST(CoreInteraction, StoresLandAfterDone) {
  CoreBench bench("vst [p0], w0\ndone\n");
  bench.set("p0", 0x70000);
  EXPECT_EQ(bench.engine->run(100).stop, Stop::interaction);
  EXPECT_TRUE(bench.engine->interaction().done);
  EXPECT_EQ(bench.engine->issue(), Stop::budget);
  EXPECT_EQ(bench.engine->run(2).stop, Stop::budget);
  EXPECT_FALSE(bench.own().written(0, 1));
  const RunResult rest = bench.engine->run(100);
  EXPECT_EQ(rest.stop, Stop::finished);
  EXPECT_EQ(rest.cycles, 1) << "memory in E5, four cycles after the issue";
  EXPECT_TRUE(bench.own().written(0, 32));
  EXPECT_EQ(bench.engine->run(100).cycles, 0);
  EXPECT_EQ(bench.engine->counts().bundles, 2);
}

TEST(CoreInteraction, CascadeWordPassesThrough) {
  CoreBench bench("vmov.scd bm1\n" + nops(6) + "vmov.mcd bm1\ndone\n");
  for (std::size_t i = 0; i < bench.cascade_in.size(); ++i)
    bench.cascade_in[i] = static_cast<std::uint8_t>(3 * i);
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished);
  ASSERT_EQ(bench.cascade_out.size(), 1U);
  EXPECT_EQ(bench.cascade_out[0], bench.cascade_in);
}

TEST(CoreInteraction, OneBundleMayReadAndWriteTheCascade) {
  CoreBench bench("vmov.scd bm0; vmov.mcd bm2\ndone\n");
  EXPECT_EQ(bench.engine->run(10).stop, Stop::interaction);
  EXPECT_TRUE(bench.engine->interaction().cascade_read);
  EXPECT_TRUE(bench.engine->interaction().cascade_write);
  CascadeWord in{}, out{};
  EXPECT_EQ(bench.engine->issue(&in, &out), Stop::budget);
}

TEST(CoreInteraction, LockBesideCascadeIsForbidden) {
  CoreBench bench("acq #48, r1; vmov.scd bm0\ndone\n");
  EXPECT_EQ(bench.engine->run(10).stop, Stop::fault);
  EXPECT_EQ(bench.engine->fault()->kind, CoreFaultKind::interaction);
  EXPECT_EQ(bench.engine->fault()->message,
            "bundle 0 'acq #48, r1; vmov.scd bm0': a cascade or stream access beside a lock operation "
            "or the end of the program");
}

TEST(CoreInteraction, WaitingDoesNotMoveThePipeline) {
  // The load has reached memory before the core waits; its value arrives seven bundles after its issue all
  // the same.
  CoreBench bench("vlda w0, [p0]\n" + nops(3) + "acq #48, r1\n" + nops(2) + "vst [p0, #32], w0\n" + nops(5) +
                  "done\n");
  bench.set("p0", 0x70000);
  bench.own().write(0, std::vector<std::uint8_t>(32, 1));
  EXPECT_EQ(bench.engine->run(100).cycles, 4);
  bench.own().write(0, std::vector<std::uint8_t>(32, 2));
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished) << bench.engine->fault()->message;
  EXPECT_EQ(bench.bytes("w0"), std::vector<std::uint8_t>(32, 1));
}

TEST(CoreInteraction, RestartKeepsRegistersAndDropsWhatIsInFlight) {
  CoreBench bench("add.i r0, r0, #1\nvlda w0, [p0]\ndone\n");
  bench.set("p0", 0x70000);
  bench.own().write(0, std::vector<std::uint8_t>(32, 1));
  EXPECT_EQ(bench.engine->run(100).stop, Stop::interaction);
  bench.engine->restart(0);
  EXPECT_EQ(bench.engine->run(100).cycles, 2);
  bench.engine->issue();
  EXPECT_EQ(bench.engine->run(100).stop, Stop::finished);
  EXPECT_EQ(bench.scalar("r0"), 2);
}

}  // namespace
}  // namespace aie4ml::sim
