// The program of a core as the times between its waits.
#pragma once

#include "arch/device/device.hpp"
#include "compiler/estimate/timed_unit.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Roles of locks, which differ from tile to tile: full and empty of operand i are 2 i and 2 i + 1, then come
// full and empty of the output.
std::vector<arch::LockId> locks_by_role(const TilePlan& tile);

// From the bundles that code generation writes for such a tile. The kernel is scheduled for it.
TimedProgram timed_program(const TilePlan& tile, const arch::Device& device);

}  // namespace aie4ml::compiler
