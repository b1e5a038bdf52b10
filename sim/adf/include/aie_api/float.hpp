// Between integers and floats, and the elementary functions, of scalars and vectors.
#pragma once

#include <aie_api/vector.hpp>

namespace aie4ml::adf::detail {

// 2^n for n within the exponents of normal numbers.
inline float power_of_two(int n) {
  if (n < -126 || n > 127) fault_shift("aie::to_float: shift", -n, -127, 126);
  return std::bit_cast<float>(static_cast<std::uint32_t>(n + 127) << 23);
}

}  // namespace aie4ml::adf::detail

namespace aie {

// x / 2^shift, to the nearest float, ties to even.
template <class To = float, class T>
requires std::is_integral_v<T> To to_float(T x, int shift = 0) {
  return To(static_cast<float>(x) * aie4ml::adf::detail::power_of_two(-shift));
}
template <class To = float, class T, unsigned N>
vector<To, N> to_float(const vector<T, N>& v, int shift = 0) {
  static_assert(aie4ml::adf::detail::is_integer_element<T> && aie4ml::adf::detail::is_float_element<To>,
                "aie::to_float: integers to floats");
  vector<To, N> out;
  for (unsigned i = 0; i < N; ++i) out.lanes().set(i, to_float<To>(+v.lanes().get(i), shift));
  return out;
}

// x * 2^shift, rounded in the core's mode and clamped to the integer type; NaN gives 0.
template <class To = std::int32_t>
To to_fixed(float x, int shift = 0) {
  static_assert(aie4ml::adf::detail::is_integer_element<To> && !aie4ml::adf::detail::is_packed<To>,
                "aie::to_fixed: floats to integers of 8, 16 or 32 bits");
  return static_cast<To>(aie4ml::adf::detail::to_fixed(std::bit_cast<std::uint32_t>(x), shift, 8 * sizeof(To),
                                                       aie4ml::adf::detail::is_signed_element<To>));
}
template <class To = std::int32_t, class T, unsigned N>
vector<To, N> to_fixed(const vector<T, N>& v, int shift = 0) {
  static_assert(aie4ml::adf::detail::is_float_element<T>, "aie::to_fixed: floats to integers");
  vector<To, N> out;
  for (unsigned i = 0; i < N; ++i)
    out.lanes().set(i, to_fixed<To>(static_cast<float>(v.lanes().get(i)), shift));
  return out;
}

// APPROX: the quotient that IEEE rounds; which bits the hardware's sequence gives is not in the sources read.
inline float inv(float x) {
  return 1.0F / x;
}
// Not 1/sqrt rounded: the estimate of AMD's API for AIE-ML, one step of Newton's method from the bits of x.
// APPROX: its products are IEEE's here, on AIE-ML sums of bfloat16 products (last bit).
inline float invsqrt(float x) {
  const float y = std::bit_cast<float>(0x5F1FFFF9U - (std::bit_cast<std::uint32_t>(x) >> 1));
  const float square = y * y;
  const float rest = 2.38924456F - x * square;
  return 0.703952253F * y * rest;
}
template <unsigned N>
vector<float, N> inv(const vector<float, N>& v) {
  vector<float, N> out;
  for (unsigned i = 0; i < N; ++i) out.lanes().set(i, inv(v.lanes().get(i)));
  return out;
}
template <unsigned N>
vector<float, N> invsqrt(const vector<float, N>& v) {
  vector<float, N> out;
  for (unsigned i = 0; i < N; ++i) out.lanes().set(i, invsqrt(v.lanes().get(i)));
  return out;
}

}  // namespace aie
