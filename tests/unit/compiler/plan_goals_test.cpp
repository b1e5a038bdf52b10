// The choice of cuts for a goal, against all combinations tried out.
#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <tuple>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/error.hpp"
#include "compiler/plan/cut_chooser.hpp"
#include "compiler/plan/layer_cost.hpp"
#include "compiler/plan/planner.hpp"
#include "kernels/dense/dense.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

using compiler::Goal;
using compiler::Parallelism;
using compiler::PlanOptions;

struct Net {
  int rows, k;
  std::vector<int> n;
};

std::vector<compiler::LayerShape> shapes_of(const compiler::Graph& graph) {
  std::vector<compiler::LayerShape> shapes;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    shapes.push_back(compiler::shape_of(graph, static_cast<compiler::NodeId>(i), {}, ve2802()));
  }
  return shapes;
}

compiler::Graph graph_of(const Net& net) {
  std::vector<DenseSpec> layers;
  for (const int n : net.n) layers.push_back({n});
  return make_dense_graph(net.rows, net.k, layers);
}

compiler::CutChooser chooser_of(const Net& net) {
  std::vector<compiler::LayerChoices> layers;
  for (const compiler::LayerShape& shape : shapes_of(graph_of(net))) {
    layers.push_back({shape.name, compiler::legal_cuts(shape, {}, ve2802()),
                      [shape](const Parallelism& cut) { return compiler::cost_of(shape, cut, ve2802()); },
                      [shape](const Parallelism& cut) { return compiler::least_cost_of(shape, cut); }});
  }
  return compiler::CutChooser(layers);
}

struct Numbers {
  std::int64_t interval{}, latency{}, tiles{};
};

// By hand: int8 blocks of 4 x 8 x 8, rows and columns padded to as many of them as are worked on at once, K
// to pairs, the slowest kernel of the chain; a word has four codes.
Numbers numbers_of(const compiler::LayerShape& shape, const Parallelism& cut) {
  const bool outer = cut.contract == compiler::Contract::outer;
  const auto padded = [](int size, int parts, int step) {
    return ((size + parts - 1) / parts + step - 1) / step * step;
  };
  const int rows = padded(shape.rows, outer ? cut.cas_num : 1, 4 * cut.blocking.rows);
  const int k = padded(shape.k, cut.cas_len, 16);
  const int n = padded(shape.n, outer ? 1 : cut.cas_num, 8 * cut.blocking.columns);
  std::int64_t compute = 0;
  for (int position = 0; position < cut.cas_len; ++position) {
    kernels::DenseTile tile = shape.kernel;
    tile.blocking = cut.blocking;
    tile.rows = rows;
    tile.k = k;
    tile.n = n;
    using enum kernels::CascadeRole;
    const bool is_last = position == cut.cas_len - 1;
    tile.role = cut.cas_len == 1 ? single : position == 0 ? first : is_last ? last : middle;
    tile.bias = tile.relu = is_last;
    compute = std::max(compute, kernels::dense_code(tile, ve2802()).cycles.value);
  }
  const std::int64_t in = rows * k / 4;
  const std::int64_t out = rows * n / 4;
  return {std::max({compute, in, out}), in + compute + out, std::int64_t{cut.cas_len} * cut.cas_num};
}

// Either contract, and all blocks that the kernels are written for.
std::vector<Parallelism> ways_to_cut(int len, int num) {
  std::vector<Parallelism> ways;
  for (const auto contract : {compiler::Contract::inner, compiler::Contract::outer}) {
    for (const kernels::Blocking block : {kernels::Blocking{2, 2}, {4, 2}, {2, 4}, {1, 4}, {1, 2}}) {
      ways.push_back({len, num, contract, block});
    }
  }
  return ways;
}

// Without those that another beats or equals in all three.
std::vector<Numbers> not_worse_in_all(std::vector<Numbers> designs) {
  std::sort(designs.begin(), designs.end(), [](const Numbers& a, const Numbers& b) {
    return std::tuple(a.tiles, a.interval, a.latency) < std::tuple(b.tiles, b.interval, b.latency);
  });
  std::vector<Numbers> kept;
  for (const Numbers& d : designs) {
    const bool beaten = std::any_of(kept.begin(), kept.end(), [&](const Numbers& k) {
      return k.interval <= d.interval && k.latency <= d.latency;
    });
    if (!beaten) kept.push_back(d);
  }
  return kept;
}

// All combinations of cuts: slowest layer, sum of latencies, tiles.
std::vector<Numbers> all_designs(const Net& net) {
  std::vector<Numbers> designs{{}};
  for (const auto& shape : shapes_of(graph_of(net))) {
    std::vector<Numbers> longer;
    for (int len = 1; len <= 38; ++len) {
      for (int num = 1; num <= 8; ++num) {
        for (const Parallelism& cut : ways_to_cut(len, num)) {
          if (compiler::refusal(shape, cut, ve2802())) continue;
          const Numbers layer = numbers_of(shape, cut);
          for (const Numbers& d : designs) {
            longer.push_back(
                {std::max(d.interval, layer.interval), d.latency + layer.latency, d.tiles + layer.tiles});
          }
        }
      }
    }
    designs = not_worse_in_all(std::move(longer));
  }
  return designs;
}

Numbers chosen(const Net& net, const std::vector<Parallelism>& cuts) {
  Numbers sum;
  const auto shapes = shapes_of(graph_of(net));
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Numbers layer = numbers_of(shapes[i], cuts[i]);
    sum = {std::max(sum.interval, layer.interval), sum.latency + layer.latency, sum.tiles + layer.tiles};
  }
  return sum;
}

class PlanGoals : public ::testing::TestWithParam<Net> {};

TEST_P(PlanGoals, NoOtherCombinationIsBetter) {
  const Net& net = GetParam();
  const std::vector<Numbers> designs = all_designs(net);
  compiler::CutChooser chooser = chooser_of(net);
  for (const std::int64_t allowed : {4, 7, 12, 30, 304}) {
    std::int64_t interval = std::numeric_limits<std::int64_t>::max();
    std::int64_t latency = interval;
    for (const Numbers& d : designs) {
      if (d.tiles > allowed) continue;
      interval = std::min(interval, d.interval);
      latency = std::min(latency, d.latency);
    }
    std::int64_t tiles_for_interval = allowed;
    std::int64_t tiles_for_latency = allowed;
    for (const Numbers& d : designs) {
      if (d.interval == interval) tiles_for_interval = std::min(tiles_for_interval, d.tiles);
      if (d.latency == latency) tiles_for_latency = std::min(tiles_for_latency, d.tiles);
    }
    const Numbers fast = chosen(net, chooser.choose(Goal::throughput, allowed, {}));
    EXPECT_EQ(fast.interval, interval) << allowed;
    EXPECT_EQ(fast.tiles, tiles_for_interval) << allowed;
    const Numbers soon = chosen(net, chooser.choose(Goal::latency, allowed, {}));
    EXPECT_EQ(soon.latency, latency) << allowed;
    EXPECT_EQ(soon.tiles, tiles_for_latency) << allowed;
    // Asked for that interval, the fewest tiles are those.
    EXPECT_EQ(chosen(net, chooser.choose(Goal::tiles, 304, interval)).tiles, tiles_for_interval) << allowed;
  }
}

TEST_P(PlanGoals, MoreTilesAreNeverSlower) {
  const Net& net = GetParam();
  compiler::CutChooser chooser = chooser_of(net);
  Numbers before{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max(), 0};
  for (std::int64_t allowed = static_cast<std::int64_t>(net.n.size()); allowed <= 60; ++allowed) {
    const auto interval = chosen(net, chooser.choose(Goal::throughput, allowed, {})).interval;
    const auto latency = chosen(net, chooser.choose(Goal::latency, allowed, {})).latency;
    EXPECT_LE(interval, before.interval) << allowed;
    EXPECT_LE(latency, before.latency) << allowed;
    before = {interval, latency, 0};
  }
}

INSTANTIATE_TEST_SUITE_P(Nets, PlanGoals,
                         ::testing::Values(Net{8, 64, {64, 32}}, Net{16, 96, {48}},
                                           Net{8, 32, {128, 16, 40}}));

TEST(PlanGoals, FewestTilesIsTheDefault) {
  const Net net{8, 256, {256, 16}};
  EXPECT_EQ(chooser_of(net).choose(Goal::tiles, 304, {}), (std::vector<Parallelism>{{1, 4}, {1, 1}}));
}

TEST(PlanGoals, ThePlanSaysWhatBoundsALayer) {
  const compiler::Graph graph = make_dense_graph(8, 512, {{16}});
  const compiler::Plan plan = compiler::make_plan(graph, {}, ve2802());
  // 8 x 512 codes in, 8 x 16 out, one word of four a cycle; the products alone take 8 * 512 * 16 / 256
  // cycles.
  EXPECT_EQ(plan.layers[0].cost.input, 1024);
  EXPECT_EQ(plan.layers[0].cost.output, 32);
  EXPECT_GE(plan.layers[0].cost.compute, 256);
  EXPECT_EQ(plan.layers[0].cost.bound_by(), "input");
  EXPECT_NE(to_text(plan, ve2802()).find("interval: at least 1024 cycles, by input of layer fc1"),
            std::string::npos);
}

TEST(PlanGoals, TheFastestPlanStaysWithinTheTilesAllowed) {
  const compiler::Graph graph = graph_of({8, 256, {256, 256, 64}});
  const auto interval = [&](const PlanOptions& options) {
    const compiler::Plan plan = compiler::make_plan(graph, {}, ve2802(), options);
    if (options.max_tiles) {
      EXPECT_LE(plan.tiles_used(), *options.max_tiles);
    }
    std::int64_t slowest = 0;
    for (const auto& layer : plan.layers) slowest = std::max(slowest, layer.cost.interval());
    return slowest;
  };
  const auto few = interval({});
  const auto some = interval({Goal::throughput, 20, {}});
  const auto many = interval({Goal::throughput, 60, {}});
  EXPECT_LT(some, few);
  EXPECT_LT(many, some);
}

std::string refusal_of(const PlanOptions& options, const compiler::Directives& directives = {}) {
  try {
    compiler::make_plan(graph_of({8, 256, {256, 16}}), directives, ve2802(), options);
  } catch (const arch::InputError& error) {
    return error.what();
  }
  return "planned";
}

TEST(PlanGoals, LimitsThatCannotBeMet) {
  for (const Goal goal : {Goal::tiles, Goal::throughput, Goal::latency}) {
    EXPECT_EQ(
        refusal_of({goal, 4, {}}),
        "design: takes at least 5 tiles, more than the 4 allowed; allow more tiles or a longer interval, "
        "or choose a larger device");
    EXPECT_EQ(refusal_of({goal, 5, {}}), "planned");
    // An input or output slice of 8 x 16 codes, the least there is, has 32 words.
    const std::string message = refusal_of({goal, {}, 31});
    EXPECT_EQ(message.find("layer 'fc1': takes at least "), 0U) << message;
    EXPECT_NE(
        message.find(" cycles for an iteration, more than the 31 asked for; allow a longer interval, fix "
                     "less with directives, or split the layer in the model"),
        std::string::npos)
        << message;
  }
}

TEST(PlanGoals, DirectivesHoldWhateverTheGoal) {
  compiler::Directives directives;
  directives.layers.resize(2);
  directives.layers[0].cas_len = 3;
  directives.layers[1].cas_num = 1;
  const auto plan =
      compiler::make_plan(graph_of({8, 256, {256, 64}}), directives, ve2802(), {Goal::latency, 24, {}});
  EXPECT_EQ(plan.layers[0].cas_len, 3);
  EXPECT_EQ(plan.layers[1].cas_num, 1);
}

}  // namespace
}  // namespace aie4ml::tests
