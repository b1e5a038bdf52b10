#include "arch/units.hpp"

namespace aie4ml::arch {

std::string to_string(DmaDirection direction) {
  return direction == DmaDirection::s2mm ? "S2MM" : "MM2S";
}

std::string to_string(ChannelId channel) {
  return to_string(channel.direction) + " " + std::to_string(channel.index);
}

std::string to_string(TileKind kind) {
  switch (kind) {
    case TileKind::shim:
      return "shim";
    case TileKind::memory:
      return "memory tile";
    case TileKind::core:
      return "tile";
  }
  return "?";
}

}  // namespace aie4ml::arch
