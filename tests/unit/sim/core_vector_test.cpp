// Vector operations other than multiplies, lane by lane against wide integers.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using testing::bytes_of;
using testing::CoreBench;
using testing::lanes_of;
using testing::nops;

CoreBench run(const std::string& text, const std::function<void(CoreBench&)>& prepare = {}) {
  CoreBench bench(text + "\n" + nops(10) + "done\n");
  bench.fill_registers(21);
  if (prepare) prepare(bench);
  bench.finish();
  EXPECT_EQ(bench.last_stop, Stop::finished) << (bench.engine->fault() ? bench.engine->fault()->message : "");
  return bench;
}

template <class T>
void check_lanes(const std::string& suffix) {
  CoreBench before("done\n");
  before.fill_registers(21);
  const auto a = lanes_of<T>(before.bytes("x1"));
  const auto b = lanes_of<T>(before.bytes("x2"));
  const auto wide = [](T value) { return static_cast<std::int64_t>(value); };
  const std::pair<const char*, std::function<std::int64_t(std::int64_t, std::int64_t)>> cases[] = {
      {"vmax", [](std::int64_t x, std::int64_t y) { return std::max(x, y); }},
      {"vmin", [](std::int64_t x, std::int64_t y) { return std::min(x, y); }},
      {"vadd", [](std::int64_t x, std::int64_t y) { return x + y; }},
      {"vsub", [](std::int64_t x, std::int64_t y) { return x - y; }}};
  for (const auto& [name, function] : cases) {
    std::vector<T> want(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) want[i] = static_cast<T>(function(wide(a[i]), wide(b[i])));
    const std::string op = name + ("." + suffix);
    EXPECT_EQ(lanes_of<T>(run(op + " x0, x1, x2").bytes("x0")), want) << op;
    const auto half = lanes_of<T>(run(op + " w0, w2, w4").bytes("w0"));
    EXPECT_TRUE(std::equal(half.begin(), half.end(), want.begin())) << op << " of 256 bit";
  }
  const auto broadcast = lanes_of<T>(
      run("vbcst." + suffix + " x0, r3", [](CoreBench& bench) { bench.set("r3", -1234567); }).bytes("x0"));
  EXPECT_THAT(broadcast, ::testing::Each(static_cast<T>(-1234567)));
}

TEST(CoreLanes, EveryType) {
  check_lanes<std::int8_t>("s8");
  check_lanes<std::uint8_t>("u8");
  check_lanes<std::int16_t>("s16");
  check_lanes<std::uint16_t>("u16");
  check_lanes<std::int32_t>("s32");
}

TEST(CoreLanes, Moves) {
  CoreBench before("done\n");
  before.fill_registers(21);
  EXPECT_EQ(run("vmov w0, w5").bytes("w0"), before.bytes("w5"));
  EXPECT_EQ(run("vmov x0, x3").bytes("x0"), before.bytes("x3"));
  EXPECT_EQ(run("vmov bm0, bm5").bytes("bm0"), before.bytes("bm5"));
  EXPECT_EQ(run("vmov cm0, cm5").bytes("cm0"), before.bytes("cm5"));
  EXPECT_EQ(run("vmov.bm.x bm1, x3").bytes("bm1"), before.bytes("x3"));
}

TEST(CoreLanes, RegistersAlias) {
  const CoreBench bench = run("vmov cm0, cm0");
  auto both = bench.bytes("w6");
  const auto high = bench.bytes("w7");
  both.insert(both.end(), high.begin(), high.end());
  EXPECT_EQ(bench.bytes("x3"), both);
  auto quarters = bench.bytes("am8");
  for (const char* name : {"am9", "am10", "am11"}) {
    const auto part = bench.bytes(name);
    quarters.insert(quarters.end(), part.begin(), part.end());
  }
  EXPECT_EQ(bench.bytes("cm2"), quarters);
}

TEST(CoreLanes, Accumulators) {
  CoreBench before("done\n");
  before.fill_registers(21);
  const auto a = lanes_of<std::uint32_t>(before.bytes("cm1"));
  const auto b = lanes_of<std::uint32_t>(before.bytes("cm2"));
  std::vector<std::uint32_t> sum(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) sum[i] = static_cast<std::uint32_t>(std::uint64_t{a[i]} + b[i]);
  EXPECT_EQ(lanes_of<std::uint32_t>(run("vadd.acc.s32 cm0, cm1, cm2").bytes("cm0")), sum);
  const auto wide_a = lanes_of<std::int64_t>(before.bytes("cm1"));
  const auto wide_b = lanes_of<std::int64_t>(before.bytes("cm2"));
  const auto wide = lanes_of<std::int64_t>(run("vadd.acc.s64 cm0, cm1, cm2").bytes("cm0"));
  for (std::size_t i = 0; i < wide.size(); ++i) {
    // Halves with a carry: no use of a wrapping 64-bit addition to check one.
    const auto low = static_cast<std::uint64_t>(static_cast<std::uint32_t>(wide_a[i])) +
                     static_cast<std::uint32_t>(wide_b[i]);
    const auto high = static_cast<std::uint32_t>(wide_a[i] >> 32) +
                      static_cast<std::uint32_t>(wide_b[i] >> 32) + static_cast<std::uint32_t>(low >> 32);
    EXPECT_EQ(static_cast<std::uint32_t>(wide[i]), static_cast<std::uint32_t>(low));
    EXPECT_EQ(static_cast<std::uint32_t>(wide[i] >> 32), high);
  }
  EXPECT_THAT(run("vclr.acc cm3").bytes("cm3"), ::testing::Each(0));
}

// Nearest with ties to even, then clamped, in long double: exact for 32-bit lanes.
template <class Out>
std::int64_t shifted(std::int32_t acc, int shift) {
  const long double value = std::nearbyint(std::ldexp(static_cast<long double>(acc), -shift));
  return static_cast<std::int64_t>(
      std::clamp<long double>(value, std::numeric_limits<Out>::min(), std::numeric_limits<Out>::max()));
}

template <class Out>
void check_srs(const std::string& types, const std::string& accumulator, const std::string& result) {
  for (const int shift : {0, 1, 7, 24, 31}) {
    const auto prepare = [&](CoreBench& bench) {
      bench.set("s1", shift);
      bench.set("crrnd", 12);
      bench.set("crsat", 1);
      bench.set("p0", 0x70000);
    };
    CoreBench before("done\n");
    before.fill_registers(21);
    const auto acc = lanes_of<std::int32_t>(before.bytes(accumulator));
    std::vector<Out> want(acc.size());
    for (std::size_t i = 0; i < acc.size(); ++i) want[i] = static_cast<Out>(shifted<Out>(acc[i], shift));
    for (const char* name : {"vsrs.", "vsrsm."}) {
      const std::string text = fmt::format("{}{} {}, {}, s1", name, types, result, accumulator);
      EXPECT_EQ(lanes_of<Out>(run(text, prepare).bytes(result)), want) << text << " by " << shift;
    }
    CoreBench stored = run(fmt::format("vst.srs.{} [p0], {}, s1", types, accumulator), prepare);
    std::vector<std::uint8_t> bytes(want.size() * sizeof(Out));
    stored.own().read(0, bytes);
    EXPECT_EQ(lanes_of<Out>(bytes), want) << types << " by " << shift;
  }
}

TEST(CoreShift, ShiftRoundSaturate) {
  check_srs<std::int8_t>("s8.s32", "cm1", "w0");
  check_srs<std::uint8_t>("u8.s32", "cm1", "w0");
  check_srs<std::int16_t>("s16.s32", "bm3", "w0");
  check_srs<std::uint16_t>("u16.s32", "bm3", "w0");
}

TEST(CoreShift, OverflowIsSticky) {
  const auto overflow = [](std::int32_t lane, int saturation) {
    return run("vclr.acc cm1\n" + nops(4) + "vsrs.s8.s32 w0, cm0, s0\n" + nops(4) + "vsrs.s8.s32 w0, cm1, s0",
               [&](CoreBench& bench) {
                 bench.engine->set_register_bytes(testing::reg("cm0"),
                                                  bytes_of(std::vector<std::int32_t>(32, lane)));
                 bench.set("crsat", saturation);
               })
        .engine->counts()
        .srs_overflow;
  };
  EXPECT_FALSE(overflow(127, 1));
  EXPECT_TRUE(overflow(128, 1));
  EXPECT_TRUE(overflow(-129, 0));
  EXPECT_TRUE(overflow(-128, 3)) << "symmetric";
}

TEST(CoreShift, UpShift) {
  CoreBench before("done\n");
  before.fill_registers(21);
  const auto bytes = lanes_of<std::int8_t>(before.bytes("w4"));
  std::vector<std::int32_t> want(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) want[i] = bytes[i] * 512;
  const auto nine = [](CoreBench& bench) { bench.set("s2", 9); };
  EXPECT_EQ(lanes_of<std::int32_t>(run("vups.s32.s8 cm3, w4, s2", nine).bytes("cm3")), want);

  const auto words = lanes_of<std::int32_t>(before.bytes("x2"));
  std::vector<std::int64_t> wide(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) wide[i] = std::int64_t{words[i]} * 512;
  EXPECT_EQ(lanes_of<std::int64_t>(run("vups.s64.s32 cm3, x2, s2", nine).bytes("cm3")), wide);
}

TEST(CoreShift, NegativeShiftsComeFromTheSixBitRegister) {
  const CoreBench bench = run("vsrs.s16.s32 w0, bm0, s0", [](CoreBench& b) {
    b.engine->set_register_bytes(testing::reg("bm0"), bytes_of(std::vector<std::int32_t>(16, 100)));
    b.set("s0", -3);
  });
  EXPECT_THAT(lanes_of<std::int16_t>(bench.bytes("w0")), ::testing::Each(800));
}

TEST(CoreShift, UnknownRoundingCodeIsAFault) {
  CoreBench bench("mov crrnd, r1\nvsrs.s8.s32 w0, cm0, s0\ndone\n");
  bench.set("r1", 5);
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::fault);
  EXPECT_EQ(bench.engine->fault()->kind, CoreFaultKind::operand);
  EXPECT_EQ(bench.engine->fault()->message,
            "bundle 1 'vsrs.s8.s32 w0, cm0, s0': crrnd 5 or crsat 0 is no code of a "
            "rounding or saturation mode");
}

TEST(CoreLanes, LoadsAndStores) {
  CoreBench bench("vlda w0, [p0], #32; vldb w1, [p1], #32\nvlda.am am5, [p0]\n" + nops(6) + "vst [p1], w0\n" +
                  nops(5) + "done\n");
  bench.fill_memory(9);
  bench.set("p0", 0x70000);
  bench.set("p1", 0x74000);
  const std::vector<std::uint8_t> memory(bench.own().bytes().begin(), bench.own().bytes().end());
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished) << bench.engine->fault()->message;
  const auto at = [&](std::ptrdiff_t from) {
    return std::vector<std::uint8_t>(memory.begin() + from, memory.begin() + from + 32);
  };
  EXPECT_EQ(bench.bytes("w0"), at(0));
  EXPECT_EQ(bench.bytes("w1"), at(0x4000));
  EXPECT_EQ(bench.bytes("am5"), at(0x20));
  std::vector<std::uint8_t> stored(32);
  bench.own().read(0x4020, stored);
  EXPECT_EQ(stored, at(0));
}

}  // namespace
}  // namespace aie4ml::sim
