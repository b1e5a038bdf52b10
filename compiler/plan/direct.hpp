// Tensors that go from tile to tile, without a memory tile between them.
#pragma once

#include <optional>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/chain_builder.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/legs.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/sources.hpp"

namespace aie4ml::compiler {

// The links of the legs that go directly. A leg may where every slice that its reader wants is exactly one
// slice of a producer's output and where the two tiles' descriptors can make one layout of the other; if
// others read the slice too, the layouts must be the same, and the stream is multicast. A leg does where the
// reader's directive says so; `automatic` is what is done without one, and never `automatic` itself. Throws
// InputError, saying why not, where `direct` is asked for and cannot be; what comes from outside the array
// goes through memory tiles in any case.
std::vector<DirectLink> direct_links(const Graph& graph, const std::vector<Leg>& legs,
                                     const std::vector<LayerPlan>& layers, const Directives& directives,
                                     Transport automatic, const arch::Device& device);

// Whether one of the links brings this leg.
bool is_direct(const Leg& leg, const std::vector<DirectLink>& links);

// Whether the link ends the stream of this source.
bool comes_from(const DirectLink& link, const Source& source);

// The chains into the tiles that read, and unless the stream is shared, the one out of the producer's tile.
// All layers have their places.
void add_direct_transfers(const DirectLink& link, const Source& source, const arch::Device& device,
                          BdAllocator& bds, Plan& plan);

// Where the stream ends.
std::vector<StreamEnd> direct_sinks(const DirectLink& link, const Plan& plan);

}  // namespace aie4ml::compiler
