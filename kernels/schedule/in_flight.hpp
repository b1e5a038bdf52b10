// Marks operands that are read under a write in flight (Instruction::reads_old).
#pragma once

#include <cstdint>
#include <vector>

#include "arch/device/core_timing.hpp"
#include "arch/isa/program.hpp"

namespace aie4ml::kernels {

// trace: the bundles in the order they are executed. An operand is marked if in any of its executions a write
// of an earlier bundle arrives after the read.
void mark_reads_old(arch::Program& program, const std::vector<std::int32_t>& trace,
                    const arch::CoreTiming& timing);

}  // namespace aie4ml::kernels
