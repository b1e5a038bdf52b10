// From a vector program to a scheduled kernel for a device.
#pragma once

#include "arch/device/device.hpp"
#include "kernels/code/kernel_code.hpp"
#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::kernels {

// Everything but KernelCode::macs. Deterministic. Aborts when the program needs more registers than there
// are: a vector program is written for the register file.
KernelCode schedule(const VectorProgram& program, const arch::Device& device);

}  // namespace aie4ml::kernels
