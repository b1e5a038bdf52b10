// Follows the switch settings of an image from every source of words to their receivers.
#pragma once

#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "sim/stream/stream_route.hpp"

namespace aie4ml::sim {

// A port at which words enter or leave a circuit-switched route: a core's, a DMA channel's, a PLIO's, or one
// in packet mode.
struct RouteEnd {
  enum class Kind : std::uint8_t {
    core,  // the stream port of a core
    dma,
    plio,
    packet,  // a port in packet mode: receiver: a slave port, source: a master port
    nothing  // the words stop at a port that leads nowhere
  };
  Kind kind{};
  arch::TileCoord tile{};
  std::uint8_t channel{};   // dma: number of the channel
  arch::StreamPort port{};  // source: slave port of its switch; receiver: master port; packet: the other way
};

struct TracedRoute {
  RouteEnd source;
  std::vector<RouteEnd> receivers;
  // One node for the source and for every slave port on the way, parents first, receiver i being the i-th
  // node without children. Latencies and capacities are those of the switches alone.
  std::vector<RouteNode> nodes;
  std::int32_t hops{};  // switches passed to the farthest receiver
};

// Routes of all sources the image connects, in the order of their tiles and ports; then those that start at
// master ports in packet mode. Words that no source
// feeds are not followed. Throws InputError for a ring of switches and for sources and receivers that the
// machine has no model of (control and trace ports, stream FIFOs, shim DMA).
std::vector<TracedRoute> trace_routes(const arch::Device& device, const arch::Image& image);

// The same times with fewer nodes: a node with one child is merged into that child. Exact as long as every
// merged segment stores the words it delays, which trace_routes() sees to, and no receiver takes more words
// in a cycle than the stream carries: collapse first, then add storage.
std::vector<RouteNode> collapse(const std::vector<RouteNode>& nodes);

// What a receiver has behind its port: a place for `words` that it fills from the stream before it takes
// them; 0: it takes them from the port.
struct ReceiverStorage {
  std::int32_t words{};
  // Takes no more words in a cycle than the stream carries. Its storage then needs no node of its own.
  bool at_stream_rate{};
};

// Puts the storage behind every receiver's port. Receivers keep their order.
std::vector<RouteNode> with_receiver_storage(const std::vector<RouteNode>& nodes,
                                             const std::vector<ReceiverStorage>& storage);

}  // namespace aie4ml::sim
