// Says whether a scheduled kernel does what its vector program says. Shares no code with the scheduler.
#pragma once

#include "arch/device/device.hpp"
#include "arch/error.hpp"
#include "kernels/code/kernel_code.hpp"
#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::kernels {

// Every problem found, empty if the kernel is right: slots used twice, registers outside of the calling
// convention, loop set-up too close, reads under writes in flight that are not marked, and everything that
// makes the stores, the cascade words or the arithmetic differ from the program's executed one statement
// after the other. Also compares the cycle counts of the kernel.
arch::Problems verify(const KernelCode& kernel, const VectorProgram& program, const arch::Device& device);

}  // namespace aie4ml::kernels
