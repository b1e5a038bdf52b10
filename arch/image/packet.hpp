// The header word of a packet on a stream (AM020-2): bits 4..0 id, 14..12 type, 20..16 source row, 27..21
// source column, 31 odd parity of the word. The others are zero, but for 10..5: which BD an S2MM channel in
// out-of-order mode is to use. That BDs have such a field of 6 bits is documented, its place in the header is
// assumed.
#pragma once

#include <bit>
#include <cstdint>

#include "arch/image/dma.hpp"
#include "arch/units.hpp"

namespace aie4ml::arch {

inline constexpr int kPacketTypeBits = 3;
inline constexpr int kOutOfOrderBits = 6;

constexpr std::uint32_t packet_header(const BdPacket& packet, TileCoord source) {
  const std::uint32_t word = (packet.id & 0x1FU) | (packet.out_of_order_bd & 0x3FU) << 5U |
                             (packet.type & 0x7U) << 12U |
                             (static_cast<std::uint32_t>(source.row) & 0x1FU) << 16U |
                             (static_cast<std::uint32_t>(source.col) & 0x7FU) << 21U;
  return word | (std::popcount(word) % 2 == 0 ? 1U << 31U : 0U);
}
constexpr int packet_id(std::uint32_t header) {
  return static_cast<int>(header & 0x1FU);
}
constexpr BdId out_of_order_bd(std::uint32_t header) {
  return BdId(static_cast<std::uint8_t>(header >> 5U & 0x3FU));
}

}  // namespace aie4ml::arch
