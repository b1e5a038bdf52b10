// Comparisons, which give masks, select() and bit-wise operations and shifts of integers.
#pragma once

#include <aie_api/mask.hpp>
#include <aie_api/operands.hpp>

namespace aie4ml::adf::detail {

template <class A, class B, class Holds>
auto compare_lanes(const A& a, const B& b, Holds holds) {
  using Traits = OperandTraits<A, B>;
  using T = typename Traits::Type;
  constexpr unsigned kN = Traits::kSize;
  const auto& x = as_vector<T, kN>(a);
  const auto& y = as_vector<T, kN>(b);
  return aie::mask<kN>::map([&](unsigned i) { return holds(x.lanes().get(i), y.lanes().get(i)); });
}

template <class T>
constexpr void require_integer() {
  static_assert(is_integer_element<T> && !is_packed<T>,
                "bit-wise operations and shifts are of integers of 8, 16 or 32 bits");
}

template <class A, class B, class Of>
auto map_bits(const A& a, const B& b, Of of) {
  require_integer<typename OperandTraits<A, B>::Type>();
  return map_lanes(a, b, [of](auto x, auto y) {
    return static_cast<decltype(x)>(of(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)));
  });
}

}  // namespace aie4ml::adf::detail

namespace aie {

template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto eq(const A& a, const B& b) {
  return aie4ml::adf::detail::compare_lanes(a, b, [](auto x, auto y) { return x == y; });
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto neq(const A& a, const B& b) {
  return ~eq(a, b);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto lt(const A& a, const B& b) {
  return aie4ml::adf::detail::compare_lanes(a, b, [](auto x, auto y) { return x < y; });
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto le(const A& a, const B& b) {
  return aie4ml::adf::detail::compare_lanes(a, b, [](auto x, auto y) { return x <= y; });
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto gt(const A& a, const B& b) {
  return lt(b, a);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto ge(const A& a, const B& b) {
  return le(b, a);
}
// Of all lanes together.
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
bool equal(const A& a, const B& b) {
  return eq(a, b).full();
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
bool not_equal(const A& a, const B& b) {
  return !equal(a, b);
}

// Lanes of b where the mask is set, else of a.
template <class A, class B, unsigned N>
requires(aie4ml::adf::detail::Operands<A, B>&& aie4ml::adf::detail::OperandTraits<A, B>::kSize ==
         N) auto select(const A& a, const B& b, const mask<N>& m) {
  unsigned i = 0;
  return aie4ml::adf::detail::map_lanes(a, b, [&](auto x, auto y) { return m.test(i++) ? y : x; });
}

template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto bit_and(const A& a, const B& b) {
  return aie4ml::adf::detail::map_bits(a, b, [](std::uint32_t x, std::uint32_t y) { return x & y; });
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto bit_or(const A& a, const B& b) {
  return aie4ml::adf::detail::map_bits(a, b, [](std::uint32_t x, std::uint32_t y) { return x | y; });
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto bit_xor(const A& a, const B& b) {
  return aie4ml::adf::detail::map_bits(a, b, [](std::uint32_t x, std::uint32_t y) { return x ^ y; });
}
template <class T, unsigned N>
vector<T, N> bit_not(const vector<T, N>& v) {
  return bit_xor(v, static_cast<T>(-1));
}

// Right by `places`, filled with the sign; right filled with 0; left, what leaves the element is lost. Places
// beyond the element leave only the fill.
template <class T, unsigned N>
vector<T, N> downshift(const vector<T, N>& v, unsigned places) {
  aie4ml::adf::detail::require_integer<T>();
  return aie4ml::adf::detail::map_lanes(v, [places](T x) {
    return static_cast<T>(static_cast<std::int64_t>(x) >> (places < 32 ? places : 32));
  });
}
template <class T, unsigned N>
vector<T, N> logical_downshift(const vector<T, N>& v, unsigned places) {
  aie4ml::adf::detail::require_integer<T>();
  return aie4ml::adf::detail::map_lanes(v, [places](T x) {
    return static_cast<T>(static_cast<std::uint64_t>(static_cast<std::make_unsigned_t<T>>(x)) >>
                          (places < 32 ? places : 32));
  });
}
template <class T, unsigned N>
vector<T, N> upshift(const vector<T, N>& v, unsigned places) {
  aie4ml::adf::detail::require_integer<T>();
  return aie4ml::adf::detail::map_lanes(v, [places](T x) {
    return static_cast<T>(static_cast<std::uint64_t>(x) << (places < 32 ? places : 32));
  });
}

}  // namespace aie
