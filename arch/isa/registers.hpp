// Register names of the AIE-ML core (AM020 chapter 4, UG1603 "Accumulator Registers").
//
// Registers of different width alias the same storage: w(2i), w(2i+1) are the halves of x(i) (AMD: wl, wh),
// x(2i), x(2i+1) those of y(i); am(4i..4i+3) are the quarters of cm(i), bm(2i), bm(2i+1) its halves, and
// dm(i) holds cm(2i), cm(2i+1) on AIE-MLv2; l(i) is the pair r(16+2i), r(17+2i) (llvm-aie). How many of each
// exist is in the device facts.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aie4ml::arch {

// clang-format off
enum class RegClass : std::uint8_t {
  none,
  r,               // scalar, 32 bit
  l,               // scalar, 64 bit
  p,               // pointer, 20 bit byte address
  m,               // pointer modifier, 20 bit signed bytes
  dn, dj, dc,      // size, stride and count of a 2D/3D address generator
  s,               // shift amount, 6 bit
  w, x, y,         // vector, 256 / 512 / 1024 bit
  am, bm, cm, dm,  // accumulator, 256 / 512 / 1024 / 2048 bit
  lc, ls, le,      // zero-overhead loop: count, first bundle, last bundle
  lr, sp,          // link register, stack pointer
  crrnd, crsat,    // rounding and saturation mode of SRS and UPS
  srsrs, srups     // sticky: 1 since an SRS or an UPS overflowed; written to clear
};
// clang-format on
inline constexpr int kRegClassCount = 25;

struct Reg {
  RegClass cls{RegClass::none};
  std::uint8_t index{};
  friend constexpr auto operator<=>(Reg, Reg) = default;
  [[nodiscard]] constexpr bool valid() const { return cls != RegClass::none; }
};

// Files of storage in which registers alias. A scalar class has a file of its own, one unit a register.
enum class RegFile : std::uint8_t { scalar, vector, accumulator };

// The bytes a register covers: [offset, offset + size) of its file. Scalar classes have places of their own,
// l those of the upper half of r, so that two registers overlap exactly if their ranges do.
struct RegSpan {
  RegFile file{};
  std::uint16_t offset_bytes{};
  std::uint16_t size_bytes{};
};
RegSpan span_of(Reg reg);
bool overlap(Reg a, Reg b);

inline constexpr int kVectorFileBytes = 24 * 32;       // 24 x 256 bit
inline constexpr int kAccumulatorFileBytes = 8 * 256;  // large enough for 9 x 1024 bit and for 8 x 2048 bit
static_assert(kAccumulatorFileBytes >= 9 * 128);
inline constexpr int kScalarFileUnits = 128;  // units of 4 bytes, see span_of

// Most registers of a class that any generation has; a device's own number is in its facts.
int register_count(RegClass cls);

std::string_view to_string(RegClass cls);             // "x"
std::string to_string(Reg reg);                       // "x3", "lc"
std::optional<Reg> parse_reg(std::string_view text);  // nullopt: no such register

}  // namespace aie4ml::arch
