// How tensors get from tile to tile: PLIOs, memory tiles, descriptor chains and nets.
#pragma once

#include <vector>

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/legs.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/plan_options.hpp"

namespace aie4ml::compiler {

// Fills edges, plios, dma and nets of a plan whose layers are placed and whose direct links are chosen.
// Throws InputError for what the device has too few channels, descriptors, locks, bytes, PLIOs or NoC DMAs
// for.
void plan_edges(const Graph& graph, const std::vector<Leg>& legs, HostPorts host_ports,
                const arch::Device& device, Plan& plan);

}  // namespace aie4ml::compiler
