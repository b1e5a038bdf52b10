// The picture of a placed design, for people: plan.svg in the firmware directory.
#pragma once

#include <string>

#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// A standalone SVG 1.1 document, no scripts: the part of the array that the design uses, layers by colour,
// cascades, memory-tile buffers, PLIOs and routes, a table of layers and totals. A plan without routes is
// drawn without them. The same plan gives the same bytes. The plan must be one of the device: its tiles lie
// in it.
std::string plan_svg(const Plan& plan, const arch::Device& device);

}  // namespace aie4ml::compiler
