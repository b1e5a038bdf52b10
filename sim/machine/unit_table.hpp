// Who acts in an image: cores with programs, DMA channels with tasks, PLIOs, in an order that depends on the
// image alone. The position in it is the unit's id, which settles every tie between units.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "traces/event.hpp"

namespace aie4ml::sim {

using UnitId = int;
inline constexpr UnitId kNoUnit = -1;

struct UnitInfo {
  UnitId id{kNoUnit};
  traces::UnitKind kind{};
  arch::TileCoord tile{};
  std::uint8_t index{};    // channel number, or index into Image::plios
  std::int32_t layer{-1};  // index into DebugMap::layers
  std::string name;        // "tile (9,1) MM2S 0 (fc1)", "PLIO ifm_c0"
  std::string track_name;  // "MM2S 0"

  [[nodiscard]] arch::ChannelId channel() const {
    return {kind == traces::UnitKind::mm2s ? arch::DmaDirection::mm2s : arch::DmaDirection::s2mm, index};
  }
};

class UnitTable {
 public:
  UnitTable(const arch::Device& device, const arch::Image& image);

  [[nodiscard]] const std::vector<UnitInfo>& all() const { return units_; }
  [[nodiscard]] const UnitInfo& operator[](UnitId id) const { return units_[static_cast<std::size_t>(id)]; }
  // kNoUnit: nothing of the kind is in use there.
  [[nodiscard]] UnitId core(arch::TileCoord tile) const;
  [[nodiscard]] UnitId channel(arch::TileCoord tile, arch::ChannelId channel) const;
  [[nodiscard]] UnitId plio(std::size_t index) const;

 private:
  [[nodiscard]] UnitId find(traces::UnitKind kind, arch::TileCoord tile, int index) const;
  std::vector<UnitInfo> units_;
};

// The layer a core works for: the first one its program's regions name, -1 if none.
std::int32_t layer_of(const arch::Program& program);

}  // namespace aie4ml::sim
