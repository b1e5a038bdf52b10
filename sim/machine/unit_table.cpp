#include "sim/machine/unit_table.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace aie4ml::sim {
namespace {

std::string with_layer(std::string name, const arch::Image& image, std::int32_t layer) {
  if (layer < 0) return name;
  return fmt::format("{} ({})", name, image.debug.layers[static_cast<std::size_t>(layer)].name);
}

}  // namespace

std::int32_t layer_of(const arch::Program& program) {
  for (const arch::CodeRegion& region : program.regions) {
    if (region.layer >= 0) return region.layer;
  }
  return -1;
}

UnitTable::UnitTable(const arch::Device& device, const arch::Image& image) {
  const auto add = [this](UnitInfo unit) {
    unit.id = static_cast<UnitId>(units_.size());
    units_.push_back(std::move(unit));
  };
  for (const arch::TileImage& tile : image.tiles) {
    const std::string where = device.tile_name(tile.tile);
    if (tile.program) {
      const std::int32_t layer = layer_of(*tile.program);
      add({.kind = traces::UnitKind::core,
           .tile = tile.tile,
           .layer = layer,
           .name = with_layer(where + " core", image, layer),
           .track_name = "core"});
    }
    std::vector<const arch::DmaChannelConfig*> channels;
    for (const arch::DmaChannelConfig& config : tile.channels) {
      if (!config.tasks.empty()) channels.push_back(&config);
    }
    std::sort(channels.begin(), channels.end(),
              [](const auto* a, const auto* b) { return a->channel < b->channel; });
    for (const arch::DmaChannelConfig* config : channels) {
      const bool in = config->channel.direction == arch::DmaDirection::s2mm;
      const std::string channel = to_string(config->channel);
      add({.kind = in ? traces::UnitKind::s2mm : traces::UnitKind::mm2s,
           .tile = tile.tile,
           .index = config->channel.index,
           .layer = config->layer,
           .name = with_layer(where + " " + channel, image, config->layer),
           .track_name = channel});
    }
  }
  for (std::size_t i = 0; i < image.plios.size(); ++i) {
    const arch::PlioChannel& plio = image.plios[i];
    const bool in = plio.direction == arch::PlioChannel::Direction::input;
    add({.kind = in ? traces::UnitKind::plio_in : traces::UnitKind::plio_out,
         .tile = device.shim_tile(plio.column),
         .index = static_cast<std::uint8_t>(i),
         .name = "PLIO " + plio.name,
         .track_name = "PLIO " + plio.name});
  }
}

UnitId UnitTable::find(traces::UnitKind kind, arch::TileCoord tile, int index) const {
  for (const UnitInfo& unit : units_) {
    if (unit.kind == kind && unit.tile == tile && unit.index == index) return unit.id;
  }
  return kNoUnit;
}

UnitId UnitTable::core(arch::TileCoord tile) const {
  return find(traces::UnitKind::core, tile, 0);
}

UnitId UnitTable::channel(arch::TileCoord tile, arch::ChannelId channel) const {
  const bool in = channel.direction == arch::DmaDirection::s2mm;
  return find(in ? traces::UnitKind::s2mm : traces::UnitKind::mm2s, tile, channel.index);
}

UnitId UnitTable::plio(std::size_t index) const {
  for (const UnitInfo& unit : units_) {
    const bool is_plio = unit.kind == traces::UnitKind::plio_in || unit.kind == traces::UnitKind::plio_out;
    if (is_plio && unit.index == index) return unit.id;
  }
  return kNoUnit;
}

}  // namespace aie4ml::sim
