// The header word of a packet as AM020 draws it, written apart from the product's.
#pragma once

#include <cstdint>

#include "arch/units.hpp"

namespace aie4ml::test {

inline std::uint32_t packet_word(std::uint32_t id, arch::TileCoord from, std::uint32_t type = 0,
                                 std::uint32_t bd = 0) {
  const std::uint32_t word = id + (bd << 5) + (type << 12) + (static_cast<std::uint32_t>(from.row) << 16) +
                             (static_cast<std::uint32_t>(from.col) << 21);
  int ones = 0;
  for (int bit = 0; bit < 31; ++bit) ones += static_cast<int>(word >> bit & 1);
  return ones % 2 == 0 ? word + (1U << 31) : word;
}

}  // namespace aie4ml::test
