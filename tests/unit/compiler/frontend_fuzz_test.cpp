// A damaged file gives an InputError or a network that computes, and nothing else.
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "compiler/frontend/import_onnx.hpp"
#include "compiler/graph/graph_io.hpp"
#include "compiler/graph/graph_print.hpp"
#include "compiler/graph/reference.hpp"
#include "compiler/passes/pipeline.hpp"
#include "tests/support/onnx_builder.hpp"

namespace aie4ml::compiler {
namespace {

using onnx::TensorProto;

// Two layers in both forms, a residual Add and all views, so that damage meets most of the frontend.
std::string healthy_bytes() {
  tests::OnnxBuilder b = tests::dense_model();
  const auto h = b.dq("y_q", 1, TensorProto::INT8, "h");
  const auto w = b.parameter("w2", TensorProto::INT8, {2, 2}, {1, 2, 3, 4}, 0);
  const auto sum = b.add("Add", "fc2_bias",
                         {b.floats("b2", {2}, {0.5F, -1.0F}), b.add("MatMul", "fc2", {h, w}, "m")}, "s");
  b.dq(b.q(b.add("Relu", "relu2", {sum}, "r"), 1, TensorProto::UINT8, "z_q"), 1, TensorProto::UINT8, "z");
  b.output("z", TensorProto::FLOAT, {2, 2});
  const auto t = b.add("Transpose", "turn", {h}, "t");
  const auto r = b.dq(b.q(b.add("Add", "sum", {h, t}, "sum"), 1, TensorProto::INT8, "res_q"), 1,
                      TensorProto::INT8, "res");
  b.add("Split", "split", {r, b.ints("sizes", TensorProto::INT64, {2}, {1, 1})}, "p0");
  b.node("split").add_output("p1");
  const auto one = b.ints("one", TensorProto::INT64, {1}, {1});
  const auto two = b.ints("two", TensorProto::INT64, {1}, {2});
  const auto s = b.add("Slice", "slice", {b.add("Relu", "relu3", {r}, "r3"), one, two, one}, "cut");
  b.add("Concat", "join", {"p1", "p0"}, "c");
  b.set_attribute(b.node("join"), "axis", std::int64_t{0});
  b.output("c", TensorProto::FLOAT, {2, 2});
  b.output(s, TensorProto::FLOAT, {2, 1});
  return b.bytes();
}

// Whether it imports. What imports must be whole.
bool imports(const std::string& bytes) {
  try {
    const Graph graph = lower(parse_onnx(bytes, "model.onnx"));
    EXPECT_TRUE(graph.validate().empty());
    EXPECT_FALSE(to_json(graph).dump().empty());
    EXPECT_FALSE(to_string(graph).empty());
    std::int64_t elements = 0;
    for (const Tensor& t : graph.tensors) elements += t.elements();
    if (elements < 100000) {
      std::vector<Codes> inputs;
      for (const GraphIo& io : graph.inputs) {
        inputs.emplace_back(static_cast<std::size_t>(graph.tensor(io.tensor).elements()), 1);
      }
      evaluate(graph, inputs);
    }
  } catch (const arch::InputError& error) {
    const std::string text = error.what();
    EXPECT_EQ(text.find_first_of("\n\r\t\x1b"), std::string::npos) << text;
    return false;
  }
  return true;
}

TEST(ImportFuzz, FlippedBytes) {
  const std::string healthy = healthy_bytes();
  ASSERT_TRUE(imports(healthy));
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = healthy;
    for (auto flips = 1 + random() % 3; flips > 0; --flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    refused += imports(bytes) ? 0 : 1;
  }
  EXPECT_GT(refused, 1000);  // most of the bytes matter
}

TEST(ImportFuzz, EveryTruncation) {
  const std::string healthy = healthy_bytes();
  for (std::size_t size = 0; size < healthy.size(); ++size) {
    EXPECT_FALSE(imports(healthy.substr(0, size))) << size;
  }
}

TEST(ImportFuzz, Noise) {
  std::mt19937 random(8);
  for (int round = 0; round < 1000; ++round) {
    std::string bytes(random() % 200, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_FALSE(imports(bytes));
  }
}

}  // namespace
}  // namespace aie4ml::compiler
