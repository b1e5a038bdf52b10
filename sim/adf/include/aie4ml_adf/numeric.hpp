// What the headers of aie_api ask of the compiled library: conversions in the current core's modes and float
// arithmetic, with the bits of arch/numeric. Not for kernels. Lanes lie one after the other, aligned as
// their type; a float lane is its fp32 pattern, a bfloat16 lane its 16 bits.
#pragma once

#include <cstdint>

namespace aie4ml::adf::detail {

// SRS: `lanes` signed accumulator lanes of acc_bits (32, 64) to elements of out_bits (8, 16, 32), in the
// core's modes. Throws KernelFault for a shift out of -4..59.
void srs(const void* acc, int acc_bits, unsigned lanes, int shift, void* out, int out_bits, bool out_signed);

// UPS: elements of in_bits (8, 16, 32) times 2^shift to lanes of acc_bits (32, 64), in the core's saturation.
// Throws KernelFault for a shift out of 0..63.
void ups(const void* in, int in_bits, bool in_signed, unsigned lanes, int shift, void* acc, int acc_bits);

// Elements to narrower ones, in the core's saturation, not rounded (the hardware's vpack).
void pack(const void* in, int in_bits, bool in_signed, unsigned lanes, void* out, int out_bits,
          bool out_signed);

// fp32 to bfloat16 or to an 8 bit float (E5M2, else E4M3) in the core's modes, or to the nearest one, ties to
// even, clamped; and back.
std::uint16_t to_bfloat16(std::uint32_t fp32);
std::uint8_t to_float8(std::uint32_t fp32, bool e5m2);
std::uint8_t to_nearest_float8(float value, bool e5m2);
float from_float8(std::uint8_t bits, bool e5m2);

// fp32 times 2^shift to an integer of out_bits, in the core's rounding and clamped; NaN gives 0.
std::int32_t to_fixed(std::uint32_t fp32, int shift, int out_bits, bool out_signed);

// One accumulator lane of float: a + b or a - b.
std::uint32_t float_add(std::uint32_t a, std::uint32_t b, bool subtract);

// c (m x n, fp32) plus or minus a (m x k) times b (k x n), all row by row. A multiply adds `step` products to
// a lane at a time (AM020-4: aligned to the largest, added at once).
struct FloatShape {
  unsigned m, k, n, step;
};
void mmul_bfloat16(FloatShape shape, std::uint32_t* c, const std::uint16_t* a, const std::uint16_t* b,
                   bool subtract);
// The same with fp32 factors, each the sum of up to three bfloat16; `accuracy` is the number of products of
// these that are added for one of fp32: 9, 6 or 3.
void mmul_float(FloatShape shape, std::uint32_t* c, const std::uint32_t* a, const std::uint32_t* b,
                bool subtract, int accuracy);

// Faults of a kernel, as KernelFault. `what` is the interface's name, e.g. "aie::load_v".
[[noreturn]] void fault_misaligned(const char* what, const void* address, unsigned alignment);
[[noreturn]] void fault_index(const char* what, unsigned index, unsigned count);
[[noreturn]] void fault_shift(const char* what, int shift, int low, int high);

}  // namespace aie4ml::adf::detail
