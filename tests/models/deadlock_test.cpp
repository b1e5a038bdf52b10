// The static deadlock check against the machine: plans of random networks with damaged locks and descriptors
// are simulated. What "deadlocks" has to, and what "cannot" has to get all iterations done.
#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "arch/error.hpp"
#include "arch/host/port_map.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/plan/planner.hpp"
#include "compiler/plan/verify_plan.hpp"
#include "sim/machine/machine.hpp"
#include "tests/models/random_run.hpp"

namespace aie4ml::test {
namespace {

using compiler::DeadlockCheck;
using compiler::DmaChain;
using compiler::Plan;
using tests::Codes;
using Verdict = DeadlockCheck::Verdict;

constexpr int kIterations = 5;

// Breaks one thing that decides who waits for whom; says what.
std::string damage(Plan& plan, std::mt19937_64& random) {
  const auto below = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  DmaChain& chain = plan.dma[below(plan.dma.size())];
  const std::size_t at = below(chain.descriptors.size());
  arch::BufferDescriptor& bd = chain.descriptors[at];
  const std::string where = fmt::format("{} BD {}", chain.name, bd.id.value);
  const auto some_lock = [&](const std::optional<arch::LockAccess>& instead) {
    for (int tries = 0; tries < 20; ++tries) {
      const DmaChain& other = plan.dma[below(plan.dma.size())];
      const arch::BufferDescriptor& from = other.descriptors[below(other.descriptors.size())];
      if (other.tile != chain.tile) continue;
      if (from.acquire && random() % 2 == 0) return from.acquire;
      if (from.release) return from.release;
    }
    return instead;
  };
  switch (random() % 6) {
    case 0:
      bd.release.reset();
      return where + " releases nothing";
    case 1:
      bd.acquire.reset();
      return where + " acquires nothing";
    case 2: {
      const std::size_t other = below(chain.descriptors.size());
      std::swap(chain.descriptors[at], chain.descriptors[other]);
      for (std::size_t i = 0; i < chain.descriptors.size(); ++i) {
        chain.descriptors[i].next = chain.descriptors[(i + 1) % chain.descriptors.size()].id;
      }
      return fmt::format("{} changes places with the {}. one", where, other);
    }
    case 3:
      if (bd.acquire) bd.acquire->value = static_cast<std::int8_t>(bd.acquire->value % 3 + 1);
      return where + " acquires another amount";
    case 4:
      if (bd.release) bd.release->value = static_cast<std::int8_t>(bd.release->value % 3 + 1);
      return where + " releases another amount";
    default:
      (random() % 2 == 0 ? bd.acquire : bd.release) = some_lock(bd.acquire);
      return where + " uses another lock";
  }
}

struct Tally {
  int cannot{}, deadlocks{}, undecided{};
};

void judge(const compiler::Graph& graph, const Plan& plan, const arch::Device& device,
           const std::string& about, Tally& tally) {
  SCOPED_TRACE(about);
  const DeadlockCheck check = compiler::check_deadlock(plan, device);
  if (check.verdict == Verdict::undecided) {
    ++tally.undecided;
    EXPECT_NE(check.story, "");
    return;
  }
  const arch::Image image = compiler::generate_image(graph, plan, device);
  sim::RunOptions options;
  options.iterations = std::max(kIterations, check.iterations + 1);
  options.max_cycles = arch::Cycles(2'000'000);
  const arch::PortArrays inputs = arch::random_inputs(image, options.iterations, 1);
  const sim::MachineResult machine =
      sim::run(device, image, arch::words_from_inputs(image, inputs, options.iterations), options);
  if (check.verdict == Verdict::cannot) {
    ++tally.cannot;
    EXPECT_FALSE(machine.fault) << machine.fault->message;
    return;
  }
  ++tally.deadlocks;
  EXPECT_NE(check.story, "");
  ASSERT_TRUE(machine.fault) << check.story;
  EXPECT_EQ(machine.fault->kind, sim::Fault::Kind::deadlock) << machine.fault->message;
}

// So many networks, each whole and with so many damages, one at a time.
Tally judge_damaged(std::uint64_t first, std::uint64_t networks, int damages) {
  const arch::Device device = arch::load_device("ve2802");
  Tally tally;
  int whole = 0;
  for (std::uint64_t seed = first; seed < first + networks; ++seed) {
    const tests::RandomModel model = tests::random_model(seed, array_options(seed));
    std::mt19937_64 random(seed + 1);
    const compiler::Graph graph = graph_of(model);
    Plan plan;
    try {
      plan = plan_of(graph, random_cuts(graph, device, 3, random), device);
    } catch (const arch::InputError&) {
      continue;
    }
    EXPECT_EQ(plan.deadlock.verdict, Verdict::cannot) << "seed " << seed << ": " << plan.deadlock.story;
    ++whole;
    for (int i = 0; i < damages; ++i) {
      Plan damaged = plan;
      const std::string what = damage(damaged, random);
      judge(graph, damaged, device, fmt::format("seed {}, damage {}: {}", seed, i, what), tally);
    }
  }
  std::printf("seeds %llu to %llu: %d networks cannot; damaged %d cannot, %d deadlock, %d undecided\n",
              static_cast<unsigned long long>(first), static_cast<unsigned long long>(first + networks - 1),
              whole, tally.cannot, tally.deadlocks, tally.undecided);
  return tally;
}

// y = relu(x w) + x: the tensor x reaches the sum by a short and by a long way.
tests::RandomModel residual() {
  tests::RandomModel model;
  tests::OnnxBuilder& b = model.onnx;
  constexpr int kRows = 8, kFeatures = 64;
  const auto type = onnx::TensorProto::INT8;
  const auto x = b.dq(b.input("x_q", type, {kRows, kFeatures}), 7, type, "x");
  const Codes weights(std::size_t{kFeatures} * kFeatures, 1);
  const auto w = b.parameter("w", type, {kFeatures, kFeatures}, weights, 7);
  const auto long_way =
      b.dq(b.q(b.add("Relu", "act", {b.add("Gemm", "fc", {x, w}, "fc_sum")}, "fc_act"), 7, type, "h_q"), 7,
           type, "h");
  b.q(b.add("Add", "sum", {x, long_way}, "sum_sum"), 7, type, "y_q");
  b.output("y_q", type, {kRows, kFeatures});
  return model;
}

class HandMadeDeadlocks : public ::testing::Test {
 protected:
  // The edge into the sum that comes straight from the PLIO.
  [[nodiscard]] const compiler::Edge& short_way() const {
    const auto found = std::find_if(plan_.edges.begin(), plan_.edges.end(), [&](const compiler::Edge& edge) {
      return edge.consumer >= 0 && plan_.layers[static_cast<std::size_t>(edge.consumer)].name == "sum" &&
             edge.writers.front().kind == compiler::Endpoint::Kind::plio;
    });
    if (found == plan_.edges.end()) throw std::runtime_error("the network has no short way");
    return *found;
  }
  DmaChain& chain(const compiler::Edge& edge, const compiler::Endpoint& end) {
    return *std::find_if(plan_.dma.begin(), plan_.dma.end(), [&](const DmaChain& candidate) {
      return candidate.tile == edge.tile && candidate.channel == end.channel;
    });
  }
  void expect_deadlock(int iteration) {
    Tally tally;
    judge(graph_, plan_, device_, "by hand", tally);
    EXPECT_EQ(tally.deadlocks, 1);
    EXPECT_EQ(compiler::check_deadlock(plan_, device_).iterations, iteration);
  }

  arch::Device device_{arch::load_device("ve2802")};
  compiler::Graph graph_{graph_of(residual())};
  Plan plan_{compiler::make_plan(graph_, {}, device_)};
};

TEST_F(HandMadeDeadlocks, NoneWhenNothingIsBroken) {
  Tally tally;
  judge(graph_, plan_, device_, "whole", tally);
  EXPECT_EQ(tally.cannot, 1);
}

TEST_F(HandMadeDeadlocks, AMissingReleaseLastsForTwoHalves) {
  const compiler::Edge& edge = short_way();
  for (arch::BufferDescriptor& bd : chain(edge, edge.readers.front()).descriptors) bd.release.reset();
  expect_deadlock(3);
}

// The short way gives the sum its first half when three are full, and holds two; until then the sum takes
// nothing, and x is held up for the long way, too.
TEST_F(HandMadeDeadlocks, TooSmallABufferOnTheShortWay) {
  const compiler::Edge& edge = short_way();
  for (arch::BufferDescriptor& bd : chain(edge, edge.readers.front()).descriptors) bd.acquire->value = 3;
  expect_deadlock(1);
}

// The halves' writer takes what its reader should, and the other way round.
TEST_F(HandMadeDeadlocks, SwappedLocksOnTheShortWay) {
  const compiler::Edge& edge = short_way();
  for (const compiler::Endpoint& end : {edge.writers.front(), edge.readers.front()}) {
    for (arch::BufferDescriptor& bd : chain(edge, end).descriptors) {
      if (bd.acquire && bd.release) std::swap(bd.acquire->lock, bd.release->lock);
    }
  }
  // The reader goes first and sends what nobody wrote; the writer fills what it empties.
  Tally tally;
  judge(graph_, plan_, device_, "swapped on both sides", tally);
  EXPECT_EQ(tally.cannot, 1);
  // On one side only, both ends wait for the same lock.
  for (arch::BufferDescriptor& bd : chain(edge, edge.readers.front()).descriptors) {
    if (bd.acquire && bd.release) std::swap(bd.acquire->lock, bd.release->lock);
  }
  EXPECT_EQ(compiler::check_deadlock(plan_, device_).verdict, Verdict::undecided);
}

class DamagedPlans : public ::testing::TestWithParam<int> {};
TEST_P(DamagedPlans, TheMachineAgrees) {
  const Tally tally = judge_damaged(static_cast<std::uint64_t>(GetParam()) * 6, 6, 8);
  EXPECT_GT(tally.cannot, 0);
  EXPECT_GT(tally.deadlocks, 0);
}
INSTANTIATE_TEST_SUITE_P(Short, DamagedPlans, ::testing::Range(0, 3));
INSTANTIATE_TEST_SUITE_P(Long, DamagedPlans, ::testing::Range(3, 60));

// Designs in which a channel gets the bank it asked for while it lets others run.
TEST(RunningAhead, NoGrantIsLost) {
  EXPECT_GT(judge_damaged(221, 1, 1).cannot, 0);
  EXPECT_GT(judge_damaged(269, 1, 4).cannot, 0);
}

}  // namespace
}  // namespace aie4ml::test
