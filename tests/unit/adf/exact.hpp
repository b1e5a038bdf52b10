// Rounding and saturation written apart from the code under test: quotients of 128-bit integers, by the words
// of UG1583's table of modes.
#pragma once

#include <aie_api/aie.hpp>
#include <array>
#include <cstdint>
#include <random>

namespace aie4ml::adf::testing {

__extension__ using Wide = __int128;

inline constexpr std::array<aie::rounding_mode, 10> kRoundings = {
    aie::rounding_mode::floor,           aie::rounding_mode::ceil,
    aie::rounding_mode::symmetric_floor, aie::rounding_mode::symmetric_ceil,
    aie::rounding_mode::negative_inf,    aie::rounding_mode::positive_inf,
    aie::rounding_mode::symmetric_zero,  aie::rounding_mode::symmetric_inf,
    aie::rounding_mode::conv_even,       aie::rounding_mode::conv_odd};
inline constexpr std::array<aie::saturation_mode, 3> kSaturations = {
    aie::saturation_mode::none, aie::saturation_mode::saturate, aie::saturation_mode::symmetric};

// numerator / 2^shift
inline Wide exact_round(Wide numerator, int shift, aie::rounding_mode mode) {
  using enum aie::rounding_mode;
  const Wide divisor = Wide{1} << shift;
  Wide below = numerator / divisor;  // C++ division goes toward zero
  if (below * divisor > numerator) below -= 1;
  const Wide rest = numerator - below * divisor;
  if (rest == 0) return below;
  const Wide above = below + 1;
  const Wide nearer_zero = numerator < 0 ? above : below;
  const Wide farther = numerator < 0 ? below : above;
  switch (mode) {
    case floor:
      return below;
    case ceil:
      return above;
    case symmetric_floor:
      return nearer_zero;
    case symmetric_ceil:
      return farther;
    default:
      break;
  }
  if (2 * rest != divisor) return 2 * rest < divisor ? below : above;
  const Wide even = below % 2 == 0 ? below : above;
  switch (mode) {
    case negative_inf:
      return below;
    case positive_inf:
      return above;
    case symmetric_zero:
      return nearer_zero;
    case symmetric_inf:
      return farther;
    case conv_even:
      return even;
    default:
      return below + above - even;
  }
}

// The low bits, as the type reads them.
inline Wide exact_wrap(Wide value, int bits, bool is_signed) {
  const Wide modulus = Wide{1} << bits;
  Wide rest = value % modulus;
  if (rest < 0) rest += modulus;
  return is_signed && rest >= modulus / 2 ? rest - modulus : rest;
}

inline Wide exact_fit(Wide value, int bits, bool is_signed, aie::saturation_mode mode) {
  if (mode == aie::saturation_mode::none) return exact_wrap(value, bits, is_signed);
  const Wide high = (Wide{1} << (is_signed ? bits - 1 : bits)) - 1;
  const Wide low = !is_signed ? 0 : mode == aie::saturation_mode::symmetric ? -high : -high - 1;
  return value < low ? low : value > high ? high : value;
}

// Restores the core's modes at the end of a test.
class ScopedModes {
 public:
  ScopedModes() : before_(use_core_modes(&modes_)) {}
  ~ScopedModes() { use_core_modes(before_); }
  ScopedModes(const ScopedModes&) = delete;
  ScopedModes& operator=(const ScopedModes&) = delete;

 private:
  CoreModes modes_;
  CoreModes* before_;
};

// Values of a type that find mistakes: the ends, zero, and random ones of every magnitude.
template <class T>
T interesting(std::mt19937_64& random) {
  constexpr int kBits = static_cast<int>(detail::element_bits<T>);
  const auto draw = random();
  Wide value = 0;
  switch (draw % 8) {
    case 0:
      value = Wide{1} << (kBits - 1);
      break;
    case 1:
      value = (Wide{1} << (kBits - 1)) - 1;
      break;
    case 2:
      value = -1;
      break;
    default:
      value = static_cast<std::int64_t>(random()) >> (64 - kBits + static_cast<int>(draw / 8 % kBits));
  }
  // Through the integer that T is made of.
  using Number = std::conditional_t<detail::is_packed<T>, int, T>;
  return T(static_cast<Number>(exact_wrap(value, kBits, detail::is_signed_element<T>)));
}
template <class T, unsigned N>
aie::vector<T, N> interesting_vector(std::mt19937_64& random) {
  aie::vector<T, N> v;
  for (unsigned i = 0; i < N; ++i) v.set(interesting<T>(random), i);
  return v;
}

}  // namespace aie4ml::adf::testing
