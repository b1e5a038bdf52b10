// aie::mmul<M, K, N, TypeA, TypeB, AccumTag>: C (M x N, an accumulator) += A (M x K) * B (K x N), all row by
// row.
#pragma once

#include <aie_api/accum.hpp>
#include <aie_api/mmul_shapes.hpp>
#include <aie_api/multiply.hpp>

namespace aie {

template <unsigned Rows, unsigned Inner, unsigned Columns, class TypeA, class TypeB = TypeA,
          class AccumTag = accauto>
class mmul {
  static constexpr auto kChoice = aie4ml::adf::detail::find_mmul<TypeA, TypeB>(Rows, Inner, Columns);
  static constexpr bool kLegal = kChoice.legal && aie4ml::adf::detail::has_accum<AccumTag>(kChoice.accums);
  using Pair = aie4ml::adf::detail::MmulPair<aie4ml::adf::detail::factor_of<TypeA>(),
                                             aie4ml::adf::detail::factor_of<TypeB>()>;
  static_assert((Pair::template check<kLegal>(), true));

 public:
  static constexpr unsigned M = Rows;
  static constexpr unsigned K = Inner;
  static constexpr unsigned N = Columns;
  static constexpr unsigned size_A = M * K;
  static constexpr unsigned size_B = K * N;
  static constexpr unsigned size_C = M * N;
  using accum_tag = std::conditional_t<std::is_same_v<AccumTag, accauto>,
                                       aie4ml::adf::detail::mmul_default_tag<kChoice.accums>, AccumTag>;
  using vector_A_type = vector<TypeA, size_A>;
  using vector_B_type = vector<TypeB, size_B>;
  using accum_type = accum<accum_tag, size_C>;

  mmul() = default;
  mmul(const accum_type& c) : c_(c) {}
  template <class T>
  mmul(const vector<T, size_C>& c, int shift = 0) : c_(c, shift) {}
  mmul& operator=(const accum_type& c) {
    c_ = c;
    return *this;
  }
  template <class T>
  mmul& operator=(const vector<T, size_C>& c) {
    c_.from_vector(c);
    return *this;
  }

  void mul(const vector_A_type& a, const vector_B_type& b) {
    c_ = {};
    mac(a, b);
  }
  void mac(const vector_A_type& a, const vector_B_type& b) {
    aie4ml::adf::detail::multiply_add<false, M, K, N>(c_, a.lanes(), b.lanes());
  }

  [[nodiscard]] accum_type to_accum() const { return c_; }
  operator accum_type() const { return c_; }
  template <class T>
  [[nodiscard]] vector<T, size_C> to_vector(int shift = 0) const {
    return c_.template to_vector<T>(shift);
  }

 private:
  accum_type c_;
};

}  // namespace aie
