// Ports of all stream switches as a graph: where a word can go from a slave port, and what lies behind a
// master port.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

using PortId = std::int32_t;  // dense, slave and master ports counted apart

class SwitchGraph {
 public:
  explicit SwitchGraph(const arch::Device& device);

  // -1: the switch has no such port, or none that data is routed over.
  [[nodiscard]] PortId master(const StreamEnd& end) const { return find(masters_, end); }
  [[nodiscard]] PortId slave(const StreamEnd& end) const { return find(slaves_, end); }
  [[nodiscard]] const StreamEnd& master_end(PortId id) const {
    return master_ends_[static_cast<std::size_t>(id)];
  }
  [[nodiscard]] const StreamEnd& slave_end(PortId id) const {
    return slave_ends_[static_cast<std::size_t>(id)];
  }
  [[nodiscard]] std::size_t masters() const { return master_ends_.size(); }
  [[nodiscard]] std::size_t slaves() const { return slave_ends_.size(); }

  // Master ports of the same switch that the slave can feed: those towards neighbours, and local ones.
  [[nodiscard]] const std::vector<PortId>& reachable(PortId slave) const {
    return reachable_[static_cast<std::size_t>(slave)];
  }
  // The slave port of the neighbour that a master is wired to; -1 for a local port.
  [[nodiscard]] PortId wired_to(PortId master) const { return wired_to_[static_cast<std::size_t>(master)]; }

 private:
  struct Index {
    std::vector<PortId> first;  // by tile and side, -1: none
    std::vector<int> count;
  };
  [[nodiscard]] std::size_t slot(arch::TileCoord tile, arch::PortSide side) const;
  [[nodiscard]] PortId find(const Index& index, const StreamEnd& end) const;
  void add(Index& index, std::vector<StreamEnd>& ends, arch::TileCoord tile, bool master);

  const arch::Device& device_;
  Index masters_, slaves_;
  std::vector<StreamEnd> master_ends_, slave_ends_;
  std::vector<std::vector<PortId>> reachable_;
  std::vector<PortId> wired_to_;
};

}  // namespace aie4ml::compiler
