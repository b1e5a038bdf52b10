// Whole designs, moved through their descriptors and switches by an interpreter of the image, against plain
// integer arithmetic: every element takes the right way, whatever the cut.
#include "tests/unit/compiler/plan_dataflow.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/codegen/codegen.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/plan/planner.hpp"
#include "tests/support/npy.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

void expect_exact(const compiler::Graph& graph, const compiler::Directives& directives, int iterations,
                  std::uint32_t seed) {
  const compiler::Plan plan = compiler::make_plan(graph, directives, ve2802());
  const arch::Image image = compiler::generate_image(graph, plan, ve2802());
  Dataflow dataflow(image, plan, ve2802());
  const auto size = static_cast<std::size_t>(graph.tensor(graph.inputs[0].tensor).elements());
  for (int i = 0; i < iterations; ++i) {
    const Matrix input = random_codes(size, seed + static_cast<std::uint32_t>(i));
    ASSERT_EQ(dataflow.run(input), evaluate(graph, input)) << "iteration " << i;
  }
}

struct Case {
  int rows, k;
  std::vector<DenseSpec> layers;
};

class PlanDataflow : public ::testing::TestWithParam<Case> {};

TEST_P(PlanDataflow, EqualsIntegerArithmetic) {
  const Case& c = GetParam();
  expect_exact(make_dense_graph(c.rows, c.k, c.layers), make_directives(c.layers), 3, 100);
}

// Chains with a range of rows each, and from one contract to the other.
constexpr bool kOuter = true;
INSTANTIATE_TEST_SUITE_P(
    Contracts, PlanDataflow,
    ::testing::Values(
        Case{32, 64, {{48, true, true, 1, 4, kOuter}}},
        Case{32, 96, {{48, true, true, 3, 2, kOuter}}},  // six streams in, two out
        Case{32, 64, {{48, true, true, 1, 4, kOuter}, {64, true, true, 2, 4}}},
        Case{32, 64, {{48, true, true, 2, 3}, {64, true, true, 2, 4, kOuter}}},
        Case{40, 64, {{48, true, true, 1, 5, kOuter}, {64, true, true, 1, 3, kOuter}}},  // 8 rows to 16
        Case{21, 50, {{37, true, true, 2, 3, kOuter}, {29, true, false, 2, 2}}},         // nothing even
        Case{21, 50, {{37, true, true, 2, 2}, {29, true, false, 2, 3, kOuter}}},
        // more readers than a memory tile has streams, in rows and columns
        Case{64, 64, {{64, true, true, 1, 2}, {32, true, true, 4, 4, kOuter}, {16, true, true, 2, 1}}}));

// From tile to tile: one stream, one for every chain to all positions, by rows, and only on the second edge.
constexpr std::optional<compiler::Transport> kDirect = compiler::Transport::direct;
INSTANTIATE_TEST_SUITE_P(
    Direct, PlanDataflow,
    ::testing::Values(
        Case{8, 64, {{64}, {32, true, true, 1, 1, false, {}, kDirect}}},
        Case{8, 64, {{64, true, true, 2, 4}, {32, true, true, 4, 2, false, {}, kDirect}}},
        Case{3, 50, {{37, true, true, 1, 3}, {29, true, true, 3, 2, false, {}, kDirect}}},
        Case{32, 64, {{48, true, true, 2, 4, kOuter}, {40, true, true, 1, 4, kOuter, {}, kDirect}}},
        Case{16,
             64,
             {{64, true, true, 1, 2, false, {{4, 2}}}, {64, true, true, 2, 1, false, {{4, 2}}, kDirect}}},
        Case{8, 64, {{64, true, true, 1, 2}, {64}, {32, true, true, 1, 1, false, {}, kDirect}}}));

// Rows padded to 4, 8 or 16, columns to 16 or 32, and changes of both between layers.
INSTANTIATE_TEST_SUITE_P(
    Blocks, PlanDataflow,
    ::testing::Values(
        Case{5, 50, {{40, true, true, 1, 1, false, {{4, 2}}}, {24, true, true, 2, 1, false, {{1, 4}}}}},
        Case{5, 50, {{40, true, true, 1, 2, false, {{1, 2}}}, {70, true, true, 2, 2, false, {{4, 2}}}}},
        Case{18, 64, {{64, true, true, 2, 2, false, {{2, 4}}}, {64, true, true, 4, 1, false, {{4, 1}}}}},
        Case{40, 64, {{64, true, true, 2, 2, kOuter, {{4, 2}}}, {64, true, true, 1, 3, kOuter, {{1, 4}}}}}));

INSTANTIATE_TEST_SUITE_P(
    Cuts, PlanDataflow,
    ::testing::Values(
        Case{8, 64, {{64}}},                                              // one tile
        Case{1, 10, {{7}}},                                               // all smaller than a block
        Case{3, 150, {{100}, {10, true, false}}},                         // nothing a multiple of 16
        Case{8, 128, {{256, true, true, 1, 2}, {64, true, true, 1, 1}}},  // two writers, one reader
        Case{8, 64, {{64, true, true, 2, 2}, {64, true, true, 4, 1}, {8, true, true, 4, 1}}},
        Case{8, 64, {{96, true, true, 1, 2}, {48, true, true, 3, 1}}},  // cuts that cross: 48/48 to 32/32/32
        Case{8, 96, {{80, true, true, 3, 5}, {80, false, true, 2, 2}, {33, true, false, 5, 3}}},
        Case{20, 64, {{150, true, true, 1, 3}, {40, true, true, 4, 1}}},  // readers beyond what is written
        Case{8, 64, {{10, true, true, 1, 1}, {16, true, true, 1, 1}}},    // partial block between layers
        Case{8, 1024, {{16, true, true, 1, 1}}},
        Case{8, 16, {{272, true, true, 1, 1}, {16, true, true, 6, 1}}},  // more padding than the DMA makes
        Case{16,
             160,
             {{64, true, true, 5, 4},
              {64, true, true, 4, 2},
              {64, true, true, 2, 4},
              {8, true, true, 2, 1}}}));

TEST(PlanDataflow, EqualsIntegerArithmeticForRandomCuts) {
  std::mt19937 random(7);
  int compiled = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const auto pick = [&](int low, int high) {
      return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
    };
    std::vector<DenseSpec> layers;
    const int k = pick(1, 130);
    const int rows = pick(1, 40);
    int inner = k;
    for (int i = pick(1, 3); i > 0; --i) {
      DenseSpec spec{pick(1, 130), pick(0, 1) == 1, pick(0, 1) == 1, 0, 0};
      spec.outer = pick(0, 2) == 0;
      if (pick(0, 2) == 0) spec.block = {{1 << pick(0, 2), 2}};
      const int steps = spec.outer ? (rows + 15) / 16 : (spec.n + 15) / 16;
      spec.cas_len = std::min(pick(1, 6), (inner + 15) / 16);
      spec.cas_num = std::min(pick(1, 6), steps);
      inner = spec.n;
      layers.push_back(spec);
    }
    const compiler::Graph graph = make_dense_graph(rows, k, layers, static_cast<std::uint32_t>(trial));
    std::string cuts;
    for (const DenseSpec& spec : layers) {
      cuts +=
          fmt::format(", {} {}x{}{} {}x{}", spec.n, spec.cas_len, spec.cas_num, spec.outer ? " outer" : "",
                      spec.block ? (*spec.block)[0] : 0, spec.block ? (*spec.block)[1] : 0);
    }
    SCOPED_TRACE(fmt::format("trial {}: {} rows, {}{}", trial, rows, k, cuts));
    try {
      expect_exact(graph, make_directives(layers), 2, static_cast<std::uint32_t>(1000 + trial));
      ++compiled;
    } catch (const arch::InputError& error) {
      // Slices that hold nothing, and tiles that would need more than 16 descriptors, are refused.
      const std::string what = error.what();
      EXPECT_TRUE(what.find("holds nothing") != std::string::npos ||
                  what.find("no buffer descriptor left") != std::string::npos)
          << what;
    }
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(compiled, 30);
}

class PlanDataflowModel : public ::testing::TestWithParam<const char*> {};

// Expected outputs by onnxruntime and numpy, see tests/models/README.md.
TEST_P(PlanDataflowModel, EqualsExpectedOutputs) {
  const std::string folder = std::string(AIE4ML_SOURCE_DIR) + "/tests/models/" + GetParam();
  const compiler::Graph graph = compiler::import_onnx(folder + "/model.onnx");
  const compiler::Plan plan = compiler::make_plan(graph, {}, ve2802());
  const arch::Image image = compiler::generate_image(graph, plan, ve2802());
  const Npy input = read_npy(folder + "/in_x_q.npy");
  const Npy output = read_npy(folder + "/out_y_q.npy");
  Dataflow dataflow(image, plan, ve2802());
  const auto in_size = input.codes.size() / static_cast<std::size_t>(input.shape[0]);
  const auto out_size = output.codes.size() / static_cast<std::size_t>(output.shape[0]);
  for (std::size_t i = 0; i < static_cast<std::size_t>(input.shape[0]); ++i) {
    const auto slice = [i](const std::vector<std::int64_t>& all, std::size_t size) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(i * size);
      return Matrix(begin, begin + static_cast<std::ptrdiff_t>(size));
    };
    ASSERT_EQ(dataflow.run(slice(input.codes, in_size)), slice(output.codes, out_size)) << "iteration " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Digits, PlanDataflowModel,
                         ::testing::Values("digits_mlp", "digits_wide", "digits_b1"));

}  // namespace
}  // namespace aie4ml::tests
