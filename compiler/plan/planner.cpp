#include "compiler/plan/planner.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/place/placer.hpp"
#include "compiler/plan/edge_planner.hpp"
#include "compiler/plan/elementwise_shape.hpp"
#include "compiler/plan/layers.hpp"
#include "compiler/plan/legs.hpp"
#include "compiler/plan/parallelism.hpp"
#include "compiler/plan/slicing.hpp"
#include "compiler/plan/verify_plan.hpp"
#include "compiler/route/router.hpp"

namespace aie4ml::compiler {
namespace {

Placement place_layers(const std::vector<LayerPlan>& layers, const Graph& graph, const std::vector<Leg>& legs,
                       const Directives& directives, const arch::Device& device) {
  std::vector<PlacementBox> boxes;
  std::map<TensorId, int> producer;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const LayerPlan& layer = layers[i];
    const LayerDirectives fixed = directives.of(layer.node);
    boxes.push_back({layer.name, layer.cas_len, layer.cas_num, {}, fixed.col, fixed.row});
    producer[output_of(graph.nodes[static_cast<std::size_t>(layer.node)].op)] = static_cast<int>(i);
  }
  for (const Leg& leg : legs) {
    if (leg.consumer < 0) continue;
    std::set<int> from;  // each once, however many parts of it the leg reads
    for (const Segment& segment : leg.segments) {
      const auto found = producer.find(segment.tensor);
      from.insert(found == producer.end() ? kOutside : found->second);
    }
    for (const int box : from) boxes[static_cast<std::size_t>(leg.consumer)].inputs.push_back({box});
  }
  return place_boxes(boxes, {device.columns(), device.grid.core_rows, device.grid.default_start_column});
}

Parallelism choose(const Graph& graph, NodeId node, const LayerDirectives& directives,
                   const arch::Device& device) {
  if (std::holds_alternative<DenseOp>(graph.nodes[static_cast<std::size_t>(node)].op)) {
    return choose_parallelism(shape_of(graph, node, device), directives, device);
  }
  return choose_parallelism(elementwise_shape_of(graph, node, device), directives, device);
}

// By operand: whether it arrives with rows and columns exchanged.
std::vector<bool> transposed_operands(const std::vector<Leg>& legs, std::int32_t layer) {
  std::vector<bool> transposed;
  for (const Leg& leg : legs) {
    if (leg.consumer == layer) transposed.push_back(leg.transposed);
  }
  return transposed;
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
  const std::vector<NodeId> nodes = graph.layers();
  if (nodes.empty()) {
    throw arch::InputError(fmt::format("model '{}'", graph.name), "has no layer to compute",
                           "see --list-ops for what is supported");
  }
  Plan plan;
  plan.model = graph.name;
  plan.device = device.name;
  const std::vector<Leg> legs = legs_of(graph);
  for (const NodeId node : nodes) {
    const Parallelism cut = choose(graph, node, directives.of(node), device);
    const auto index = static_cast<std::int32_t>(plan.layers.size());
    plan.layers.push_back(plan_layer(graph, node, cut, transposed_operands(legs, index), device));
  }
  plan.placement = place_layers(plan.layers, graph, legs, directives, device);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    move_layer(plan.layers[i], plan.placement.at[i].col, plan.placement.at[i].row, device);
  }
  plan_edges(graph, legs, device, plan);
  plan.routes = route_nets(plan.nets, device);
  require_clean(plan, device);
  return plan;
}

}  // namespace aie4ml::compiler
