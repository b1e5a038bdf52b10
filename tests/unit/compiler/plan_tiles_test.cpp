// Cutting layers into tiles, and the tiles' memory.
#include <algorithm>
#include <array>
#include <optional>

#include <gtest/gtest.h>

#include "arch/error.hpp"
#include "compiler/plan/parallelism.hpp"
#include "compiler/plan/planner.hpp"
#include "compiler/plan/tile_memory.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

using compiler::Contract;
using compiler::LayerDirectives;
using compiler::LayerShape;
using compiler::Parallelism;

LayerShape shape(int rows, int k, int n, const LayerDirectives& fixed) {
  const compiler::Graph graph = make_dense_graph(rows, k, {{n}});
  return compiler::shape_of(graph, 0, fixed, ve2802());
}

Parallelism choose(int rows, int k, int n, LayerDirectives fixed = {}) {
  return compiler::legal_cuts(shape(rows, k, n, fixed), fixed, ve2802()).front();
}

TEST(PlanParallelism, FewestTilesThatHoldTheLayer) {
  EXPECT_EQ(choose(8, 64, 64), (Parallelism{1, 1}));
  EXPECT_EQ(choose(8, 128, 128), (Parallelism{1, 1}));  // 16384 bytes of weights fill a bank
  EXPECT_EQ(choose(8, 128, 144), (Parallelism{1, 2}));  // two tiles: no cascade
  EXPECT_EQ(choose(8, 256, 256), (Parallelism{1, 4}));  // four: the same
  EXPECT_EQ(choose(8, 1024, 16), (Parallelism{1, 1}));
  EXPECT_EQ(choose(8, 2048, 16), (Parallelism{2, 1}));  // N has but one slice
}

TEST(PlanParallelism, DirectivesFixWhatTheySay) {
  EXPECT_EQ(choose(8, 64, 64, {4, 2, {}, {}}), (Parallelism{4, 2}));
  EXPECT_EQ(choose(8, 256, 256, {2, {}, {}, {}}), (Parallelism{2, 2}));
  EXPECT_EQ(choose(8, 256, 256, {{}, 1, {}, {}}), (Parallelism{4, 1}));
}

// A batch that no tile holds goes in ranges of rows; nothing else needs more than the default.
TEST(PlanParallelism, RowsAreSplitWhereTheyDoNotFitATile) {
  EXPECT_EQ(choose(512, 16, 16), (Parallelism{1, 1}));  // 8 KB of activations and of outputs fill a bank
  EXPECT_EQ(choose(1000, 16, 16), (Parallelism{1, 2, Contract::outer, {}}));
  EXPECT_EQ(choose(2000, 16, 16), (Parallelism{1, 4, Contract::outer, {}}));
  EXPECT_EQ(choose(64, 256, 16, {{}, {}, {}, {}, {}, {}, Contract::outer}),
            (Parallelism{1, 1, Contract::outer, {}}));
  EXPECT_EQ(choose(64, 256, 16, {{}, 4, {}, {}, {}, {}, Contract::outer}),
            (Parallelism{1, 4, Contract::outer, {}}));
}

TEST(PlanParallelism, BlocksAreOneOfTheChoices) {
  EXPECT_EQ(choose(8, 64, 64, {{}, {}, {}, {}, {}, {{2, 4}}}), (Parallelism{1, 1, Contract::inner, {2, 4}}));
  EXPECT_EQ(choose(8, 64, 64, {{}, {}, {}, {}, {}, {{1, 1}}}), (Parallelism{1, 1, Contract::inner, {1, 1}}));
  const auto cuts = compiler::legal_cuts(shape(8, 64, 64, {}), {}, ve2802());
  const auto has = [&](kernels::Blocking block) {
    return std::find(cuts.begin(), cuts.end(), Parallelism{1, 1, Contract::inner, block}) != cuts.end();
  };
  EXPECT_TRUE(has({2, 2}) && has({2, 4}) && has({4, 2}));
  EXPECT_FALSE(has({1, 2}));  // one row of blocks would be loaded for nothing
  const auto single = compiler::legal_cuts(shape(3, 64, 64, {}), {}, ve2802());
  EXPECT_NE(std::find(single.begin(), single.end(), Parallelism{1, 1, Contract::inner, {1, 4}}),
            single.end());
}

std::string refusal_of(int rows, int k, int n, LayerDirectives fixed) {
  try {
    choose(rows, k, n, fixed);
  } catch (const arch::InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(PlanParallelism, RefusalsSayWhyAndWhatHelps) {
  EXPECT_EQ(
      refusal_of(8, 64, 64, {5, 1, {}, {}}),
      "layer 'fc1': cas_len 5 cuts K = 64 into slices of 16, and the last holds nothing; use at most 4");
  EXPECT_EQ(
      refusal_of(8, 64, 40, {1, 4, {}, {}}),
      "layer 'fc1': cas_num 4 cuts N = 40 into slices of 16, and the last holds nothing; use at most 3");
  EXPECT_EQ(refusal_of(8, 5000, 64, {39, 1, {}, {}}),
            "layer 'fc1': cas_len 39 is above the 38 core columns; use at most 38");
  EXPECT_EQ(refusal_of(8, 256, 256, {1, 1, {}, {}}),
            "layer 'fc1': a tile of 8 rows x 256 x 256 does not fit: its weights buffer of 65536 bytes does "
            "not fit a "
            "bank of 16384 bytes; cut it finer (cas_len, cas_num), or use a smaller batch");
  EXPECT_NE(refusal_of(9000, 16, 16, {}).find("use a smaller batch"), std::string::npos);
  EXPECT_NE(refusal_of(8, 4096, 4096, {}).find("no cut of 8 rows x 4096 x 4096"), std::string::npos);
}

TEST(PlanParallelism, MultipliesBlocksAndContractsThatCannotBe) {
  const auto with = [](std::optional<std::array<int, 3>> mmul, std::optional<std::array<int, 2>> block,
                       std::optional<Contract> contract = {}, std::optional<int> cas_num = {}) {
    return refusal_of(20, 64, 64, {{}, cas_num, {}, {}, mmul, block, contract});
  };
  EXPECT_EQ(with({{4, 8, 8}}, {}), "accepted");
  EXPECT_EQ(with({{4, 4, 8}}, {}),
            "layer 'fc1': mmul 4x4x8 is no multiply that ve2802 has for int8 activations and int8 weights; "
            "use 4x8x8 or 4x8x4");
  EXPECT_EQ(with({}, {{4, 4}}), "layer 'fc1': 4x4 blocks need more than the 9 accumulators; use 2x2");
  EXPECT_EQ(with({}, {{3, 2}}), "layer 'fc1': 3x2 blocks are not supported; use 1, 2 or 4 a side");
  EXPECT_EQ(
      with({}, {}, Contract::outer, 4),
      "layer 'fc1': cas_num 4 cuts 20 rows into slices of 8, and the last holds nothing; use at most 3");
}

// Sums of 16-bit products of a long K leave 32-bit lanes: what mmul asks for is refused, what is chosen fits.
TEST(PlanParallelism, AMultiplyWhoseLanesASumLeavesIsRefused) {
  compiler::Graph graph = make_dense_graph(8, 1024, {{16}});
  graph.tensors[static_cast<std::size_t>(graph.inputs[0].tensor)].quant.type = arch::ElementType::int16;
  auto& op = std::get<compiler::DenseOp>(graph.nodes[0].op);
  graph.tensors[static_cast<std::size_t>(op.y)].quant.type = arch::ElementType::int16;
  op.bias.reset();
  for (auto& w : graph.tensors[static_cast<std::size_t>(op.w)].data) w = -128;
  const LayerShape chosen = compiler::shape_of(graph, 0, {}, ve2802());
  EXPECT_EQ(chosen.kernel.accumulator_bits, 64);
  LayerDirectives fixed;
  fixed.mmul = {{4, 4, 8}};
  try {
    compiler::shape_of(graph, 0, fixed, ve2802());
    FAIL() << "accepted";
  } catch (const arch::InputError& error) {
    EXPECT_STREQ(
        error.what(),
        "layer 'fc1': its sums can reach 4294967296, beyond the 32 bit of an accumulator lane of mmul "
        "4x4x8; leave mmul out, or use smaller weights or a smaller K");
  }
}

TEST(PlanTileMemory, BuffersOfAPlainTile) {
  kernels::DenseTile kernel;
  kernel.rows = 8;
  kernel.k = 128;
  kernel.n = 128;
  kernel.bias = true;
  const auto memory = compiler::lay_out(kernel, ve2802()).value();
  EXPECT_EQ(memory.inputs[0][0].address, 0x0000);
  EXPECT_EQ(memory.inputs[0][1].address, 0xC000);
  EXPECT_EQ(memory.weights->address, 0x4000);
  EXPECT_EQ(memory.stack.address, 0x8000);
  EXPECT_EQ(memory.bias.value().address, 0x0400);
  EXPECT_EQ(memory.bias.value().size, 4 * (4 * 128 + 4 * 16));  // 4 rows, a block of columns behind the last
  EXPECT_EQ(memory.out.value()[0].address, 0x8400);
  EXPECT_EQ(memory.out.value()[1].address, 0x8800);
}

TEST(PlanTileMemory, OutputsMoveToTheLhsBanksWhenTheirsIsFull) {
  kernels::DenseTile kernel;
  kernel.rows = 64;
  kernel.k = 64;
  kernel.n = 128;  // 8 KB of output each
  const auto memory = compiler::lay_out(kernel, ve2802()).value();
  EXPECT_EQ(memory.out.value()[0].address, 0x8400);
  EXPECT_EQ(memory.out.value()[1].address, 0x1000);  // behind lhs ping, which the pong call does not read
}

TEST(PlanTileMemory, SaysWhatDoesNotFit) {
  kernels::DenseTile kernel;
  kernel.rows = 1024;
  kernel.k = 32;
  kernel.n = 16;
  std::string why;
  EXPECT_FALSE(compiler::lay_out(kernel, ve2802(), &why));
  EXPECT_EQ(why, "its lhs buffer of 32768 bytes does not fit a bank of 16384 bytes");
}

// One stream serves all readers of a tensor: the layer and the output each have an edge that listens.
TEST(PlanPlanner, SeveralReadersOfATensorShareItsStream) {
  compiler::Graph graph = make_dense_graph(8, 64, {{64}, {32}});
  const auto& first = std::get<compiler::DenseOp>(graph.nodes[0].op);
  graph.outputs.push_back({first.y, "also", false});
  const compiler::Plan plan = compiler::make_plan(graph, {}, ve2802());
  const auto net = std::find_if(plan.nets.begin(), plan.nets.end(),
                                [](const compiler::Net& n) { return n.name == "fc1.out[0]"; });
  ASSERT_NE(net, plan.nets.end());
  EXPECT_EQ(net->sinks.size(), 2U);
}

TEST(PlanPlanner, SameInputGivesTheSamePlan) {
  const auto graph =
      make_dense_graph(8, 160, {{64, true, true, 5, 4}, {64, true, true, 4, 2}, {8, true, true, 2, 1}});
  const auto directives =
      make_directives({{64, true, true, 5, 4}, {64, true, true, 4, 2}, {8, true, true, 2, 1}});
  const auto a = compiler::make_plan(graph, directives, ve2802());
  const auto b = compiler::make_plan(graph, directives, ve2802());
  EXPECT_EQ(compiler::to_text(a, ve2802()), compiler::to_text(b, ve2802()));
  EXPECT_EQ(a.routes, b.routes);
}

}  // namespace
}  // namespace aie4ml::tests
