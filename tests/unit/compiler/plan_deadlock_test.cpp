// The deadlock check on plans: what the planner makes cannot, and plans with locks broken by hand come to
// rest in the iteration that their halves let one expect (tests/models has the simulator as the judge).

#include <algorithm>

#include <gtest/gtest.h>

#include "compiler/plan/planner.hpp"
#include "compiler/plan/verify_plan.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

using compiler::DeadlockCheck;
using compiler::DmaChain;
using compiler::Plan;
using Verdict = DeadlockCheck::Verdict;

// Two chains of two tiles write what three tiles of a chain read.
Plan plan_of_two_layers() {
  const std::vector<DenseSpec> layers = {{96, true, true, 2, 2}, {48, true, true, 3, 1}};
  return compiler::make_plan(make_dense_graph(8, 64, layers), make_directives(layers), ve2802());
}

// The first chain of that name and direction in a memory (core) tile.
DmaChain& chain(Plan& plan, arch::TileKind kind, arch::DmaDirection direction, std::size_t skip = 0) {
  for (DmaChain& found : plan.dma) {
    if (ve2802().kind(found.tile) != kind || found.channel.direction != direction) continue;
    if (skip-- == 0) return found;
  }
  throw std::runtime_error("no such chain");
}
constexpr auto kMemory = arch::TileKind::memory;
constexpr auto kCore = arch::TileKind::core;
constexpr auto kOut = arch::DmaDirection::mm2s;
constexpr auto kIn = arch::DmaDirection::s2mm;

DeadlockCheck check(const Plan& plan) {
  return compiler::check_deadlock(plan, ve2802());
}

TEST(PlanDeadlock, WhatThePlannerMakesCannot) {
  const Plan plan = plan_of_two_layers();
  EXPECT_EQ(plan.deadlock.verdict, Verdict::cannot);
  EXPECT_EQ(plan.deadlock.iterations, 2);  // ping, then pong
  EXPECT_NE(to_text(plan, ve2802()).find("deadlock: cannot"), std::string::npos);
}

TEST(PlanDeadlock, HalvesThatNobodyEmptiesAreFilledOnce) {
  Plan plan = plan_of_two_layers();
  for (arch::BufferDescriptor& bd : chain(plan, kMemory, kOut).descriptors) bd.release.reset();
  const DeadlockCheck found = check(plan);
  EXPECT_EQ(found.verdict, Verdict::deadlocks);
  EXPECT_EQ(found.iterations, 3);
  EXPECT_NE(found.story.find("empty' of memory tile"), std::string::npos) << found.story;
  EXPECT_NE(found.story.find("to be at least 1, it is 0, which nobody can bring about"), std::string::npos)
      << found.story;
  EXPECT_EQ(found.story.rfind("PLIO y_p0 waits for words on ", 0), 0U) << found.story;
}

TEST(PlanDeadlock, HalvesThatNobodyFillsAreNeverRead) {
  Plan plan = plan_of_two_layers();
  for (arch::BufferDescriptor& bd : chain(plan, kCore, kIn).descriptors) bd.release.reset();
  const DeadlockCheck found = check(plan);
  EXPECT_EQ(found.verdict, Verdict::deadlocks);
  EXPECT_EQ(found.iterations, 1);
  EXPECT_NE(found.story.find("core (fc1) waits for lock"), std::string::npos) << found.story;
  EXPECT_FALSE(found.waits.empty());
}

// Waits for what it releases itself: locks swapped.
TEST(PlanDeadlock, LocksInTheWrongOrder) {
  Plan plan = plan_of_two_layers();
  for (arch::BufferDescriptor& bd : chain(plan, kCore, kOut).descriptors) std::swap(bd.acquire, bd.release);
  const DeadlockCheck found = check(plan);
  // Two agents wait for the same lock now, the core and the DMA.
  EXPECT_EQ(found.verdict, Verdict::undecided);
  EXPECT_NE(found.story.find("is acquired by several"), std::string::npos) << found.story;
}

// A half is asked for as if it were two: nobody has given back both when the second is wanted.
TEST(PlanDeadlock, TwoHalvesAtATimeAreTooMany) {
  Plan plan = plan_of_two_layers();
  for (arch::BufferDescriptor& bd : chain(plan, kCore, kIn).descriptors) bd.acquire->value = 2;
  const DeadlockCheck found = check(plan);
  EXPECT_EQ(found.verdict, Verdict::deadlocks);
  EXPECT_EQ(found.iterations, 2);
}

TEST(PlanDeadlock, AStreamThatLeadsNowhere) {
  Plan plan = plan_of_two_layers();
  const DmaChain& out = chain(plan, kCore, kOut);
  const auto net = std::find_if(plan.nets.begin(), plan.nets.end(), [&](const compiler::Net& candidate) {
    return candidate.source.tile == out.tile && candidate.source.port.side == arch::PortSide::dma;
  });
  ASSERT_NE(net, plan.nets.end());
  plan.routes.erase(plan.routes.begin() + (net - plan.nets.begin()));
  plan.nets.erase(net);
  const DeadlockCheck found = check(plan);
  EXPECT_EQ(found.verdict, Verdict::deadlocks);
  EXPECT_EQ(found.iterations, 1);
  EXPECT_NE(found.story.find("waits for words on 'a port that no stream leads to', which nobody can bring"),
            std::string::npos)
      << found.story;
}

// Half of fc1's columns are cut off: two of its four chains compute for nobody.
TEST(PlanDeadlock, ChainsThatNobodyReadsHoldUpNobody) {
  compiler::Graph graph = make_dense_graph(32, 64, {{64, true, true, 1, 4}, {48}});
  auto& second = std::get<compiler::DenseOp>(graph.nodes[1].op);
  const compiler::TensorId all = second.x;
  graph.tensors[static_cast<std::size_t>(second.w)].shape = {32, 48};
  graph.tensors[static_cast<std::size_t>(second.w)].data.resize(std::size_t{32} * 48);
  compiler::Tensor half = graph.tensors[static_cast<std::size_t>(all)];
  half.name = "half";
  half.shape = {32, 32};
  graph.tensors.push_back(half);
  second.x = static_cast<compiler::TensorId>(graph.tensors.size() - 1);
  const compiler::SliceOp cut{.x = all, .y = second.x, .axis = 1, .begin = 0, .end = 32};
  graph.nodes.insert(graph.nodes.begin() + 1, {"cut", cut});
  ASSERT_TRUE(graph.validate().empty());
  Plan plan = compiler::make_plan(graph, make_directives({{64, true, true, 1, 4}}), ve2802());
  EXPECT_EQ(plan.deadlock.verdict, Verdict::cannot);
  EXPECT_FALSE(plan.layers[0].tiles[1].unread);
  ASSERT_TRUE(plan.layers[0].tiles[2].unread);
  ASSERT_TRUE(plan.layers[0].tiles[3].unread);
  // As it would be if they waited for a reader: two halves of output, and two of input before them.
  plan.layers[0].tiles[3].unread = false;
  const DeadlockCheck found = check(plan);
  EXPECT_EQ(found.verdict, Verdict::deadlocks);
  EXPECT_EQ(found.iterations, 5);
}

TEST(PlanDeadlock, AnExactValueMayPassUnseen) {
  Plan plan = plan_of_two_layers();
  chain(plan, kMemory, kOut).descriptors.front().acquire->equal = true;
  const DeadlockCheck found = check(plan);
  EXPECT_EQ(found.verdict, Verdict::undecided);
  EXPECT_NE(found.story.find("waits for an exact value of a lock"), std::string::npos) << found.story;
}

TEST(PlanDeadlock, TheWholeArrayIsDecided) {
  const std::vector<DenseSpec> layers = {{8 * 128, false, true, 37, 8}};
  const Plan plan =
      compiler::make_plan(make_dense_graph(8, 37 * 128, layers), make_directives(layers), ve2802());
  EXPECT_EQ(plan.tiles_used(), 296);
  EXPECT_EQ(plan.deadlock.verdict, Verdict::cannot);
}

}  // namespace
}  // namespace aie4ml::tests
