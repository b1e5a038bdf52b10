// Element types, accumulator tags and generation of the AIE API, as the device's compiler has them built in.
//
// The generation is chosen as Vitis does: __AIE_ARCH__ 20 is AIE-ML, 22 AIE-MLv2; 20 where nothing is said.
#pragma once

#include <aie4ml_adf/numeric.hpp>
#include <bit>
#include <cstdint>
#include <type_traits>

#ifndef __AIE_ARCH__
#define __AIE_ARCH__ 20
#endif
#if __AIE_ARCH__ != 20 && __AIE_ARCH__ != 22
#error "__AIE_ARCH__: these headers know 20 (AIE-ML) and 22 (AIE-MLv2)"
#endif
#if __AIE_ARCH__ == 20
#define AIE4ML_ADF_GENERATION "AIE-ML"
#else
#define AIE4ML_ADF_GENERATION "AIE-MLv2"
#endif

using int8 = std::int8_t;
using int16 = std::int16_t;
using int32 = std::int32_t;
using int64 = std::int64_t;
using uint8 = std::uint8_t;
using uint16 = std::uint16_t;
using uint32 = std::uint32_t;
using uint64 = std::uint64_t;

// Four bits. Alone it is a byte; in vectors and in memory behind a pointer to it two lie in each byte, the
// lower lane in the lower bits.
struct int4 {
  std::int8_t value;
  int4() = default;
  constexpr int4(int v) : value(static_cast<std::int8_t>(static_cast<std::int8_t>(v << 4) >> 4)) {}
  constexpr operator int() const { return value; }
};
struct uint4 {
  std::uint8_t value;
  uint4() = default;
  constexpr uint4(int v) : value(static_cast<std::uint8_t>(v & 15)) {}
  constexpr operator int() const { return value; }
};

// The upper half of a float. From float to the nearest, ties to even; lanes are converted in the core's
// rounding mode instead (accum::to_vector).
struct bfloat16 {
  std::uint16_t bits;
  bfloat16() = default;
  constexpr bfloat16(float f) : bits(nearest(std::bit_cast<std::uint32_t>(f))) {}
  constexpr bfloat16(double f) : bfloat16(static_cast<float>(f)) {}
  constexpr bfloat16(int i) : bfloat16(static_cast<float>(i)) {}
  constexpr operator float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

 private:
  static constexpr std::uint16_t nearest(std::uint32_t f) {
    if ((f & 0x7fffffffU) > 0x7f800000U) return 0x7fc0;
    return static_cast<std::uint16_t>((f + 0x7fffU + (f >> 16 & 1U)) >> 16);
  }
};

#if __AIE_ARCH__ == 22
namespace aie4ml::adf::detail {
// From float to the nearest, ties to even, clamped; lanes are converted in the core's modes instead.
template <bool e5m2>
struct Float8 {
  static constexpr bool kE5m2 = e5m2;
  std::uint8_t bits;
  Float8() = default;
  Float8(float f) : bits(to_nearest_float8(f, e5m2)) {}
  operator float() const { return from_float8(bits, e5m2); }
};
}  // namespace aie4ml::adf::detail

using float8 = aie4ml::adf::detail::Float8<false>;  // E4M3
using bfloat8 = aie4ml::adf::detail::Float8<true>;  // E5M2
#endif

// Tags of accumulators. Lanes have 32 bits (acc32), 64 (the longer integer ones: AIE-ML has no others) or are
// fp32.
struct acc32 {};
struct acc40 {};
struct acc48 {};
struct acc56 {};
struct acc64 {};
struct accfloat {};
struct accauto {};  // what suits the factors

namespace aie4ml::adf::detail {

template <class T>
inline constexpr bool is_packed = std::is_same_v<T, int4> || std::is_same_v<T, uint4>;

template <class T, class... Ts>
inline constexpr bool is_one_of = (std::is_same_v<T, Ts> || ...);

#if __AIE_ARCH__ == 22
template <class T>
inline constexpr bool is_float8 = is_one_of<T, float8, bfloat8>;
#else
template <class T>
inline constexpr bool is_float8 = false;
#endif
template <class T>
inline constexpr bool is_float_element = is_one_of<T, float, bfloat16> || is_float8<T>;
template <class T>
inline constexpr bool is_element =
    is_float8<T> || is_one_of<T, int4, uint4, int8, uint8, int16, uint16, int32, uint32, bfloat16, float>;
template <class T>
inline constexpr bool is_integer_element = is_element<T> && !is_float_element<T>;
template <class T>
inline constexpr bool is_signed_element = is_one_of<T, int4, int8, int16, int32> || is_float_element<T>;
template <class T>
inline constexpr unsigned element_bits = is_packed<T> ? 4 : 8 * sizeof(T);

template <class Tag>
inline constexpr bool is_accum_tag = is_one_of<Tag, acc32, acc40, acc48, acc56, acc64, accfloat>;
// What a lane of the accumulator is held in.
template <class Tag>
using accum_lane_t =
    std::conditional_t<std::is_same_v<Tag, acc32>, std::int32_t,
                       std::conditional_t<std::is_same_v<Tag, accfloat>, float, std::int64_t>>;

constexpr bool is_power_of_two(unsigned n) {
  return n != 0 && (n & (n - 1)) == 0;
}

template <class>
inline constexpr bool always_false = false;

}  // namespace aie4ml::adf::detail

namespace aie {

// Alignment that suits every vector access: the width of a load.
inline constexpr unsigned vector_decl_align = __AIE_ARCH__ == 22 ? 64 : 32;
// Alignment of an access to a vector of N elements of T.
template <class T, unsigned N>
inline constexpr unsigned vector_ldst_align_v =
    N* aie4ml::adf::detail::element_bits<T> / 8 < vector_decl_align
        ? N* aie4ml::adf::detail::element_bits<T> / 8
        : vector_decl_align;

}  // namespace aie
