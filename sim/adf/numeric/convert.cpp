#include <aie4ml_adf/core_modes.hpp>
#include <aie4ml_adf/kernel_fault.hpp>
#include <aie4ml_adf/numeric.hpp>
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <span>

#include "arch/numeric/float8.hpp"
#include "arch/numeric/float_mac.hpp"
#include "arch/numeric/rounding.hpp"

namespace aie4ml::adf::detail {
namespace {

constexpr int kMaxUpsShift = 63;
constexpr int kFractionBits = 23;

template <class T>
T load(const void* from, unsigned lane) {
  T value;
  std::memcpy(&value, static_cast<const std::uint8_t*>(from) + lane * sizeof(T), sizeof(T));
  return value;
}
template <class T>
void store(void* to, unsigned lane, T value) {
  std::memcpy(static_cast<std::uint8_t*>(to) + lane * sizeof(T), &value, sizeof(T));
}

std::int64_t element(const void* from, unsigned lane, int bits, bool is_signed) {
  switch (bits) {
    case 4: {
      const int pair = load<std::uint8_t>(from, lane / 2);
      return arch::wrap_to(pair >> (lane % 2 * 4), 4, is_signed);
    }
    case 8:
      return is_signed ? load<std::int8_t>(from, lane) : load<std::uint8_t>(from, lane);
    case 16:
      return is_signed ? load<std::int16_t>(from, lane) : load<std::uint16_t>(from, lane);
    case 32:
      return is_signed ? load<std::int32_t>(from, lane) : std::int64_t{load<std::uint32_t>(from, lane)};
    default:
      std::abort();
  }
}

void put_element(void* to, unsigned lane, int bits, std::int64_t value) {
  switch (bits) {
    case 4: {
      const unsigned at = lane % 2 * 4;
      const unsigned others = load<std::uint8_t>(to, lane / 2) & ~(15U << at);
      store(to, lane / 2, static_cast<std::uint8_t>(others | (static_cast<unsigned>(value) & 15U) << at));
      return;
    }
    case 8:
      return store(to, lane, static_cast<std::uint8_t>(value));
    case 16:
      return store(to, lane, static_cast<std::uint16_t>(value));
    case 32:
      return store(to, lane, static_cast<std::uint32_t>(value));
    default:
      std::abort();
  }
}

arch::RoundingMode rounding() {
  return static_cast<arch::RoundingMode>(core_modes().rounding);
}
arch::SaturationMode saturation() {
  return static_cast<arch::SaturationMode>(core_modes().saturation);
}

arch::Float8Format float8_format(bool e5m2) {
  return e5m2 ? arch::Float8Format::e5m2 : arch::Float8Format::e4m3;
}

}  // namespace

void srs(const void* acc, int acc_bits, unsigned lanes, int shift, void* out, int out_bits, bool out_signed) {
  if (shift < arch::kMinSrsShift || shift > arch::kMaxSrsShift)
    fault_shift("aie::accum::to_vector", shift, arch::kMinSrsShift, arch::kMaxSrsShift);
  const arch::RoundingMode round = rounding();
  const arch::SaturationMode saturate = saturation();
  if (acc_bits == 32 && out_bits < 32 && (out_signed || out_bits == 8)) {
    const std::span lanes_in(static_cast<const std::int32_t*>(acc), lanes);
    if (out_bits == 16) {
      arch::srs_lanes(lanes_in, shift, round, saturate, std::span(static_cast<std::int16_t*>(out), lanes));
    } else if (out_signed) {
      arch::srs_lanes(lanes_in, shift, round, saturate, std::span(static_cast<std::int8_t*>(out), lanes));
    } else {
      arch::srs_lanes(lanes_in, shift, round, saturate, std::span(static_cast<std::uint8_t*>(out), lanes));
    }
    return;
  }
  for (unsigned i = 0; i < lanes; ++i) {
    const std::int64_t lane = acc_bits == 32 ? load<std::int32_t>(acc, i) : load<std::int64_t>(acc, i);
    put_element(out, i, out_bits, arch::srs(lane, shift, round, saturate, out_bits, out_signed).value);
  }
}

void ups(const void* in, int in_bits, bool in_signed, unsigned lanes, int shift, void* acc, int acc_bits) {
  if (shift < 0 || shift > kMaxUpsShift) fault_shift("aie::accum::from_vector", shift, 0, kMaxUpsShift);
  const arch::SaturationMode saturate = saturation();
  for (unsigned i = 0; i < lanes; ++i) {
    const std::int64_t lane = arch::ups(element(in, i, in_bits, in_signed), shift, acc_bits, saturate).value;
    if (acc_bits == 32) {
      store(acc, i, static_cast<std::int32_t>(lane));
    } else {
      store(acc, i, lane);
    }
  }
}

void pack(const void* in, int in_bits, bool in_signed, unsigned lanes, void* out, int out_bits,
          bool out_signed) {
  const arch::SaturationMode saturate = saturation();
  for (unsigned i = 0; i < lanes; ++i) {
    const std::int64_t value = element(in, i, in_bits, in_signed);
    put_element(out, i, out_bits,
                arch::srs(value, 0, arch::RoundingMode::floor, saturate, out_bits, out_signed).value);
  }
}

std::uint16_t to_bfloat16(std::uint32_t fp32) {
  return arch::to_bf16(fp32, core_modes().rounding);
}

std::uint8_t to_float8(std::uint32_t fp32, bool e5m2) {
  return arch::fp32_to_float8(fp32, float8_format(e5m2), rounding(), saturation());
}
std::uint8_t to_nearest_float8(float value, bool e5m2) {
  return arch::fp32_to_float8(std::bit_cast<std::uint32_t>(value), float8_format(e5m2),
                              arch::RoundingMode::conv_even, arch::SaturationMode::saturate);
}
float from_float8(std::uint8_t bits, bool e5m2) {
  return std::bit_cast<float>(arch::float8_to_fp32(bits, float8_format(e5m2)));
}

std::int32_t to_fixed(std::uint32_t fp32, int shift, int out_bits, bool out_signed) {
  const int biased = static_cast<int>(fp32 >> kFractionBits & 0xffU);
  const std::uint32_t fraction = fp32 & 0x7fffffU;
  const bool negative = (fp32 >> 31) != 0;
  if (biased == 0 || (biased == 0xff && fraction != 0)) return 0;  // the hardware has no denormals
  std::int64_t mantissa = fraction | 0x800000U;
  int right = 127 + kFractionBits - biased - shift;
  if (biased == 0xff || right < -kFractionBits) right = -kFractionBits;  // beyond any range that is left
  if (right > arch::kMaxSrsShift) {  // below half of the last place: any such number rounds alike
    mantissa = 1;
    right = arch::kMaxSrsShift;
  }
  if (right < 0) {
    mantissa <<= -right;
    right = 0;
  }
  return static_cast<std::int32_t>(arch::srs(negative ? -mantissa : mantissa, right, rounding(),
                                             arch::SaturationMode::saturate, out_bits, out_signed)
                                       .value);
}

std::uint32_t float_add(std::uint32_t a, std::uint32_t b, bool subtract) {
  arch::FloatSum sum(a);
  sum.add_lane(b, subtract);
  return sum.result();
}

}  // namespace aie4ml::adf::detail
