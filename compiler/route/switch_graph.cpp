#include "compiler/route/switch_graph.hpp"

namespace aie4ml::compiler {
namespace {

using arch::PortSide;

// Ports that carry tensors; core, control, trace and the switch's FIFO are left alone.
constexpr PortSide kSides[] = {PortSide::dma, PortSide::south, PortSide::west, PortSide::north,
                               PortSide::east};

}  // namespace

std::size_t SwitchGraph::slot(arch::TileCoord tile, PortSide side) const {
  const auto index = static_cast<std::size_t>(tile.row * device_.columns() + tile.col);
  return index * arch::kPortSideCount + static_cast<std::size_t>(side);
}

PortId SwitchGraph::find(const Index& index, const StreamEnd& end) const {
  if (!device_.contains(end.tile)) return -1;
  const std::size_t at = slot(end.tile, end.port.side);
  if (index.first[at] < 0 || end.port.index >= index.count[at]) return -1;
  return index.first[at] + end.port.index;
}

void SwitchGraph::add(Index& index, std::vector<StreamEnd>& ends, arch::TileCoord tile, bool master) {
  for (const PortSide side : kSides) {
    const int count = device_.ports(device_.kind(tile), side, master);
    if (count == 0) continue;
    const std::size_t at = slot(tile, side);
    index.first[at] = static_cast<PortId>(ends.size());
    index.count[at] = count;
    for (int i = 0; i < count; ++i) ends.push_back({tile, {side, static_cast<std::uint8_t>(i)}});
  }
}

SwitchGraph::SwitchGraph(const arch::Device& device) : device_(device) {
  const auto slots = static_cast<std::size_t>(device.columns() * device.rows()) * arch::kPortSideCount;
  for (Index* index : {&masters_, &slaves_}) {
    index->first.assign(slots, -1);
    index->count.assign(slots, 0);
  }
  for (int row = 0; row < device.rows(); ++row) {
    for (int col = 0; col < device.columns(); ++col) {
      const arch::TileCoord tile{static_cast<std::int16_t>(col), static_cast<std::int16_t>(row)};
      add(masters_, master_ends_, tile, true);
      add(slaves_, slave_ends_, tile, false);
    }
  }
  wired_to_.assign(masters(), -1);
  std::vector<bool> leads_nowhere(masters());
  for (std::size_t m = 0; m < masters(); ++m) {
    const StreamEnd& end = master_ends_[m];
    // The shim's south side leads into the programmable logic.
    const bool to_pl = device.kind(end.tile) == arch::TileKind::shim && end.port.side == PortSide::south;
    if (arch::is_local(end.port.side) || to_pl) continue;
    const auto there = device.neighbour(end.tile, end.port.side);
    if (there) wired_to_[m] = slave({*there, {arch::opposite(end.port.side), end.port.index}});
    leads_nowhere[m] = wired_to_[m] < 0;
  }
  reachable_.resize(slaves());
  for (std::size_t s = 0; s < slaves(); ++s) {
    const StreamEnd& from = slave_ends_[s];
    for (const PortSide side : kSides) {
      for (PortId m = master({from.tile, {side, 0}}); m >= 0 && static_cast<std::size_t>(m) < masters();
           ++m) {
        const StreamEnd& to = master_ends_[static_cast<std::size_t>(m)];
        if (to.tile != from.tile || to.port.side != side) break;
        if (leads_nowhere[static_cast<std::size_t>(m)]) continue;
        if (arch::legal_connection(device.kind(from.tile), from.port, to.port)) reachable_[s].push_back(m);
      }
    }
  }
}

}  // namespace aie4ml::compiler
