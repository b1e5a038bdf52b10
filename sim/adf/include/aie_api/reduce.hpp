// One value of all elements of a vector. Sums of integers wrap in the element's type; floats are added in
// halves, the upper half onto the lower, as accumulator lanes.
#pragma once

#include <aie_api/operands.hpp>

namespace aie {

template <class T, unsigned N>
T reduce_add(const vector<T, N>& v) {
  if constexpr (aie4ml::adf::detail::is_float_element<T>) {
    std::uint32_t lanes[N];
    for (unsigned i = 0; i < N; ++i)
      lanes[i] = std::bit_cast<std::uint32_t>(static_cast<float>(v.lanes().get(i)));
    for (unsigned half = N / 2; half > 0; half /= 2)
      for (unsigned i = 0; i < half; ++i)
        lanes[i] = aie4ml::adf::detail::float_add(lanes[i], lanes[i + half], false);
    if constexpr (std::is_same_v<T, float>) {
      return std::bit_cast<float>(lanes[0]);
    } else {
      T out;
      out.bits = aie4ml::adf::detail::to_bfloat16(lanes[0]);
      return out;
    }
  } else {
    T sum{};
    for (unsigned i = 0; i < N; ++i) sum = aie4ml::adf::detail::add_elements(sum, v.lanes().get(i), false);
    return sum;
  }
}
template <class T, unsigned N>
T reduce_max(const vector<T, N>& v) {
  T best = v.lanes().get(0);
  for (unsigned i = 1; i < N; ++i) best = best < v.lanes().get(i) ? v.lanes().get(i) : best;
  return best;
}
template <class T, unsigned N>
T reduce_min(const vector<T, N>& v) {
  T best = v.lanes().get(0);
  for (unsigned i = 1; i < N; ++i) best = v.lanes().get(i) < best ? v.lanes().get(i) : best;
  return best;
}

}  // namespace aie
