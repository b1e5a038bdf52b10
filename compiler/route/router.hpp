// Circuit-switched routes through the stream switches.
#pragma once

#include <vector>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// One tree per net, from its source port to all its sinks. No master port is driven twice, every connection
// is legal for its kind of tile. Negotiated congestion: nets are routed by shortest paths with prices on
// ports, and those that share a port are ripped up and routed again at higher prices. Deterministic. Throws
// InputError if it does not succeed.
std::vector<Route> route_nets(const std::vector<Net>& nets, const arch::Device& device);

}  // namespace aie4ml::compiler
