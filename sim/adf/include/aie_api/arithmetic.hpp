// Element-wise arithmetic. Vectors of integers wrap; products and sums of accumulators go to accumulator
// lanes. A scalar operand stands for a vector of it.
#pragma once

#include <aie_api/multiply.hpp>
#include <aie_api/operands.hpp>

namespace aie4ml::adf::detail {

template <class A, class B>
using product_element_a = typename OperandTraits<A, B>::Type;

template <class X>
struct ElementOf {
  using Type = X;
};
template <class T, unsigned N>
struct ElementOf<aie::vector<T, N>> {
  using Type = T;
};

// The accumulator of a product where none is named: 32 bits up to 16 x 16 bit, else 64; accfloat for floats.
template <class A, class B>
using product_tag = std::conditional_t<is_float_element<A> || is_float_element<B>, accfloat,
                                       std::conditional_t<sizeof(A) <= 2 && sizeof(B) <= 2, acc32, acc64>>;

template <class Tag, class A, class B>
struct Product {
  static constexpr unsigned kN = OperandTraits<A, B>::kSize;
  using AccTag =
      std::conditional_t<std::is_same_v<Tag, accauto>,
                         product_tag<typename ElementOf<A>::Type, typename ElementOf<B>::Type>, Tag>;
  using Accum = aie::accum<AccTag, kN>;
};

template <bool subtract, class Tag, class A, class B>
typename Product<Tag, A, B>::Accum product(const A& a, const B& b) {
  using P = Product<Tag, A, B>;
  typename P::Accum c;
  multiply_add_lanes<subtract>(c, lanes_of<P::kN>(a), lanes_of<P::kN>(b));
  return c;
}

template <class Tag, unsigned N>
aie::accum<Tag, N> add_accums(const aie::accum<Tag, N>& a, const aie::accum<Tag, N>& b, bool subtract) {
  aie::accum<Tag, N> out;
  for (unsigned i = 0; i < N; ++i) {
    if constexpr (std::is_same_v<Tag, accfloat>) {
      out.data()[i] = std::bit_cast<float>(float_add(std::bit_cast<std::uint32_t>(a.data()[i]),
                                                     std::bit_cast<std::uint32_t>(b.data()[i]), subtract));
    } else {
      using Lane = accum_lane_t<Tag>;
      const auto x = static_cast<std::make_unsigned_t<Lane>>(a.data()[i]);
      const auto y = static_cast<std::make_unsigned_t<Lane>>(b.data()[i]);
      out.data()[i] = static_cast<Lane>(subtract ? x - y : x + y);
    }
  }
  return out;
}

}  // namespace aie4ml::adf::detail

namespace aie {

template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto add(const A& a, const B& b) {
  return aie4ml::adf::detail::map_lanes(
      a, b, [](auto x, auto y) { return aie4ml::adf::detail::add_elements(x, y, false); });
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto sub(const A& a, const B& b) {
  return aie4ml::adf::detail::map_lanes(
      a, b, [](auto x, auto y) { return aie4ml::adf::detail::add_elements(x, y, true); });
}
template <class Tag, unsigned N>
accum<Tag, N> add(const accum<Tag, N>& a, const accum<Tag, N>& b) {
  return aie4ml::adf::detail::add_accums(a, b, false);
}
template <class Tag, unsigned N>
accum<Tag, N> sub(const accum<Tag, N>& a, const accum<Tag, N>& b) {
  return aie4ml::adf::detail::add_accums(a, b, true);
}
// Elements enter the lanes as they are (shift 0).
template <class Tag, class T, unsigned N>
accum<Tag, N> add(const accum<Tag, N>& a, const vector<T, N>& b) {
  return add(a, accum<Tag, N>(b));
}
template <class Tag, class T, unsigned N>
accum<Tag, N> sub(const accum<Tag, N>& a, const vector<T, N>& b) {
  return sub(a, accum<Tag, N>(b));
}

template <class T, unsigned N>
vector<T, N> neg(const vector<T, N>& v) {
  if constexpr (aie4ml::adf::detail::is_float_element<T>) {
    return aie4ml::adf::detail::map_lanes(v, [](T x) { return T(-static_cast<float>(x)); });
  } else {
    return sub(zeros<T, N>(), v);
  }
}
template <class Tag, unsigned N>
accum<Tag, N> neg(const accum<Tag, N>& a) {
  return sub(accum<Tag, N>(), a);
}
// The most negative integer is its own magnitude.
template <class T, unsigned N>
vector<T, N> abs(const vector<T, N>& v) {
  return aie4ml::adf::detail::map_lanes(v, [](T x) {
    if constexpr (aie4ml::adf::detail::is_float_element<T>) {
      return static_cast<float>(x) < 0.0F ? T(-static_cast<float>(x)) : T(static_cast<float>(x) + 0.0F);
    } else {
      return x < T{} ? aie4ml::adf::detail::add_elements(T{}, x, true) : x;
    }
  });
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto max(const A& a, const B& b) {
  return aie4ml::adf::detail::map_lanes(a, b, [](auto x, auto y) { return x < y ? y : x; });
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto min(const A& a, const B& b) {
  return aie4ml::adf::detail::map_lanes(a, b, [](auto x, auto y) { return y < x ? y : x; });
}
// a - b where that is positive, else 0.
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto maxdiff(const A& a, const B& b) {
  return aie4ml::adf::detail::map_lanes(a, b, [](auto x, auto y) {
    return y < x ? aie4ml::adf::detail::add_elements(x, y, true) : decltype(x){};
  });
}

// Products: a * b, -(a * b), acc + a * b, acc - a * b.
template <class Tag = accauto, class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto mul(const A& a, const B& b) {
  return aie4ml::adf::detail::product<false, Tag>(a, b);
}
template <class Tag = accauto, class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto negmul(const A& a, const B& b) {
  return aie4ml::adf::detail::product<true, Tag>(a, b);
}
template <class Tag, unsigned N, class A, class B>
requires aie4ml::adf::detail::Operands<A, B> accum<Tag, N> mac(const accum<Tag, N>& acc, const A& a,
                                                               const B& b) {
  accum<Tag, N> out = acc;
  aie4ml::adf::detail::multiply_add_lanes<false>(out, aie4ml::adf::detail::lanes_of<N>(a),
                                                 aie4ml::adf::detail::lanes_of<N>(b));
  return out;
}
template <class Tag, unsigned N, class A, class B>
requires aie4ml::adf::detail::Operands<A, B> accum<Tag, N> msc(const accum<Tag, N>& acc, const A& a,
                                                               const B& b) {
  accum<Tag, N> out = acc;
  aie4ml::adf::detail::multiply_add_lanes<true>(out, aie4ml::adf::detail::lanes_of<N>(a),
                                                aie4ml::adf::detail::lanes_of<N>(b));
  return out;
}
template <class Tag = accauto, class T, unsigned N>
auto mul_square(const vector<T, N>& v) {
  return mul<Tag>(v, v);
}
template <class Tag, class T, unsigned N>
accum<Tag, N> mac_square(const accum<Tag, N>& acc, const vector<T, N>& v) {
  return mac(acc, v, v);
}
template <class Tag, class T, unsigned N>
accum<Tag, N> msc_square(const accum<Tag, N>& acc, const vector<T, N>& v) {
  return msc(acc, v, v);
}

}  // namespace aie
