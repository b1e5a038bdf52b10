// What the elementwise operators compute, in plain integers: the yardstick for the schedules. Shares nothing
// with them but arch/numeric.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "kernels/elementwise/elementwise.hpp"

namespace aie4ml::kernels {

// One tile on its buffers; an operator of one operand ignores the second.
std::vector<std::uint8_t> elementwise_tile_reference(
    const ElementwiseTile& tile, const std::array<std::vector<std::uint8_t>, 2>& operands);

}  // namespace aie4ml::kernels
