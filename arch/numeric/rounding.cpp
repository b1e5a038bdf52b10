#include "arch/numeric/rounding.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

namespace aie4ml::arch {
namespace {

struct RoundingName {
  RoundingMode mode;
  std::string_view name;
};
constexpr std::array<RoundingName, 10> kRoundingNames = {{{RoundingMode::floor, "floor"},
                                                          {RoundingMode::ceil, "ceil"},
                                                          {RoundingMode::sym_floor, "sym_floor"},
                                                          {RoundingMode::sym_ceil, "sym_ceil"},
                                                          {RoundingMode::neg_inf, "neg_inf"},
                                                          {RoundingMode::pos_inf, "pos_inf"},
                                                          {RoundingMode::sym_zero, "sym_zero"},
                                                          {RoundingMode::sym_inf, "sym_inf"},
                                                          {RoundingMode::conv_even, "conv_even"},
                                                          {RoundingMode::conv_odd, "conv_odd"}}};

struct SaturationName {
  SaturationMode mode;
  std::string_view name;
};
constexpr std::array<SaturationName, 3> kSaturationNames = {{{SaturationMode::none, "none"},
                                                             {SaturationMode::saturate, "saturate"},
                                                             {SaturationMode::symmetric, "symmetric"}}};

void check(bool condition) {
  if (!condition) std::abort();
}

// x / 2^shift as floor + remainder / 2^shift, with remainder in [0, 2^shift).
template <class Int>
struct Quotient {
  Int floor;
  Int remainder;
  Int half;  // 2^(shift-1); above any remainder when nothing is shifted out
  bool negative;
};

template <class Int>
constexpr Quotient<Int> divide(Int x, int shift) {
  const Int one = 1;
  return {static_cast<Int>(x >> shift), static_cast<Int>(x & ((one << shift) - 1)),
          shift == 0 ? one : one << (shift - 1), x < 0};
}

// The one definition of rounding. Conditions are 0 or 1 in the lane's own width, so that lanes vectorize.
template <class Int>
constexpr Int round(const Quotient<Int>& q, RoundingMode mode) {
  const Int inexact = q.remainder != 0;
  const Int above = q.remainder > q.half;
  const Int tie = q.remainder == q.half;
  const Int odd = q.floor & 1;
  const Int negative = q.negative;
  switch (mode) {
    case RoundingMode::floor:
      return q.floor;
    case RoundingMode::ceil:
      return q.floor + inexact;
    case RoundingMode::sym_floor:
      return q.floor + (inexact & negative);
    case RoundingMode::sym_ceil:
      return q.floor + (inexact & (1 - negative));
    case RoundingMode::neg_inf:
      return q.floor + above;
    case RoundingMode::pos_inf:
      return q.floor + (above | tie);
    case RoundingMode::sym_zero:
      return q.floor + (above | (tie & negative));
    case RoundingMode::sym_inf:
      return q.floor + (above | (tie & (1 - negative)));
    case RoundingMode::conv_even:
      return q.floor + (above | (tie & odd));
    case RoundingMode::conv_odd:
      return q.floor + (above | (tie & (1 - odd)));
  }
  std::abort();
}

template <class Int>
struct Range {
  Int low;
  Int high;
};

template <class Int>
constexpr Range<Int> range_of(int out_bits, bool out_signed, SaturationMode saturation) {
  const int magnitude_bits = out_bits - (out_signed ? 1 : 0);
  const Int high = magnitude_bits >= std::numeric_limits<Int>::digits
                       ? std::numeric_limits<Int>::max()
                       : static_cast<Int>((Int{1} << magnitude_bits) - 1);
  if (!out_signed) return {0, high};
  return {static_cast<Int>(saturation == SaturationMode::symmetric ? -high : -high - 1), high};
}

Converted fit(std::int64_t value, int out_bits, bool out_signed, SaturationMode saturation) {
  const auto range = range_of<std::int64_t>(out_bits, out_signed, saturation);
  const std::int64_t clamped = std::clamp(value, range.low, range.high);
  return {saturation == SaturationMode::none ? wrap_to(value, out_bits, out_signed) : clamped,
          clamped != value};
}

// value * 2^shift where the exact product may need more than 64 bits.
Converted fit_shifted(std::int64_t value, int shift, int out_bits, bool out_signed,
                      SaturationMode saturation) {
  const std::int64_t shifted = wrap64(static_cast<std::uint64_t>(value) << shift);
  if (shifted >> shift == value) return fit(shifted, out_bits, out_signed, saturation);
  const auto range = range_of<std::int64_t>(out_bits, out_signed, saturation);
  if (saturation == SaturationMode::none) return {wrap_to(shifted, out_bits, out_signed), true};
  return {value < 0 ? range.low : range.high, true};
}

// The loop that the compiler vectorizes: the mode is known, all lanes take the same path.
template <RoundingMode mode, class Out>
bool srs_loop(const std::int32_t* acc, std::size_t count, int shift, SaturationMode saturation, Out* out) {
  const auto range =
      range_of<std::int32_t>(8 * static_cast<int>(sizeof(Out)), std::is_signed_v<Out>, saturation);
  std::int32_t lost = 0;
  if (saturation == SaturationMode::none) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t value = round(divide(acc[i], shift), mode);
      lost |= value ^ std::clamp(value, range.low, range.high);
      out[i] = static_cast<Out>(value);
    }
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t value = round(divide(acc[i], shift), mode);
      const std::int32_t clamped = std::min(std::max(value, range.low), range.high);
      lost |= value ^ clamped;
      out[i] = static_cast<Out>(clamped);
    }
  }
  return lost != 0;
}

template <class Out>
bool srs_lanes_of(std::span<const std::int32_t> acc, int shift, RoundingMode rounding,
                  SaturationMode saturation, std::span<Out> out) {
  check(acc.size() == out.size() && shift >= kMinSrsShift && shift <= kMaxSrsShift);
  // Above 30 the constants of divide() do not fit a 32-bit lane.
  if (shift >= 0 && shift <= 30) {
    if (rounding == RoundingMode::conv_even) {
      return srs_loop<RoundingMode::conv_even>(acc.data(), acc.size(), shift, saturation, out.data());
    }
    if (rounding == RoundingMode::floor) {
      return srs_loop<RoundingMode::floor>(acc.data(), acc.size(), shift, saturation, out.data());
    }
  }
  bool overflow = false;
  for (std::size_t i = 0; i < acc.size(); ++i) {
    const Converted lane =
        srs(acc[i], shift, rounding, saturation, 8 * static_cast<int>(sizeof(Out)), std::is_signed_v<Out>);
    out[i] = static_cast<Out>(lane.value);
    overflow |= lane.overflow;
  }
  return overflow;
}

}  // namespace

std::string_view to_string(RoundingMode mode) {
  for (const RoundingName& entry : kRoundingNames) {
    if (entry.mode == mode) return entry.name;
  }
  return "?";
}

std::string_view to_string(SaturationMode mode) {
  for (const SaturationName& entry : kSaturationNames) {
    if (entry.mode == mode) return entry.name;
  }
  return "?";
}

std::optional<RoundingMode> rounding_mode_from_string(std::string_view name) {
  for (const RoundingName& entry : kRoundingNames) {
    if (entry.name == name) return entry.mode;
  }
  return std::nullopt;
}

std::optional<SaturationMode> saturation_mode_from_string(std::string_view name) {
  for (const SaturationName& entry : kSaturationNames) {
    if (entry.name == name) return entry.mode;
  }
  return std::nullopt;
}

std::optional<RoundingMode> rounding_mode_from_code(int code) {
  for (const RoundingName& entry : kRoundingNames) {
    if (static_cast<int>(entry.mode) == code) return entry.mode;
  }
  return std::nullopt;
}

std::optional<SaturationMode> saturation_mode_from_code(int code) {
  for (const SaturationName& entry : kSaturationNames) {
    if (static_cast<int>(entry.mode) == code) return entry.mode;
  }
  return std::nullopt;
}

Converted srs(std::int64_t acc, int shift, RoundingMode rounding, SaturationMode saturation, int out_bits,
              bool out_signed) {
  check(shift >= kMinSrsShift && shift <= kMaxSrsShift && out_bits >= 1 && out_bits <= 32);
  if (shift < 0) return fit_shifted(acc, -shift, out_bits, out_signed, saturation);
  return fit(round(divide(acc, shift), rounding), out_bits, out_signed, saturation);
}

Converted ups(std::int64_t value, int shift, int acc_bits, SaturationMode saturation) {
  check(shift >= 0 && shift <= 63 && (acc_bits == 32 || acc_bits == 64));
  return fit_shifted(value, shift, acc_bits, true, saturation);
}

bool srs_lanes(std::span<const std::int32_t> acc, int shift, RoundingMode rounding, SaturationMode saturation,
               std::span<std::int8_t> out) {
  return srs_lanes_of(acc, shift, rounding, saturation, out);
}
bool srs_lanes(std::span<const std::int32_t> acc, int shift, RoundingMode rounding, SaturationMode saturation,
               std::span<std::uint8_t> out) {
  return srs_lanes_of(acc, shift, rounding, saturation, out);
}
bool srs_lanes(std::span<const std::int32_t> acc, int shift, RoundingMode rounding, SaturationMode saturation,
               std::span<std::int16_t> out) {
  return srs_lanes_of(acc, shift, rounding, saturation, out);
}

}  // namespace aie4ml::arch
