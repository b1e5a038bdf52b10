// Which matrix multiplies aie::mmul has, M x K x N, by generation and widths of the factors (integers of
// either sign). One table: of it are made the checks, the error texts and the defaults of the accumulator.
//
// AIE-ML: AMD's aie_api detail/mmul.hpp. AIE-MLv2: what the generation's core
// multiplies in one or few instructions. A shape lists the accumulators it has, the default first.
#pragma once

#include <aie_api/types.hpp>
#include <cstddef>

// clang-format off
#if __AIE_ARCH__ == 20
#define AIE4ML_ADF_MMUL_I8_I4(S) S(4, 16, 8, acc32) S(8, 16, 8, acc32) S(4, 32, 8, acc32)
#define AIE4ML_ADF_MMUL_I8_I8(S) \
  S(4, 8, 8, acc32) S(2, 8, 8, acc32) S(8, 8, 8, acc32) S(4, 8, 4, acc32_acc64) S(8, 8, 4, acc32) \
  S(4, 16, 4, acc32) S(1, 16, 8, acc32) S(2, 16, 8, acc32) S(4, 16, 8, acc32)
#define AIE4ML_ADF_MMUL_I16_I8(S) \
  S(4, 4, 8, acc32) S(4, 8, 4, acc32_acc64) S(2, 8, 8, acc32_acc64) S(4, 4, 4, acc32) S(8, 4, 4, acc32) \
  S(8, 4, 8, acc32)
#define AIE4ML_ADF_MMUL_I8_I16(S) S(4, 4, 8, acc64_acc32) S(4, 4, 4, acc64_acc32)
#define AIE4ML_ADF_MMUL_I16_I16(S) \
  S(4, 4, 4, acc64) S(2, 4, 8, acc64) S(4, 4, 8, acc64) S(4, 2, 8, acc32) S(8, 2, 8, acc32) S(8, 1, 8, acc32)
#define AIE4ML_ADF_MMUL_I32_I16(S) \
  S(4, 2, 4, acc64) S(2, 4, 8, acc64) S(4, 4, 4, acc64) S(4, 4, 8, acc64) S(4, 1, 8, acc64)
#define AIE4ML_ADF_MMUL_I16_I32(S) S(2, 4, 8, acc64) S(4, 4, 4, acc64)
#define AIE4ML_ADF_MMUL_I32_I32(S) \
  S(4, 2, 4, acc64) S(4, 4, 4, acc64) S(8, 2, 4, acc64) S(4, 1, 8, acc64) S(8, 1, 8, acc64)
#define AIE4ML_ADF_MMUL_BF16_BF16(S) \
  S(4, 8, 4, accfloat) S(8, 8, 4, accfloat) S(4, 8, 8, accfloat) S(4, 16, 8, accfloat) S(8, 8, 8, accfloat) \
  S(8, 1, 8, accfloat)
#define AIE4ML_ADF_MMUL_F32_F32(S) S(4, 8, 4, accfloat) S(4, 1, 4, accfloat) S(4, 1, 8, accfloat)
#define AIE4ML_ADF_MMUL_PAIRS(P) \
  P(I8, I4) P(I8, I8) P(I16, I8) P(I8, I16) P(I16, I16) P(I32, I16) P(I16, I32) P(I32, I32) P(BF16, BF16) \
  P(F32, F32)
#else
#define AIE4ML_ADF_MMUL_I8_I8(S) S(8, 8, 8, acc32) S(4, 8, 8, acc32) S(4, 8, 16, acc32)
#define AIE4ML_ADF_MMUL_I16_I8(S) S(4, 4, 8, acc32_acc64) S(8, 2, 8, acc32)
#define AIE4ML_ADF_MMUL_I8_I16(S) S(4, 4, 8, acc32_acc64) S(8, 2, 8, acc32)
#define AIE4ML_ADF_MMUL_I16_I16(S) S(8, 2, 8, acc32) S(4, 4, 8, acc64)
#define AIE4ML_ADF_MMUL_I32_I16(S) S(4, 2, 8, acc64)
#define AIE4ML_ADF_MMUL_BF16_BF16(S) S(4, 8, 8, accfloat)
#define AIE4ML_ADF_MMUL_F32_F32(S) S(4, 8, 4, accfloat)
#define AIE4ML_ADF_MMUL_F8_F8(S) S(8, 8, 8, accfloat)
#define AIE4ML_ADF_MMUL_PAIRS(P) \
  P(I8, I8) P(I16, I8) P(I8, I16) P(I16, I16) P(I32, I16) P(BF16, BF16) P(F32, F32) P(F8, F8)
#endif
// clang-format on

namespace aie4ml::adf::detail {

enum class Factor { I4, I8, I16, I32, BF16, F32, F8 };
enum class MmulAccums { acc32, acc64, accfloat, acc32_acc64, acc64_acc32 };

struct MmulShape {
  Factor a, b;
  unsigned m, k, n;
  MmulAccums accums;
};

#define AIE4ML_ADF_MMUL_ROW(M, K, N, ACCUMS) {kA, kB, M, K, N, MmulAccums::ACCUMS},
#define AIE4ML_ADF_MMUL_TEXT(M, K, N, ACCUMS) " " #M "x" #K "x" #N "(" #ACCUMS ")"

// The shapes of a pair of factors. check<ok>() is the error that lists them.
template <Factor a, Factor b>
struct MmulPair {
  static constexpr MmulShape kShapes[] = {{a, b, 0, 0, 0, MmulAccums::acc32}};
  template <bool ok>
  static constexpr void check() {
    static_assert(
        ok, "aie::mmul<M, K, N, TypeA, TypeB, AccumTag>: no such pair of types on " AIE4ML_ADF_GENERATION);
  }
};
#define AIE4ML_ADF_MMUL_PAIR(A, B)                                                                         \
  template <>                                                                                              \
  struct MmulPair<Factor::A, Factor::B> {                                                                  \
    static constexpr Factor kA = Factor::A, kB = Factor::B;                                                \
    static constexpr MmulShape kShapes[] = {AIE4ML_ADF_MMUL_##A##_##B(AIE4ML_ADF_MMUL_ROW)};               \
    template <bool ok>                                                                                     \
    static constexpr void check() {                                                                        \
      static_assert(ok, "aie::mmul<M, K, N, TypeA, TypeB, AccumTag>: no such shape or accumulator for " #A \
                        " x " #B " on " AIE4ML_ADF_GENERATION                                              \
                        "; legal:" AIE4ML_ADF_MMUL_##A##_##B(AIE4ML_ADF_MMUL_TEXT));                       \
    }                                                                                                      \
  };
AIE4ML_ADF_MMUL_PAIRS(AIE4ML_ADF_MMUL_PAIR)

template <class T>
constexpr Factor factor_of() {
  if constexpr (std::is_same_v<T, bfloat16>) return Factor::BF16;
  if constexpr (std::is_same_v<T, float>) return Factor::F32;
  if constexpr (is_float8<T>) return Factor::F8;
  if constexpr (is_integer_element<T>) {
    return element_bits<T> == 4    ? Factor::I4
           : element_bits<T> == 8  ? Factor::I8
           : element_bits<T> == 16 ? Factor::I16
                                   : Factor::I32;
  }
}

struct MmulChoice {
  bool legal;
  MmulAccums accums;
};
template <class TypeA, class TypeB>
constexpr MmulChoice find_mmul(unsigned m, unsigned k, unsigned n) {
  for (const MmulShape& shape : MmulPair<factor_of<TypeA>(), factor_of<TypeB>()>::kShapes) {
    if (shape.m == m && shape.k == k && shape.n == n) return {true, shape.accums};
  }
  return {false, MmulAccums::acc32};
}

template <MmulAccums accums>
using mmul_default_tag = std::conditional_t<
    accums == MmulAccums::accfloat, accfloat,
    std::conditional_t<accums == MmulAccums::acc32 || accums == MmulAccums::acc32_acc64, acc32, acc64>>;

// The longer integer tags have the lanes of acc64.
template <class Tag>
constexpr bool has_accum(MmulAccums accums) {
  if constexpr (std::is_same_v<Tag, accauto>) return true;
  if (std::is_same_v<Tag, accfloat>) return accums == MmulAccums::accfloat;
  if (accums == MmulAccums::accfloat) return false;
  if (accums == MmulAccums::acc32_acc64 || accums == MmulAccums::acc64_acc32) return true;
  return std::is_same_v<Tag, acc32> == (accums == MmulAccums::acc32);
}

}  // namespace aie4ml::adf::detail
