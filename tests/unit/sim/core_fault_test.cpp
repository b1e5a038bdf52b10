// Strict mode: each rule with a program that breaks it by one cycle or byte, and one that just keeps it.
#include <functional>

#include <gmock/gmock.h>

#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using testing::CoreBench;
using testing::nops;

struct Rule {
  const char* name;
  CoreFaultKind kind;
  std::string broken, kept;
  std::function<void(CoreBench&)> prepare;
  bool strict_only{true};  // false: hardware cannot go on either
};

std::string loop(int between) {
  return "movxm ls, first\nmovxm le, last\nmovxm lc, #2\n" + nops(between) +
         "first:\nadd.i r0, r0, #1\nlast:\nnop\n";
}
std::string branches(int between) {
  return "j end\n" + nops(between) + "j end\n" + nops(5) + "end:\nnop\n";
}
void pointers(CoreBench& bench) {
  bench.fill_memory(1);
  bench.set("p0", 0x70000);
  bench.set("p1", 0x71000);
}
std::function<void(CoreBench&)> with(const std::string& name, std::int32_t value) {
  return [=](CoreBench& bench) {
    pointers(bench);
    bench.set(name, value);
  };
}

const Rule kRules[] = {
    {"ReadBeforeAResultIsReady", CoreFaultKind::read_in_flight, "lda r1, [p0]\n" + nops(5) + "mov r0, r1\n",
     "lda r1, [p0]\n" + nops(6) + "mov r0, r1\n", pointers},
    {"ReadOfAnAlias", CoreFaultKind::read_in_flight, "vlt.s8 l0, x0, x1\nmov r0, r17\n",
     "vlt.s8 l0, x0, x1\nnop\nmov r0, r17\n", pointers},
    {"TwoWritesInOneCycle", CoreFaultKind::write_conflict, "vlda w0, [p0]\n" + nops(4) + "vmov w0, w2\n",
     "vlda w0, [p0]\n" + nops(5) + "vmov w0, w2\n", pointers},
    {"TwoWritesInOneBundle", CoreFaultKind::write_conflict, "add r0, r1, r2; mov r0, r3\n",
     "add r0, r1, r2; mov r4, r3\n", pointers},
    {"UnalignedVector", CoreFaultKind::unaligned, "vlda w0, [p2]\n", "vlda w0, [p3]\n",
     [](CoreBench& bench) {
       pointers(bench);
       bench.set("p2", 0x70010);
       bench.set("p3", 0x70020);
     }},
    {"UnalignedStore", CoreFaultKind::unaligned, "vst.srs.s8.s32 [p2], cm0, s0\n",
     "vst.srs.s8.s32 [p0], cm0, s0\n", with("p2", 0x70001)},
    {"UnalignedHalf", CoreFaultKind::unaligned, "lda.s16 r0, [p2]\n", "lda.s8 r0, [p2]\n",
     with("p2", 0x70001)},
    {"UnalignedPartStore", CoreFaultKind::unaligned, "st.16 [p2], r0\n", "st.8 [p2], r0\n",
     with("p2", 0x70001)},
    {"BranchInADelaySlot", CoreFaultKind::branch_in_delay_slot, branches(4), branches(5), pointers},
    {"LoopTooShort", CoreFaultKind::loop_setup, loop(4), loop(5), pointers},
    {"PartStoreBesideALoad", CoreFaultKind::part_store, "st.8 [p0], r0; lda r1, [p1]\n",
     "lda r1, [p1]\nst.8 [p0], r0\n", pointers},
    {"PartStoreAndALoadBehind", CoreFaultKind::part_store, "st.8 [p0], r0\n" + nops(5) + "vldb w0, [p1]\n",
     "st.8 [p0], r0\n" + nops(6) + "vldb w0, [p1]\n", pointers},
    {"PartStoreAndAStoreBehind", CoreFaultKind::part_store, "st.8 [p0], r0\n" + nops(5) + "st.8 [p1], r0\n",
     "st.8 [p0], r0\n" + nops(6) + "st.8 [p1], r0\n", pointers},
    // vst.srs reaches memory in E7, two cycles behind a plain access.
    {"PartStoreAndALateStoreBehind", CoreFaultKind::part_store,
     "st.8 [p0], r0\n" + nops(3) + "vst.srs.s8.s32 [p1], cm0, s0\n",
     "st.8 [p0], r0\n" + nops(4) + "vst.srs.s8.s32 [p1], cm0, s0\n", pointers},
    {"LockBesideAStream", CoreFaultKind::interaction, "acq #48, r0; mov.ss r1\n", "acq #48, r0\nmov.ss r1\n",
     pointers},
    {"UnwrittenMemory", CoreFaultKind::unwritten, "vlda w0, [p0]\n" + nops(7), "vlda w0, [p1]\n" + nops(7),
     [](CoreBench& bench) {
       bench.own().write(0, std::vector<std::uint8_t>(31, 1));
       bench.own().write(0x1000, std::vector<std::uint8_t>(32, 1));
       bench.set("p0", 0x70000);
       bench.set("p1", 0x71000);
     }},
    {"OutsideTheMemories", CoreFaultKind::address, "vlda w0, [p2]\n", "vlda w0, [p0]\n", with("p2", 0x80000),
     false},
    {"EndOfTheMemory", CoreFaultKind::address, "vlda w0, [p2, #32]\n", "vlda w0, [p2]\n", with("p2", 0x7ffe0),
     false},
    {"RoundingCode", CoreFaultKind::operand, "movx r0, #4\nmov crrnd, r0\nvsrs.s8.s32 w0, cm0, s0\n",
     "movx r0, #3\nmov crrnd, r0\nvsrs.s8.s32 w0, cm0, s0\n", pointers, false},
    {"SaturationCode", CoreFaultKind::operand, "movx r0, #2\nmov crsat, r0\nvpack.s8.s16 w0, x1\n",
     "movx r0, #3\nmov crsat, r0\nvpack.s8.s16 w0, x1\n", pointers, false},
    {"ShuffleCode", CoreFaultKind::operand, "movx r0, #255\nvshuffle x0, x1, x2, r0\n",
     "movx r0, #34\nvshuffle x0, x1, x2, r0\n", pointers, false},
};

class CoreRule : public ::testing::TestWithParam<Rule> {};

TEST_P(CoreRule, BrokenByOneIsANamedFault) {
  const Rule& rule = GetParam();
  CoreBench bench(rule.broken + nops(20) + "done\n");
  bench.stream_in = {StreamWord(1)};
  rule.prepare(bench);
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::fault);
  EXPECT_EQ(bench.engine->fault()->kind, rule.kind) << bench.engine->fault()->message;
  EXPECT_THAT(bench.engine->fault()->message, ::testing::StartsWith("bundle "));
}
TEST_P(CoreRule, KeptIsNone) {
  const Rule& rule = GetParam();
  CoreBench bench(rule.kept + nops(20) + "done\n");
  bench.stream_in = {StreamWord(1)};
  rule.prepare(bench);
  bench.finish();
  EXPECT_EQ(bench.last_stop, Stop::finished) << (bench.engine->fault() ? bench.engine->fault()->message : "");
}
TEST_P(CoreRule, OnlyStrictModeFaultsWhereHardwareGoesOn) {
  const Rule& rule = GetParam();
  CoreBench bench(rule.broken + nops(20) + "done\n", {.strict = false});
  bench.stream_in = {StreamWord(1)};
  rule.prepare(bench);
  bench.finish();
  EXPECT_EQ(bench.last_stop, rule.strict_only ? Stop::finished : Stop::fault);
}

INSTANTIATE_TEST_SUITE_P(All, CoreRule, ::testing::ValuesIn(kRules),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(CoreFault, MessagesNameBothBundles) {
  CoreBench part("st.8 [p0], r0\nlda r1, [p1]\n" + nops(20) + "done\n");
  pointers(part);
  part.finish();
  ASSERT_TRUE(part.engine->fault());
  EXPECT_EQ(
      part.engine->fault()->message,
      "bundle 1 'lda r1, [p1, #0]': accesses memory between the read and the write of bundle 0 'st.8 [p0, "
      "#0], r0'");
  CoreBench short_loop(loop(4) + "done\n");
  short_loop.finish();
  ASSERT_TRUE(short_loop.engine->fault());
  EXPECT_EQ(short_loop.engine->fault()->message,
            "bundle 8 'nop': ends a loop 6 bundles behind its set-up, the fetch needs 7");
  EXPECT_EQ(short_loop.engine->fault()->cycle, 8);
}

}  // namespace
}  // namespace aie4ml::sim
