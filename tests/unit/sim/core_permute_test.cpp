// Vector operations of the mv slot other than arithmetic, accumulator operations, loads that convert,
// streams, events and sticky flags: each against its definition on wide integers.
#include <functional>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using testing::bytes_of;
using testing::CoreBench;
using testing::lanes_of;
using testing::nops;
using Bytes = std::vector<std::uint8_t>;

CoreBench run(const std::string& text, const std::function<void(CoreBench&)>& prepare = {}) {
  CoreBench bench(text + "\n" + nops(12) + "done\n");
  bench.fill_registers(21);
  // Equal lanes and zeros, so that comparisons have both outcomes.
  Bytes x2 = bench.bytes("x1");
  for (std::size_t i = 0; i < x2.size(); ++i) {
    if (i % 16 < 6) x2[i] = static_cast<std::uint8_t>(i % 16 < 4 ? 0 : x2[i] + 1);
  }
  bench.engine->set_register_bytes(testing::reg("x2"), x2);
  if (prepare) prepare(bench);
  bench.finish();
  EXPECT_EQ(bench.last_stop, Stop::finished) << (bench.engine->fault() ? bench.engine->fault()->message : "");
  return bench;
}
Bytes before(const std::string& name) {
  static const CoreBench bench = run("nop");
  return bench.bytes(name);
}
std::vector<bool> bits_of(const Bytes& bytes) {
  std::vector<bool> bits;
  for (const std::uint8_t byte : bytes) {
    for (int i = 0; i < 8; ++i) bits.push_back((byte / (1 << i)) % 2 == 1);
  }
  return bits;
}

template <class T>
void check_comparisons(const std::string& suffix) {
  const auto a = lanes_of<T>(before("x1"));
  const auto b = lanes_of<T>(before("x2"));
  const std::string mask = a.size() > 32 ? "l3" : "r22";
  const std::pair<std::string, std::function<bool(std::int64_t, std::int64_t)>> cases[] = {
      {fmt::format("vlt.{} {}, x1, x2", suffix, mask), [](auto x, auto y) { return x < y; }},
      {fmt::format("vge.{} {}, x1, x2", suffix, mask), [](auto x, auto y) { return x >= y; }},
      {fmt::format("veqz.{} {}, x2", suffix, mask), [](auto, auto y) { return y == 0; }}};
  for (const auto& [text, holds] : cases) {
    const auto bits = bits_of(run(text).bytes(mask));
    int set = 0;
    for (std::size_t i = 0; i < bits.size(); ++i) {
      const bool want = i < a.size() && holds(a[i], b[i]);
      ASSERT_EQ(bits[i], want) << text << " lane " << i;
      set += want ? 1 : 0;
    }
    EXPECT_GT(set, 0) << text << " proves nothing";
  }
  const std::string text = fmt::format("vsel.{} x0, x1, x2, {}", suffix, mask);
  const Bytes pattern{0x5a, 0x01, 0xff, 0x80, 0x33, 0x00, 0xc7, 0x10};
  const CoreBench bench = run(
      text, [&](CoreBench& prepared) { prepared.engine->set_register_bytes(testing::reg("l3"), pattern); });
  const auto chosen = lanes_of<T>(bench.bytes("x0"));
  const auto bits = bits_of(pattern);
  for (std::size_t i = 0; i < chosen.size(); ++i) ASSERT_EQ(chosen[i], bits[i] ? b[i] : a[i]) << text << i;
}

TEST(CorePermute, ComparisonsAndSelection) {
  check_comparisons<std::int8_t>("s8");
  check_comparisons<std::uint8_t>("u8");
  check_comparisons<std::int16_t>("s16");
  check_comparisons<std::uint16_t>("u16");
  check_comparisons<std::int32_t>("s32");
}

template <class T>
void check_elements(const std::string& suffix) {
  const auto lanes = lanes_of<T>(before("x1"));
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    // Bits of the index beyond the number of lanes do not count.
    const auto index = [&](CoreBench& bench) {
      bench.set("r1", static_cast<std::int32_t>(i + 64 * (i % 3)));
      bench.set("r2", -77777);
    };
    EXPECT_EQ(run("vextract." + suffix + " r0, x1, r1", index).scalar("r0"),
              static_cast<std::int32_t>(std::int64_t{lanes[i]}));
    auto want = lanes;
    want[i] = static_cast<T>(-77777);
    EXPECT_EQ(lanes_of<T>(run("vinsert." + suffix + " x0, x1, r1, r2", index).bytes("x0")), want);
  }
}

TEST(CorePermute, ElementsOutAndIn) {
  check_elements<std::int8_t>("s8");
  check_elements<std::uint8_t>("u8");
  check_elements<std::int16_t>("s16");
  check_elements<std::uint16_t>("u16");
  check_elements<std::int32_t>("s32");
}

TEST(CorePermute, BitwiseAndShift) {
  const Bytes a = before("x1"), b = before("x3");
  Bytes both(64), either(64);
  for (std::size_t i = 0; i < 64; ++i) {
    for (int bit = 1; bit < 256; bit *= 2) {
      const bool x = a[i] / bit % 2 == 1, y = b[i] / bit % 2 == 1;
      if (x && y) both[i] = static_cast<std::uint8_t>(both[i] + bit);
      if (x || y) either[i] = static_cast<std::uint8_t>(either[i] + bit);
    }
  }
  EXPECT_EQ(run("vband x0, x1, x3").bytes("x0"), both);
  EXPECT_EQ(run("vbor x0, x1, x3").bytes("x0"), either);
  Bytes joined = a;
  joined.insert(joined.end(), b.begin(), b.end());
  for (const int by : {0, 1, 31, 63, 64 + 5}) {
    const CoreBench bench =
        run("vshift x0, x1, x3, r1", [&](CoreBench& prepared) { prepared.set("r1", by); });
    const auto first = joined.begin() + by % 64;
    EXPECT_EQ(bench.bytes("x0"), Bytes(first, first + 64)) << by;
  }
}

// The transpose said by its definition, for every mode of the device.
TEST(CorePermute, EveryShuffleIsATranspose) {
  Bytes joined = before("x1");
  const Bytes high = before("x3");
  joined.insert(joined.end(), high.begin(), high.end());
  ASSERT_GE(testing::ve2802().core.shuffle.size(), 40U);
  for (const arch::ShuffleMode& mode : testing::ve2802().core.shuffle) {
    const auto size = static_cast<std::size_t>(mode.element_bits / 8);
    Bytes transposed;
    for (int column = 0; column < mode.columns; ++column) {
      for (int row = 0; row < mode.rows; ++row) {
        const auto from = joined.begin() + (row * mode.columns + column) * static_cast<int>(size);
        transposed.insert(transposed.end(), from, from + static_cast<int>(size));
      }
    }
    // Behind a matrix of half a vector nothing moves.
    if (transposed.size() < 64) transposed.insert(transposed.end(), joined.begin() + 32, joined.begin() + 64);
    const CoreBench bench =
        run("vshuffle x0, x1, x3, r1", [&](CoreBench& prepared) { prepared.set("r1", mode.code); });
    const auto half = transposed.begin() + 64 * mode.half;
    EXPECT_EQ(bench.bytes("x0"), Bytes(half, half + 64))
        << "T" << mode.element_bits << "_" << mode.rows << "x" << mode.columns << " half " << mode.half;
  }
}

template <class In, class Out>
void check_pack(const std::string& suffix, int saturation, std::int64_t low, std::int64_t high) {
  const auto in = lanes_of<In>(before("x1"));
  const auto out = lanes_of<Out>(run("vpack." + suffix + " w0, x1", [&](CoreBench& bench) {
                                   bench.set("crsat", saturation);
                                 }).bytes("w0"));
  ASSERT_EQ(out.size(), in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const std::int64_t value = in[i];
    EXPECT_EQ(out[i], static_cast<Out>(saturation == 0 ? value : std::min(std::max(value, low), high)))
        << suffix << " of " << value << " with crsat " << saturation;
  }
}

TEST(CorePermute, PackNarrows) {
  for (const int saturation : {0, 1}) {
    check_pack<std::int16_t, std::int8_t>("s8.s16", saturation, -128, 127);
    check_pack<std::int16_t, std::uint8_t>("u8.s16", saturation, 0, 255);
    check_pack<std::uint16_t, std::uint8_t>("u8.u16", saturation, 0, 255);
    check_pack<std::int32_t, std::int16_t>("s16.s32", saturation, -32768, 32767);
    check_pack<std::int32_t, std::uint16_t>("u16.s32", saturation, 0, 65535);
  }
  check_pack<std::int16_t, std::int8_t>("s8.s16", 3, -127, 127);
}

TEST(CoreAccumulator, SubtractAndNegateModuloTheLane) {
  const auto a = lanes_of<std::uint32_t>(before("cm1"));
  const auto b = lanes_of<std::uint32_t>(before("cm2"));
  constexpr std::uint64_t kSize = std::uint64_t{1} << 32;
  std::vector<std::uint32_t> difference, negative;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference.push_back(static_cast<std::uint32_t>((kSize + a[i] - b[i]) % kSize));
    negative.push_back(static_cast<std::uint32_t>((kSize - a[i]) % kSize));
  }
  EXPECT_EQ(lanes_of<std::uint32_t>(run("vsub.acc.s32 cm0, cm1, cm2").bytes("cm0")), difference);
  EXPECT_EQ(lanes_of<std::uint32_t>(run("vneg.acc.s32 cm0, cm1").bytes("cm0")), negative);
  const auto wide_a = lanes_of<std::int64_t>(before("cm1"));
  const auto wide_b = lanes_of<std::int64_t>(before("cm2"));
  __extension__ using Wide = __int128;
  const auto wrapped = [](Wide value) { return static_cast<std::int64_t>(value); };
  const auto wide_difference = lanes_of<std::int64_t>(run("vsub.acc.s64 cm0, cm1, cm2").bytes("cm0"));
  const auto wide_negative = lanes_of<std::int64_t>(run("vneg.acc.s64 cm0, cm1").bytes("cm0"));
  for (std::size_t i = 0; i < wide_a.size(); ++i) {
    EXPECT_EQ(wide_difference[i], wrapped(Wide{wide_a[i]} - wide_b[i]));
    EXPECT_EQ(wide_negative[i], wrapped(-Wide{wide_a[i]}));
  }
}

TEST(CoreAccumulator, MovesToAndFromMemoryAndVectors) {
  const auto at = [](CoreBench& bench) { bench.set("p0", 0x70040); };
  CoreBench stored = run("vst.am [p0], am5", at);
  const auto memory = stored.own().bytes();
  EXPECT_EQ(Bytes(memory.begin() + 0x40, memory.begin() + 0x60), before("am5"));
  EXPECT_EQ(run("vmov.x.bm x0, bm3").bytes("x0"), before("bm3"));
}

// Elements of memory, times 2^s, as lanes: a shift that is written between the issue and E7 counts, one
// behind it does not.
TEST(CoreAccumulator, LoadsConvert) {
  for (const auto& [write_at, counts] : {std::pair(1, true), std::pair(5, true), std::pair(6, false)}) {
    const std::string text = "vlda.ups.s32.s8 cm0, s1, [p0]\n" + nops(write_at - 1) + "mov s1, r1";
    const CoreBench bench = run(text, [](CoreBench& prepared) {
      prepared.fill_memory(3);
      prepared.set("p0", 0x70100);
      prepared.set("s1", 1);
      prepared.set("r1", 5);
    });
    CoreBench memory("done\n");
    memory.fill_memory(3);
    const auto lanes = lanes_of<std::int32_t>(bench.bytes("cm0"));
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      const int element = static_cast<std::int8_t>(memory.own().bytes()[0x100 + i]);
      ASSERT_EQ(lanes[i], element * (counts ? 32 : 2)) << "lane " << i << " shift written at " << write_at;
    }
  }
  // Visible from the ninth cycle on (LV2).
  for (const auto& [distance, kind] : {std::pair(8, Stop::fault), std::pair(9, Stop::finished)}) {
    CoreBench bench("vlda.ups.s32.s8 cm0, s1, [p0]\n" + nops(distance - 1) + "vmov cm1, cm0\n" + nops(9) +
                    "done\n");
    bench.fill_memory(3);
    bench.set("p0", 0x70100);
    bench.finish();
    EXPECT_EQ(bench.last_stop, kind) << distance;
  }
}

TEST(CoreFlags, OverflowSticksUntilItIsCleared) {
  const auto flags = [](const std::string& text, int acc) {
    CoreBench bench(text + nops(4) + "done\n");
    bench.set("crsat", 1);
    bench.set("s0", 31);
    bench.set("p0", 0x70000);
    bench.engine->set_register_bytes(testing::reg("cm0"), bytes_of(std::vector<std::int32_t>(32, acc)));
    bench.engine->set_register_bytes(testing::reg("w0"), Bytes(32, 1));
    bench.finish();
    EXPECT_EQ(bench.last_stop, Stop::finished);
    return std::pair(bench.scalar("r0"), bench.scalar("r1"));
  };
  const std::string read = "mov r0, srsrs\nmov r1, srups\n";
  const std::string srs = "vsrs.s8.s32 w4, cm0, s1\n";
  EXPECT_EQ(flags(srs + read, 127), std::pair(0, 0));
  EXPECT_EQ(flags(srs + read, 128), std::pair(1, 0));
  EXPECT_EQ(flags(srs + nops(30) + read, 128), std::pair(1, 0)) << "sticky";
  EXPECT_EQ(flags(srs + "mov srsrs, r5\n" + read, 128), std::pair(0, 0)) << "cleared";
  EXPECT_EQ(flags("vups.s32.s8 cm1, w0, s0\n" + read, 0), std::pair(0, 1));
  EXPECT_EQ(flags("vst.srs.s8.s32 [p0], cm0, s1\n" + read, 128), std::pair(1, 0));
}

TEST(CoreStreams, WordsGoInAndOut) {
  CoreBench bench("mov.ss r0\nmov.ss r1\n" + nops(7) + "mov.ms r1\nmov.ms.tlast r0; mov.ss r2\n" + nops(7) +
                  "done\n");
  bench.stream_in = {StreamWord(0xdeadbeef), StreamWord(7, true), StreamWord(9)};
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished) << bench.engine->fault()->message;
  EXPECT_THAT(bench.stream_out, ::testing::ElementsAre(StreamWord(7, false), StreamWord(0xdeadbeef, true)));
  EXPECT_EQ(bench.scalar("r2"), 9);
}

// LV2: the word read can be used seven bundles later.
TEST(CoreStreams, Latency) {
  for (const auto& [distance, stop] : {std::pair(6, Stop::fault), std::pair(7, Stop::finished)}) {
    CoreBench bench("mov.ss r0\n" + nops(distance - 1) + "mov r1, r0\ndone\n");
    bench.stream_in = {StreamWord(3)};
    bench.finish();
    EXPECT_EQ(bench.last_stop, stop) << distance;
  }
}

TEST(CoreStreams, StopsBeforeTheBundleIssues) {
  CoreBench bench("nop\nmov.ms r3; mov.ss r0; mov r4, r3\ndone\n");
  EXPECT_EQ(bench.engine->run(0).stop, Stop::budget);
  bench.set("r3", 12);
  EXPECT_EQ(bench.engine->run(10).cycles, 1);
  EXPECT_TRUE(bench.engine->interaction().stream_read);
  EXPECT_EQ(bench.engine->interaction().stream_write, StreamWord(12));
  EXPECT_EQ(bench.scalar("r4"), 0) << "nothing of the bundle has happened";
  bench.engine->issue(nullptr, nullptr, StreamWord(1));
  EXPECT_EQ(bench.scalar("r4"), 12);
}

TEST(CoreEvents, TellTheirNumberAndCycle) {
  CoreBench bench("nop\nevent #2\nnop\nevent #3\ndone\n");
  std::vector<std::pair<int, std::int64_t>> seen;
  bench.engine->set_event_listener(
      [&](std::int32_t id, std::int64_t cycle) { seen.emplace_back(id, cycle); });
  bench.finish();
  EXPECT_THAT(seen, ::testing::ElementsAre(std::pair(2, 1), std::pair(3, 3)));
}

}  // namespace
}  // namespace aie4ml::sim
