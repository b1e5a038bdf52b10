// Which matrix multiplies one vector multiply instruction does, and which matrices one shuffle transposes.
// The shapes are facts of the device (core.multiply; AM020-4, API).
#pragma once

#include "arch/device/device_facts.hpp"
#include "arch/isa/instruction.hpp"

namespace aie4ml::arch {

struct Device;

// The native mode of this shape for factors of these types, null if the device needs several multiplies or
// has none. Each integer factor may be signed or unsigned (AM020-4, UG1583), so only widths are compared. The
// accumulator has shape.m * shape.n lanes of the mode's accumulator_bits.
const MultiplyMode* find_multiply(const Device& device, MmulShape shape, ElementType a, ElementType b);

// Whether a mode of VSHUFFLE transposes a matrix of shape.m x shape.k such elements (shape.n is 0). The
// matrix lies in the low bytes of the register; what the result has above it is not defined.
// APPROX: the shapes are those that aie::transpose has for one 512-bit register; AMD's table of modes is not
// among the sources read, nor what the modes do with the rest of the register.
bool is_transposition(MmulShape shape, ElementType type);

}  // namespace aie4ml::arch
