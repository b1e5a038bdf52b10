// Conversions between accumulator lanes and vector elements: SRS (shift, round, saturate) and UPS (shift up),
// as the control registers crRnd and crSat select them (UG1583 mode settings; definitions from UG1603 and
// aie_api).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "arch/numeric/element_type.hpp"

namespace aie4ml::arch {

// The value is the hardware's code in crRnd. v = x / 2^shift is the exact quotient.
enum class RoundingMode : std::uint8_t {
  floor = 0,       // largest integer <= v
  ceil = 1,        // smallest integer >= v
  sym_floor = 2,   // toward zero
  sym_ceil = 3,    // away from zero
  neg_inf = 8,     // nearest, ties toward -inf
  pos_inf = 9,     // nearest, ties toward +inf
  sym_zero = 10,   // nearest, ties toward zero
  sym_inf = 11,    // nearest, ties away from zero
  conv_even = 12,  // nearest, ties to even
  conv_odd = 13,   // nearest, ties to odd
};

// The value is the hardware's code in crSat.
enum class SaturationMode : std::uint8_t {
  none = 0,       // keep the low bits
  saturate = 1,   // clamp to the range of the output type
  symmetric = 3,  // clamp to [-max, max]; on an unsigned output the same as saturate
};

std::string_view to_string(RoundingMode mode);  // "conv_even"
std::string_view to_string(SaturationMode mode);
std::optional<RoundingMode> rounding_mode_from_string(std::string_view name);
std::optional<SaturationMode> saturation_mode_from_string(std::string_view name);
std::optional<RoundingMode> rounding_mode_from_code(int code);
std::optional<SaturationMode> saturation_mode_from_code(int code);

// Accumulator lanes hold their value modulo 2^32 or 2^64 (AM020-4, UG1583: VMAC is taken to wrap).
constexpr std::int32_t wrap32(std::int64_t value) {
  return static_cast<std::int32_t>(value);
}
constexpr std::int64_t wrap64(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}
constexpr std::int64_t wrapping_add(std::int64_t a, std::int64_t b) {
  return wrap64(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrapping_sub(std::int64_t a, std::int64_t b) {
  return wrap64(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrapping_mul(std::int64_t a, std::int64_t b) {
  return wrap64(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}
// The low `width` bits (1..64) of value, read as a signed or unsigned integer.
constexpr std::int64_t wrap_to(std::int64_t value, int width, bool is_signed) {
  const int unused = 64 - width;
  const auto high = static_cast<std::uint64_t>(value) << unused;
  return is_signed ? static_cast<std::int64_t>(high) >> unused : static_cast<std::int64_t>(high >> unused);
}

struct Converted {
  std::int64_t value{};
  bool overflow{};  // the exact result did not fit the output's range (sets srSRS_of, srUPS_of)
  friend constexpr bool operator==(const Converted&, const Converted&) = default;
};

inline constexpr int kMinSrsShift = -4;  // UG1583 SRS
inline constexpr int kMaxSrsShift = 59;

// One accumulator lane to one element. shift in -4..59, out_bits in 1..32; anything else is our bug and
// aborts.
Converted srs(std::int64_t acc, int shift, RoundingMode rounding, SaturationMode saturation, int out_bits,
              bool out_signed);
inline Converted srs(std::int64_t acc, int shift, RoundingMode rounding, SaturationMode saturation,
                     ElementType out) {
  return srs(acc, shift, rounding, saturation, bits(out), is_signed(out));
}

// One element to one accumulator lane of acc_bits (32 or 64), times 2^shift with shift in 0..63. Wraps, or
// clamps where crSat says so.
Converted ups(std::int64_t value, int shift, int acc_bits, SaturationMode saturation = SaturationMode::none);

// The same bits as srs() per lane, fast for conv_even and floor. The spans have equal length. Returns whether
// any lane overflowed.
bool srs_lanes(std::span<const std::int32_t> acc, int shift, RoundingMode rounding, SaturationMode saturation,
               std::span<std::int8_t> out);
bool srs_lanes(std::span<const std::int32_t> acc, int shift, RoundingMode rounding, SaturationMode saturation,
               std::span<std::uint8_t> out);
bool srs_lanes(std::span<const std::int32_t> acc, int shift, RoundingMode rounding, SaturationMode saturation,
               std::span<std::int16_t> out);

}  // namespace aie4ml::arch
