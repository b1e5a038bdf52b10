// JSON form of a plan: plan.json in the firmware directory.
#include <nlohmann/json.hpp>

#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {
namespace {

using json = nlohmann::ordered_json;
constexpr const char* kPlanSchema = "aie4ml-plan/1";

json to_json(const Interval& interval) {
  return {interval.begin, interval.end};
}
json to_json(const PlacedBuffer& buffer) {
  return {{"name", buffer.name}, {"address", buffer.address}, {"bytes", buffer.size}};
}
json halves(const std::array<PlacedBuffer, 2>& buffers) {
  return {to_json(buffers[0]), to_json(buffers[1])};
}
json to_json(const StreamEnd& end, const arch::Device& device) {
  return {{"tile", device.tile_name(end.tile)}, {"port", arch::to_string(end.port)}};
}

json to_json(const TilePlan& tile, const arch::Device& device) {
  json buffers = json::array();
  for (const PlacedBuffer& buffer : tile.buffers()) buffers.push_back(to_json(buffer));
  return {{"tile", device.tile_name(tile.tile)},
          {"col", tile.tile.col},
          {"row", device.core_grid_row(tile.tile)},
          {"role", kernels::to_string(tile.kernel.role)},
          {"k", to_json(tile.k)},
          {"n", to_json(tile.n)},
          {"buffers", std::move(buffers)}};
}

json to_json(const LayerPlan& layer, const arch::Device& device) {
  const kernels::DenseTile& kernel = layer.tiles.front().kernel;
  const kernels::DenseTile& last = layer.tiles.back().kernel;
  json cycles = json::array();
  for (const arch::Cycles c : layer.kernel_cycles) cycles.push_back(c.value);
  json tiles = json::array();
  for (const TilePlan& tile : layer.tiles) tiles.push_back(to_json(tile, device));
  return {{"name", layer.name},
          {"rows", layer.rows},
          {"k", layer.k},
          {"n", layer.n},
          {"input", arch::to_string(kernel.lhs)},
          {"weights", arch::to_string(kernel.weights)},
          {"output", arch::to_string(last.out)},
          {"shift", last.shift},
          {"bias", last.bias},
          {"relu", last.relu},
          {"mmul", {kernel.mmul.m, kernel.mmul.k, kernel.mmul.n}},
          {"cas_len", layer.cas_len},
          {"cas_num", layer.cas_num},
          {"col", layer.col},
          {"row", layer.row},
          {"rows_padded", layer.rows_padded},
          {"k_slice", layer.k_slice},
          {"n_slice", layer.n_slice},
          {"kernel_cycles", std::move(cycles)},
          {"tiles", std::move(tiles)}};
}

// Costs in columns.
json to_json(const Placement& placement) {
  const auto columns = [](std::int64_t thousandths) {
    return static_cast<double>(thousandths) / kColumnCost;
  };
  return {{"cost", columns(placement.cost)},        {"lower_bound", columns(placement.lower_bound)},
          {"optimal", placement.optimal()},         {"states", placement.states},
          {"first_column", placement.first_column}, {"spare_columns", placement.spare_columns}};
}

json to_json(const Endpoint& end, const Plan& plan) {
  const bool plio = end.layer < 0;
  json result{{"columns", to_json(end.columns)}, {"channel", arch::to_string(end.channel)}};
  if (plio) {
    result["plio"] = plan.plios[static_cast<std::size_t>(end.index)].channel.name;
  } else {
    result["layer"] = plan.layers[static_cast<std::size_t>(end.layer)].name;
    result["index"] = end.index;
  }
  return result;
}

json to_json(const Edge& edge, const Plan& plan, const arch::Device& device) {
  const auto layer_name = [&](int layer) {
    return layer < 0 ? json() : json(plan.layers[static_cast<std::size_t>(layer)].name);
  };
  json writers = json::array();
  for (const Endpoint& end : edge.writers) writers.push_back(to_json(end, plan));
  json readers = json::array();
  for (const Endpoint& end : edge.readers) readers.push_back(to_json(end, plan));
  json regions = json::array();
  for (const Region& region : edge.regions) {
    regions.push_back({{"writer", region.writer},
                       {"reader", region.reader},
                       {"written", to_json(region.written)},
                       {"read", to_json(region.read)},
                       {"zero_columns", region.zero_columns},
                       {"lock_empty", region.empty.value},
                       {"lock_full", region.full.value}});
  }
  return {{"tensor", edge.name},
          {"producer", layer_name(edge.producer)},
          {"consumer", layer_name(edge.consumer)},
          {"rows", edge.rows},
          {"cols", edge.cols},
          {"rows_stored", edge.rows_stored},
          {"pitch", edge.pitch},
          {"tile", device.tile_name(edge.tile)},
          {"buffers", halves(edge.buffer)},
          {"writers", std::move(writers)},
          {"readers", std::move(readers)},
          {"regions", std::move(regions)}};
}

json to_json(const DmaChain& chain, const arch::Device& device) {
  json bds = json::array();
  for (const arch::BufferDescriptor& bd : chain.descriptors) bds.push_back(bd.id.value);
  return {{"name", chain.name},
          {"tile", device.tile_name(chain.tile)},
          {"channel", arch::to_string(chain.channel)},
          {"descriptors", std::move(bds)}};
}

json to_json(const PlioPlan& plio, const Plan& plan) {
  std::string tensor;
  for (const Edge& edge : plan.edges) {
    if (edge.tensor == plio.tensor) tensor = edge.name;
  }
  return {{"name", plio.channel.name},
          {"direction", plio.channel.direction == arch::PlioChannel::Direction::input ? "input" : "output"},
          {"tensor", tensor},
          {"column", plio.channel.column},
          {"index", plio.channel.index},
          {"width_bits", plio.channel.width_bits},
          {"cols", {plio.slice.col, plio.slice.col + plio.slice.cols}},
          {"cols_on_stream", plio.slice.cols_on_stream}};
}

json to_json(const Net& net, const Route* route, const arch::Device& device) {
  json sinks = json::array();
  for (const StreamEnd& sink : net.sinks) sinks.push_back(to_json(sink, device));
  json result{{"name", net.name},
              {"words_per_iteration", net.words_per_iteration},
              {"source", to_json(net.source, device)},
              {"sinks", std::move(sinks)}};
  if (route != nullptr) {
    json hops = json::array();
    for (const Hop& hop : *route) {
      hops.push_back({device.tile_name(hop.tile), arch::to_string(hop.connection.slave),
                      arch::to_string(hop.connection.master)});
    }
    result["hops"] = std::move(hops);
  }
  return result;
}

}  // namespace

nlohmann::ordered_json to_json(const Plan& plan, const arch::Device& device) {
  json layers = json::array();
  for (const LayerPlan& layer : plan.layers) layers.push_back(to_json(layer, device));
  json edges = json::array();
  for (const Edge& edge : plan.edges) edges.push_back(to_json(edge, plan, device));
  json dma = json::array();
  for (const DmaChain& chain : plan.dma) dma.push_back(to_json(chain, device));
  json plios = json::array();
  for (const PlioPlan& plio : plan.plios) plios.push_back(to_json(plio, plan));
  json nets = json::array();
  for (std::size_t i = 0; i < plan.nets.size(); ++i) {
    nets.push_back(to_json(plan.nets[i], i < plan.routes.size() ? &plan.routes[i] : nullptr, device));
  }
  return {{"schema", kPlanSchema},      {"model", plan.model},         {"device", plan.device},
          {"tiles", plan.tiles_used()}, {"layers", std::move(layers)}, {"placement", to_json(plan.placement)},
          {"edges", std::move(edges)},  {"plios", std::move(plios)},   {"dma", std::move(dma)},
          {"nets", std::move(nets)}};
}

}  // namespace aie4ml::compiler
