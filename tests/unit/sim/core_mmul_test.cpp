// Multiplies against 128-bit integers and, for bf16, against doubles that hold every sum exactly.
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/numeric/float_mac.hpp"
#include "sim/core/mmul.hpp"
#include "sim/core/mmul_simd.hpp"
#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using arch::ElementType;
using arch::MmulShape;
using testing::CoreBench;
using testing::nops;

__extension__ using Wide = __int128;  // no standard integer is wider than the products

// The element as a number, assembled from its bytes.
Wide element(const std::vector<std::uint8_t>& bytes, int index, ElementType type) {
  const int size = arch::bytes(type);
  Wide value = 0;
  for (int i = size - 1; i >= 0; --i)
    value = value * 256 + bytes.at(static_cast<std::size_t>(index) * static_cast<std::size_t>(size) +
                                   static_cast<std::size_t>(i));
  const Wide half = Wide{1} << (8 * size - 1);
  return arch::is_signed(type) && value >= half ? value - 2 * half : value;
}

std::vector<std::uint8_t> expected(const std::vector<std::uint8_t>& acc, const std::vector<std::uint8_t>& a,
                                   const std::vector<std::uint8_t>& b, MmulShape shape, ElementType type_a,
                                   ElementType type_b, int lane_bits, MmulMode mode) {
  std::vector<std::uint8_t> out;
  const ElementType lane = lane_bits == 32 ? ElementType::int32 : ElementType::int64;
  for (int row = 0; row < shape.m; ++row) {
    for (int col = 0; col < shape.n; ++col) {
      Wide sum = 0;
      for (int k = 0; k < shape.k; ++k) {
        sum += element(a, row * shape.k + k, type_a) * element(b, k * shape.n + col, type_b);
      }
      const Wide old = element(acc, row * shape.n + col, lane);
      Wide result = mode == MmulMode::clear ? sum : mode == MmulMode::add ? old + sum : old - sum;
      for (int i = 0; i < lane_bits / 8; ++i) {
        out.push_back(static_cast<std::uint8_t>(result & 0xff));
        result >>= 8;
      }
    }
  }
  return out;
}

struct Factors {
  ElementType a, b;
};

class Mmul : public ::testing::TestWithParam<Factors> {};

TEST_P(Mmul, EveryShapeAndModeIsExactModuloTheLane) {
  const auto [type_a, type_b] = GetParam();
  const MmulShape shapes[] = {{4, 8, 8},  {8, 8, 8}, {4, 4, 8}, {4, 2, 8}, {8, 2, 8},
                              {4, 8, 16}, {2, 8, 8}, {4, 4, 4}, {4, 16, 8}};
  for (const MmulShape shape : shapes) {
    for (const int lane_bits : {32, 64}) {
      for (const MmulMode mode : {MmulMode::clear, MmulMode::add, MmulMode::subtract}) {
        for (std::uint32_t seed = 0; seed < 6; ++seed) {
          const auto size = [](int count, int each) {
            return static_cast<std::size_t>(count) * static_cast<std::size_t>(each);
          };
          auto a = testing::random_bytes(size(shape.m * shape.k, arch::bytes(type_a)), seed);
          auto b = testing::random_bytes(size(shape.k * shape.n, arch::bytes(type_b)), seed + 50);
          auto acc = testing::random_bytes(size(shape.m * shape.n, lane_bits / 8), seed + 90);
          if (seed == 0) {  // the most negative values of signed types, the greatest of unsigned ones
            for (auto& byte : a) byte = arch::is_signed(type_a) ? 0 : 0xff;
            for (auto& byte : b) byte = arch::is_signed(type_b) ? 0 : 0xff;
            const auto step_a = static_cast<std::size_t>(arch::bytes(type_a));
            const auto step_b = static_cast<std::size_t>(arch::bytes(type_b));
            if (arch::is_signed(type_a))
              for (std::size_t i = step_a - 1; i < a.size(); i += step_a) a[i] = 0x80;
            if (arch::is_signed(type_b))
              for (std::size_t i = step_b - 1; i < b.size(); i += step_b) b[i] = 0x80;
          }
          const auto want = expected(acc, a, b, shape, type_a, type_b, lane_bits, mode);
          std::vector<MmulFunction> functions = {plain_mmul(type_a, type_b, lane_bits, mode),
                                                 best_mmul(type_a, type_b, shape, lane_bits, mode)};
          ASSERT_NE(functions[0], nullptr);
          ASSERT_NE(functions[1], nullptr);
          if (lane_bits == 32) {  // null where this host has no such instructions
            functions.push_back(simd_mmul(type_a, type_b, shape, mode));
            functions.push_back(avx512_mmul(type_a, type_b, shape, mode));
          }
          std::erase(functions, nullptr);
          for (const MmulFunction function : functions) {
            std::vector<std::uint8_t> out(acc.size());
            function(out.data(), acc.data(), a.data(), b.data(), shape);
            ASSERT_EQ(out, want) << int{shape.m} << 'x' << int{shape.k} << 'x' << int{shape.n} << " lanes of "
                                 << lane_bits << " seed " << seed;
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Types, Mmul,
    ::testing::Values(
        Factors{ElementType::int8, ElementType::int8}, Factors{ElementType::uint8, ElementType::int8},
        Factors{ElementType::int8, ElementType::uint8}, Factors{ElementType::uint8, ElementType::uint8},
        Factors{ElementType::int16, ElementType::int8}, Factors{ElementType::int8, ElementType::int16},
        Factors{ElementType::int16, ElementType::int16}, Factors{ElementType::uint16, ElementType::int16},
        Factors{ElementType::int16, ElementType::uint8}, Factors{ElementType::uint16, ElementType::uint16},
        Factors{ElementType::int32, ElementType::int16}, Factors{ElementType::int32, ElementType::int32}),
    [](const auto& test) {
      return std::string(arch::to_string(test.param.a)) + "_" + std::string(arch::to_string(test.param.b));
    });

// Through the engine: operands from the right registers, the right mode.
TEST(CoreMultiply, RegistersAndModes) {
  const std::pair<const char*, MmulMode> cases[] = {
      {"vmul.4x8x8.u8.s8 cm2, x1, x5", MmulMode::clear},
      {"vmac.4x8x8.u8.s8 cm2, cm3, x1, x5", MmulMode::add},
      {"vmsc.4x8x8.u8.s8 cm2, cm3, x1, x5", MmulMode::subtract}};
  for (const auto& [text, mode] : cases) {
    CoreBench bench(std::string(text) + "\n" + nops(6) + "done\n");
    bench.fill_registers(3);
    const auto want = expected(bench.bytes("cm3"), bench.bytes("x1"), bench.bytes("x5"), {4, 8, 8},
                               ElementType::uint8, ElementType::int8, 32, mode);
    bench.finish();
    EXPECT_EQ(bench.bytes("cm2"), want) << text;
    EXPECT_EQ(bench.engine->counts().macs, 256);
  }
}

TEST(CoreMultiply, LanesOf64Bit) {
  CoreBench bench("vmac.4x4x4.s16.s16 cm2, cm3, x1, x5\n" + nops(6) + "done\n");
  bench.fill_registers(4);
  const auto want = expected(bench.bytes("cm3"), bench.bytes("x1"), bench.bytes("x5"), {4, 4, 4},
                             ElementType::int16, ElementType::int16, 64, MmulMode::add);
  bench.finish();
  EXPECT_EQ(bench.bytes("cm2"), want);
  EXPECT_EQ(bench.engine->counts().macs, 64);
}

// Every integer mode of the device, in every combination of signs, through the engine.
void check_modes(const arch::Device& device) {
  ASSERT_TRUE(arch::validate(device).empty());
  int checked = 0;
  for (const arch::MultiplyMode& mode : device.core.multiply) {
    if (!arch::is_integer(mode.a)) continue;
    const auto signs = [](ElementType type) {
      if (type == ElementType::int8) return std::vector{ElementType::int8, ElementType::uint8};
      if (type == ElementType::int16) return std::vector{ElementType::int16, ElementType::uint16};
      return std::vector{type};
    };
    const MmulShape shape{static_cast<std::uint8_t>(mode.rows), static_cast<std::uint8_t>(mode.inner),
                          static_cast<std::uint8_t>(mode.columns)};
    const char* acc = mode.rows * mode.columns * mode.accumulator_bits == 1024 ? "cm" : "dm";
    const char* b_class = mode.inner * mode.columns * arch::bits(mode.b) > 512 ? "y" : "x";
    for (const ElementType a : signs(mode.a)) {
      for (const ElementType b : signs(mode.b)) {
        const std::string text =
            fmt::format("vmac.{}x{}x{}.{}.{} {}2, {}3, x1, {}2", shape.m, shape.k, shape.n,
                        arch::asm_suffix(a), arch::asm_suffix(b), acc, acc, b_class);
        CoreBench bench(text + "\n" + nops(8) + "done\n", {}, device);
        ASSERT_TRUE(bench.program.validate(device).empty()) << bench.program.validate(device)[0].what;
        bench.fill_registers(5);
        const auto want = expected(bench.bytes(std::string(acc) + "3"), bench.bytes("x1"),
                                   bench.bytes(std::string(b_class) + "2"), shape, a, b,
                                   mode.accumulator_bits, MmulMode::add);
        bench.finish();
        EXPECT_EQ(bench.bytes(std::string(acc) + "2"), want) << text;
        EXPECT_EQ(bench.engine->counts().macs, mode.macs());
        ++checked;
      }
    }
  }
  EXPECT_GE(checked, 8);
}

TEST(CoreMultiply, EveryModeOfAieMl) {
  check_modes(testing::ve2802());
}

TEST(CoreMultiply, EveryModeOfAieMlV2) {
  check_modes(arch::load_device("xc2ve3858"));
}

TEST(CoreMultiply, AieMlV2LoadsAndStores512Bit) {
  const arch::Device device = arch::load_device("xc2ve3858");
  CoreBench bench("vlda x0, [p0], #64; vldb x1, [p1]\n" + nops(6) + "vmac.8x8x8.s8.s8 dm0, dm0, x0, x1\n" +
                      nops(5) + "vsrs.s8.s32 w8, cm0, s0\nvsrs.s8.s32 w9, cm1, s0\n" + nops(3) +
                      "vst [p0], x4\n" + nops(6) + "done\n",
                  {}, device);
  ASSERT_TRUE(bench.program.validate(device).empty());
  bench.fill_memory(6);
  bench.set("p0", 0x70000);
  bench.set("p1", 0x74000);
  const auto memory = bench.own().bytes();
  const std::vector<std::uint8_t> a(memory.begin(), memory.begin() + 64);
  const std::vector<std::uint8_t> b(memory.begin() + 0x4000, memory.begin() + 0x4040);
  const auto want = expected(std::vector<std::uint8_t>(256), a, b, {8, 8, 8}, ElementType::int8,
                             ElementType::int8, 32, MmulMode::add);
  bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished) << bench.engine->fault()->message;
  EXPECT_EQ(bench.bytes("dm0"), want);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(bench.own().bytes()[64 + i], want[4 * i]) << i;
  EXPECT_EQ(bench.stalls, 0) << "A and B lie in different banks";
}

TEST(CoreMultiply, ImpossibleMultiplyIsRefused) {
  EXPECT_THROW(CoreBench("vmac.4x8x16.s8.s8 cm2, cm3, x1, x5\ndone\n"), arch::InputError);
  EXPECT_THROW(CoreBench("vmac.4x8x8.bf16.s8 cm2, cm3, x1, x5\ndone\n"), arch::InputError);
}

std::uint32_t bits_of(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
std::uint16_t bf16_of(float value) {
  return static_cast<std::uint16_t>(bits_of(value) >> 16);
}

TEST(CoreBf16, ExactWhereNothingIsLost) {
  std::mt19937 random(11);
  for (int round = 0; round < 1000; ++round) {
    // Integers up to 127 are exact in bf16, their products and sums in 24 bit.
    const auto small = [&] { return static_cast<float>(static_cast<int>(random() % 255) - 127); };
    const float start = small() * 4.0F;
    double exact = start;
    arch::FloatSum sum(bits_of(start));
    for (int k = 0; k < 8; ++k) {
      const float a = small(), b = small();
      const bool negate = (random() & 1U) != 0;
      exact += (negate ? -1.0 : 1.0) * static_cast<double>(a) * static_cast<double>(b);
      sum.add_product(bf16_of(a), bf16_of(b), negate);
    }
    const std::uint32_t result = sum.result();
    float value;
    std::memcpy(&value, &result, sizeof value);
    EXPECT_EQ(static_cast<double>(value), exact);
  }
}

TEST(CoreBf16, SmallAddendsAreCutAtTheLargestExponent) {
  // 2^24 + 1 - 2^24 would be 1 in exact arithmetic and 0 added one after another; aligned to 2^24 with 23
  // fraction bits the 1 is below the last place.
  arch::FloatSum sum(bits_of(16777216.0F));
  sum.add_product(bf16_of(1.0F), bf16_of(1.0F), false);
  sum.add_product(bf16_of(4096.0F), bf16_of(4096.0F), true);
  EXPECT_EQ(sum.result(), bits_of(0.0F));
  arch::FloatSum kept(bits_of(16777216.0F));
  kept.add_product(bf16_of(2.0F), bf16_of(1.0F), false);
  kept.add_product(bf16_of(4096.0F), bf16_of(4096.0F), true);
  EXPECT_EQ(kept.result(), bits_of(2.0F));
}

TEST(CoreBf16, SpecialValues) {
  const std::uint16_t infinity = bf16_of(INFINITY);
  arch::FloatSum inf(bits_of(1.0F));
  inf.add_product(infinity, bf16_of(2.0F), false);
  EXPECT_EQ(inf.result(), bits_of(INFINITY));
  inf.add_product(infinity, bf16_of(2.0F), true);
  EXPECT_TRUE((inf.result() & 0x7f800000U) == 0x7f800000U && (inf.result() & 0x7fffffU) != 0) << "NaN";
  arch::FloatSum denormal(1);
  EXPECT_EQ(denormal.result(), 0U);
}

TEST(CoreBf16, ConversionRounds) {
  EXPECT_EQ(arch::to_bf16(0x3f808000, 12), 0x3f80) << "tie to even";
  EXPECT_EQ(arch::to_bf16(0x3f818000, 12), 0x3f82);
  EXPECT_EQ(arch::to_bf16(0xbf818000, 12), 0xbf82);
  EXPECT_EQ(arch::to_bf16(0x3f81ffff, 0), 0x3f81) << "floor";
  EXPECT_EQ(arch::to_bf16(0xbf810001, 0), 0xbf82) << "floor of a negative number";
  EXPECT_EQ(arch::to_bf16(0x7f800000, 12), 0x7f80);
  EXPECT_EQ(arch::to_bf16(0x7fffffff, 12), 0x7fc0);
  EXPECT_EQ(arch::to_bf16(0x80000000, 12), 0x8000) << "negative zero keeps its sign";
}

}  // namespace
}  // namespace aie4ml::sim
