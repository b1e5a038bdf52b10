#include "traces/run_info.hpp"

#include <cstddef>
#include <set>

namespace aie4ml::traces {

RunInfo make_run_info(const arch::Image& image, const arch::Device& device, std::int32_t iterations) {
  const auto& layers = image.debug.layers;
  std::map<arch::TileCoord, std::set<std::size_t>> of_tile;
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    for (const arch::TileCoord tile : layers[layer].tiles) of_tile[tile].insert(layer);
  }
  for (const arch::TileImage& tile : image.tiles) {
    if (device.contains(tile.tile) && device.kind(tile.tile) == arch::TileKind::core) continue;
    for (const arch::DmaChannelConfig& channel : tile.channels) {
      if (channel.layer >= 0) of_tile[tile.tile].insert(static_cast<std::size_t>(channel.layer));
    }
  }

  RunInfo info{image.model, device.name, device.clock.aie_mhz, iterations, {}};
  for (const auto& [tile, indices] : of_tile) {
    std::string label;
    for (const std::size_t layer : indices) {
      if (layer >= layers.size()) continue;
      if (!label.empty()) label += ", ";
      label += layers[layer].name;
    }
    if (!label.empty()) info.tile_labels[tile] = label;
  }
  return info;
}

}  // namespace aie4ml::traces
