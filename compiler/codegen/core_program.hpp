// The program of one core: the kernel, and around it what the vendor's generated main does for every call.
#pragma once

#include <cstdint>

#include "arch/device/device.hpp"
#include "arch/isa/program.hpp"
#include "compiler/plan/plan.hpp"
#include "kernels/code/kernel_code.hpp"

namespace aie4ml::compiler {

// For ever, ping and pong halves in turn: acquires the locks of all ports, then calls the kernel, then
// releases them, as synchronous buffer ports do (UG1603). `layer` is the index into DebugMap::layers for its
// regions.
arch::Program core_program(const TilePlan& tile, const kernels::KernelCode& kernel, std::int32_t layer,
                           const arch::Device& device);

}  // namespace aie4ml::compiler
