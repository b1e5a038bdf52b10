#include <algorithm>
#include <set>

#include "arch/image/image_check.hpp"

namespace aie4ml::arch {
namespace {

bool check_port(const TileCheck& check, const std::string& part, StreamPort port, bool master) {
  const int count = check.device.ports(check.kind(), port.side, master);
  if (port.index >= count) {
    check.report(part, "there is no {} port {}, that side has {}", master ? "master" : "slave",
                 to_string(port), count);
    return false;
  }
  if (check.kind() == TileKind::shim && port.side == PortSide::south) {
    const auto direction = master ? PlioChannel::Direction::output : PlioChannel::Direction::input;
    const bool used =
        std::any_of(check.image.plios.begin(), check.image.plios.end(), [&](const PlioChannel& plio) {
          return plio.direction == direction && plio.column == check.tile.tile.col &&
                 plio.index == port.index;
        });
    if (!used) check.report(part, "no PLIO is at {} port {}", master ? "master" : "slave", to_string(port));
  } else if (!is_local(port.side) && !check.device.neighbour(check.tile.tile, port.side)) {
    check.report(part, "{} port {} leads out of the array", master ? "master" : "slave", to_string(port));
  }
  return true;
}

}  // namespace

void check_connections(const TileCheck& check) {
  std::set<StreamPort> driven;
  for (std::size_t i = 0; i < check.tile.connections.size(); ++i) {
    const CircuitConnection& c = check.tile.connections[i];
    const std::string part = fmt::format("connections[{}]", i);
    const bool slave_exists = check_port(check, part, c.slave, false);
    const bool master_exists = check_port(check, part, c.master, true);
    if (slave_exists && master_exists && !legal_connection(check.kind(), c.slave, c.master)) {
      check.report(part, "the switch cannot connect {} to {}", to_string(c.slave), to_string(c.master));
    }
    if (!driven.insert(c.master).second)
      check.report(part, "master port {} has two drivers", to_string(c.master));
  }
}

}  // namespace aie4ml::arch
