// The arithmetic of one vector multiply: acc[m x n] (+|-)= a[m x k] * b[k x n], all row-major.
#pragma once

#include <cstdint>

#include "arch/isa/instruction.hpp"

namespace aie4ml::sim {

enum class MmulMode : std::uint8_t { clear, add, subtract };  // vmul, vmac, vmsc

// out and acc hold m * n lanes and may be the same; acc is not read in mode clear. Integer lanes wrap modulo
// their width (AM020-4, UG1583), bf16 factors have fp32 lanes.
using MmulFunction = void (*)(std::uint8_t* out, const std::uint8_t* acc, const std::uint8_t* a,
                              const std::uint8_t* b, arch::MmulShape shape);

// lane_bits: 32 or 64. nullptr: no such multiply (float mixed with integer, fp32 factors).
MmulFunction plain_mmul(arch::ElementType a, arch::ElementType b, int lane_bits, MmulMode mode);
// The fastest function for this shape on the machine that runs us, the same bits as plain_mmul.
MmulFunction best_mmul(arch::ElementType a, arch::ElementType b, arch::MmulShape shape, int lane_bits,
                       MmulMode mode);

}  // namespace aie4ml::sim
