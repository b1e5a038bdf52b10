// Products onto accumulator lanes: of matrices for aie::mmul, lane by lane for aie::mul and its kin.
#pragma once

#include <aie_api/accum.hpp>

namespace aie4ml::adf::detail {

// How many products of bfloat16 pieces make one of fp32 (macros of AMD's API).
#if defined(AIE2_FP32_EMULATION_ACCURACY_LOW)
inline constexpr int kFloatAccuracy = 3;
#elif defined(AIE2_FP32_EMULATION_ACCURACY_FAST)
inline constexpr int kFloatAccuracy = 6;
#else
inline constexpr int kFloatAccuracy = 9;
#endif

// Products that a multiply of floats adds to a lane at a time.
inline constexpr unsigned kFloatStep = 8;

// A float element that has no more than 8 bits of mantissa, as bfloat16.
template <class T>
std::uint16_t bfloat16_bits(T value) {
  if constexpr (std::is_same_v<T, bfloat16>) {
    return value.bits;
  } else {
    return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(static_cast<float>(value)) >> 16);
  }
}

// The product modulo 2^32 or 2^64. Factors of up to 16 bits are multiplied as int, which cannot overflow
// unless both have no sign, so that the compiler sees a widening multiply.
template <class Bits, class A, class B>
Bits wrapping_product(A a, B b) {
  if constexpr (element_bits<A> <= 16 && element_bits<B> <= 16 &&
                (is_signed_element<A> || is_signed_element<B>)) {
    return static_cast<Bits>(int{a} * int{b});
  } else {
    return static_cast<Bits>(a) * static_cast<Bits>(b);
  }
}

// c += a * b, or -= with subtract; integer lanes wrap.
template <bool subtract, unsigned M, unsigned K, unsigned N, class Tag, class A, class B>
void multiply_add(aie::accum<Tag, M * N>& c, const Lanes<A, M * K>& a, const Lanes<B, K * N>& b) {
  if constexpr (std::is_same_v<Tag, accfloat>) {
    static_assert(is_float_element<A> && is_float_element<B>,
                  "an accumulator of float takes products of floats");
    std::uint32_t lanes[M * N];
    std::memcpy(lanes, c.data(), sizeof lanes);
    if constexpr (std::is_same_v<A, float> || std::is_same_v<B, float>) {
      std::uint32_t as[M * K];
      std::uint32_t bs[K * N];
      for (unsigned i = 0; i < M * K; ++i) as[i] = std::bit_cast<std::uint32_t>(static_cast<float>(a.get(i)));
      for (unsigned i = 0; i < K * N; ++i) bs[i] = std::bit_cast<std::uint32_t>(static_cast<float>(b.get(i)));
      mmul_float({M, K, N, kFloatStep}, lanes, as, bs, subtract, kFloatAccuracy);
    } else {
      std::uint16_t as[M * K];
      std::uint16_t bs[K * N];
      for (unsigned i = 0; i < M * K; ++i) as[i] = bfloat16_bits(a.get(i));
      for (unsigned i = 0; i < K * N; ++i) bs[i] = bfloat16_bits(b.get(i));
      mmul_bfloat16({M, K, N, kFloatStep}, lanes, as, bs, subtract);
    }
    std::memcpy(c.data(), lanes, sizeof lanes);
  } else {
    static_assert(is_integer_element<A> && is_integer_element<B>,
                  "an accumulator of integers takes products of integers");
    using Lane = accum_lane_t<Tag>;
    using Bits = std::make_unsigned_t<Lane>;  // wraps
    Lane* const lanes = c.data();
    for (unsigned m = 0; m < M; ++m) {
      for (unsigned k = 0; k < K; ++k) {
        const A factor = a.get(m * K + k);
        for (unsigned n = 0; n < N; ++n) {
          const auto product = wrapping_product<Bits>(factor, b.get(k * N + n));
          const auto lane = static_cast<Bits>(lanes[m * N + n]);
          lanes[m * N + n] = static_cast<Lane>(subtract ? lane - product : lane + product);
        }
      }
    }
  }
}

// The same lane by lane: a[i] * b[i].
template <bool subtract, class Tag, class A, class B, unsigned N>
void multiply_add_lanes(aie::accum<Tag, N>& c, const Lanes<A, N>& a, const Lanes<B, N>& b) {
  static_assert((is_float_element<A> && is_float_element<B> && std::is_same_v<Tag, accfloat>) ||
                    (is_integer_element<A> && is_integer_element<B> && !std::is_same_v<Tag, accfloat>),
                "aie::mul and its kin: integers into integer accumulators, floats into accfloat");
  if constexpr (std::is_same_v<Tag, accfloat>) {
    for (unsigned i = 0; i < N; ++i) {
      auto lane = std::bit_cast<std::uint32_t>(c.data()[i]);
      if constexpr (std::is_same_v<A, float> || std::is_same_v<B, float>) {
        const auto x = std::bit_cast<std::uint32_t>(static_cast<float>(a.get(i)));
        const auto y = std::bit_cast<std::uint32_t>(static_cast<float>(b.get(i)));
        mmul_float({1, 1, 1, 1}, &lane, &x, &y, subtract, kFloatAccuracy);
      } else {
        const std::uint16_t x = bfloat16_bits(a.get(i));
        const std::uint16_t y = bfloat16_bits(b.get(i));
        mmul_bfloat16({1, 1, 1, 1}, &lane, &x, &y, subtract);
      }
      c.data()[i] = std::bit_cast<float>(lane);
    }
  } else {
    using Lane = accum_lane_t<Tag>;
    using Bits = std::make_unsigned_t<Lane>;
    for (unsigned i = 0; i < N; ++i) {
      const auto product = wrapping_product<Bits>(a.get(i), b.get(i));
      const auto lane = static_cast<Bits>(c.data()[i]);
      c.data()[i] = static_cast<Lane>(subtract ? lane - product : lane + product);
    }
  }
}

}  // namespace aie4ml::adf::detail
