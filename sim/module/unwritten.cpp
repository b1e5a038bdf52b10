#include "sim/module/unwritten.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace aie4ml::sim {

MemoryRange warn_unwritten(Services& services, const UnitInfo& unit, arch::TileCoord tile,
                           std::int32_t address, std::int32_t size) {
  const auto& buffers = services.image().debug.buffers;
  const auto buffer = std::find_if(buffers.begin(), buffers.end(), [&](const arch::BufferInfo& b) {
    return b.tile == tile && address >= b.address && address < b.address + b.size_bytes;
  });
  const bool named = buffer != buffers.end();
  services.warn(fmt::format("{} reads {} bytes at address {} of {}{} that nobody wrote", unit.name, size,
                            address, services.device().tile_name(tile),
                            named ? fmt::format(" ('{}')", buffer->name) : ""));
  if (!named) return {address, size};
  const std::int32_t first = std::min(address, buffer->address);
  return {first, std::max(address + size, buffer->address + buffer->size_bytes) - first};
}

}  // namespace aie4ml::sim
