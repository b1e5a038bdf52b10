// Operators for vectors and accumulators, after `using namespace aie::operators`.
#pragma once

#include <aie_api/arithmetic.hpp>
#include <aie_api/compare.hpp>

namespace aie::operators {

template <class A, class B>
concept Sum = aie4ml::adf::detail::Operands<A, B> ||(Accum<A> && (Accum<B> || Vector<B>));

template <class A, class B>
requires Sum<A, B>
auto operator+(const A& a, const B& b) {
  return add(a, b);
}
template <class A, class B>
requires Sum<A, B>
auto operator-(const A& a, const B& b) {
  return sub(a, b);
}
template <class A>
requires(Vector<A> || Accum<A>) auto operator-(const A& a) {
  return neg(a);
}
template <class A, class B>
requires Sum<A, B> A& operator+=(A& a, const B& b) {
  return a = add(a, b);
}
template <class A, class B>
requires Sum<A, B> A& operator-=(A& a, const B& b) {
  return a = sub(a, b);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto operator&(const A& a, const B& b) {
  return bit_and(a, b);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto operator|(const A& a, const B& b) {
  return bit_or(a, b);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto operator^(const A& a, const B& b) {
  return bit_xor(a, b);
}
template <Vector A>
auto operator~(const A& a) {
  return bit_not(a);
}
template <Vector A>
auto operator<<(const A& a, unsigned places) {
  return upshift(a, places);
}
template <Vector A>
auto operator>>(const A& a, unsigned places) {
  return downshift(a, places);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto operator==(const A& a, const B& b) {
  return eq(a, b);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto operator!=(const A& a, const B& b) {
  return neq(a, b);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto operator<(const A& a, const B& b) {
  return lt(a, b);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto operator<=(const A& a, const B& b) {
  return le(a, b);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto operator>(const A& a, const B& b) {
  return gt(a, b);
}
template <class A, class B>
requires aie4ml::adf::detail::Operands<A, B>
auto operator>=(const A& a, const B& b) {
  return ge(a, b);
}

}  // namespace aie::operators
