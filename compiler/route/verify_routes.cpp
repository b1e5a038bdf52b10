#include "compiler/route/verify_routes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace aie4ml::compiler {
namespace {

using arch::PortSide;
using End = std::pair<arch::TileCoord, arch::StreamPort>;

class RouteCheck {
 public:
  RouteCheck(const arch::Image& image, const arch::Device& device) : image_(image), device_(device) {
    for (const arch::TileImage& tile : image.tiles) read_switch(tile);
    collect_ends();
  }

  arch::Problems run(const std::vector<Net>& nets) {
    for (const End& source : sources_) follow(source);
    for (const auto& [slave, masters] : feeds_) {
      if (!visited_.contains(slave)) report(name(slave, true), "is connected, but no stream comes in there");
    }
    for (const End& receiver : receivers_) {
      if (!served_.contains(receiver)) report(name(receiver, false), "waits for a stream that is not routed");
    }
    check_nets(nets);
    return std::move(problems_);
  }

 private:
  void report(std::string where, std::string what) {
    problems_.push_back({std::move(where), std::move(what), ""});
  }
  [[nodiscard]] std::string name(const End& end, bool slave) const {
    return fmt::format("{} {} {}", device_.tile_name(end.first), slave ? "slave" : "master",
                       to_string(end.second));
  }

  void read_switch(const arch::TileImage& tile) {
    if (!device_.contains(tile.tile)) {
      report(device_.tile_name(tile.tile), "has settings");
      return;
    }
    const arch::TileKind kind = device_.kind(tile.tile);
    std::set<arch::StreamPort> driven;
    for (const auto& [slave, master] : tile.connections) {
      const End in{tile.tile, slave};
      const End out{tile.tile, master};
      if (slave.index >= device_.ports(kind, slave.side, false)) report(name(in, true), "does not exist");
      if (master.index >= device_.ports(kind, master.side, true)) report(name(out, false), "does not exist");
      if (!legal_connection(kind, slave, master)) {
        report(name(out, false), fmt::format("cannot be connected to slave {}", to_string(slave)));
      }
      if (!driven.insert(master).second) report(name(out, false), "is driven twice");
      feeds_[in].push_back(out);
    }
  }

  // Where streams begin and end by what is configured beside the switches.
  void collect_ends() {
    for (const arch::TileImage& tile : image_.tiles) {
      if (device_.kind(tile.tile) == arch::TileKind::shim) continue;  // its DMA sits behind South ports
      for (const arch::DmaChannelConfig& channel : tile.channels) {
        const End end{tile.tile, {PortSide::dma, channel.channel.index}};
        (channel.channel.direction == arch::DmaDirection::mm2s ? sources_ : receivers_).insert(end);
      }
    }
    for (const arch::PlioChannel& plio : image_.plios) {
      const End end{{plio.column, 0}, {PortSide::south, plio.index}};
      (plio.direction == arch::PlioChannel::Direction::input ? sources_ : receivers_).insert(end);
    }
    for (const arch::GmioChannel& gmio : image_.gmios) {
      const bool input = gmio.direction == arch::PlioChannel::Direction::input;
      const std::vector<int>& ports = input ? device_.shim.dma_slave_ports : device_.shim.dma_master_ports;
      const End end{{gmio.column, 0}, {PortSide::south, static_cast<std::uint8_t>(ports.at(gmio.channel))}};
      (input ? sources_ : receivers_).insert(end);
    }
  }

  [[nodiscard]] static bool leaves_array(arch::TileKind kind, PortSide side) {
    return side == PortSide::dma || (kind == arch::TileKind::shim && side == PortSide::south);
  }

  void follow(const End& source) {
    std::vector<End> open{source};
    if (!feeds_.contains(source)) report(name(source, true), "sends a stream that is not routed");
    while (!open.empty()) {
      const End slave = open.back();
      open.pop_back();
      if (!visited_.insert(slave).second) {
        report(name(slave, true), "is reached twice");
        continue;
      }
      const auto masters = feeds_.find(slave);
      if (masters == feeds_.end()) {
        if (slave != source) report(name(slave, true), "is where a stream ends without a receiver");
        continue;
      }
      for (const End& master : masters->second) cross(source, master, open);
    }
  }

  void cross(const End& source, const End& master, std::vector<End>& open) {
    const auto& [tile, port] = master;
    if (leaves_array(device_.kind(tile), port.side)) {
      if (!receivers_.contains(master)) {
        report(name(master, false), "gets a stream, but nothing is set up to receive it");
      }
      served_.insert(master);
      reached_[source].insert(master);
      return;
    }
    const auto there = arch::is_local(port.side) ? std::nullopt : device_.neighbour(tile, port.side);
    if (!there) {
      report(name(master, false), "leads out of the array");
      return;
    }
    const End next{*there, {arch::opposite(port.side), port.index}};
    if (next.second.index >= device_.ports(device_.kind(*there), next.second.side, false)) {
      report(name(next, true), "does not exist");
      return;
    }
    open.push_back(next);
  }

  void check_nets(const std::vector<Net>& nets) {
    std::set<End> named;
    for (const Net& net : nets) {
      const End source{net.source.tile, net.source.port};
      std::set<End> wanted;
      for (const StreamEnd& sink : net.sinks) wanted.insert({sink.tile, sink.port});
      if (!named.insert(source).second) report(net.name, "shares its source with another stream");
      if (!sources_.contains(source)) report(net.name, "has a source that is not set up");
      for (const End& sink : wanted) {
        if (!reached_[source].contains(sink))
          report(net.name, fmt::format("does not reach {}", name(sink, false)));
      }
      for (const End& sink : reached_[source]) {
        if (!wanted.contains(sink)) report(net.name, fmt::format("reaches {}", name(sink, false)));
      }
    }
    for (const End& source : sources_) {
      if (!named.contains(source)) report(name(source, true), "sends a stream that belongs to no net");
    }
  }

  const arch::Image& image_;
  const arch::Device& device_;
  std::map<End, std::vector<End>> feeds_;  // slave to masters
  std::set<End> sources_, receivers_, visited_, served_;
  std::map<End, std::set<End>> reached_;  // by source
  arch::Problems problems_;
};

}  // namespace

arch::Problems verify_routes(const arch::Image& image, const std::vector<Net>& nets,
                             const arch::Device& device) {
  return RouteCheck(image, device).run(nets);
}

}  // namespace aie4ml::compiler
