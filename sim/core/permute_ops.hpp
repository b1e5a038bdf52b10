// Vector operations that compare, choose and move lanes.
#pragma once

#include <optional>
#include <vector>

#include "arch/device/device_facts.hpp"
#include "sim/core/micro_op.hpp"

namespace aie4ml::sim {

// vmov, vband, vbor, vlt, vge, veqz, vsel, vshift, vextract, vinsert. nullptr: none of them, or not for this
// type.
LaneFunction permute_function(arch::Opcode op, arch::ElementType type);
// The permutations of vshuffle, by code: the two sources together, or the first alone, are a matrix of
// elements in row-major order, the result is its transpose, or a half of that.
std::vector<std::optional<Shuffle>> shuffle_table(const arch::CoreFacts& core);

}  // namespace aie4ml::sim
