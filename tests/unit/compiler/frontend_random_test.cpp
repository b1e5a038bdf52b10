// Random networks of all operators: what the importer makes of them computes what they say.
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "compiler/frontend/import_onnx.hpp"
#include "compiler/graph/graph_io.hpp"
#include "compiler/graph/reference.hpp"
#include "compiler/passes/pipeline.hpp"
#include "tests/support/random_model.hpp"

namespace aie4ml::compiler {
namespace {

// The bits of a model's inputs through importer and reference, and through its own arithmetic.
void expect_same_bits(const tests::RandomModel& model, std::mt19937_64& random, int rounds = 2) {
  SCOPED_TRACE("seed " + std::to_string(model.seed) + "\n" + model.text);
  const Graph graph = lower(parse_onnx(model.onnx.bytes(), "model.onnx"));
  ASSERT_EQ(graph.inputs.size(), model.inputs.size());
  ASSERT_EQ(graph.outputs.size(), model.outputs.size());
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    EXPECT_EQ(graph.inputs[i].name, model.inputs[i].name);
    EXPECT_EQ(graph.inputs[i].is_float, model.inputs[i].is_float);
    EXPECT_EQ(graph.tensor(graph.inputs[i].tensor).quant.frac, model.inputs[i].frac);
  }
  for (int round = 0; round < rounds; ++round) {
    const std::vector<Codes> inputs = tests::random_inputs(model, random);
    const std::vector<Codes> expected = model.evaluate(inputs);
    const std::vector<Codes> got = evaluate(graph, inputs);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(graph.outputs[i].is_float, model.outputs[i].is_float);
      ASSERT_EQ(got[i], expected[i]) << model.outputs[i].name;
    }
  }
}

void sweep(std::uint64_t first, std::uint64_t count, const tests::RandomModelOptions& options) {
  std::mt19937_64 random(first);
  for (std::uint64_t seed = first; seed < first + count && !testing::Test::HasFailure(); ++seed) {
    const tests::RandomModel model = tests::random_model(seed, options);
    expect_same_bits(model, random);
    const Graph graph = lower(parse_onnx(model.onnx.bytes(), "model.onnx"));
    EXPECT_EQ(to_json(graph_from_json(to_json(graph), "graph.json")), to_json(graph)) << seed;
  }
}

TEST(RandomModels, AnyGraph) {
  sweep(1, 300, {.max_layers = 6, .max_rows = 7, .max_features = 24});
}
TEST(RandomModels, Int8OfManyLayers) {
  sweep(1000, 100,
        {.max_layers = 15,
         .max_inputs = 4,
         .max_rows = 5,
         .max_features = 16,
         .activations = {onnx::TensorProto::INT8},
         .weights = {onnx::TensorProto::INT8}});
}
TEST(RandomModels, WithoutFanOut) {
  sweep(2000, 100, {.max_layers = 6, .max_rows = 5, .max_features = 24, .feature_step = 8, .fan_out = false});
}

// Seven layers, 512 wide: 1.8 million weights, and sums of many products.
TEST(RandomModels, WideMlp) {
  std::mt19937_64 random(7);
  expect_same_bits(tests::random_mlp(7, 1, std::vector<int>(8, 512)), random, 1);
}

// What the sweeps are made of: each operator is there often enough to mean something.
TEST(RandomModels, CoverEveryOperator) {
  std::vector<int> count(std::variant_size_v<Op>);
  int fan_outs = 0;
  int read_outputs = 0;
  int several_inputs = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const tests::RandomModel model =
        tests::random_model(seed, {.max_layers = 6, .max_rows = 7, .max_features = 24});
    const Graph graph = lower(parse_onnx(model.onnx.bytes(), "model.onnx"));
    for (const Node& node : graph.nodes) ++count[node.op.index()];
    for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
      fan_outs += graph.readers(static_cast<TensorId>(t)).size() > 1 ? 1 : 0;
    }
    for (const GraphIo& io : graph.outputs) read_outputs += graph.readers(io.tensor).empty() ? 0 : 1;
    several_inputs += graph.inputs.size() > 1 ? 1 : 0;
  }
  for (std::size_t i = 0; i < count.size(); ++i) EXPECT_GT(count[i], 30) << "alternative " << i << " of Op";
  EXPECT_GT(fan_outs, 100);
  EXPECT_GT(read_outputs, 30);
  EXPECT_GT(several_inputs, 50);
}

}  // namespace
}  // namespace aie4ml::compiler
