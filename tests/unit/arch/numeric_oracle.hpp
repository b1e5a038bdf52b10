// SRS and UPS by their definitions: exact rational comparison of the two integers around v = x / 2^shift, in
// 128 bits. Shares nothing with arch/numeric but the names of the modes.
#pragma once

#include "arch/numeric/rounding.hpp"

namespace aie4ml::tests {

__extension__ using Wide = __int128;

inline Wide power_of_two(int exponent) {
  Wide result = 1;
  for (int i = 0; i < exponent; ++i) result *= 2;
  return result;
}

inline Wide magnitude(Wide x) {
  return x < 0 ? -x : x;
}

inline Wide round_exact(Wide x, int shift, arch::RoundingMode mode) {
  using arch::RoundingMode;
  if (shift < 0) return x * power_of_two(-shift);
  const Wide scale = power_of_two(shift);
  Wide low = x / scale;  // truncated
  if (low * scale > x) low -= 1;
  if (low * scale == x) return low;
  const Wide high = low + 1;
  const Wide nearer_zero = magnitude(low) < magnitude(high) ? low : high;
  const Wide farther_from_zero = nearer_zero == low ? high : low;
  const Wide even = low % 2 == 0 ? low : high;
  const Wide odd = even == low ? high : low;
  Wide tie{};
  switch (mode) {
    case RoundingMode::floor:
      return low;
    case RoundingMode::ceil:
      return high;
    case RoundingMode::sym_floor:
      return nearer_zero;
    case RoundingMode::sym_ceil:
      return farther_from_zero;
    case RoundingMode::neg_inf:
      tie = low;
      break;
    case RoundingMode::pos_inf:
      tie = high;
      break;
    case RoundingMode::sym_zero:
      tie = nearer_zero;
      break;
    case RoundingMode::sym_inf:
      tie = farther_from_zero;
      break;
    case RoundingMode::conv_even:
      tie = even;
      break;
    case RoundingMode::conv_odd:
      tie = odd;
      break;
  }
  const Wide below = x - low * scale;
  const Wide above = high * scale - x;
  if (below == above) return tie;
  return below < above ? low : high;
}

inline arch::Converted saturate_exact(Wide value, arch::SaturationMode saturation, int out_bits,
                                      bool out_signed) {
  const Wide modulus = power_of_two(out_bits);
  const Wide high = out_signed ? modulus / 2 - 1 : modulus - 1;
  Wide low = out_signed ? -(modulus / 2) : 0;
  if (saturation == arch::SaturationMode::symmetric && out_signed) low = -high;
  const bool overflow = value < low || value > high;
  if (saturation == arch::SaturationMode::none) {
    value %= modulus;
    if (value < 0) value += modulus;
    if (value > high) value -= modulus;
  } else {
    value = value < low ? low : value;
    value = value > high ? high : value;
  }
  return {static_cast<std::int64_t>(value), overflow};
}

inline arch::Converted srs_exact(std::int64_t x, int shift, arch::RoundingMode rounding,
                                 arch::SaturationMode saturation, int out_bits, bool out_signed) {
  return saturate_exact(round_exact(x, shift, rounding), saturation, out_bits, out_signed);
}

}  // namespace aie4ml::tests
