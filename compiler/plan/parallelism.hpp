// How many tiles a layer takes.
#pragma once

#include <optional>
#include <string>

#include "arch/device/device.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/slicing.hpp"

namespace aie4ml::compiler {

struct Parallelism {
  int cas_len{1}, cas_num{1};
  friend bool operator==(Parallelism, Parallelism) = default;
};

// Why the layer cannot be cut like this on the device, nullopt if it can.
std::optional<arch::Problem> refusal(const LayerShape& shape, Parallelism cut, const arch::Device& device);

// What the directives fix is taken as it is; the rest is chosen as aie4ml does: the fewest tiles that hold
// the layer, then the shorter cascade, then the least padding. Throws InputError if nothing holds it.
Parallelism choose_parallelism(const LayerShape& shape, const LayerDirectives& directives,
                               const arch::Device& device);

}  // namespace aie4ml::compiler
