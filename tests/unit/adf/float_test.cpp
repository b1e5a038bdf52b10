// Between integers and floats, and the elementary functions.
#include <aie4ml_adf/kernel_fault.hpp>
#include <limits>

#include <gtest/gtest.h>

#include "tests/unit/adf/exact_float.hpp"

namespace aie4ml::adf {
namespace {

using namespace testing;

TEST(ToFloat, IsTheNearestFloatOfTheQuotient) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 100; ++round) {
    const auto v = interesting_vector<int32, 16>(random);
    for (const int shift : {0, 1, 7, 31, -3}) {
      for (unsigned i = 0; i < 16; ++i) {
        const double exact = std::ldexp(static_cast<double>(v.get(i)), -shift);
        const double expected = exact_float_round(exact, 24, aie::rounding_mode::conv_even);
        ASSERT_EQ(static_cast<double>(aie::to_float(v, shift).get(i)), expected);
        ASSERT_EQ(static_cast<double>(aie::to_float(v.get(i), shift)), expected);
      }
    }
  }
  EXPECT_EQ(aie::to_float(aie::broadcast<uint8, 16>(200), 3).get(2), 25.0F);
  EXPECT_EQ(static_cast<float>(aie::to_float<bfloat16>(aie::broadcast<int8, 16>(-3), 1).get(0)), -1.5F);
  EXPECT_THROW((void)aie::to_float(1, 127), KernelFault);
}

template <class To>
void check_to_fixed(float x, int shift) {
  // Exact: 24 bits of mantissa and 60 places.
  int exponent = 0;
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(x, &exponent), 24));
  const int power = exponent - 24 + shift;
  const Wide exact =
      power >= 0 ? static_cast<Wide>(mantissa) << power : exact_round(mantissa, -power, aie::get_rounding());
  ASSERT_EQ(static_cast<Wide>(aie::to_fixed<To>(x, shift)),
            exact_fit(exact, 8 * sizeof(To), std::is_signed_v<To>, aie::saturation_mode::saturate))
      << x << " shift " << shift << " rounding " << static_cast<int>(aie::get_rounding());
}

TEST(ToFixed, RoundsInTheCoresModeAndClamps) {
  const ScopedModes modes;
  std::mt19937_64 random(2);
  for (const auto mode : kRoundings) {
    aie::set_rounding(mode);
    for (const float tie :
         {0.5F, 1.5F, -0.5F, -2.5F, 3.0F, 126.5F, 127.5F, -128.5F, 0x1p-60F, -0x1p-70F, 1e-30F}) {
      check_to_fixed<int32>(tie, 0);
      check_to_fixed<int8>(tie, 0);
      check_to_fixed<uint8>(tie, 0);
    }
    for (int round = 0; round < 200; ++round) {
      const float x = interesting_float(random, 24, 34);
      for (const int shift : {0, 3, 15, -6}) {
        check_to_fixed<int32>(x, shift);
        check_to_fixed<int16>(x, shift);
        check_to_fixed<uint16>(x, shift);
      }
    }
  }
  EXPECT_EQ(aie::to_fixed<int32>(std::numeric_limits<float>::infinity()), std::numeric_limits<int32>::max());
  EXPECT_EQ(aie::to_fixed<int32>(-std::numeric_limits<float>::infinity()), std::numeric_limits<int32>::min());
  EXPECT_EQ(aie::to_fixed<int32>(std::numeric_limits<float>::quiet_NaN()), 0);
  EXPECT_EQ(aie::to_fixed<int32>(aie::broadcast<float, 8>(2.75F), 1).get(5), 5) << "5.5 ties to odd";
}

// The arithmetic of the estimate in doubles, every product and difference rounded to float by frexp and
// nearbyint.
double to_nearest(double x) {
  return exact_float_round(x, 24, aie::rounding_mode::conv_even);
}
TEST(InvSqrt, IsTheEstimateAndNotTheRoot) {
  int exact_roots = 0;
  for (int i = 1; i <= 6144; ++i) {
    const auto x = static_cast<float>(i);
    // 0x5F1FFFF9 - bits / 2, taken apart with integers: bits of i are (exponent + 127) * 2^23 + fraction.
    int exponent = 0;
    const double mantissa = std::frexp(static_cast<double>(i), &exponent) * 2;  // in [1, 2)
    const auto bits = static_cast<std::int64_t>(exponent - 1 + 127) * 8388608 +
                      static_cast<std::int64_t>((mantissa - 1) * 8388608);
    const std::int64_t seed_bits = 1595932665 - bits / 2;
    const double y = std::ldexp(1.0 + static_cast<double>(seed_bits % 8388608) / 8388608,
                                static_cast<int>(seed_bits / 8388608) - 127);
    const double rest = to_nearest(to_nearest(2.38924456) - to_nearest(x * to_nearest(y * y)));
    const double expected = to_nearest(to_nearest(to_nearest(0.703952253) * y) * rest);
    ASSERT_EQ(static_cast<double>(aie::invsqrt(x)), expected) << i;
    ASSERT_NEAR(aie::invsqrt(x) * std::sqrt(static_cast<double>(i)), 1.0, 7e-4)
        << "known bound of the estimate";
    exact_roots += aie::invsqrt(x) == static_cast<float>(1 / std::sqrt(static_cast<double>(i)));
  }
  EXPECT_LT(exact_roots, 100);
  EXPECT_EQ(aie::invsqrt(aie::broadcast<float, 8>(4.0F)).get(7), aie::invsqrt(4.0F));
}
TEST(Inv, IsTheNearestQuotient) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 500; ++round) {
    const float x = interesting_float(random, 24, 30);
    if (x == 0.0F) continue;
    // Nearest: no float is nearer to 1/x, judged by |x * y - 1| with 48 exact bits.
    const float y = aie::inv(x);
    const double error = std::abs(static_cast<double>(x) * y - 1);
    for (const float other : {std::nextafter(y, 0.0F), std::nextafter(y, y * 2)})
      ASSERT_LE(error, std::abs(static_cast<double>(x) * other - 1));
  }
  EXPECT_EQ(aie::inv(aie::broadcast<float, 8>(-4.0F)).get(0), -0.25F);
}

TEST(Bfloat16, FromFloatIsTheNearest) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 1000; ++round) {
    const float x = interesting_float(random, 24, 20);
    ASSERT_EQ(static_cast<double>(static_cast<float>(bfloat16(x))),
              exact_float_round(x, 8, aie::rounding_mode::conv_even));
  }
  EXPECT_EQ(bfloat16(std::numeric_limits<float>::max()).bits, 0x7f80) << "rounds to infinity";
  EXPECT_EQ(bfloat16(std::numeric_limits<float>::quiet_NaN()).bits, 0x7fc0);
  EXPECT_EQ(clb(1), 31);
  EXPECT_EQ(clb(-1), 32);
  EXPECT_EQ(clb(0x40000000), 1);
  EXPECT_EQ(clb(-0x40000000), 2);
}

}  // namespace
}  // namespace aie4ml::adf
