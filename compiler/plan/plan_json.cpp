// JSON form of a plan: plan.json in the firmware directory.
#include <nlohmann/json.hpp>

#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {
namespace {

using json = nlohmann::ordered_json;
constexpr const char* kPlanSchema = "aie4ml-plan/2";

json to_json(const Interval& interval) {
  return {interval.begin, interval.end};
}
json to_json(const PlacedBuffer& buffer) {
  return {{"name", buffer.name}, {"address", buffer.address}, {"bytes", buffer.size}};
}
json to_json(const Slice& slice) {
  return {{"rows", to_json(slice.rows)}, {"cols", to_json(slice.cols)}};
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
          {"role", tile.task()},
          {"k", to_json(tile.k)},
          {"n", to_json(tile.n)},
          {"buffers", std::move(buffers)}};
}

// What the kernels of a layer compute: of its last tile, which ends a chain.
json kernel_json(const kernels::DenseTile& kernel) {
  return {{"input", arch::to_string(kernel.lhs)},
          {"weights", arch::to_string(kernel.weights)},
          {"output", arch::to_string(kernel.out)},
          {"shift", kernel.shift},
          {"bias", kernel.bias},
          {"relu", kernel.relu},
          {"transposed", json::array({kernel.lhs_transposed})},
          {"accumulator_bits", kernel.accumulator_bits},
          {"block", {kernel.blocking.rows, kernel.blocking.columns}},
          {"mmul", {kernel.mmul.m, kernel.mmul.k, kernel.mmul.n}}};
}
json kernel_json(const kernels::ElementwiseTile& kernel) {
  json transposed = json::array();
  for (int i = 0; i < kernels::operands(kernel); ++i) {
    transposed.push_back(kernel.transposed.at(static_cast<std::size_t>(i)));
  }
  return {{"input", arch::to_string(kernel.type)},
          {"output", arch::to_string(kernel.type)},
          {"relu", kernel.relu},
          {"transposed", std::move(transposed)},
          {"layout", {kernel.block_rows, kernel.block_columns}}};
}

json to_json(const LayerPlan& layer, const arch::Device& device) {
  json cycles = json::array();
  for (const arch::Cycles c : layer.kernel_cycles) cycles.push_back(c.value);
  json tiles = json::array();
  for (const TilePlan& tile : layer.tiles) tiles.push_back(to_json(tile, device));
  return {
      {"name", layer.name},
      {"op", layer.op},
      {"rows", layer.rows},
      {"k", layer.k},
      {"n", layer.n},
      {"kernel", std::visit([](const auto& tile) { return kernel_json(tile); }, layer.tiles.back().kernel)},
      {"cas_len", layer.cas_len},
      {"cas_num", layer.cas_num},
      {"contract", layer.outer ? "outer" : "inner"},
      {"col", layer.col},
      {"row", layer.row},
      {"rows_slice", layer.rows_slice},
      {"k_slice", layer.k_slice},
      {"n_slice", layer.n_slice},
      {"kernel_cycles", std::move(cycles)},
      {"cost",
       {{"compute", layer.cost.compute},
        {"input", layer.cost.input},
        {"output", layer.cost.output},
        {"interval", layer.cost.interval()},
        {"latency", layer.cost.latency()},
        {"bound_by", layer.cost.bound_by()}}},
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
  json result{{"channel", arch::to_string(end.channel)}};
  switch (end.kind) {
    case Endpoint::Kind::layer:
      result["layer"] = plan.layers[static_cast<std::size_t>(end.index)].name;
      result["operand"] = end.operand;
      result["slice"] = end.slice;
      break;
    case Endpoint::Kind::plio:
      result["plio"] = plan.plios[static_cast<std::size_t>(end.index)].channel.name;
      break;
    case Endpoint::Kind::relay:
      result["relay"] = plan.edges[static_cast<std::size_t>(end.index)].name;
      break;
  }
  return result;
}

json to_json(const Region& region) {
  json result{{"writer", region.writer}, {"written", to_json(region.written)}};
  if (region.reader < 0) return result;
  result["reader"] = region.reader;
  result["read"] = to_json(region.read);
  result["zero_cols"] = region.zero_cols;
  result["lock_empty"] = region.empty.value;
  result["lock_full"] = region.full.value;
  return result;
}

json to_json(const DirectLink& link, const Plan& plan) {
  return {{"tensor", link.name},
          {"from",
           {{"layer", plan.layers[static_cast<std::size_t>(link.producer)].name}, {"slice", link.out_slice}}},
          {"to",
           {{"layer", plan.layers[static_cast<std::size_t>(link.consumer)].name},
            {"operand", link.operand},
            {"slice", link.in_slice}}},
          {"transposed", link.transposed},
          {"slice", to_json(link.slice)},
          {"multicast", link.shared}};
}

json to_json(const Edge& edge, const Plan& plan, const arch::Device& device) {
  json writers = json::array();
  for (const Endpoint& end : edge.writers) writers.push_back(to_json(end, plan));
  json readers = json::array();
  for (const Endpoint& end : edge.readers) readers.push_back(to_json(end, plan));
  json regions = json::array();
  for (const Region& region : edge.regions) regions.push_back(to_json(region));
  json result{{"tensor", edge.name},
              {"consumer",
               edge.consumer < 0 ? json() : json(plan.layers[static_cast<std::size_t>(edge.consumer)].name)},
              {"operand", edge.operand},
              {"transposed", edge.transposed},
              {"stored", to_json(edge.stored)},
              {"tile", device.tile_name(edge.tile)},
              {"buffers", halves(edge.buffer)},
              {"writers", std::move(writers)},
              {"readers", std::move(readers)},
              {"regions", std::move(regions)}};
  if (edge.relay_to) result["relay_to"] = plan.edges[static_cast<std::size_t>(*edge.relay_to)].name;
  if (edge.gathered) {
    result["locks_gathered"] = json::array({edge.gathered->at(0).value, edge.gathered->at(1).value});
  }
  if (edge.dump) result["dump"] = to_json(*edge.dump);
  return result;
}

json to_json(const DmaChain& chain, const arch::Device& device) {
  json bds = json::array();
  for (const arch::BufferDescriptor& bd : chain.descriptors) bds.push_back(bd.id.value);
  return {{"name", chain.name},
          {"tile", device.tile_name(chain.tile)},
          {"channel", arch::to_string(chain.channel)},
          {"descriptors", std::move(bds)}};
}

json to_json(const DeadlockCheck& check) {
  return {{"verdict", to_string(check.verdict)}, {"iterations", check.iterations}, {"story", check.story}};
}

json to_json(const PlioPlan& plio) {
  json slices = json::array();
  for (const arch::PlioSlice& slice : plio.slices) {
    slices.push_back({{"rows", {slice.row, slice.row + slice.rows}},
                      {"cols", {slice.col, slice.col + slice.cols}},
                      {"cols_on_stream", slice.cols_on_stream}});
  }
  json result{
      {"name", plio.channel.name},
      {"direction", plio.channel.direction == arch::PlioChannel::Direction::input ? "input" : "output"},
      {"port", plio.port},
      {"column", plio.channel.column},
      {"index", plio.channel.index}};
  if (plio.noc) {
    result["noc"] = {{"channel", arch::to_string(plio.noc->channel)}, {"bd", plio.noc->bd.value}};
  } else {
    result["width_bits"] = plio.channel.width_bits;
  }
  result["slices"] = std::move(slices);
  return result;
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
  json direct = json::array();
  for (const DirectLink& link : plan.direct) direct.push_back(to_json(link, plan));
  json dma = json::array();
  for (const DmaChain& chain : plan.dma) dma.push_back(to_json(chain, device));
  json plios = json::array();
  for (const PlioPlan& plio : plan.plios) plios.push_back(to_json(plio));
  json nets = json::array();
  for (std::size_t i = 0; i < plan.nets.size(); ++i) {
    nets.push_back(to_json(plan.nets[i], i < plan.routes.size() ? &plan.routes[i] : nullptr, device));
  }
  return {{"schema", kPlanSchema},      {"model", plan.model},         {"device", plan.device},
          {"tiles", plan.tiles_used()}, {"layers", std::move(layers)}, {"placement", to_json(plan.placement)},
          {"edges", std::move(edges)},  {"direct", std::move(direct)}, {"plios", std::move(plios)},
          {"dma", std::move(dma)},      {"nets", std::move(nets)},     {"deadlock", to_json(plan.deadlock)}};
}

}  // namespace aie4ml::compiler
