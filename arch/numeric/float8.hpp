// Floats of eight bits, as AIE-MLv2 multiplies them: E4M3 and E5M2 of the OCP 8-bit floating point
// specification (OFP8 rev. 1.0).
#pragma once

#include <cstdint>

#include "arch/numeric/rounding.hpp"

namespace aie4ml::arch {

enum class Float8Format : std::uint8_t {
  e4m3,  // bias 7, largest 448, NaN 0x7f, no infinity
  e5m2,  // bias 15, largest 57344, infinity 0x7c, NaN above it
};

// Exact: every such number is one of fp32.
std::uint32_t float8_to_fp32(std::uint8_t bits, Float8Format format);

// Rounded in this mode; what is beyond the largest number becomes the largest with saturation, else infinity
// (E5M2) or NaN (E4M3), as the specification's two ways of conversion have it. APPROX: which of the two crSat
// selects is not in the sources read; numbers below the smallest normal one are kept.
std::uint8_t fp32_to_float8(std::uint32_t fp32_bits, Float8Format format, RoundingMode rounding,
                            SaturationMode saturation);

}  // namespace aie4ml::arch
