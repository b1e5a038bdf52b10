// Scalar operations, addresses and control flow.
#include <functional>

#include <gmock/gmock.h>

#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using testing::CoreBench;
using ::testing::ElementsAre;
using testing::nops;

struct ScalarCase {
  const char* text;
  std::int32_t a, b, expected;
};
class ScalarOperation : public ::testing::TestWithParam<ScalarCase> {};

TEST_P(ScalarOperation, Result) {
  const ScalarCase& c = GetParam();
  CoreBench bench(std::string(c.text) + "\n" + nops(2) + "done\n");
  bench.set("r1", c.a);
  bench.set("r2", c.b);
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished) << bench.engine->fault()->message;
  EXPECT_EQ(bench.scalar("r0"), c.expected);
}

INSTANTIATE_TEST_SUITE_P(All, ScalarOperation,
                         ::testing::Values(ScalarCase{"add r0, r1, r2", 0x7fffffff, 1, INT32_MIN},
                                           ScalarCase{"add.i r0, r1, #-64", -5, 0, -69},
                                           ScalarCase{"sub r0, r1, r2", INT32_MIN, 1, INT32_MAX},
                                           ScalarCase{"mul r0, r1, r2", 0x10001, 0x10003, 0x40003},
                                           ScalarCase{"and r0, r1, r2", 0b1100, 0b1010, 0b1000},
                                           ScalarCase{"or r0, r1, r2", 0b1100, 0b1010, 0b1110},
                                           ScalarCase{"xor r0, r1, r2", 0b1100, 0b1010, 0b0110},
                                           ScalarCase{"ltu r0, r1, r2", -1, 1, 0},
                                           ScalarCase{"ltu r0, r1, r2", 1, -1, 1},
                                           ScalarCase{"movx r0, #-3", 0, 0, -3},
                                           ScalarCase{"movxm r0, #0x12345678", 0, 0, 0x12345678},
                                           ScalarCase{"mova r0, #9", 0, 0, 9},
                                           ScalarCase{"mov r0, r1", 42, 0, 42},
                                           ScalarCase{"add.nc r0, r1, #5", 37, 0, 42}));

struct ScalarFormula {
  const char* name;
  std::function<std::int64_t(std::int64_t, std::int64_t)> result;  // of a and b as signed integers
};
std::int64_t unsigned_of(std::int64_t value) {
  return value < 0 ? value + (std::int64_t{1} << 32) : value;
}
// floor(value * 2^by) for any by, in 64 bit.
std::int64_t scaled(std::int64_t value, std::int64_t by) {
  if (by >= 32) return 0;
  if (by >= 0) return value * (std::int64_t{1} << by);
  const std::int64_t divisor = std::int64_t{1} << std::min<std::int64_t>(-by, 40);
  return (value - ((value % divisor) + divisor) % divisor) / divisor;
}
std::int64_t low(std::int64_t value, int bits) {
  const std::int64_t size = std::int64_t{1} << bits;
  return ((value % size) + size) % size;
}
std::int64_t low_signed(std::int64_t value, int bits) {
  const std::int64_t rest = low(value, bits);
  return rest >= std::int64_t{1} << (bits - 1) ? rest - (std::int64_t{1} << bits) : rest;
}
std::int64_t leading_zeros(std::int64_t value) {
  std::int64_t zeros = 32;
  for (std::int64_t rest = unsigned_of(value); rest > 0; rest /= 2) --zeros;
  return zeros;
}

class ScalarByFormula : public ::testing::TestWithParam<ScalarFormula> {};
TEST_P(ScalarByFormula, OnEdgesAndRandomValues) {
  const std::string name = GetParam().name;
  const bool two = name.find("r2") != std::string::npos;
  CoreBench bench(name + "\n" + nops(2) + "done\n");
  std::mt19937 random(5);
  const std::int32_t edges[] = {0,   1,   -1,  2,    -2,    31,    32,        33,        -31,       -32,
                                -33, 127, 128, -128, 32767, 32768, INT32_MAX, INT32_MIN, 0x12345678};
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  for (const std::int32_t a : edges) {
    for (const std::int32_t b : edges) pairs.emplace_back(a, b);
  }
  for (int i = 0; i < 200; ++i) {
    pairs.emplace_back(static_cast<std::int32_t>(random()), static_cast<std::int32_t>(random()));
  }
  for (const auto& [a, b] : pairs) {
    bench.engine->restart(0);
    bench.set("r1", a);
    bench.set("r2", b);
    bench.finish();
    ASSERT_EQ(bench.scalar("r0"), low_signed(GetParam().result(a, two ? b : 0), 32))
        << name << " of " << a << " and " << b;
  }
}
INSTANTIATE_TEST_SUITE_P(
    All, ScalarByFormula,
    ::testing::Values(
        ScalarFormula{"lshl r0, r1, r2", [](auto a, auto b) { return scaled(unsigned_of(a), b); }},
        ScalarFormula{"ashl r0, r1, r2", [](auto a, auto b) { return scaled(a, b); }},
        ScalarFormula{"abs r0, r1", [](auto a, auto) { return a < 0 ? -a : a; }},
        ScalarFormula{"clz r0, r1", [](auto a, auto) { return leading_zeros(a); }},
        ScalarFormula{"extend.s8 r0, r1", [](auto a, auto) { return low_signed(a, 8); }},
        ScalarFormula{"extend.u8 r0, r1", [](auto a, auto) { return low(a, 8); }},
        ScalarFormula{"extend.s16 r0, r1", [](auto a, auto) { return low_signed(a, 16); }},
        ScalarFormula{"extend.u16 r0, r1", [](auto a, auto) { return low(a, 16); }},
        ScalarFormula{"eq r0, r1, r2", [](auto a, auto b) { return a == b ? 1 : 0; }},
        ScalarFormula{"ne r0, r1, r2", [](auto a, auto b) { return a == b ? 0 : 1; }},
        ScalarFormula{"lt r0, r1, r2", [](auto a, auto b) { return a < b ? 1 : 0; }},
        ScalarFormula{"ge r0, r1, r2", [](auto a, auto b) { return a < b ? 0 : 1; }},
        ScalarFormula{"ltu r0, r1, r2",
                      [](auto a, auto b) { return unsigned_of(a) < unsigned_of(b) ? 1 : 0; }},
        ScalarFormula{"geu r0, r1, r2",
                      [](auto a, auto b) { return unsigned_of(a) < unsigned_of(b) ? 0 : 1; }},
        ScalarFormula{"eqz r0, r1", [](auto a, auto) { return a == 0 ? 1 : 0; }},
        ScalarFormula{"nez r0, r1", [](auto a, auto) { return a == 0 ? 0 : 1; }},
        ScalarFormula{"sel.eqz r0, r1, r2, r1", [](auto a, auto b) { return a == 0 ? a : b; }},
        ScalarFormula{"sel.nez r0, r1, r2, r1", [](auto a, auto b) { return a != 0 ? a : b; }}));

TEST(CoreScalar, RegistersKeepTheirWidth) {
  CoreBench bench("mov p0, r1\nmov m0, r1\nmov s0, r1\nmov lr, r1\nmov dc0, r1\nmov dj0, r1\ndone\n");
  bench.set("r1", -2);
  bench.finish();
  EXPECT_EQ(bench.scalar("p0"), 0xffffe);
  EXPECT_EQ(bench.scalar("m0"), -2);
  EXPECT_EQ(bench.scalar("s0"), 62);
  EXPECT_EQ(bench.scalar("lr"), 0xffffe);
  EXPECT_EQ(bench.scalar("dc0"), 0xffffe);
  EXPECT_EQ(bench.scalar("dj0"), -2);
}

TEST(CoreScalar, ABundleReadsBeforeItWrites) {
  // A swap in one bundle, and a pointer copied while it moves.
  CoreBench bench("add.i r1, r2, #0; mov r2, r1\npadda [p0], #64; mov p1, p0\ndone\n");
  bench.set("r1", 10);
  bench.set("r2", 20);
  bench.set("p0", 0x100);
  bench.finish();
  EXPECT_EQ(bench.scalar("r1"), 20);
  EXPECT_EQ(bench.scalar("r2"), 10);
  EXPECT_EQ(bench.scalar("p1"), 0x100);
  EXPECT_EQ(bench.scalar("p0"), 0x140);
}

// The addresses of successive loads, seen through what they load: word i of memory holds i.
std::vector<std::int32_t> loaded(const std::string& load, int times,
                                 const std::vector<std::pair<std::string, int>>& set) {
  std::string text;
  for (int i = 0; i < times; ++i) text += "lda r" + std::to_string(i) + ", " + load + "\n";
  CoreBench bench(text + nops(7) + "done\n");
  std::vector<std::int32_t> words(16384);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = static_cast<std::int32_t>(4 * i);
  bench.own().write(0, testing::bytes_of(words));
  bench.set("p0", 0x70100);
  for (const auto& [name, value] : set) bench.set(name, value);
  bench.finish();
  EXPECT_EQ(bench.last_stop, Stop::finished);
  std::vector<std::int32_t> result;
  result.reserve(static_cast<std::size_t>(times));
  for (int i = 0; i < times; ++i) result.push_back(bench.scalar("r" + std::to_string(i)));
  return result;
}

TEST(CoreAddress, Modes) {
  EXPECT_THAT(loaded("[p0, #8]", 2, {}), ElementsAre(0x108, 0x108));
  EXPECT_THAT(loaded("[p0], #-8", 3, {}), ElementsAre(0x100, 0xf8, 0xf0));
  EXPECT_THAT(loaded("[p0], m2", 3, {{"m2", 0x40}}), ElementsAre(0x100, 0x140, 0x180));
}

TEST(CoreAddress, TwoDimensions) {
  EXPECT_THAT(loaded("[p0], d1", 7, {{"m1", 4}, {"dn1", 3}, {"dj1", 0x100 - 8}}),
              ElementsAre(0x100, 0x104, 0x108, 0x200, 0x204, 0x208, 0x300));
}

TEST(CoreAddress, ThreeDimensions) {
  EXPECT_THAT(loaded("[p0], d1.3d", 9, {{"m1", 4}, {"dn1", 2}, {"dj1", 0x20}, {"dn5", 2}, {"dj5", 0x1000}}),
              ElementsAre(0x100, 0x104, 0x124, 0x128, 0x1128, 0x112c, 0x114c, 0x1150, 0x2150));
}

TEST(CoreAddress, PointersWrapAt20Bit) {
  CoreBench bench("padda [p0], #64\ndone\n");
  bench.set("p0", 0xffff0);
  bench.finish();
  EXPECT_EQ(bench.scalar("p0"), 0x30);
}

TEST(CoreScalar, StoresAndLoadsWords) {
  CoreBench bench("movxm r1, #0xdeadbeef\nst [p0], #4, r1\nst [p0, #8], r1\ndone\n");
  bench.set("p0", 0x70000);
  bench.finish();
  EXPECT_EQ(testing::lanes_of<std::uint32_t>({bench.own().bytes().begin(), bench.own().bytes().begin() + 16}),
            (std::vector<std::uint32_t>{0xdeadbeef, 0, 0, 0xdeadbeef}));
  EXPECT_TRUE(bench.own().written(0, 4));
  EXPECT_FALSE(bench.own().written(4, 8));
}

TEST(CoreControl, FiveDelaySlots) {
  CoreBench bench("j end\n" + std::string("add.i r0, r0, #1\nadd.i r0, r0, #1\nadd.i r0, r0, #1\n") +
                  "add.i r0, r0, #1\nadd.i r0, r0, #1\nadd.i r1, r1, #1\nadd.i r1, r1, #1\nend:\ndone\n");
  EXPECT_EQ(bench.finish(), 7);
  EXPECT_EQ(bench.scalar("r0"), 5);
  EXPECT_EQ(bench.scalar("r1"), 0);
}

TEST(CoreControl, ConditionIsReadWhenTheBranchIssues) {
  for (const auto& [text, taken] : {std::pair("jz r2, end", true), std::pair("jnz r2, end", false),
                                    std::pair("jz r3, end", false), std::pair("jnz r3, end", true)}) {
    CoreBench bench(std::string(text) + "\nadd.i r2, r2, #1; mov r3, r4\n" + nops(4) +
                    "add.i r1, r1, #1\nend:\ndone\n");
    bench.set("r3", -8);
    bench.finish();
    EXPECT_EQ(bench.scalar("r1"), taken ? 0 : 1) << text;
  }
}

TEST(CoreControl, CallAndReturn) {
  CoreBench bench("jl f\n" + nops(5) + "mov r5, r1\njl f\n" + nops(5) + "done\nf:\nret\nadd.i r1, r1, #1\n" +
                  nops(4));
  EXPECT_EQ(bench.finish(), 2 * 12 + 1 + 1);
  EXPECT_EQ(bench.scalar("r5"), 1);
  EXPECT_EQ(bench.scalar("r1"), 2);
  EXPECT_EQ(bench.scalar("lr"), 13);
}

class HardwareLoop : public ::testing::TestWithParam<int> {};
TEST_P(HardwareLoop, RunsItsBodyCountTimesWithoutOverhead) {
  const int count = GetParam();
  CoreBench bench("movxm ls, first\nmovxm le, last\nmovxm lc, #" + std::to_string(count) + "\n" + nops(7) +
                  "first:\nadd.i r0, r0, #1\nlast:\nadd.i r1, r1, #1\ndone\n");
  EXPECT_EQ(bench.finish(), 10 + 2 * std::max(count, 1) + 1);
  EXPECT_EQ(bench.scalar("r0"), std::max(count, 1));
  EXPECT_EQ(bench.scalar("r1"), std::max(count, 1));
  EXPECT_EQ(bench.scalar("lc"), 0);
}
INSTANTIATE_TEST_SUITE_P(Counts, HardwareLoop, ::testing::Values(0, 1, 2, 3, 17));

TEST(CoreControl, SettingTheCountInTheBundleThatLeNamesAtResetLoopsNothing) {
  CoreBench bench("movxm lc, #5\ndone\n");
  EXPECT_EQ(bench.finish(), 2);
  EXPECT_EQ(bench.scalar("lc"), 5);
}

TEST(CoreControl, RunsOutOfTheProgram) {
  CoreBench bench("nop\nnop\n");
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::fault);
  EXPECT_EQ(bench.engine->fault()->kind, CoreFaultKind::program_counter);
  EXPECT_EQ(bench.engine->fault()->cycle, 2);
  EXPECT_EQ(bench.engine->fault()->message, "bundle 2: the program counter left the program of 2 bundles");
}

TEST(CoreControl, BranchInADelaySlot) {
  CoreBench bench("j end\n" + nops(4) + "j end\n" + nops(5) + "end:\ndone\n");
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::fault);
  EXPECT_EQ(bench.engine->fault()->kind, CoreFaultKind::branch_in_delay_slot);
  EXPECT_EQ(bench.engine->fault()->message, "bundle 5 'j end': a branch in a delay slot of bundle 0 'j end'");
}

TEST(CoreControl, RegionsAreReportedWhenTheyChange) {
  CoreBench bench("nop\nnop\nj b\n" + nops(5) + "b:\nnop\ndone\n");
  bench.program.regions = {{0, 2, -1, "main"}, {2, 8, 0, "call"}, {8, 10, 1, "tail"}};
  bench.engine = std::make_unique<CoreEngine>(testing::ve2802(), bench.program, CoreMemories{});
  std::vector<std::array<std::int64_t, 3>> seen;
  bench.engine->set_region_listener([&](std::int32_t from, std::int32_t to, std::int64_t cycle) {
    seen.push_back({from, to, cycle});
  });
  EXPECT_EQ(bench.engine->run(5).cycles, 5);
  EXPECT_EQ(bench.engine->region(), 1);
  EXPECT_EQ(bench.engine->run(5).stop, Stop::interaction);
  EXPECT_THAT(seen, ElementsAre(std::array<std::int64_t, 3>{-1, 0, 0}, std::array<std::int64_t, 3>{0, 1, 2},
                                std::array<std::int64_t, 3>{1, 2, 3}));
}

TEST(CoreControl, BudgetIsExact) {
  CoreBench bench(nops(100) + "done\n");
  for (int i = 0; i < 10; ++i) {
    const RunResult result = bench.engine->run(9);
    EXPECT_EQ(result.stop, Stop::budget);
    EXPECT_EQ(result.cycles, 9);
  }
  EXPECT_EQ(bench.engine->program_counter(), 90);
  EXPECT_EQ(bench.engine->run(0).stop, Stop::budget);
  EXPECT_EQ(bench.engine->run(1000).cycles, 10);
  EXPECT_EQ(bench.engine->counts().bundles, 100);
}

}  // namespace
}  // namespace aie4ml::sim
