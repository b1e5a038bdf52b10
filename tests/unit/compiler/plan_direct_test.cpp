// When tensors go from tile to tile without a memory tile, and what is said when they cannot.
#include <algorithm>

#include <gtest/gtest.h>

#include "arch/error.hpp"
#include "compiler/plan/planner.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

using compiler::Goal;
using compiler::Plan;
using compiler::Transport;

constexpr std::optional<Transport> kDirect = Transport::direct;
constexpr std::optional<Transport> kMemoryTile = Transport::memory_tile;

Plan plan_of(int rows, int k, const std::vector<DenseSpec>& layers,
             const compiler::PlanOptions& options = {}) {
  return compiler::make_plan(make_dense_graph(rows, k, layers), make_directives(layers), ve2802(), options);
}

std::string refusal_of(const compiler::Graph& graph, const std::vector<DenseSpec>& layers) {
  try {
    compiler::make_plan(graph, make_directives(layers), ve2802());
  } catch (const arch::InputError& error) {
    return error.what();
  }
  return "planned";
}

// fc1 -> fc2, slices of 32 columns from two chains to two positions, each of two tiles.
std::vector<DenseSpec> alike(std::optional<Transport> route) {
  return {{64, true, true, 2, 2}, {48, true, true, 2, 2, false, {}, route}};
}

TEST(PlanDirect, ALinkForEverySliceAndNoMemoryTileBetween) {
  const Plan plan = plan_of(8, 64, alike(kDirect));
  ASSERT_EQ(plan.direct.size(), 2U);
  for (std::int32_t i = 0; i < 2; ++i) {
    const compiler::DirectLink& link = plan.direct[static_cast<std::size_t>(i)];
    EXPECT_EQ(link.producer, 0);
    EXPECT_EQ(link.consumer, 1);
    EXPECT_EQ(link.out_slice, i);
    EXPECT_EQ(link.in_slice, i);
    EXPECT_EQ(link.slice, (compiler::Slice{{0, 8}, {32 * i, 32 * i + 32}}));
    EXPECT_FALSE(link.shared);
  }
  EXPECT_EQ(plan.edges.size(), 2U);  // the input and the output of the network
  // A stream out of each chain, to the same position of both chains of the reader.
  for (const char* name : {"fc1.out[0]", "fc1.out[1]"}) {
    const auto net = std::find_if(plan.nets.begin(), plan.nets.end(),
                                  [&](const compiler::Net& n) { return n.name == name; });
    ASSERT_NE(net, plan.nets.end());
    EXPECT_EQ(net->sinks.size(), 2U);
    EXPECT_EQ(net->words_per_iteration, 8 * 32 / 4);
    for (const auto& sink : net->sinks) EXPECT_EQ(ve2802().kind(sink.tile), arch::TileKind::core);
  }
}

// The default goal makes the designs that are published, which have memory tiles between all layers.
TEST(PlanDirect, AutomaticallyOnlyForSpeed) {
  EXPECT_TRUE(plan_of(8, 64, alike({})).direct.empty());
  EXPECT_TRUE(plan_of(8, 64, alike(Transport::automatic)).direct.empty());
  for (const Goal goal : {Goal::throughput, Goal::latency}) {
    EXPECT_EQ(plan_of(8, 64, alike({}), {goal, {}, {}}).direct.size(), 2U);
    EXPECT_TRUE(plan_of(8, 64, alike(kMemoryTile), {goal, {}, {}}).direct.empty());
  }
}

TEST(PlanDirect, AutomaticallyThroughMemoryTilesWhereSlicesDiffer) {
  const std::vector<DenseSpec> layers = {{64, true, true, 1, 4}, {48, true, true, 2, 2}};
  EXPECT_TRUE(plan_of(8, 64, layers, {Goal::throughput, {}, {}}).direct.empty());
}

// A tensor that is also a graph output: one stream to the reader's tiles and to the memory tile.
TEST(PlanDirect, OtherReadersListenToTheSameStream) {
  compiler::Graph graph = make_dense_graph(8, 64, alike(kDirect));
  graph.outputs.push_back({std::get<compiler::DenseOp>(graph.nodes[0].op).y, "also", false});
  const Plan plan = compiler::make_plan(graph, make_directives(alike(kDirect)), ve2802());
  ASSERT_EQ(plan.direct.size(), 2U);
  EXPECT_TRUE(plan.direct[0].shared);
  const auto net = std::find_if(plan.nets.begin(), plan.nets.end(),
                                [](const compiler::Net& n) { return n.name == "fc1.out[0]"; });
  ASSERT_NE(net, plan.nets.end());
  EXPECT_EQ(net->sinks.size(), 3U);  // two tiles, one memory tile
}

TEST(PlanDirect, WhatCannotGoDirectlySaysWhy) {
  const std::string where = "layer 'fc2': cannot get tensor 'fc1_y' directly: it ";
  const std::string alike =
      "; cut both alike: cas_num of the producer equal to cas_len of the consumer, with as many rows to a "
      "tile";
  const auto of = [](const std::vector<DenseSpec>& layers) {
    return refusal_of(make_dense_graph(16, 64, layers), layers);
  };
  EXPECT_EQ(of({{64, true, true, 1, 4}, {48, true, true, 2, 1, false, {}, kDirect}}),
            where + "comes in other slices than its reader takes" + alike);
  // All columns in both, but rows apart; then rows in blocks of 8 and of 16.
  EXPECT_EQ(of({{64, true, true, 1, 2, true}, {48, true, true, 1, 1, false, {}, kDirect}}),
            where + "comes in other slices than its reader takes" + alike);
  EXPECT_EQ(refusal_of(make_dense_graph(8, 64, {{64}, {48}}),
                       {{64}, {48, true, true, 1, 1, false, {{4, 2}}, kDirect}}),
            where + "comes in other slices than its reader takes" + alike);
}

// Blocks of 2x8 and of 4x8 rows lie in another order.
TEST(PlanDirect, AStreamThatOthersReadKeepsTheOrderOfItsBlocks) {
  compiler::Graph graph = make_dense_graph(16, 64, {{64}, {48}});
  for (const compiler::TensorId id :
       {graph.inputs[0].tensor, std::get<compiler::DenseOp>(graph.nodes[0].op).y,
        std::get<compiler::DenseOp>(graph.nodes[1].op).y}) {
    graph.tensors[static_cast<std::size_t>(id)].quant.type = arch::ElementType::int16;
  }
  const std::vector<DenseSpec> layers = {{64}, {48, true, true, 1, 1, false, {}, kDirect}};
  EXPECT_EQ(refusal_of(graph, layers), "planned");
  graph.outputs.push_back({std::get<compiler::DenseOp>(graph.nodes[0].op).y, "also", false});
  EXPECT_EQ(
      refusal_of(graph, layers),
      "layer 'fc2': cannot get tensor 'fc1_y' directly: it has other readers as well, and blocks that are "
      "not those of this one; leave route out, or say \"memtile\"");
}

}  // namespace
}  // namespace aie4ml::tests
