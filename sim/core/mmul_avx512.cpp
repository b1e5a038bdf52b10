#include "sim/core/mmul_simd.hpp"

#if defined(__x86_64__)
#include <array>
#include <cstddef>
#include <immintrin.h>
#include <type_traits>

namespace aie4ml::sim {
namespace {

using arch::ElementType;

// vpdpbusd adds four products of an unsigned and a signed byte to a 32-bit lane, modulo 2^32. Of two signed
// factors one is moved to 0..255 by adding 128, and 128 times the other is taken away again.
template <class A, class B>
inline constexpr bool kUsable = sizeof(A) == 1 && sizeof(B) == 1 &&
                                (std::is_signed_v<A> || std::is_signed_v<B>);

// Byte k of column c of an 8 x 8 matrix, for four rows k from `first` on, all columns, twice.
constexpr std::array<std::uint8_t, 64> column_order(int first) {
  std::array<std::uint8_t, 64> order{};
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = static_cast<std::uint8_t>((static_cast<std::size_t>(first) + i % 4) * 8 + i / 4 % 8);
  }
  return order;
}
// 32-bit piece `part` (of two) of row r in the lower lanes, of row r + 1 in the upper ones.
constexpr std::array<std::int32_t, 16> row_order(int row, int part) {
  std::array<std::int32_t, 16> order{};
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = 2 * (row + static_cast<int>(i / 8)) + part;
  return order;
}
alignas(64) constexpr auto kUpperRows = column_order(0);
alignas(64) constexpr auto kLowerRows = column_order(4);
template <int row, int part>
struct RowOrder {
  alignas(64) static constexpr auto kValue = row_order(row, part);
};

#define AIE4ML_TARGET __attribute__((target("avx512f,avx512bw,avx512vbmi,avx512vnni")))

AIE4ML_TARGET inline __m512i dot(__m512i sum, __m512i a, __m512i b, bool a_is_unsigned) {
  return a_is_unsigned ? _mm512_dpbusd_epi32(sum, a, b) : _mm512_dpbusd_epi32(sum, b, a);
}

// Two rows of the result.
template <class A, class B, MmulMode mode, int row>
AIE4ML_TARGET inline void two_rows(std::uint8_t* out, const std::uint8_t* acc, __m512i a, __m512i upper,
                                   __m512i lower, __m512i excess) {
  constexpr bool kShifted = std::is_signed_v<A> && std::is_signed_v<B>;
  constexpr bool kAUnsigned = kShifted || !std::is_signed_v<A>;
  const __m512i first =
      _mm512_maskz_permutexvar_epi32(0xffff, _mm512_load_si512(RowOrder<row, 0>::kValue.data()), a);
  const __m512i second =
      _mm512_maskz_permutexvar_epi32(0xffff, _mm512_load_si512(RowOrder<row, 1>::kValue.data()), a);
  const __m512i old = mode == MmulMode::clear ? _mm512_setzero_si512() : _mm512_loadu_si512(acc + 32 * row);
  // What was added too much comes off the start.
  __m512i sum = mode == MmulMode::add ? old : _mm512_setzero_si512();
  if constexpr (kShifted) sum = _mm512_sub_epi32(sum, excess);
  sum = dot(sum, first, upper, kAUnsigned);
  sum = dot(sum, second, lower, kAUnsigned);
  if constexpr (mode == MmulMode::subtract) sum = _mm512_sub_epi32(old, sum);
  _mm512_storeu_si512(out + 32 * row, sum);
}

template <class A, class B, int M, MmulMode mode>
AIE4ML_TARGET void mmul_avx512(std::uint8_t* out, const std::uint8_t* acc, const std::uint8_t* a_bytes,
                               const std::uint8_t* b_bytes, arch::MmulShape /*shape*/) {
  static_assert(kUsable<A, B> && (M == 4 || M == 8));
  constexpr bool kShifted = std::is_signed_v<A> && std::is_signed_v<B>;
  const __m512i b = _mm512_loadu_si512(b_bytes);
  const __m512i upper = _mm512_maskz_permutexvar_epi8(~__mmask64{0}, _mm512_load_si512(kUpperRows.data()), b);
  const __m512i lower = _mm512_maskz_permutexvar_epi8(~__mmask64{0}, _mm512_load_si512(kLowerRows.data()), b);
  __m512i a = M == 8 ? _mm512_loadu_si512(a_bytes)
                     : _mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(a_bytes)));
  __m512i excess = _mm512_setzero_si512();
  if constexpr (kShifted) {
    const __m512i by = _mm512_set1_epi8(static_cast<char>(0x80));
    a = _mm512_xor_si512(a, by);
    excess = _mm512_dpbusd_epi32(_mm512_dpbusd_epi32(excess, by, upper), by, lower);
  }
  two_rows<A, B, mode, 0>(out, acc, a, upper, lower, excess);
  two_rows<A, B, mode, 2>(out, acc, a, upper, lower, excess);
  if constexpr (M == 8) {
    two_rows<A, B, mode, 4>(out, acc, a, upper, lower, excess);
    two_rows<A, B, mode, 6>(out, acc, a, upper, lower, excess);
  }
}

#undef AIE4ML_TARGET

template <class A, class B, MmulMode mode>
MmulFunction for_shape(arch::MmulShape shape) {
  if (shape == arch::MmulShape{4, 8, 8}) return mmul_avx512<A, B, 4, mode>;
  return shape == arch::MmulShape{8, 8, 8} ? mmul_avx512<A, B, 8, mode> : nullptr;
}

template <class A, class B>
MmulFunction for_mode(arch::MmulShape shape, MmulMode mode) {
  switch (mode) {
    case MmulMode::clear:
      return for_shape<A, B, MmulMode::clear>(shape);
    case MmulMode::add:
      return for_shape<A, B, MmulMode::add>(shape);
    case MmulMode::subtract:
      return for_shape<A, B, MmulMode::subtract>(shape);
  }
  return nullptr;
}

}  // namespace

MmulFunction avx512_mmul(ElementType a, ElementType b, arch::MmulShape shape, MmulMode mode) {
  static const bool here = __builtin_cpu_supports("avx512vbmi") != 0 &&
                           __builtin_cpu_supports("avx512vnni") != 0 &&
                           __builtin_cpu_supports("avx512bw") != 0;
  if (!here) return nullptr;
  if (a == ElementType::int8 && b == ElementType::int8)
    return for_mode<std::int8_t, std::int8_t>(shape, mode);
  if (a == ElementType::uint8 && b == ElementType::int8)
    return for_mode<std::uint8_t, std::int8_t>(shape, mode);
  if (a == ElementType::int8 && b == ElementType::uint8)
    return for_mode<std::int8_t, std::uint8_t>(shape, mode);
  return nullptr;
}

}  // namespace aie4ml::sim

#else

namespace aie4ml::sim {
MmulFunction avx512_mmul(arch::ElementType, arch::ElementType, arch::MmulShape, MmulMode) {
  return nullptr;
}
}  // namespace aie4ml::sim

#endif
