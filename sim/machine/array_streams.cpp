// Streams of the array: routes of the image with the units at their ends.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/machine/array.hpp"

namespace aie4ml::sim {
namespace {

// Beyond what a source holds, so that it can ask about words a whole access back.
constexpr int kWindowSlack = 64;

}  // namespace

void Array::make_streams() {
  // APPROX: a stream of 64 bit is one that carries two words of 32 bit a cycle; an odd number of words does
  // not leave half a beat unused.
  const int gmio_words = image_.gmios.empty() ? 0
                                              : static_cast<int>(device_.external_memory.burst.value / 4) *
                                                    device_.external_memory.outstanding_bursts;
  const int lanes = std::max(1, device_.stream_switch.word_bits / 32);
  for (const TracedRoute& traced : trace_routes(device_, image_)) {
    StreamChannel::Ends ends{.name = route_name(traced.source),
                             .source = unit_at(traced.source, true),
                             .receivers = {},
                             .hops = traced.hops};
    std::vector<ReceiverStorage> storage;
    for (const RouteEnd& end : traced.receivers) {
      ends.receivers.push_back(unit_at(end, false));
      storage.push_back(receiver_storage(end));
    }
    const int held =
        std::max({device_.tile_dma.timing.egress_words, device_.memory_tile_dma.timing.egress_words,
                  device_.shim.cdc_fifo_words, gmio_words});
    StreamRoute route(with_receiver_storage(collapse(traced.nodes), storage), lanes, held + kWindowSlack);
    streams_.push_back(std::make_unique<StreamChannel>(static_cast<int>(streams_.size()), std::move(ends),
                                                       std::move(route)));
    const bool from_packets = traced.source.kind == RouteEnd::Kind::packet;
    (from_packets ? packet_masters_ : sources_)[{traced.source.tile, traced.source.port}] =
        streams_.back().get();
    for (std::size_t r = 0; r < traced.receivers.size(); ++r) {
      const RouteEnd& end = traced.receivers[r];
      (end.kind == RouteEnd::Kind::packet ? packet_slaves_ : receivers_)[{end.tile, end.port}] = {
          streams_.back().get(), static_cast<int>(r)};
    }
  }
}

void Array::make_packet_switches() {
  for (const arch::TileImage& tile : image_.tiles) {
    if (tile.packet_slaves.empty()) continue;
    std::vector<PacketSwitch::Slave> slaves;
    for (const arch::PacketSlave& port : tile.packet_slaves) {
      const auto found = packet_slaves_.find({tile.tile, port.slave});
      const Receiver in = found == packet_slaves_.end() ? Receiver{} : found->second;
      slaves.push_back({&port, in.stream, in.index});
    }
    std::vector<PacketSwitch::Master> masters;
    for (const arch::PacketMaster& port : tile.packet_masters)
      masters.push_back({&port, packet_masters_.at({tile.tile, port.master})});
    const auto on_fault = [this, at = tile.tile](const std::string& what, std::int64_t cycle) {
      record({.kind = Fault::Kind::stream,
              .cycle = arch::Cycles(cycle),
              .tile = at,
              .message = device_.tile_name(at) + ": " + what,
              .waits = {},
              .graph = {}},
             kNoUnit);
    };
    packet_switches_.push_back(
        std::make_unique<PacketSwitch>(fmt::format("packets_{}_{}", tile.tile.col, tile.tile.row).c_str(),
                                       device_, tile, std::move(slaves), std::move(masters), on_fault));
  }
  find_partners();
}

// Through as many packet switches as there are on the way.
void Array::find_partners() {
  std::vector<std::set<UnitId>> feeders(streams_.size()), takers(streams_.size());
  for (const auto& stream : streams_) {
    const auto at = static_cast<std::size_t>(stream->index());
    if (stream->ends().source != kNoUnit) feeders[at].insert(stream->ends().source);
    for (const UnitId unit : stream->ends().receivers) {
      if (unit != kNoUnit) takers[at].insert(unit);
    }
  }
  const auto join = [](std::set<UnitId>& to, const std::set<UnitId>& from) {
    const std::size_t before = to.size();
    to.insert(from.begin(), from.end());
    return to.size() > before;
  };
  for (bool any = !packet_switches_.empty(); any;) {
    any = false;
    for (const auto& [slave, in] : packet_slaves_) {
      for (const auto& [master, out] : packet_masters_) {
        if (slave.first != master.first) continue;
        const auto from = static_cast<std::size_t>(in.stream->index());
        const auto to = static_cast<std::size_t>(out->index());
        any = join(feeders[to], feeders[from]) || any;
        any = join(takers[from], takers[to]) || any;
      }
    }
  }
  for (const auto& stream : streams_) {
    const auto at = static_cast<std::size_t>(stream->index());
    stream->set_partners({feeders[at].begin(), feeders[at].end()}, {takers[at].begin(), takers[at].end()});
  }
}

ReceiverStorage Array::receiver_storage(const RouteEnd& end) const {
  switch (end.kind) {
    case RouteEnd::Kind::core:
      return {};  // AM020-2: no FIFO on the core's side
    case RouteEnd::Kind::packet:
      return {};  // the slave port's own, which the route ends with
    case RouteEnd::Kind::dma:
      // APPROX: words an S2MM channel holds while its descriptor waits; taken to be what an MM2S channel
      // holds.
      return {std::max(1, device_.dma(device_.kind(end.tile)).timing.egress_words), true};
    case RouteEnd::Kind::plio: {
      const UnitId unit = unit_at(end, false);
      return {unit == kNoUnit ? 1 : PlioSink::storage_words(device_, image_.plios[units_[unit].index]),
              false};
    }
    case RouteEnd::Kind::nothing:
      return {1, false};
  }
  return {1, false};
}

UnitId Array::unit_at(const RouteEnd& end, bool source) const {
  switch (end.kind) {
    case RouteEnd::Kind::core:
      return units_.core(end.tile);
    case RouteEnd::Kind::dma:
      return units_.channel(end.tile,
                            {source ? arch::DmaDirection::mm2s : arch::DmaDirection::s2mm, end.channel});
    case RouteEnd::Kind::plio: {
      const auto direction =
          source ? arch::PlioChannel::Direction::input : arch::PlioChannel::Direction::output;
      for (std::size_t i = 0; i < image_.plios.size(); ++i) {
        const arch::PlioChannel& plio = image_.plios[i];
        if (plio.direction == direction && plio.column == end.tile.col && plio.index == end.port.index) {
          return units_.plio(i);
        }
      }
      return kNoUnit;
    }
    case RouteEnd::Kind::packet:
    case RouteEnd::Kind::nothing:
      return kNoUnit;
  }
  return kNoUnit;
}

Array::Receiver Array::receiver_at(const Port& port) const {
  const auto found = receivers_.find(port);
  return found == receivers_.end() ? Receiver{} : found->second;
}

StreamChannel* Array::source_at(const Port& port) const {
  const auto found = sources_.find(port);
  return found == sources_.end() ? nullptr : found->second;
}

std::string Array::route_name(const RouteEnd& source) const {
  for (const arch::RouteInfo& route : image_.debug.routes) {
    if (source.kind != RouteEnd::Kind::packet && route.tile == source.tile && route.source == source.port)
      return route.name;
  }
  const bool packets = source.kind == RouteEnd::Kind::packet;
  return fmt::format("{} {}{}", device_.tile_name(source.tile), packets ? "packets to " : "",
                     to_string(source.port));
}

}  // namespace aie4ml::sim
