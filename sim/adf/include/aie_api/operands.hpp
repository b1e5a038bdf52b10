// Operands of element-wise operations: vectors, or one scalar for all lanes beside a vector.
#pragma once

#include <aie_api/vector.hpp>

namespace aie4ml::adf::detail {

template <class V>
struct VectorTraits;
template <class T, unsigned N>
struct VectorTraits<aie::vector<T, N>> {
  using Type = T;
  static constexpr unsigned kSize = N;
};

template <class V>
concept VectorOperand = aie::Vector<V>;
template <class T>
concept ScalarOperand = std::is_arithmetic_v<T> || is_element<T>;

// A pair of operands, at least one of them a vector; two vectors have equally many lanes.
template <class A, class B>
concept Operands = (VectorOperand<A> && VectorOperand<B>) || (VectorOperand<A> && ScalarOperand<B>) ||
                   (ScalarOperand<A> && VectorOperand<B>);

template <class A, class B>
struct OperandTraits {
  using Vector = std::conditional_t<VectorOperand<A>, A, B>;
  using Type = typename VectorTraits<Vector>::Type;
  static constexpr unsigned kSize = VectorTraits<Vector>::kSize;
};

// The lanes of an operand, a scalar as it is in each.
template <unsigned N, class T>
const Lanes<T, N>& lanes_of(const aie::vector<T, N>& v) {
  return v.lanes();
}
template <unsigned N, ScalarOperand T>
Lanes<T, N> lanes_of(const T& value) {
  Lanes<T, N> lanes;
  for (unsigned i = 0; i < N; ++i) lanes.set(i, value);
  return lanes;
}
// A scalar beside a vector of T is converted to T first.
template <class T, unsigned N>
const aie::vector<T, N>& as_vector(const aie::vector<T, N>& v) {
  return v;
}
template <class T, unsigned N, ScalarOperand S>
aie::vector<T, N> as_vector(const S& value) {
  return aie::broadcast<T, N>(static_cast<T>(value));
}

template <class T, unsigned N, class U, unsigned M>
requires(!std::is_same_v<aie::vector<T, N>, aie::vector<U, M>>) aie::vector<T, N> as_vector(
    const aie::vector<U, M>&) {
  static_assert(always_false<U>, "the vectors of an operation have one type and size");
  return {};
}

// out[i] = of(a[i], b[i]) for operands of one type.
template <class A, class B, class Of>
auto map_lanes(const A& a, const B& b, Of of) {
  using Traits = OperandTraits<A, B>;
  using T = typename Traits::Type;
  constexpr unsigned kN = Traits::kSize;
  const auto& x = as_vector<T, kN>(a);
  const auto& y = as_vector<T, kN>(b);
  aie::vector<T, kN> out;
  for (unsigned i = 0; i < kN; ++i) out.lanes().set(i, of(x.lanes().get(i), y.lanes().get(i)));
  return out;
}
template <class T, unsigned N, class Of>
aie::vector<T, N> map_lanes(const aie::vector<T, N>& v, Of of) {
  aie::vector<T, N> out;
  for (unsigned i = 0; i < N; ++i) out.lanes().set(i, of(v.lanes().get(i)));
  return out;
}

// Element arithmetic: integers wrap, floats are added as accumulator lanes and rounded back.
template <class T>
T add_elements(T a, T b, bool subtract) {
  if constexpr (is_float_element<T>) {
    static_assert(!is_float8<T>, "floats of 8 bits are multiplied and converted, nothing else");
    const std::uint32_t sum = float_add(std::bit_cast<std::uint32_t>(static_cast<float>(a)),
                                        std::bit_cast<std::uint32_t>(static_cast<float>(b)), subtract);
    if constexpr (std::is_same_v<T, float>) {
      return std::bit_cast<float>(sum);
    } else {
      T out;
      out.bits = to_bfloat16(sum);
      return out;
    }
  } else {
    static_assert(!is_packed<T>, "elements of 4 bits are unpacked before arithmetic");
    const auto x = static_cast<std::uint32_t>(a);
    const auto y = static_cast<std::uint32_t>(b);
    return static_cast<T>(subtract ? x - y : x + y);
  }
}

}  // namespace aie4ml::adf::detail
