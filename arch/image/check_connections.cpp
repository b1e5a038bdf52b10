#include <algorithm>
#include <map>
#include <set>

#include "arch/image/image_check.hpp"

namespace aie4ml::arch {
namespace {

class SwitchCheck {
 public:
  explicit SwitchCheck(const TileCheck& check) : check_(check), facts_(check.device.stream_switch) {}

  void run() {
    const TileImage& tile = check_.tile;
    for (std::size_t i = 0; i < tile.connections.size(); ++i) {
      check_connection(tile.connections[i], fmt::format("connections[{}]", i));
    }
    for (std::size_t i = 0; i < tile.packet_masters.size(); ++i) {
      check_master(tile.packet_masters[i], fmt::format("packet_masters[{}]", i));
    }
    for (std::size_t i = 0; i < tile.packet_slaves.size(); ++i) {
      check_slave(tile.packet_slaves[i], fmt::format("packet_slaves[{}]", i));
    }
    for (std::size_t i = 0; i < tile.merges.size(); ++i) {
      check_merge(tile.merges[i], fmt::format("merges[{}]", i));
    }
  }

 private:
  bool check_port(const std::string& part, StreamPort port, bool master) {
    const int count = check_.device.ports(check_.kind(), port.side, master);
    if (port.index >= count) {
      check_.report(part, "there is no {} port {}, that side has {}", master ? "master" : "slave",
                    to_string(port), count);
      return false;
    }
    if (check_.kind() == TileKind::shim && port.side == PortSide::south) {
      if (!meets_host(port, master))
        check_.report(part, "neither PLIO nor GMIO is at {} port {}", master ? "master" : "slave",
                      to_string(port));
    } else if (!is_local(port.side) && !check_.device.neighbour(check_.tile.tile, port.side)) {
      check_.report(part, "{} port {} leads out of the array", master ? "master" : "slave", to_string(port));
    }
    return true;
  }

  bool meets_host(StreamPort port, bool master) const {
    const auto direction = master ? PlioChannel::Direction::output : PlioChannel::Direction::input;
    if (check_.image.shim_channel_at(check_.device, check_.tile.tile.col, port.index, master)) return true;
    return std::any_of(check_.image.plios.begin(), check_.image.plios.end(), [&](const PlioChannel& plio) {
      return plio.direction == direction && plio.column == check_.tile.tile.col && plio.index == port.index;
    });
  }

  void check_pair(const std::string& part, StreamPort slave, StreamPort master) {
    if (!legal_connection(check_.kind(), slave, master)) {
      check_.report(part, "the switch cannot connect {} to {}", to_string(slave), to_string(master));
    }
  }

  void check_driver(const std::string& part, StreamPort master) {
    if (!driven_.insert(master).second)
      check_.report(part, "master port {} has two drivers", to_string(master));
  }

  void check_connection(const CircuitConnection& c, const std::string& part) {
    circuit_slaves_.insert(c.slave);
    const bool slave_exists = check_port(part, c.slave, false);
    const bool master_exists = check_port(part, c.master, true);
    if (slave_exists && master_exists) check_pair(part, c.slave, c.master);
    check_driver(part, c.master);
  }

  void check_master(const PacketMaster& port, const std::string& part) {
    check_port(part, port.master, true);
    check_driver(part, port.master);
    if (port.arbiter >= facts_.packet_arbiters) {
      check_.report(part, "there is no arbiter {}, the switch has {}", port.arbiter, facts_.packet_arbiters);
    }
    if (port.msels == 0 || port.msels >> facts_.packet_msels != 0) {
      check_.report(part, "msels are not some of 0..{}", facts_.packet_msels - 1);
    }
  }

  void check_slave(const PacketSlave& port, const std::string& part) {
    const bool exists = check_port(part, port.slave, false);
    if (circuit_slaves_.contains(port.slave)) {
      check_.report(part, "slave port {} is in circuit mode already", to_string(port.slave));
    }
    if (!packet_slaves_.emplace(port.slave, &port).second) {
      check_.report(part, "slave port {} is there twice", to_string(port.slave));
    }
    if (port.slots.empty() || port.slots.size() > static_cast<std::size_t>(facts_.packet_slots_per_slave)) {
      check_.report(part + ".slots", "{} slots, a port has 1 to {}", port.slots.size(),
                    facts_.packet_slots_per_slave);
    }
    for (std::size_t i = 0; i < port.slots.size(); ++i) {
      const std::string slot_part = fmt::format("{}.slots[{}]", part, i);
      check_slot(port, port.slots[i], slot_part, exists);
      for (std::size_t k = 0; k < i; ++k) {
        const PacketSlot& a = port.slots[i];
        const PacketSlot& b = port.slots[k];
        if (((a.id ^ b.id) & a.mask & b.mask) == 0)
          check_.report(slot_part, "an id matches slot {} as well", k);
      }
    }
  }

  void check_slot(const PacketSlave& port, const PacketSlot& slot, const std::string& part, bool exists) {
    const int largest = (1 << facts_.packet_id_bits) - 1;
    if (slot.id > largest || slot.mask > largest) {
      check_.report(part, "id {} or mask {} is above {}", slot.id, slot.mask, largest);
    }
    if (slot.arbiter >= facts_.packet_arbiters || slot.msel >= facts_.packet_msels) {
      check_.report(part, "arbiter {}, msel {} are not below {}, {}", slot.arbiter, slot.msel,
                    facts_.packet_arbiters, facts_.packet_msels);
      return;
    }
    bool leads_on = false;
    for (const PacketMaster& master : check_.tile.packet_masters) {
      if (master.arbiter != slot.arbiter || (master.msels >> slot.msel & 1U) == 0) continue;
      leads_on = true;
      const int count = check_.device.ports(check_.kind(), master.master.side, true);
      if (exists && master.master.index < count) check_pair(part, port.slave, master.master);
    }
    if (!leads_on) {
      check_.report(part, "no master port listens to arbiter {}, msel {}", slot.arbiter, slot.msel);
    }
  }

  void check_merge(const DeterministicMerge& merge, const std::string& part) {
    if (merge.arbiter >= facts_.merge_arbiters) {
      check_.report(part, "arbiter {} merges in no fixed order, only those below {} do", merge.arbiter,
                    facts_.merge_arbiters);
    }
    if (!merges_.insert(merge.arbiter).second)
      check_.report(part, "arbiter {} is there twice", merge.arbiter);
    if (merge.order.empty() || merge.order.size() > static_cast<std::size_t>(facts_.merge_positions)) {
      check_.report(part + ".order", "{} positions, an arbiter has 1 to {}", merge.order.size(),
                    facts_.merge_positions);
    }
    for (std::size_t i = 0; i < merge.order.size(); ++i) {
      const DeterministicMerge::Position& position = merge.order[i];
      const auto found = packet_slaves_.find(position.slave);
      const bool reaches = found != packet_slaves_.end() &&
                           std::any_of(found->second->slots.begin(), found->second->slots.end(),
                                       [&](const PacketSlot& s) { return s.arbiter == merge.arbiter; });
      if (!reaches) {
        check_.report(fmt::format("{}.order[{}]", part, i), "slave port {} has no slot for arbiter {}",
                      to_string(position.slave), merge.arbiter);
      }
      const int most = (1 << facts_.merge_count_bits) - 1;
      if (position.packets < 1 || position.packets > most) {
        check_.report(fmt::format("{}.order[{}]", part, i), "{} packets are not in 1..{}", position.packets,
                      most);
      }
    }
  }

  const TileCheck& check_;
  const StreamSwitchFacts& facts_;
  std::set<StreamPort> driven_, circuit_slaves_;
  std::map<StreamPort, const PacketSlave*> packet_slaves_;
  std::set<int> merges_;
};

}  // namespace

void check_connections(const TileCheck& check) {
  SwitchCheck(check).run();
}

}  // namespace aie4ml::arch
