#include "compiler/firmware/adf/live_parts.hpp"

namespace aie4ml::compiler {
namespace {

std::size_t at(std::int32_t index) {
  return static_cast<std::size_t>(index);
}

}  // namespace

std::int32_t chain_of_slice(const LayerPlan& layer, std::int32_t slice) {
  return layer.tiles[at(layer.output.slices[at(slice)].tiles.front())].chain;
}

std::vector<std::int32_t> LiveParts::tiles(const LayerPlan& layer, std::int32_t index,
                                           const PortSlice& slice) const {
  std::vector<std::int32_t> found;
  for (const std::int32_t tile : slice.tiles) {
    if (chain(index, layer.tiles[at(tile)].chain)) found.push_back(tile);
  }
  return found;
}

bool LiveParts::link(const Plan& plan, const DirectLink& link) const {
  const LayerPlan& to = plan.layers[at(link.consumer)];
  return !tiles(to, link.consumer, to.inputs[at(link.operand)].slices[at(link.in_slice)]).empty();
}

LiveParts::LiveParts(const Plan& plan) : edges(plan.edges.size()), plios(plan.plios.size()) {
  for (const LayerPlan& layer : plan.layers) chains.emplace_back(at(layer.cas_num));
  for (const Edge& edge : plan.edges) readers.emplace_back(edge.readers.size());
  const auto reads = [&](const Endpoint& end) {
    if (end.kind == Endpoint::Kind::plio) return true;
    if (end.kind == Endpoint::Kind::relay) return bool{edges[at(end.index)]};
    const LayerPlan& layer = plan.layers[at(end.index)];
    return !tiles(layer, end.index, layer.inputs[at(end.operand)].slices[at(end.slice)]).empty();
  };
  // From the outputs backwards, until nothing is added.
  for (bool grown = true; grown;) {
    grown = false;
    const auto mark = [&](std::vector<bool>& flags, std::int32_t index) {
      if (flags[at(index)]) return;
      flags[at(index)] = true;
      grown = true;
    };
    for (const DirectLink& direct : plan.direct) {
      if (!link(plan, direct)) continue;
      mark(chains[at(direct.producer)], chain_of_slice(plan.layers[at(direct.producer)], direct.out_slice));
    }
    for (std::size_t e = 0; e < plan.edges.size(); ++e) {
      const Edge& edge = plan.edges[e];
      for (std::size_t r = 0; r < edge.readers.size(); ++r) {
        if (!reads(edge.readers[r])) continue;
        mark(readers[e], static_cast<std::int32_t>(r));
        mark(edges, static_cast<std::int32_t>(e));
        if (edge.readers[r].kind == Endpoint::Kind::plio) mark(plios, edge.readers[r].index);
      }
      if (!edges[e]) continue;
      for (const Endpoint& writer : edge.writers) {
        if (writer.kind == Endpoint::Kind::plio) mark(plios, writer.index);
        if (writer.kind != Endpoint::Kind::layer) continue;
        mark(chains[at(writer.index)], chain_of_slice(plan.layers[at(writer.index)], writer.slice));
      }
    }
  }
}

}  // namespace aie4ml::compiler
