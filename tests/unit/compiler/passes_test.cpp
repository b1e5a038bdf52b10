// What the passes fuse, and that the fused form computes what the ONNX file says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/frontend/import_onnx.hpp"
#include "compiler/graph/reference.hpp"
#include "compiler/passes/pipeline.hpp"
#include "tests/support/onnx_builder.hpp"

namespace aie4ml::compiler {
namespace {

using onnx::TensorProto;
using testing::ElementsAre;
using tests::OnnxBuilder;

// x_q int8 1x1 -> MatMul by 1 -> Q (2^0): the chain below it is the test's.
OnnxBuilder chain_head(int type) {
  OnnxBuilder b;
  const auto x = b.dq(b.input("x_q", TensorProto::INT16, {1, 1}), 0, TensorProto::INT16, "x");
  const auto w = b.parameter("w", TensorProto::INT8, {1, 1}, {1}, 0);
  b.q(b.add("MatMul", "fc", {x, w}, "s"), 0, type, "s_q");
  b.dq("s_q", 0, type, "s_r");
  return b;
}

Graph lowered(const OnnxBuilder& b, std::vector<std::string>* passes = nullptr) {
  const auto path = b.save();
  OnnxGraph onnx = read_onnx(path);
  std::filesystem::remove_all(path.parent_path());
  return lower(std::move(onnx), [&](std::string_view pass, const OnnxGraph& graph) {
    EXPECT_TRUE(graph.validate().empty()) << pass;
    if (passes != nullptr) passes->emplace_back(pass);
  });
}

std::int64_t run(const Graph& graph, std::int64_t x) {
  return evaluate(graph, std::vector<Codes>{Codes{x}}).at(0).at(0);
}

TEST(Pipeline, ReportsEveryPass) {
  std::vector<std::string> passes;
  lowered(tests::dense_model(), &passes);
  EXPECT_THAT(passes, ElementsAre("fold_constants", "remove_identities", "fold_bias", "fuse_relu",
                                  "remove_identities"));
}

TEST(FuseRelu, BehindQuantizationWithTheSameScale) {
  OnnxBuilder b = chain_head(TensorProto::INT8);
  b.q(b.add("Relu", "relu", {"s_r"}, "r"), 0, TensorProto::INT8, "y_q");
  b.output("y_q", TensorProto::INT8, {1, 1});
  const Graph graph = lowered(b);
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_TRUE(std::get<DenseOp>(graph.nodes[0].op).relu);
  EXPECT_EQ(run(graph, -5), 0);
  EXPECT_EQ(run(graph, 5), 5);
  EXPECT_EQ(run(graph, 200), 127);
}

TEST(FuseRelu, BehindQuantizationReadDirectlyByTheNextLayer) {
  OnnxBuilder b = chain_head(TensorProto::INT8);
  const auto r = b.add("Relu", "relu", {"s_r"}, "r");
  const auto w = b.parameter("w2", TensorProto::INT8, {1, 1}, {3}, 0);
  b.q(b.add("MatMul", "fc2", {r, w}, "t"), 0, TensorProto::INT16, "y_q");
  b.output("y_q", TensorProto::INT16, {1, 1});
  const Graph graph = lowered(b);
  EXPECT_EQ(run(graph, -5), 0);
  EXPECT_EQ(run(graph, 200), 381);
}

TEST(FuseRelu, UnsignedThenSignedClampsToTheNarrower) {
  OnnxBuilder b = chain_head(TensorProto::UINT8);
  b.q(b.add("Relu", "relu", {"s_r"}, "r"), 0, TensorProto::INT8, "y_q");
  b.output("y_q", TensorProto::INT8, {1, 1});
  const Graph graph = lowered(b);
  EXPECT_EQ(run(graph, 200), 127);
  EXPECT_EQ(run(graph, -200), 0);
}

TEST(FuseRelu, TwiceIsOnce) {
  OnnxBuilder b = chain_head(TensorProto::INT8);
  b.node("s_q").set_input(0, "s2");
  b.add("Relu", "r1", {"s"}, "s1");
  b.add("Relu", "r2", {"s1"}, "s2");
  b.output("s_r", TensorProto::FLOAT, {1, 1});
  EXPECT_EQ(run(lowered(b), -7), 0);
}

TEST(RemoveIdentities, ReluOfAnUnsignedInput) {
  OnnxBuilder b;
  const auto x = b.dq(b.input("x_q", TensorProto::UINT8, {1, 1}), 0, TensorProto::UINT8, "x");
  const auto w = b.parameter("w", TensorProto::INT8, {1, 1}, {-1}, 0);
  b.q(b.add("MatMul", "fc", {b.add("Relu", "relu", {x}, "r"), w}, "s"), 0, TensorProto::INT8, "y_q");
  b.output("y_q", TensorProto::INT8, {1, 1});
  const Graph graph = lowered(b);
  EXPECT_FALSE(std::get<DenseOp>(graph.nodes[0].op).relu);
  EXPECT_EQ(run(graph, 100), -100);
}

TEST(RemoveIdentities, NarrowerTypeAtTheSameScale) {
  OnnxBuilder b = chain_head(TensorProto::INT16);
  b.q("s_r", 0, TensorProto::INT8, "y_q");
  b.output("y_q", TensorProto::INT8, {1, 1});
  const Graph graph = lowered(b);
  EXPECT_EQ(run(graph, 1000), 127);
  EXPECT_EQ(run(graph, -1000), -128);
}

TEST(RemoveIdentities, RepeatedQuantizersAreOne) {
  OnnxBuilder b = chain_head(TensorProto::INT8);
  b.q("s", 0, TensorProto::INT8, "again_q");
  b.q("s_r", 0, TensorProto::INT8, "third_q");
  b.output("s_q", TensorProto::INT8, {1, 1});
  b.output("again_q", TensorProto::INT8, {1, 1});
  b.output("third_q", TensorProto::INT8, {1, 1});
  const Graph graph = lowered(b);
  ASSERT_EQ(graph.outputs.size(), 3U);
  EXPECT_EQ(graph.outputs[0].tensor, graph.outputs[1].tensor);
  EXPECT_EQ(graph.outputs[0].tensor, graph.outputs[2].tensor);
  EXPECT_EQ(graph.outputs[1].name, "again_q");
}

TEST(RemoveIdentities, DeadLayersGo) {
  OnnxBuilder b = tests::dense_model();
  const auto w = b.parameter("w2", TensorProto::INT8, {2, 1}, {1, 1}, 0);
  b.add("MatMul", "dead", {b.dq("y_q", 1, TensorProto::INT8, "h"), w}, "s2");
  EXPECT_EQ(lowered(b).nodes.size(), 1U);
}

}  // namespace
}  // namespace aie4ml::compiler
