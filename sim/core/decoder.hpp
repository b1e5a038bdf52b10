// From the symbolic Program to micro-operations.
#pragma once

#include "arch/device/device.hpp"
#include "arch/isa/program.hpp"
#include "sim/core/micro_op.hpp"

namespace aie4ml::sim {

// The program must be valid. Throws InputError for a timing table that the engine cannot execute (an operand
// not read in E1 where only that is modelled, data that arrives before it was loaded) and for an operation on
// types that the core does not have.
DecodedProgram decode(const arch::Device& device, const arch::Program& program);

}  // namespace aie4ml::sim
