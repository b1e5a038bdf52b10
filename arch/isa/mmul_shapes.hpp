// Which matrix multiplies one vector multiply instruction does, and which transpositions one shuffle. The
// shapes are facts of the device (core.multiply; AM020-4, API).
#pragma once

#include "arch/device/device_facts.hpp"
#include "arch/isa/instruction.hpp"

namespace aie4ml::arch {

struct Device;

// The native mode of this shape for factors of these types, null if the device needs several multiplies or
// has none. Each integer factor may be signed or unsigned (AM020-4, UG1583), so only widths are compared. The
// accumulator has shape.m * shape.n lanes of the mode's accumulator_bits.
const MultiplyMode* find_multiply(const Device& device, MmulShape shape, ElementType a, ElementType b);

// The shuffle that transposes a matrix of rows x columns in one source, null if the device has none.
// APPROX: what it leaves behind a matrix of 256 bit is not in the sources read; nothing may count on it.
const ShuffleMode* find_transposition(const Device& device, int rows, int columns, ElementType type);

}  // namespace aie4ml::arch
