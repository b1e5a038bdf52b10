// Through which memory tiles a leg goes: one edge where its streams fit a memory tile, several with a share
// of the readers each where they do not, and relays in front where a single reader has more writers than
// that.
#pragma once

#include <vector>

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/legs.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/sources.hpp"

namespace aie4ml::compiler {

// An edge that takes a source's stream: which of its writers that is.
struct Listener {
  std::int32_t source{}, edge{}, writer{};
};

// Adds the edges of a leg to the plan, relays before the edge they serve, with endpoints and regions but
// without place, channels, locks and addresses; for a graph output its PLIOs too. Tells who listens to which
// source.
void stage_leg(const Graph& graph, const Leg& leg, const std::vector<Source>& sources,
               const arch::Device& device, Plan& plan, std::vector<Listener>& listeners);

}  // namespace aie4ml::compiler
