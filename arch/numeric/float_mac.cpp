#include "arch/numeric/float_mac.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "arch/numeric/rounding.hpp"

namespace aie4ml::arch {
namespace {

constexpr int kFractionBits = 23;
constexpr int kBias = 127;
constexpr std::uint32_t kInfinity = 0x7f800000U;
constexpr std::uint32_t kQuietNan = 0x7fc00000U;

struct Parts {
  bool negative, zero, infinite, nan;
  std::int64_t mantissa;  // with the hidden bit, kFractionBits fraction bits
  std::int32_t exponent;  // of the leading bit
};

// Denormals count as zero: the hardware has none.
Parts split(std::uint32_t bits) {
  const std::uint32_t biased = bits >> kFractionBits & 0xffU;
  const std::uint32_t fraction = bits & 0x7fffffU;
  return {(bits >> 31) != 0,
          biased == 0,
          biased == 0xffU && fraction == 0,
          biased == 0xffU && fraction != 0,
          static_cast<std::int64_t>(fraction | 0x800000U),
          static_cast<std::int32_t>(biased) - kBias};
}

}  // namespace

FloatSum::FloatSum(std::uint32_t acc_bits) {
  add_lane(acc_bits, false);
}

void FloatSum::add_lane(std::uint32_t fp32_bits, bool negate) {
  const Parts lane = split(fp32_bits);
  const bool negative = lane.negative != negate;
  nan_ |= lane.nan;
  plus_infinity_ |= lane.infinite && !negative;
  minus_infinity_ |= lane.infinite && negative;
  if (lane.zero || lane.infinite || lane.nan) return;
  add({negative ? -lane.mantissa : lane.mantissa, lane.exponent - kFractionBits, lane.exponent});
}

void FloatSum::add(const Addend& addend) {
  if (count_ == static_cast<int>(addends_.size())) std::abort();
  addends_[static_cast<std::size_t>(count_++)] = addend;
}

void FloatSum::add_product(std::uint16_t a_bits, std::uint16_t b_bits, bool negate) {
  const Parts a = split(static_cast<std::uint32_t>(a_bits) << 16);
  const Parts b = split(static_cast<std::uint32_t>(b_bits) << 16);
  if (a.nan || b.nan || (a.infinite && b.zero) || (a.zero && b.infinite)) {
    nan_ = true;
    return;
  }
  const bool negative = (a.negative != b.negative) != negate;
  if (a.infinite || b.infinite) {
    (negative ? minus_infinity_ : plus_infinity_) = true;
    return;
  }
  if (a.zero || b.zero) return;
  // bf16 has 7 fraction bits: the product of two mantissas is exact in 14.
  const std::int64_t product = (a.mantissa >> 16) * (b.mantissa >> 16);
  const std::int32_t exponent = a.exponent + b.exponent;
  // APPROX: the leading bit is taken where two mantissas in [1, 2) put it at most one place higher; whether
  // the aligner sees the product before or after that normalisation is not documented.
  add({negative ? -product : product, exponent - 14, exponent});
}

std::uint32_t FloatSum::result() const {
  if (nan_ || (plus_infinity_ && minus_infinity_)) return kQuietNan;
  if (plus_infinity_) return kInfinity;
  if (minus_infinity_) return kInfinity | 0x80000000U;
  if (count_ == 0) return 0;
  std::int32_t top = addends_[0].top;
  for (int i = 1; i < count_; ++i) top = std::max(top, addends_[static_cast<std::size_t>(i)].top);
  const std::int32_t unit = top - kFractionBits;  // exponent of the last bit kept
  std::int64_t sum = 0;
  for (int i = 0; i < count_; ++i) {
    const Addend& addend = addends_[static_cast<std::size_t>(i)];
    const std::int32_t left = addend.exponent - unit;
    const std::int64_t magnitude = std::abs(addend.mantissa);
    // APPROX: bits below the last one kept are cut off (no source says how the aligner rounds).
    const std::int64_t aligned = left >= 0 ? magnitude << left : (left > -63 ? magnitude >> -left : 0);
    sum += addend.mantissa < 0 ? -aligned : aligned;
  }
  if (sum == 0) return 0;
  const bool negative = sum < 0;
  auto magnitude = static_cast<std::uint64_t>(std::abs(sum));
  const int excess = 63 - std::countl_zero(magnitude) - kFractionBits;
  // APPROX: normalisation cuts too.
  magnitude = excess >= 0 ? magnitude >> excess : magnitude << -excess;
  const std::int32_t biased = unit + excess + kFractionBits + kBias;
  const std::uint32_t sign = negative ? 0x80000000U : 0U;
  if (biased <= 0) return sign;
  if (biased >= 0xff) return sign | kInfinity;
  return sign | static_cast<std::uint32_t>(biased) << kFractionBits |
         (static_cast<std::uint32_t>(magnitude) & 0x7fffffU);
}

std::uint16_t to_bf16(std::uint32_t fp32_bits, int rounding_code) {
  const Parts value = split(fp32_bits);
  if (value.nan) return static_cast<std::uint16_t>(kQuietNan >> 16);
  const auto mode = rounding_mode_from_code(rounding_code);
  if (!mode) std::abort();
  // The pattern without the sign orders as the magnitude does, with even steps between neighbours: rounding
  // the signed pattern rounds the value, and a carry into the exponent is right.
  const auto magnitude = static_cast<std::int64_t>(fp32_bits & 0x7fffffffU);
  const std::int64_t rounded =
      srs(value.negative ? -magnitude : magnitude, 16, *mode, SaturationMode::none, 32, true).value;
  const auto sign = static_cast<std::uint32_t>(value.negative) << 15;
  return static_cast<std::uint16_t>(sign | static_cast<std::uint32_t>(std::abs(rounded)));
}

}  // namespace aie4ml::arch
