// Random networks through the compiler: the same bits as plain integer arithmetic, and properties that hold
// for every design (tests/contract/random_design_test.cpp has those of designs made by hand).
#include <iostream>

#include <gtest/gtest.h>

#include "arch/host/port_map.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/plan/planner.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/conservation.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

// false: the draw is a network that the planner refuses.
bool expect_properties(unsigned seed) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto pick = [&random](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  const int rows = pick(1, 20);
  const int k = pick(16, 200);
  std::vector<DenseSpec> layers(static_cast<std::size_t>(pick(1, 3)));
  for (DenseSpec& layer : layers) {
    layer = {.n = pick(16, 160), .bias = pick(0, 3) > 0, .relu = pick(0, 1) == 1};
    if (pick(0, 1) == 1) layer.cas_len = pick(1, 2), layer.cas_num = pick(1, 3);
  }
  const compiler::Graph graph = make_dense_graph(rows, k, layers, seed);
  arch::Image image;
  try {
    const compiler::Plan plan = compiler::make_plan(graph, make_directives(layers), ve2802());
    image = compiler::generate_image(graph, plan, ve2802());
  } catch (const arch::InputError&) {
    return false;
  }
  constexpr int kIterations = 3;
  const arch::PortArrays inputs = arch::random_inputs(image, kIterations, seed);
  const arch::PlioWords words = arch::words_from_inputs(image, inputs, kIterations);
  const sim::MachineResult ahead = sim::run(ve2802(), image, words, {.iterations = kIterations});
  EXPECT_FALSE(ahead.fault) << sim::text_of(*ahead.fault);
  if (ahead.fault) return true;

  const arch::NpyArray& x = inputs.at(0).array;
  Matrix expected, found;
  for (std::int64_t i = 0; i < kIterations; ++i) {
    const std::int64_t elements = std::int64_t{rows} * k;
    Matrix codes;
    for (std::int64_t e = 0; e < elements; ++e) codes.push_back(x.integer_at(i * elements + e));
    const Matrix y = evaluate(graph, codes);
    expected.insert(expected.end(), y.begin(), y.end());
  }
  const arch::PortArrays outputs = arch::outputs_from_words(image, ahead.plio_outputs, kIterations);
  const arch::NpyArray& y = outputs.begin()->second.array;
  for (std::int64_t e = 0; e < y.elements(); ++e) found.push_back(y.integer_at(e));
  EXPECT_EQ(found, expected);

  EXPECT_EQ(test::unconserved(ve2802(), image, ahead), "");
  const sim::MachineResult stepped =
      sim::run(ve2802(), image, words, {.iterations = kIterations, .run_ahead = false});
  EXPECT_EQ(sim::text_of(ahead), sim::text_of(stepped));
  const sim::MachineResult permuted =
      sim::run(ve2802(), image, words, {.iterations = kIterations, .construction_seed = seed + 1});
  EXPECT_EQ(sim::text_of(permuted), sim::text_of(ahead));
  return true;
}

constexpr unsigned kSeeds = 8;
class RandomGraphs : public testing::TestWithParam<unsigned> {};

TEST_P(RandomGraphs, KeepTheirProperties) {
  const unsigned first = GetParam() * kSeeds + 1;
  int refused = 0;
  for (unsigned seed = first; seed < first + kSeeds && !HasFailure(); ++seed) {
    refused += expect_properties(seed) ? 0 : 1;
  }
  std::cout << "seeds " << first << " to " << first + kSeeds - 1 << ", " << refused << " refused\n";
  EXPECT_LT(refused, static_cast<int>(kSeeds) / 2);
}

INSTANTIATE_TEST_SUITE_P(Short, RandomGraphs, testing::Range(0U, 1U));
INSTANTIATE_TEST_SUITE_P(Long, RandomGraphs, testing::Range(1U, 26U));

}  // namespace
}  // namespace aie4ml::tests
