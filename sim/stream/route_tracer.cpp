#include "sim/stream/route_tracer.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/check.hpp"

namespace aie4ml::sim {
namespace {

using arch::PortSide;
using arch::StreamPort;
using arch::TileCoord;

struct SwitchPort {
  TileCoord tile{};
  StreamPort slave{};
  friend auto operator<=>(const SwitchPort&, const SwitchPort&) = default;
};
using Connections = std::map<SwitchPort, std::vector<StreamPort>>;

// What is behind a port that leads to no other switch; nothing: what has no model.
std::optional<RouteEnd> end_at(const arch::Device& device, const arch::Image& image, TileCoord tile,
                               StreamPort port, bool master) {
  using Kind = RouteEnd::Kind;
  if (device.kind(tile) == arch::TileKind::shim) {
    if (port.side != PortSide::south) return std::nullopt;
    const auto channel = image.shim_channel_at(device, tile.col, port.index, master);
    return channel ? RouteEnd{Kind::dma, tile, channel->index, port} : RouteEnd{Kind::plio, tile, 0, port};
  }
  if (port.side == PortSide::dma) return RouteEnd{Kind::dma, tile, port.index, port};
  if (port.side == PortSide::core) return RouteEnd{Kind::core, tile, 0, port};
  return std::nullopt;
}

class Tracer {
 public:
  Tracer(const arch::Device& device, const arch::Image& image, const Connections& connections,
         const std::set<SwitchPort>& packet_slaves)
      : device_(device),
        image_(image),
        connections_(connections),
        packet_slaves_(packet_slaves),
        lanes_(std::max(1, device.stream_switch.word_bits / 32)) {}

  // From a slave port on.
  TracedRoute trace(const SwitchPort& from, RouteEnd source) {
    begin(source);
    follow(from, 0, 1);
    return std::move(route_);
  }

  // From the master port of an arbiter on: what is left of the switch's latency and storage behind the slave
  // port.
  TracedRoute trace_from_arbiter(TileCoord tile, StreamPort master) {
    begin({RouteEnd::Kind::packet, tile, 0, master});
    const StreamPort external{PortSide::south, 0};
    const arch::StreamSwitchFacts& s = device_.stream_switch;
    leave(tile, master,
          add_node(0, device_.switch_latency(external, master) - s.slave_port_cycles,
                   device_.switch_buffering(external, master) - s.slave_port_words),
          1);
    return std::move(route_);
  }

 private:
  void begin(RouteEnd source) {
    route_ = TracedRoute{.source = source, .receivers = {}, .nodes = {RouteNode{}}, .hops = 0};
  }

  // Words pass `node` where they enter the switch at `from`.
  // APPROX: a multicast splits where the words enter the switch, each branch with the storage of its whole
  // way through it; hardware shares the slave port's half among the branches.
  void follow(const SwitchPort& from, int node, int hops) {
    if (!on_way_.insert(from).second) {
      throw arch::InputError(device_.tile_name(from.tile),
                             "stream connections form a ring through slave port " + to_string(from.slave),
                             "remove one of them");
    }
    route_.hops = std::max(route_.hops, hops);
    if (packet_slaves_.contains(from)) {
      add_node(node, device_.stream_switch.slave_port_cycles, device_.stream_switch.slave_port_words);
      route_.receivers.push_back({RouteEnd::Kind::packet, from.tile, 0, from.slave});
    } else {
      for (const StreamPort master : connections_.at(from)) {
        leave(from.tile, master,
              add_node(node, device_.switch_latency(from.slave, master),
                       device_.switch_buffering(from.slave, master)),
              hops);
      }
    }
    on_way_.erase(from);
  }

  // Words that pass `node` have left the switch of `tile` by a master port.
  void leave(TileCoord tile, StreamPort master, int node, int hops) {
    route_.hops = std::max(route_.hops, hops);
    const bool to_pl = device_.kind(tile) == arch::TileKind::shim && master.side == PortSide::south;
    if (to_pl || arch::is_local(master.side)) {
      route_.receivers.push_back(receiver(tile, master));
      return;
    }
    const std::optional<TileCoord> neighbour = device_.neighbour(tile, master.side);
    const SwitchPort beyond{neighbour.value_or(TileCoord{}), {arch::opposite(master.side), master.index}};
    if (neighbour && (connections_.contains(beyond) || packet_slaves_.contains(beyond))) {
      follow(beyond, node, hops + 1);
    } else {
      route_.receivers.push_back({RouteEnd::Kind::nothing, tile, 0, master});
    }
  }

  int add_node(int parent, int latency, int words) {
    // A switch stores at least the words in flight through it; see collapse().
    const int stored = std::max(words, latency + 1);
    route_.nodes.push_back(
        {.parent = parent, .latency = latency, .capacity = stored * lanes_, .back_cycles = 1});
    return static_cast<int>(route_.nodes.size()) - 1;
  }

  RouteEnd receiver(TileCoord tile, StreamPort master) const {
    const std::optional<RouteEnd> end = end_at(device_, image_, tile, master, true);
    if (end) return *end;
    throw arch::InputError(device_.tile_name(tile),
                           fmt::format("stream master port {} has no model", to_string(master)),
                           "end routes at cores, DMA channels and PLIOs");
  }

  const arch::Device& device_;
  const arch::Image& image_;
  const Connections& connections_;
  const std::set<SwitchPort>& packet_slaves_;
  int lanes_;
  TracedRoute route_;
  std::set<SwitchPort> on_way_;
};

}  // namespace

std::vector<TracedRoute> trace_routes(const arch::Device& device, const arch::Image& image) {
  Connections connections;
  std::set<SwitchPort> packet_slaves;
  std::set<SwitchPort> slaves;
  for (const arch::TileImage& tile : image.tiles) {
    for (const arch::CircuitConnection& c : tile.connections) {
      connections[{tile.tile, c.slave}].push_back(c.master);
      slaves.insert({tile.tile, c.slave});
    }
    for (const arch::PacketSlave& p : tile.packet_slaves) {
      packet_slaves.insert({tile.tile, p.slave});
      slaves.insert({tile.tile, p.slave});
    }
  }
  std::vector<TracedRoute> routes;
  Tracer tracer(device, image, connections, packet_slaves);
  for (const SwitchPort& from : slaves) {
    const bool from_outside =
        device.kind(from.tile) == arch::TileKind::shim && from.slave.side == PortSide::south;
    if (!from_outside && !arch::is_local(from.slave.side)) continue;
    const std::optional<RouteEnd> source = end_at(device, image, from.tile, from.slave, false);
    if (!source) {
      throw arch::InputError(device.tile_name(from.tile),
                             fmt::format("stream slave port {} has no model", to_string(from.slave)),
                             "start routes at cores, DMA channels and PLIOs");
    }
    routes.push_back(tracer.trace(from, *source));
  }
  for (const arch::TileImage& tile : image.tiles) {
    for (const arch::PacketMaster& p : tile.packet_masters)
      routes.push_back(tracer.trace_from_arbiter(tile.tile, p.master));
  }
  return routes;
}

std::vector<RouteNode> collapse(const std::vector<RouteNode>& nodes) {
  std::vector<int> child_count(nodes.size(), 0);
  for (std::size_t n = 1; n < nodes.size(); ++n) ++child_count[static_cast<std::size_t>(nodes[n].parent)];
  std::vector<int> renamed(nodes.size(), 0);
  std::vector<RouteNode> pending(nodes.size());  // what a merged node hands to its only child
  std::vector<RouteNode> result{nodes.at(0)};
  for (std::size_t n = 1; n < nodes.size(); ++n) {
    RouteNode node = nodes[n];
    const auto parent = static_cast<std::size_t>(node.parent);
    if (parent != 0 && child_count[parent] == 1) {
      const RouteNode& above = pending[parent];
      node.latency += above.latency;
      node.capacity += above.capacity;
      node.back_cycles += above.back_cycles;
      node.parent = above.parent;
    } else {
      node.parent = renamed[parent];
    }
    if (child_count[n] == 1) {
      pending[n] = node;
    } else {
      renamed[n] = static_cast<int>(result.size());
      result.push_back(node);
    }
  }
  return result;
}

std::vector<RouteNode> with_receiver_storage(const std::vector<RouteNode>& nodes,
                                             const std::vector<ReceiverStorage>& storage) {
  std::vector<bool> is_receiver(nodes.size(), true);
  is_receiver[0] = false;
  for (std::size_t n = 1; n < nodes.size(); ++n)
    is_receiver[static_cast<std::size_t>(nodes[n].parent)] = false;
  std::vector<std::size_t> receivers;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (is_receiver[n]) receivers.push_back(n);
  }
  check(receivers.size() == storage.size(), "storage is said for every receiver");
  const auto has_node = [&storage](std::size_t r) {
    return storage[r].words > 0 && !storage[r].at_stream_rate;
  };
  // What receivers take words from comes last, in their order.
  std::vector<RouteNode> result;
  std::vector<int> renamed(nodes.size(), -1);
  const auto put = [&](std::size_t n) {
    renamed[n] = static_cast<int>(result.size());
    RouteNode node = nodes[n];
    if (n > 0) node.parent = renamed[static_cast<std::size_t>(node.parent)];
    result.push_back(node);
  };
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (!is_receiver[n]) put(n);
  }
  for (std::size_t r = 0; r < receivers.size(); ++r) {
    if (has_node(r)) put(receivers[r]);
  }
  for (std::size_t r = 0; r < receivers.size(); ++r) {
    const RouteNode place{.latency = 0, .capacity = storage[r].words, .back_cycles = 1};
    if (has_node(r)) {
      result.push_back(place);
      result.back().parent = renamed[receivers[r]];
    } else {
      put(receivers[r]);
      if (storage[r].words == 0) continue;
      result.back().capacity += place.capacity;
      result.back().back_cycles += place.back_cycles;
    }
  }
  return result;
}

}  // namespace aie4ml::sim
