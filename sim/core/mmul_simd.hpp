// Host vector instructions for the multiplies that inner loops are made of: 8-bit and signed 16-bit factors,
// 32-bit lanes.
#pragma once

#include "sim/core/mmul.hpp"

namespace aie4ml::sim {

// nullptr: no special version for these types and this shape, or not on this host.
MmulFunction simd_mmul(arch::ElementType a, arch::ElementType b, arch::MmulShape shape, MmulMode mode);

// The same for 8-bit factors on a machine with the byte dot products of AVX-512.
MmulFunction avx512_mmul(arch::ElementType a, arch::ElementType b, arch::MmulShape shape, MmulMode mode);

}  // namespace aie4ml::sim
