#include "compiler/plan/planner.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/place/placer.hpp"
#include "compiler/plan/cut_chooser.hpp"
#include "compiler/plan/direct.hpp"
#include "compiler/plan/edge_planner.hpp"
#include "compiler/plan/elementwise_shape.hpp"
#include "compiler/plan/layer_cost.hpp"
#include "compiler/plan/layers.hpp"
#include "compiler/plan/legs.hpp"
#include "compiler/plan/parallelism.hpp"
#include "compiler/plan/slicing.hpp"
#include "compiler/plan/verify_plan.hpp"
#include "compiler/route/router.hpp"

namespace aie4ml::compiler {
namespace {

constexpr std::int64_t kAnyTiles = std::numeric_limits<std::int64_t>::max();

Placement place_layers(const Plan& plan, const Graph& graph, const std::vector<Leg>& legs,
                       const Directives& directives, const arch::Device& device) {
  const std::vector<LayerPlan>& layers = plan.layers;
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
    const bool direct = is_direct(leg, plan.direct);
    for (const int box : from) boxes[static_cast<std::size_t>(leg.consumer)].inputs.push_back({box, direct});
  }
  return place_boxes(boxes, {device.columns(), device.grid.core_rows, device.grid.default_start_column});
}

template <class Shape>
LayerChoices choices(const Shape& shape, const LayerDirectives& directives, const arch::Device& device) {
  return {shape.name, legal_cuts(shape, directives, device),
          [shape, &device](const Parallelism& cut) { return cost_of(shape, cut, device); },
          [shape](const Parallelism& cut) { return least_cost_of(shape, cut); }};
}

std::vector<LayerChoices> choices_of(const Graph& graph, const Directives& directives,
                                     const arch::Device& device) {
  std::vector<LayerChoices> result;
  for (const NodeId node : graph.layers()) {
    const bool dense = std::holds_alternative<DenseOp>(graph.nodes[static_cast<std::size_t>(node)].op);
    const LayerDirectives fixed = directives.of(node);
    result.push_back(dense ? choices(shape_of(graph, node, fixed, device), fixed, device)
                           : choices(elementwise_shape_of(graph, node, device), fixed, device));
  }
  return result;
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

// automatic: how tensors go from layer to layer where no directive says it.
Plan plan_with(const std::vector<Parallelism>& cuts, Transport automatic, const Graph& graph,
               const Directives& directives, HostPorts host_ports, const arch::Device& device) {
  Plan plan;
  plan.model = graph.name;
  plan.device = device.name;
  const std::vector<Leg> legs = legs_of(graph);
  for (const NodeId node : graph.layers()) {
    const auto index = static_cast<std::int32_t>(plan.layers.size());
    plan.layers.push_back(plan_layer(graph, node, cuts[plan.layers.size()], directives.of(node),
                                     transposed_operands(legs, index), device));
    plan.layers.back().cost = cost_of(plan.layers.back());
  }
  plan.direct = direct_links(graph, legs, plan.layers, directives, automatic, device);
  plan.placement = place_layers(plan, graph, legs, directives, device);
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    move_layer(plan.layers[i], plan.placement.at[i].col, plan.placement.at[i].row, device);
  }
  plan_edges(graph, legs, host_ports, device, plan);
  plan.routes = route_nets(plan.nets, device);
  require_clean(plan, device);
  plan.deadlock = check_deadlock(plan, device);
  if (plan.deadlock.verdict == DeadlockCheck::Verdict::deadlocks) {
    throw arch::InputError(fmt::format("model '{}'", graph.name),
                           fmt::format("the design comes to a standstill in iteration {}: {}",
                                       plan.deadlock.iterations, plan.deadlock.story),
                           "cut or place the layers in it differently (cas_len, cas_num, col, row)");
  }
  return plan;
}

}  // namespace

Plan make_plan(const Graph& graph, const Directives& directives, const arch::Device& device,
               const PlanOptions& options) {
  if (graph.layers().empty()) {
    throw arch::InputError(fmt::format("model '{}'", graph.name), "has no layer to compute",
                           "see --list-ops for what is supported");
  }
  CutChooser chooser(choices_of(graph, directives, device));
  if (options.goal == Goal::tiles) {
    const auto cuts =
        chooser.choose(Goal::tiles, options.max_tiles.value_or(kAnyTiles), options.interval_cycles);
    return plan_with(cuts, Transport::memory_tile, graph, directives, options.host_ports, device);
  }
  // What is best by cost may find no place, or more streams than there are ports: then with fewer tiles.
  const std::int64_t grid = std::int64_t{device.columns()} * device.grid.core_rows;
  std::int64_t allowed = std::min(options.max_tiles.value_or(grid), grid);
  std::optional<arch::InputError> first_refusal;
  while (true) {
    std::vector<Parallelism> cuts;
    try {
      cuts = chooser.choose(options.goal, allowed, options.interval_cycles);
    } catch (const arch::InputError&) {
      if (first_refusal) throw *first_refusal;
      throw;
    }
    for (const Transport automatic : {Transport::direct, Transport::memory_tile}) {
      try {
        return plan_with(cuts, automatic, graph, directives, options.host_ports, device);
      } catch (const arch::InputError& refusal) {
        if (!first_refusal) first_refusal = refusal;
      }
    }
    std::int64_t used = 0;
    for (const Parallelism& cut : cuts) used += cut.tiles();
    allowed = used - std::max<std::int64_t>(1, used / 16);
  }
}

}  // namespace aie4ml::compiler
