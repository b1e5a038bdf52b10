// Eight-bit floats against the formulas of their format and a search over all of them.
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "arch/numeric/float8.hpp"

namespace aie4ml::arch {
namespace {

double number(int bits, Float8Format format) {
  const int fraction_bits = format == Float8Format::e4m3 ? 3 : 2;
  const int bias = format == Float8Format::e4m3 ? 7 : 15;
  const int magnitude = bits & 0x7f;
  const double fraction = magnitude % (1 << fraction_bits) / std::ldexp(1.0, fraction_bits);
  const int biased = magnitude >> fraction_bits;
  const double sign = bits >= 128 ? -1 : 1;
  if (format == Float8Format::e4m3 && magnitude == 0x7f) return std::numeric_limits<double>::quiet_NaN();
  if (format == Float8Format::e5m2 && magnitude > 0x7c) return std::numeric_limits<double>::quiet_NaN();
  if (format == Float8Format::e5m2 && magnitude == 0x7c)
    return sign * std::numeric_limits<double>::infinity();
  return sign * (biased == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, biased - bias));
}
double number_of_fp32(std::uint32_t bits) {
  return static_cast<double>(std::bit_cast<float>(bits));
}

class Float8 : public ::testing::TestWithParam<Float8Format> {};
INSTANTIATE_TEST_SUITE_P(Formats, Float8, ::testing::Values(Float8Format::e4m3, Float8Format::e5m2));

TEST_P(Float8, EveryPatternIsItsNumberAndComesBack) {
  for (int bits = 0; bits < 256; ++bits) {
    const std::uint32_t fp32 = float8_to_fp32(static_cast<std::uint8_t>(bits), GetParam());
    const double expected = number(bits, GetParam());
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(number_of_fp32(fp32))) << bits;
      continue;
    }
    EXPECT_EQ(number_of_fp32(fp32), expected) << bits;
    EXPECT_EQ(fp32 >> 31, static_cast<unsigned>(bits >= 128));
    for (const auto saturation : {SaturationMode::none, SaturationMode::saturate}) {
      if (std::isinf(expected) && saturation == SaturationMode::saturate) continue;
      EXPECT_EQ(fp32_to_float8(fp32, GetParam(), RoundingMode::floor, saturation), bits);
    }
  }
}

// The two numbers of the format around x, and which one the mode takes.
double chosen(double x, Float8Format format, RoundingMode mode) {
  double below = -std::numeric_limits<double>::infinity();
  double above = -below;
  int below_bits = 0;
  for (int bits = 0; bits < 256; ++bits) {
    const double y = number(bits, format);
    if (std::isnan(y) || std::isinf(y)) continue;
    if (y <= x && y > below) {
      below = y;
      below_bits = bits;
    }
    if (y >= x && y < above) above = y;
  }
  if (below == above) return x;
  const double zeroward = x < 0 ? above : below;
  const double outward = x < 0 ? below : above;
  const double even = below_bits % 2 == 0 ? below : above;
  switch (mode) {
    case RoundingMode::floor:
      return below;
    case RoundingMode::ceil:
      return above;
    case RoundingMode::sym_floor:
      return zeroward;
    case RoundingMode::sym_ceil:
      return outward;
    default:
      break;
  }
  if (x - below != above - x) return x - below < above - x ? below : above;
  switch (mode) {
    case RoundingMode::neg_inf:
      return below;
    case RoundingMode::pos_inf:
      return above;
    case RoundingMode::sym_zero:
      return zeroward;
    case RoundingMode::sym_inf:
      return outward;
    case RoundingMode::conv_even:
      return even;
    default:
      return below + above - even;
  }
}

TEST_P(Float8, RoundsAsTheModeSays) {
  const double largest = GetParam() == Float8Format::e4m3 ? 448 : 57344;
  std::mt19937_64 random(11);
  for (const auto mode :
       {RoundingMode::floor, RoundingMode::ceil, RoundingMode::sym_floor, RoundingMode::sym_ceil,
        RoundingMode::neg_inf, RoundingMode::pos_inf, RoundingMode::sym_zero, RoundingMode::sym_inf,
        RoundingMode::conv_even, RoundingMode::conv_odd}) {
    for (int round = 0; round < 300; ++round) {
      // Few bits, so that ties occur; down to below the smallest number.
      const double x =
          std::ldexp(static_cast<double>(random() % 64) - 32, static_cast<int>(random() % 28) - 24);
      if (std::abs(x) > largest) continue;
      const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(x));
      const std::uint8_t out = fp32_to_float8(bits, GetParam(), mode, SaturationMode::saturate);
      ASSERT_EQ(number(out, GetParam()), chosen(x, GetParam(), mode)) << x << " mode " << to_string(mode);
    }
  }
}

TEST_P(Float8, BeyondTheLargest) {
  const bool e4m3 = GetParam() == Float8Format::e4m3;
  const auto convert = [&](float x, SaturationMode saturation) {
    return fp32_to_float8(std::bit_cast<std::uint32_t>(x), GetParam(), RoundingMode::conv_even, saturation);
  };
  for (const float x : {1e6F, 1e38F, std::numeric_limits<float>::infinity()}) {
    EXPECT_EQ(convert(x, SaturationMode::saturate), e4m3 ? 0x7e : 0x7b);
    EXPECT_EQ(convert(-x, SaturationMode::saturate), e4m3 ? 0xfe : 0xfb);
    EXPECT_EQ(convert(x, SaturationMode::none), e4m3 ? 0x7f : 0x7c);
  }
  EXPECT_EQ(convert(std::numeric_limits<float>::quiet_NaN(), SaturationMode::saturate), 0x7f);
  EXPECT_EQ(convert(0.0F, SaturationMode::none), 0);
  EXPECT_EQ(convert(-1e-30F, SaturationMode::none), 0x80) << "rounds to zero and keeps its sign";
}

}  // namespace
}  // namespace aie4ml::arch
