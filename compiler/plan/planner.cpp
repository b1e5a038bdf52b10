#include "compiler/plan/planner.hpp"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/place/placer.hpp"
#include "compiler/plan/edge_planner.hpp"
#include "compiler/plan/parallelism.hpp"
#include "compiler/plan/slicing.hpp"
#include "compiler/plan/tile_memory.hpp"
#include "compiler/plan/verify_plan.hpp"
#include "compiler/route/router.hpp"

namespace aie4ml::compiler {
namespace {

template <class Buffers>
void name_halves(Buffers& buffers, const std::string& name) {
  buffers[0].name = name + " ping";
  buffers[1].name = name + " pong";
}

TilePlan make_tile(const LayerShape& shape, const LayerPlan& layer, int chain, int position,
                   const arch::Device& device) {
  TilePlan tile;
  tile.tile = device.core_tile(layer.col + position, layer.row + chain);
  tile.chain = chain;
  tile.position = position;
  tile.k = {position * layer.k_slice, (position + 1) * layer.k_slice};
  tile.n = {chain * layer.n_slice, (chain + 1) * layer.n_slice};
  tile.kernel = tile_kernel(shape, layer.cas_len, layer.cas_num, position);
  TileMemory memory = lay_out(tile.kernel, device).value();  // refusal() has asked before
  tile.lhs = memory.lhs;
  tile.weights = memory.weights;
  tile.stack = memory.stack;
  tile.bias = memory.bias;
  tile.out = memory.out;
  name_halves(tile.lhs, layer.name + ".in");
  if (tile.out) name_halves(*tile.out, layer.name + ".out");
  tile.weights.name = layer.name + ".weights";
  tile.stack.name = "stack";
  if (tile.bias) tile.bias->name = layer.name + ".bias";
  return tile;
}

Placement place_layers(const std::vector<LayerPlan>& layers, const std::vector<Connection>& connections,
                       const Directives& directives, const arch::Device& device) {
  std::vector<PlacementBox> boxes;
  for (const LayerPlan& layer : layers) {
    const LayerDirectives fixed = directives.of(layer.node);
    boxes.push_back({layer.name, layer.cas_len, layer.cas_num, {}, fixed.col, fixed.row});
  }
  for (const Connection& connection : connections) {
    if (connection.consumer < 0) continue;
    boxes[static_cast<std::size_t>(connection.consumer)].inputs.push_back(
        {connection.producer < 0 ? kOutside : connection.producer});
  }
  return place_boxes(boxes, {device.columns(), device.grid.core_rows, device.grid.default_start_column});
}

// A plan that breaks the hardware's rules is a defect of the planner.
void require_clean(const Plan& plan, const arch::Device& device) {
  const arch::Problems problems = verify_plan(plan, device);
  if (problems.empty()) return;
  for (const arch::Problem& problem : problems) {
    std::fputs(fmt::format("internal error: plan: {}: {}\n", problem.where, problem.what).c_str(), stderr);
  }
  std::abort();
}

}  // namespace

Plan make_plan(const Graph& graph, const Directives& directives, const arch::Device& device) {
  if (graph.nodes.empty()) {
    throw arch::InputError(fmt::format("model '{}'", graph.name), "has no layer to compute",
                           "see --list-ops for what is supported");
  }
  for (const Node& node : graph.nodes) {
    if (std::holds_alternative<DenseOp>(node.op)) continue;
    throw arch::InputError(fmt::format("layer '{}'", node.name),
                           fmt::format("operator '{}' cannot be mapped to the array yet", kind_of(node.op)),
                           "give a network of Gemm and MatMul");
  }
  Plan plan;
  plan.model = graph.name;
  plan.device = device.name;
  const std::vector<Connection> connections = connections_of(graph);
  std::vector<LayerShape> shapes;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const auto node = static_cast<NodeId>(i);
    const LayerShape& shape = shapes.emplace_back(shape_of(graph, node, device));
    const Parallelism cut = choose_parallelism(shape, directives.of(node), device);
    LayerPlan layer;
    layer.node = node;
    layer.name = shape.name;
    layer.rows = shape.rows;
    layer.k = shape.k;
    layer.n = shape.n;
    layer.rows_padded = shape.rows_padded();
    layer.cas_len = cut.cas_len;
    layer.cas_num = cut.cas_num;
    layer.k_slice = shape.k_slice(cut.cas_len);
    layer.n_slice = shape.n_slice(cut.cas_num);
    plan.layers.push_back(std::move(layer));
  }
  plan.placement = place_layers(plan.layers, connections, directives, device);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    LayerPlan& layer = plan.layers[i];
    layer.col = plan.placement.at[i].col;
    layer.row = plan.placement.at[i].row;
    for (int chain = 0; chain < layer.cas_num; ++chain) {
      for (int position = 0; position < layer.cas_len; ++position) {
        layer.tiles.push_back(make_tile(shapes[i], layer, chain, position, device));
      }
    }
    for (int position = 0; position < layer.cas_len; ++position) {
      const bool repeated = position >= 2 && layer.at(0, position).kernel == layer.at(0, position - 1).kernel;
      layer.kernel_cycles.push_back(repeated
                                        ? layer.kernel_cycles.back()
                                        : kernels::dense_code(layer.at(0, position).kernel, device).cycles);
    }
  }
  plan_edges(graph, connections, device, plan);
  plan.routes = route_nets(plan.nets, device);
  require_clean(plan, device);
  return plan;
}

}  // namespace aie4ml::compiler
