#include "sim/core/mmul_simd.hpp"

#if defined(__x86_64__)
#include <cstddef>
#include <cstring>
#include <immintrin.h>
#include <type_traits>

namespace aie4ml::sim {
namespace {

using arch::ElementType;

// Every factor fits 16 bits, so that pmaddwd multiplies and adds two of the inner dimension at once, modulo
// 2^32: only -2^15 * -2^15 twice reaches 2^31, and there the instruction wraps as the lane does.
template <class T>
inline constexpr bool kFits16 =
    std::is_same_v<T, std::int8_t> || std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::int16_t>;

// Row pairs of b interleaved as 16-bit values: lane c holds b[2p][c], b[2p+1][c]. 8 columns, two registers.
template <class B>
inline void interleave_rows(const B* even, const B* odd, __m128i& low, __m128i& high) {
  if constexpr (sizeof(B) == 2) {
    const __m128i e = _mm_loadu_si128(reinterpret_cast<const __m128i*>(even));
    const __m128i o = _mm_loadu_si128(reinterpret_cast<const __m128i*>(odd));
    low = _mm_unpacklo_epi16(e, o);
    high = _mm_unpackhi_epi16(e, o);
  } else {
    const __m128i mixed = _mm_unpacklo_epi8(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(even)),
                                            _mm_loadl_epi64(reinterpret_cast<const __m128i*>(odd)));
    const __m128i zero = _mm_setzero_si128();
    const __m128i sign = std::is_signed_v<B> ? _mm_cmpgt_epi8(zero, mixed) : zero;
    low = _mm_unpacklo_epi8(mixed, sign);
    high = _mm_unpackhi_epi8(mixed, sign);
  }
}

template <class A>
inline int pair_of(const A* a) {
  const auto first = static_cast<std::uint16_t>(static_cast<std::int16_t>(a[0]));
  const auto second = static_cast<std::uint16_t>(static_cast<std::int16_t>(a[1]));
  return static_cast<int>(static_cast<std::uint32_t>(first) | static_cast<std::uint32_t>(second) << 16);
}

template <MmulMode mode>
inline __m128i combine(const std::uint8_t* acc, __m128i sum) {
  if constexpr (mode == MmulMode::clear) return sum;
  const __m128i old = _mm_loadu_si128(reinterpret_cast<const __m128i*>(acc));
  return mode == MmulMode::add ? _mm_add_epi32(old, sum) : _mm_sub_epi32(old, sum);
}

template <class A, class B, std::ptrdiff_t M, std::ptrdiff_t K, std::ptrdiff_t N, MmulMode mode>
void mmul_sse2(std::uint8_t* out, const std::uint8_t* acc, const std::uint8_t* a_bytes,
               const std::uint8_t* b_bytes, arch::MmulShape /*shape*/) {
  static_assert(kFits16<A> && kFits16<B> && K % 2 == 0 && N % 8 == 0);
  A a[M * K];
  B b[K * N];
  std::memcpy(a, a_bytes, sizeof a);
  std::memcpy(b, b_bytes, sizeof b);
  for (std::ptrdiff_t col = 0; col < N; col += 8) {
    __m128i low[K / 2], high[K / 2];
    for (std::ptrdiff_t p = 0; p < K / 2; ++p) {
      interleave_rows(b + 2 * p * N + col, b + (2 * p + 1) * N + col, low[p], high[p]);
    }
    for (std::ptrdiff_t row = 0; row < M; ++row) {
      __m128i sum_low = _mm_setzero_si128();
      __m128i sum_high = _mm_setzero_si128();
      for (std::ptrdiff_t p = 0; p < K / 2; ++p) {
        const __m128i factors = _mm_set1_epi32(pair_of(a + row * K + 2 * p));
        sum_low = _mm_add_epi32(sum_low, _mm_madd_epi16(factors, low[p]));
        sum_high = _mm_add_epi32(sum_high, _mm_madd_epi16(factors, high[p]));
      }
      const std::size_t lane = 4 * static_cast<std::size_t>(row * N + col);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + lane), combine<mode>(acc + lane, sum_low));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + lane + 16), combine<mode>(acc + lane + 16, sum_high));
    }
  }
}

// The inner loop of int8 networks, worth registers of twice the width: 8-bit factors, K = 8 (a row of a is
// one 64-bit word), N = 8.
template <class A, class B, std::ptrdiff_t M, MmulMode mode>
__attribute__((target("avx2"))) void mmul_avx2(std::uint8_t* out, const std::uint8_t* acc,
                                               const std::uint8_t* a, const std::uint8_t* b,
                                               arch::MmulShape /*shape*/) {
  static_assert(sizeof(A) == 1 && sizeof(B) == 1);
  __m256i columns[4];
  for (std::ptrdiff_t p = 0; p < 4; ++p) {
    const __m128i rows = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + 16 * p));
    const __m128i mixed = _mm_unpacklo_epi8(rows, _mm_unpackhi_epi64(rows, rows));
    columns[p] = std::is_signed_v<B> ? _mm256_cvtepi8_epi16(mixed) : _mm256_cvtepu8_epi16(mixed);
  }
  for (std::ptrdiff_t row = 0; row < M; ++row) {
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(a + 8 * row));
    const __m128i wide = std::is_signed_v<A> ? _mm_cvtepi8_epi16(bytes) : _mm_cvtepu8_epi16(bytes);
    const __m256i both = _mm256_broadcastsi128_si256(wide);
    __m256i sum = _mm256_madd_epi16(_mm256_shuffle_epi32(both, 0x00), columns[0]);
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_shuffle_epi32(both, 0x55), columns[1]));
    const __m256i more = _mm256_add_epi32(_mm256_madd_epi16(_mm256_shuffle_epi32(both, 0xaa), columns[2]),
                                          _mm256_madd_epi16(_mm256_shuffle_epi32(both, 0xff), columns[3]));
    sum = _mm256_add_epi32(sum, more);
    if constexpr (mode != MmulMode::clear) {
      const __m256i old = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(acc + 32 * row));
      sum = mode == MmulMode::add ? _mm256_add_epi32(old, sum) : _mm256_sub_epi32(old, sum);
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 32 * row), sum);
  }
}

template <class A, class B, MmulMode mode>
MmulFunction for_shape(arch::MmulShape shape) {
  if constexpr (sizeof(A) == 1 && sizeof(B) == 1) {
    static const bool avx2 = __builtin_cpu_supports("avx2") != 0;
    if (avx2 && shape == arch::MmulShape{4, 8, 8}) return mmul_avx2<A, B, 4, mode>;
    if (avx2 && shape == arch::MmulShape{8, 8, 8}) return mmul_avx2<A, B, 8, mode>;
  }
  if (shape == arch::MmulShape{4, 8, 8}) return mmul_sse2<A, B, 4, 8, 8, mode>;
  if (shape == arch::MmulShape{8, 8, 8}) return mmul_sse2<A, B, 8, 8, 8, mode>;
  if (shape == arch::MmulShape{4, 4, 8}) return mmul_sse2<A, B, 4, 4, 8, mode>;
  if (shape == arch::MmulShape{4, 2, 8}) return mmul_sse2<A, B, 4, 2, 8, mode>;
  if (shape == arch::MmulShape{8, 2, 8}) return mmul_sse2<A, B, 8, 2, 8, mode>;
  if (shape == arch::MmulShape{4, 8, 16}) return mmul_sse2<A, B, 4, 8, 16, mode>;
  return nullptr;
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

template <class A>
MmulFunction for_b(ElementType b, arch::MmulShape shape, MmulMode mode) {
  if (b == ElementType::int8) return for_mode<A, std::int8_t>(shape, mode);
  if (b == ElementType::uint8) return for_mode<A, std::uint8_t>(shape, mode);
  return b == ElementType::int16 ? for_mode<A, std::int16_t>(shape, mode) : nullptr;
}

}  // namespace

MmulFunction simd_mmul(ElementType a, ElementType b, arch::MmulShape shape, MmulMode mode) {
  if (a == ElementType::int8) return for_b<std::int8_t>(b, shape, mode);
  if (a == ElementType::uint8) return for_b<std::uint8_t>(b, shape, mode);
  return a == ElementType::int16 ? for_b<std::int16_t>(b, shape, mode) : nullptr;
}

}  // namespace aie4ml::sim

#else

namespace aie4ml::sim {
MmulFunction simd_mmul(arch::ElementType, arch::ElementType, arch::MmulShape, MmulMode) {
  return nullptr;
}
}  // namespace aie4ml::sim

#endif
