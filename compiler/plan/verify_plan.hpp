// Whether a Plan is legal on a device. Shares no code with the planner: what is checked is computed here
// again.
#pragma once

#include "arch/device/device.hpp"
#include "arch/error.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Everything that is wrong: tiles outside the grid or used twice, broken cascades, slices that miss a column,
// buffers that overlap or leave their bank or memory, descriptors, channels and locks that do not exist or
// are used twice, address walks that leave their buffer, tiles that take a direct stream for other elements,
// streams whose ends disagree on the number of words, PLIOs that do not exist.
arch::Problems verify_plan(const Plan& plan, const arch::Device& device);

// Whether the design can come to a standstill. The plan is legal and routed. Shares no code with the planner
// nor with the simulated machine: it counts locks and words, without time (token_network.hpp).
DeadlockCheck check_deadlock(const Plan& plan, const arch::Device& device);

// The parts of verify_plan().
void verify_layers(const Plan& plan, const arch::Device& device, arch::Problems& problems);
void verify_edges(const Plan& plan, const arch::Device& device, arch::Problems& problems);
void verify_direct(const Plan& plan, const arch::Device& device, arch::Problems& problems);
void verify_transfers(const Plan& plan, const arch::Device& device, arch::Problems& problems);
void verify_plios(const Plan& plan, const arch::Device& device, arch::Problems& problems);

}  // namespace aie4ml::compiler
