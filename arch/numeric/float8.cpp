#include "arch/numeric/float8.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace aie4ml::arch {
namespace {

constexpr int kFp32FractionBits = 23;
constexpr int kFp32Bias = 127;
constexpr std::uint32_t kInfinity = 0x7f800000U;
constexpr std::uint32_t kQuietNan = 0x7fc00000U;

struct Format {
  int fraction_bits;
  int bias;
  std::uint8_t largest;   // pattern of the largest number
  std::uint8_t infinity;  // what lies beyond it without saturation: infinity or NaN
  std::uint8_t nan;
};

constexpr Format facts_of(Float8Format format) {
  return format == Float8Format::e4m3 ? Format{3, 7, 0x7e, 0x7f, 0x7f} : Format{2, 15, 0x7b, 0x7c, 0x7f};
}

}  // namespace

std::uint32_t float8_to_fp32(std::uint8_t bits, Float8Format format) {
  const Format facts = facts_of(format);
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x80U) << 24;
  const unsigned magnitude = bits & 0x7fU;
  if (magnitude > facts.largest) return sign | (magnitude == 0x7c ? kInfinity : kQuietNan);
  if (magnitude == 0) return sign;
  const unsigned fraction = magnitude & ((1U << facts.fraction_bits) - 1);
  const int biased = static_cast<int>(magnitude >> facts.fraction_bits);
  // The number is mantissa * 2^unit; without the hidden bit the exponent is that of biased 1.
  const unsigned mantissa = biased == 0 ? fraction : fraction | 1U << facts.fraction_bits;
  const int unit = std::max(biased, 1) - facts.bias - facts.fraction_bits;
  const int top = std::bit_width(mantissa) - 1;
  const auto exponent = static_cast<std::uint32_t>(unit + top + kFp32Bias);
  return sign | exponent << kFp32FractionBits | ((mantissa << (kFp32FractionBits - top)) & 0x7fffffU);
}

std::uint8_t fp32_to_float8(std::uint32_t fp32_bits, Float8Format format, RoundingMode rounding,
                            SaturationMode saturation) {
  const Format facts = facts_of(format);
  const bool negative = (fp32_bits >> 31) != 0;
  const auto with_sign = [&](std::int64_t magnitude) {
    return static_cast<std::uint8_t>((negative ? 0x80 : 0) | magnitude);
  };
  const std::int64_t beyond = saturation == SaturationMode::none ? facts.infinity : facts.largest;
  const std::uint32_t magnitude = fp32_bits & 0x7fffffffU;
  if (magnitude > kInfinity) return with_sign(facts.nan);
  if (magnitude == kInfinity) return with_sign(beyond);
  const int biased = static_cast<int>(magnitude >> kFp32FractionBits);
  if (biased == 0) return with_sign(0);  // the hardware's fp32 has no denormals
  // How many places the fraction loses; below the smallest normal number one more for each binade.
  const int exponent = biased - kFp32Bias + facts.bias;  // as the result would have it, if >= 1
  const int lost = kFp32FractionBits - facts.fraction_bits + std::max(1 - exponent, 0);
  std::int64_t mantissa = (magnitude & 0x7fffffU) | 1U << kFp32FractionBits;
  int shift = lost;
  if (shift > 2 * kFp32FractionBits) {  // far below half of the last place: any such number rounds alike
    mantissa = 1;
    shift = 2 * kFp32FractionBits;
  }
  const std::int64_t rounded =
      std::abs(srs(negative ? -mantissa : mantissa, shift, rounding, SaturationMode::none, 32, true).value);
  // The pattern without the sign orders as the magnitude does: a carry into the exponent is right.
  const std::int64_t pattern = (std::int64_t{std::max(exponent, 1) - 1} << facts.fraction_bits) + rounded;
  return with_sign(pattern > facts.largest ? beyond : pattern);
}

}  // namespace aie4ml::arch
