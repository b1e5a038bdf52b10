// For each timing class: a consumer one cycle too early reads the old value, and strict mode says so; one
// that is in time reads the new one. Distances are those of LV2 for AIE-ML.
#include <gmock/gmock.h>

#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using testing::CoreBench;
using testing::nops;

struct Dependency {
  const char* name;
  const char* producer;
  const char* consumer;
  const char* observed;  // register that the consumer writes; empty: memory at 0x7a000
  int distance;
};

void prepare(CoreBench& bench) {
  bench.fill_registers(1);
  bench.fill_memory(2);
  bench.cascade_in.fill(0x11);
  for (int i = 1; i < 8; ++i) bench.set("r" + std::to_string(i), 1000 * i + 7);
  bench.set("p0", 0x70400);
  bench.set("p1", 0x7a000);
  bench.set("s1", 5);
}

// The consumer `distance` bundles behind the producer, or in its bundle.
std::string program(const Dependency& d, int distance) {
  const std::string gap = distance == 0 ? "; " : "\n" + nops(distance - 1);
  return d.producer + gap + d.consumer + "\n" + nops(12) + "done\n";
}

std::vector<std::uint8_t> observe(const Dependency& d, const std::string& text, bool strict) {
  CoreBench bench(text, {.strict = strict});
  prepare(bench);
  bench.finish();
  EXPECT_EQ(bench.last_stop, Stop::finished) << (bench.engine->fault() ? bench.engine->fault()->message : "");
  if (std::string(d.observed) == "cascade")
    return {bench.cascade_out.at(0).begin(), bench.cascade_out.at(0).end()};
  if (*d.observed != '\0') return bench.bytes(d.observed);
  const auto memory = bench.own().bytes();
  return {memory.begin() + 0xa000, memory.begin() + 0xa020};
}

class Latency : public ::testing::TestWithParam<Dependency> {};

TEST_P(Latency, OldValueOneCycleEarlyNewValueInTime) {
  const Dependency& d = GetParam();
  const auto fresh = observe(d, program(d, 20), true);
  const auto stale =
      observe(d, std::string(d.consumer) + "\n" + nops(20) + d.producer + "\n" + nops(12) + "done\n", true);
  ASSERT_NE(fresh, stale) << "the test observes nothing";
  EXPECT_EQ(observe(d, program(d, d.distance), true), fresh);
  EXPECT_EQ(observe(d, program(d, d.distance - 1), false), stale);
}

TEST_P(Latency, StrictModeNamesTheEarlyRead) {
  const Dependency& d = GetParam();
  if (d.distance == 1) return;  // in one bundle all operations read before any writes
  if (std::string(d.producer).starts_with("vst")) return;  // no fault of the core: memory, not a register
  CoreBench bench(program(d, d.distance - 1));
  prepare(bench);
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::fault);
  EXPECT_EQ(bench.engine->fault()->kind, CoreFaultKind::read_in_flight);
  EXPECT_EQ(bench.engine->fault()->bundle, d.distance - 1);
  EXPECT_THAT(bench.engine->fault()->message, ::testing::HasSubstr("1 cycle before the write by bundle 0 "));
}

INSTANTIATE_TEST_SUITE_P(
    AieMl, Latency,
    ::testing::Values(
        Dependency{"scalar_alu", "add.i r1, r2, #1", "mov r0, r1", "r0", 1},
        Dependency{"scalar_mul", "mul r1, r2, r3", "mov r0, r1", "r0", 2},
        Dependency{"pointer_add", "padda [p0], #32", "mov r0, p0", "r0", 1},
        Dependency{"post_increment", "vlda w9, [p0], #32", "vldb w8, [p0]", "w8", 1},
        Dependency{"scalar_load", "lda r1, [p0]", "mov r0, r1", "r0", 7},
        Dependency{"vector_load_a", "vlda w0, [p0]", "vmac.4x8x8.s8.s8 cm0, cm0, x0, x2", "cm0", 7},
        Dependency{"vector_load_b", "vldb w4, [p0]", "vmac.4x8x8.s8.s8 cm0, cm0, x0, x2", "cm0", 7},
        Dependency{"load_to_store", "vlda w0, [p0]", "vst [p1], w0", "", 7},
        Dependency{"load_accumulator", "vlda.am am0, [p0]", "vmac.4x8x8.s8.s8 cm1, cm0, x0, x2", "cm1", 5},
        Dependency{"mac_to_mac", "vmac.4x8x8.s8.s8 cm0, cm0, x0, x2", "vmac.4x8x8.s8.s8 cm1, cm0, x0, x2",
                   "cm1", 2},
        Dependency{"mul_to_mac", "vmul.4x8x8.s8.s8 cm0, x0, x2", "vmac.4x8x8.s8.s8 cm1, cm0, x0, x2", "cm1",
                   2},
        Dependency{"mac_to_add", "vmac.4x8x8.s8.s8 cm0, cm0, x0, x2", "vadd.acc.s32 cm1, cm0, cm2", "cm1", 3},
        Dependency{"mac_to_srs", "vmac.4x8x8.s8.s8 cm0, cm0, x0, x2", "vsrs.s8.s32 w8, cm0, s1", "w8", 5},
        Dependency{"mac_to_store", "vmac.4x8x8.s8.s8 cm0, cm0, x0, x2", "vst.srs.s8.s32 [p1], cm0, s1", "",
                   5},
        Dependency{"mac_to_cascade", "vmac.4x8x8.s8.s8 cm0, cm0, x0, x2", "vmov.mcd bm0", "cascade", 5},
        Dependency{"add_to_mac", "vadd.acc.s32 cm0, cm0, cm1", "vmac.4x8x8.s8.s8 cm1, cm0, x0, x2", "cm1", 3},
        Dependency{"clear", "vclr.acc cm0", "vst.srs.s8.s32 [p1], cm0, s1", "", 5},
        Dependency{"srs_to_store", "vsrs.s8.s32 w0, cm0, s1", "vst [p1], w0", "", 4},
        Dependency{"srs_in_mv", "vsrsm.s8.s32 w0, cm0, s1", "vst [p1], w0", "", 4},
        Dependency{"shift_register", "mov s1, r1", "vst.srs.s8.s32 [p1], cm0, s1", "", 1},
        Dependency{"ups_to_mac", "vups.s32.s8 cm0, w0, s1", "vmac.4x8x8.s8.s8 cm1, cm0, x0, x2", "cm1", 1},
        Dependency{"ups_to_store", "vups.s32.s8 cm0, w0, s1", "vst.srs.s8.s32 [p1], cm0, s1", "", 3},
        Dependency{"permute_to_permute", "vadd.s8 w0, w2, w4", "vmax.s8 w8, w0, w6", "w8", 1},
        Dependency{"permute_to_mac", "vadd.s8 w0, w2, w4", "vmac.4x8x8.s8.s8 cm0, cm0, x0, x2", "cm0", 2},
        Dependency{"permute_to_store", "vadd.s8 w0, w2, w4", "vst [p1], w0", "", 2},
        Dependency{"permute_to_move", "vadd.s8 w0, w2, w4", "vmov w8, w0", "w8", 2},
        Dependency{"move", "vmov w0, w2", "vst [p1], w0", "", 2},
        Dependency{"move_accumulator", "vmov cm0, cm1", "vst.srs.s8.s32 [p1], cm0, s1", "", 2},
        Dependency{"cascade_to_mac", "vmov.scd bm0", "vmac.4x8x8.s8.s8 cm1, cm0, x0, x2", "cm1", 5},
        Dependency{"cascade_to_store", "vmov.scd bm0", "vst.srs.s8.s32 [p1], cm0, s1", "", 7},
        // Memory at the same address: a store is seen by a load that reads in a later cycle.
        Dependency{"store_to_load", "vst [p1], w0", "vldb w8, [p1]", "w8", 1},
        Dependency{"srs_store_to_load", "vst.srs.s8.s32 [p1], cm0, s1", "vldb w8, [p1]", "w8", 3}),
    [](const auto& test) { return std::string(test.param.name); });

// A quarter of the accumulator arrives between the issue of a mac and its late read.
TEST(CoreLatency, AccumulatorIsReadLateFactorsAreReadEarly) {
  const std::string mac = "vmac.4x8x8.s8.s8 cm1, cm0~, x0~, x2~";
  const auto run = [&](const std::string& text, CoreOptions options) {
    CoreBench bench(text + "\n" + nops(10) + "done\n", options);
    prepare(bench);
    bench.finish();
    EXPECT_EQ(bench.last_stop, Stop::finished);
    return bench.bytes("cm1");
  };
  const auto before = run(mac, {});
  const auto after = run("vlda w0, [p0]\n" + nops(9) + mac, {});
  for (int distance = 1; distance <= 6; ++distance) {
    EXPECT_EQ(run("vlda w0, [p0]\n" + nops(distance - 1) + mac, {}), before) << distance;
  }
  EXPECT_EQ(run("vlda w0, [p0]\n" + nops(6) + mac, {}), after);
  const auto acc_after = run("vlda.am am2, [p0]\n" + nops(9) + mac, {});
  EXPECT_EQ(run("vlda.am am2, [p0]\n" + nops(3) + mac, {}), before);
  EXPECT_EQ(run("vlda.am am2, [p0]\n" + nops(4) + mac, {}), acc_after);
}

TEST(CoreLatency, TwoWritesOfARegisterInOneCycle) {
  // A load (7) and a vector move (2) five bundles later.
  CoreBench bench("vlda w0, [p0]\n" + nops(4) + "vmov w0, w2\n" + nops(8) + "done\n");
  prepare(bench);
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::fault);
  EXPECT_EQ(bench.engine->fault()->kind, CoreFaultKind::write_conflict);
  EXPECT_EQ(bench.engine->fault()->cycle, 7);
  EXPECT_EQ(bench.engine->fault()->message,
            "bundle 5 'vmov w0, w2': its write of w0 arrives in the same cycle as that of w0 by bundle 0 "
            "'vlda w0, [p0, #0]'");
}

TEST(CoreLatency, WritesOfAliasesAreWritesOfOneRegister) {
  CoreBench alias("vlda w3, [p0]\n" + nops(4) + "vmov x1, x2\n" + nops(8) + "done\n");
  prepare(alias);
  alias.finish();
  ASSERT_EQ(alias.last_stop, Stop::fault);
  EXPECT_EQ(alias.engine->fault()->kind, CoreFaultKind::write_conflict);
}

TEST(CoreLatency, BothPointersOfABundleMayNotStepOne) {
  CoreBench bench("vlda w0, [p0], #32; vldb w1, [p0], #32\n" + nops(8) + "done\n");
  prepare(bench);
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::fault);
  EXPECT_EQ(bench.engine->fault()->kind, CoreFaultKind::write_conflict);
}

TEST(CoreLatency, AStallDelaysResultsToo) {
  // Latencies count issued bundles: the value is as early for its reader with a bank conflict in between.
  CoreBench bench("vlda w0, [p0]; vldb w2, [p2]\n" + nops(6) + "vst [p1], w0\n" + nops(8) + "done\n");
  prepare(bench);
  bench.set("p2", 0x70420);
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished);
  EXPECT_EQ(bench.stalls, 1);
}

// AIE-MLv2: VMAC def 6, accumulator read in E4, VUPS def 3: both may issue together and the VMAC sees the
// VUPS.
TEST(CoreLatency, NumbersComeFromTheDevice) {
  const arch::Device device = arch::load_device("xc2ve3858");
  const std::string text = "vmac.4x8x8.s8.s8 cm0, cm0, x0, x2\n";
  CoreBench early(text + nops(4) + "vsrs.s8.s32 w8, cm0, s1\ndone\n", {}, device);
  early.finish();
  EXPECT_EQ(early.last_stop, Stop::fault);
  CoreBench in_time(text + nops(5) + "vsrs.s8.s32 w8, cm0, s1\ndone\n", {}, device);
  in_time.finish();
  EXPECT_EQ(in_time.last_stop, Stop::finished);

  const auto after_ups = [&](const std::string& between) {
    CoreBench bench(
        "vups.s32.s8 cm0, w8, s1" + between + "vmac.4x8x8.s8.s8 cm1, cm0, x0, x2\n" + nops(8) + "done\n", {},
        device);
    prepare(bench);
    bench.finish();
    EXPECT_EQ(bench.last_stop, Stop::finished);
    return bench.bytes("cm1");
  };
  EXPECT_EQ(after_ups("; "), after_ups("\n" + nops(9)));
}

}  // namespace
}  // namespace aie4ml::sim
