// Lane arithmetic of vector operations other than multiplies.
#pragma once

#include "sim/core/micro_op.hpp"

namespace aie4ml::sim {

// nullptr: the operation does not exist for these types.
LaneFunction lane_function(arch::Opcode op, arch::ElementType type);  // of MicroKind::lanes
ShiftFunction srs_function(arch::ElementType out, arch::ElementType acc);
ShiftFunction ups_function(arch::ElementType acc, arch::ElementType in);
ShiftFunction pack_function(arch::ElementType out, arch::ElementType in);
// vadd.acc, vsub.acc, vneg.acc: per integer accumulator lane, wrapping.
LaneFunction accumulator_function(arch::Opcode op, arch::ElementType acc);

constexpr bool is_rounding_code(std::int32_t code) {
  return code >= 0 && code < 14 && (0x3f0fU >> code & 1U) != 0;
}
constexpr bool is_saturation_code(std::int32_t code) {
  return code == 0 || code == 1 || code == 3;
}
// A shift register's 6 bits stand for -4..59 (AM020-4, UG1583).
constexpr int srs_shift(std::int32_t six_bits) {
  return six_bits >= 60 ? six_bits - 64 : six_bits;
}

}  // namespace aie4ml::sim
