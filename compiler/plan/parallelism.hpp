// How many tiles a layer takes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/slicing.hpp"

namespace aie4ml::compiler {

// Why the layer cannot be cut like this on the device, nullopt if it can.
std::optional<arch::Problem> refusal(const LayerShape& shape, const Parallelism& cut,
                                     const arch::Device& device);

// The cuts that the device and the directives allow, preferred ones first: fewest tiles as aie4ml has it,
// then the shorter cascade, then N split rather than the rows, then 2x2 blocks. At least one; throws
// InputError if there is none.
std::vector<Parallelism> legal_cuts(const LayerShape& shape, const LayerDirectives& directives,
                                    const arch::Device& device);

}  // namespace aie4ml::compiler
