// Streams of the array: routes of the image with the units at their ends.
#include <algorithm>

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
  const int lanes = std::max(1, device_.stream_switch.word_bits / 32);
  for (const TracedRoute& traced : trace_routes(device_, image_)) {
    StreamChannel::Ends ends{.name = route_name(traced.source),
                             .source = unit_at(traced.source, true),
                             .receivers = {},
                             .hops = traced.hops};
    std::vector<std::int32_t> storage;
    for (const RouteEnd& end : traced.receivers) {
      ends.receivers.push_back(unit_at(end, false));
      storage.push_back(receiver_storage(end));
    }
    const int held = std::max({device_.tile_dma.timing.egress_words,
                               device_.memory_tile_dma.timing.egress_words, device_.shim.cdc_fifo_words});
    StreamRoute route(with_receiver_storage(collapse(traced.nodes), storage), lanes, held + kWindowSlack);
    streams_.push_back(std::make_unique<StreamChannel>(static_cast<int>(streams_.size()), std::move(ends),
                                                       std::move(route)));
    sources_[{traced.source.tile, traced.source.port}] = streams_.back().get();
    for (std::size_t r = 0; r < traced.receivers.size(); ++r) {
      receivers_[{traced.receivers[r].tile, traced.receivers[r].port}] = {streams_.back().get(),
                                                                          static_cast<int>(r)};
    }
  }
}

std::int32_t Array::receiver_storage(const RouteEnd& end) const {
  switch (end.kind) {
    case RouteEnd::Kind::core:
      return 0;  // AM020-2: no FIFO on the core's side
    case RouteEnd::Kind::dma:
      // APPROX: words an S2MM channel holds while its descriptor waits; taken to be what an MM2S channel
      // holds.
      return std::max(1, device_.dma(device_.kind(end.tile)).timing.egress_words);
    case RouteEnd::Kind::plio: {
      const UnitId unit = unit_at(end, false);
      return unit == kNoUnit ? 1 : PlioSink::storage_words(device_, image_.plios[units_[unit].index]);
    }
    case RouteEnd::Kind::nothing:
      return 1;
  }
  return 1;
}

UnitId Array::unit_at(const RouteEnd& end, bool source) const {
  switch (end.kind) {
    case RouteEnd::Kind::core:
      return units_.core(end.tile);
    case RouteEnd::Kind::dma:
      return units_.channel(end.tile,
                            {source ? arch::DmaDirection::mm2s : arch::DmaDirection::s2mm, end.port.index});
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
    if (route.tile == source.tile && route.source == source.port) return route.name;
  }
  return fmt::format("{} {}", device_.tile_name(source.tile), to_string(source.port));
}

}  // namespace aie4ml::sim
