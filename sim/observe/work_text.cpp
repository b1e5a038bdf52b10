#include "sim/observe/work_text.hpp"

namespace aie4ml::sim {

std::string work_text(const arch::Image& image, const UnitInfo& unit, std::int32_t work) {
  switch (unit.kind) {
    case traces::UnitKind::core: {
      const arch::CodeRegion& region =
          image.find(unit.tile)->program->regions.at(static_cast<std::size_t>(work));
      if (region.layer < 0) return region.name;
      const std::string& layer = image.debug.layers[static_cast<std::size_t>(region.layer)].name;
      return region.name.starts_with(layer) ? region.name : layer + ' ' + region.name;
    }
    case traces::UnitKind::plio_in:
    case traces::UnitKind::plio_out:
      return image.plios[unit.index].name;
    default:
      break;
  }
  if (work >= 0) return image.debug.buffers[static_cast<std::size_t>(work)].name;
  if (unit.layer >= 0) return image.debug.layers[static_cast<std::size_t>(unit.layer)].name;
  return "transfer";
}

}  // namespace aie4ml::sim
