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
  EXPECT_THAT(passes, ElementsAre("fold_constants", "remove_identities", "fold_bias", "sink_views",
                                  "remove_identities", "fuse_relu", "remove_identities"));
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

// Used with and without the ReLU behind the Q: the ReLU is an operator of its own.
TEST(FuseRelu, BesideAnotherUseItStaysAlone) {
  OnnxBuilder b = chain_head(TensorProto::INT8);
  b.add("Relu", "relu", {"s_r"}, "r");
  b.output("r", TensorProto::FLOAT, {1, 1});
  b.output("s_q", TensorProto::INT8, {1, 1});
  const Graph graph = lowered(b);
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_EQ(graph.nodes[1].name, "relu");
  EXPECT_TRUE(std::holds_alternative<ReluOp>(graph.nodes[1].op));
  EXPECT_EQ(evaluate(graph, std::vector<Codes>{Codes{-5}}), (std::vector<Codes>{Codes{0}, Codes{-5}}));
}

TEST(FuseRelu, OfAnInputStaysAlone) {
  OnnxBuilder b;
  const auto x = b.dq(b.input("x_q", TensorProto::INT8, {1, 1}), 3, TensorProto::INT8, "x");
  b.output(b.q(b.add("Relu", "relu", {x}, "r"), 3, TensorProto::INT8, "y_q"), TensorProto::INT8, {1, 1});
  const Graph graph = lowered(b);
  EXPECT_EQ(run(graph, -7), 0);
  EXPECT_EQ(run(graph, 7), 7);
}

// a + b of two int8 inputs at 2^-1, then what the test says.
OnnxBuilder sum_head() {
  OnnxBuilder b;
  const auto x = b.dq(b.input("a_q", TensorProto::INT8, {1, 1}), 1, TensorProto::INT8, "a");
  const auto y = b.dq(b.input("b_q", TensorProto::INT8, {1, 1}), 1, TensorProto::INT8, "b");
  b.add("Add", "sum", {x, y}, "s");
  return b;
}

std::int64_t run(const Graph& graph, std::int64_t a, std::int64_t b) {
  return evaluate(graph, std::vector<Codes>{Codes{a}, Codes{b}}).at(0).at(0);
}

TEST(FuseRelu, IntoAnAddDirectlyAndBehindQuantization) {
  OnnxBuilder direct = sum_head();
  direct.q(direct.add("Relu", "relu", {"s"}, "r"), 1, TensorProto::INT8, "y_q");
  direct.output("y_q", TensorProto::INT8, {1, 1});
  OnnxBuilder behind = sum_head();
  behind.dq(behind.q("s", 1, TensorProto::INT8, "s_q"), 1, TensorProto::INT8, "s_r");
  behind.q(behind.add("Relu", "relu", {"s_r"}, "r"), 1, TensorProto::INT8, "y_q");
  behind.output("y_q", TensorProto::INT8, {1, 1});
  for (const OnnxBuilder& b : {direct, behind}) {
    const Graph graph = lowered(b);
    ASSERT_EQ(graph.nodes.size(), 1U);
    EXPECT_EQ(graph.nodes[0].name, "sum");
    EXPECT_TRUE(std::get<AddOp>(graph.nodes[0].op).relu);
    EXPECT_EQ(run(graph, -100, -100), 0);
    EXPECT_EQ(run(graph, 100, 100), 127);
    EXPECT_EQ(run(graph, -3, 5), 2);
  }
}

// Every rank-3 Linear with ReLU is exported like this (MatMul, Add, Relu, Q); aie4ml refuses it.
TEST(FoldBias, MatMulAddReluOfThreeAxes) {
  OnnxBuilder b;
  const auto x = b.dq(b.input("x_q", TensorProto::INT8, {1, 2, 2}), 1, TensorProto::INT8, "x");
  const auto w = b.parameter("w", TensorProto::INT8, {2, 1}, {3, -1}, 1);
  const auto bias = b.parameter("b", TensorProto::INT32, {1}, {4}, 2);
  const auto sum = b.add("Add", "fc_bias", {bias, b.add("MatMul", "fc", {x, w}, "m")}, "s");
  b.q(b.add("Relu", "relu", {sum}, "r"), 1, TensorProto::INT8, "y_q");
  b.output("y_q", TensorProto::INT8, {1, 2, 1});
  const Graph graph = lowered(b);
  ASSERT_EQ(graph.nodes.size(), 1U);
  // (3 * 5 - 1 + 4) / 2 = 9; -15 - 2 + 4 < 0
  EXPECT_EQ(evaluate(graph, std::vector<Codes>{Codes{5, 1, -5, 2}}).at(0), (Codes{9, 0}));
}

// x 2x2 -> MatMul by ((1 2) (0 1)) with a result at 2^0, unquantized in "s".
OnnxBuilder square_head() {
  OnnxBuilder b;
  const auto x = b.dq(b.input("x_q", TensorProto::INT8, {2, 2}), 0, TensorProto::INT8, "x");
  b.add("MatMul", "fc", {x, b.parameter("w", TensorProto::INT8, {2, 2}, {1, 2, 0, 1}, 0)}, "s");
  return b;
}

TEST(SinkViews, TransposeAndReluBeforeTheQuantization) {
  OnnxBuilder b = square_head();
  b.q(b.add("Relu", "relu", {b.add("Transpose", "turn", {"s"}, "t")}, "r"), 0, TensorProto::INT8, "y_q");
  b.output("y_q", TensorProto::INT8, {2, 2});
  const Graph graph = lowered(b);
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_TRUE(std::get<DenseOp>(graph.nodes[0].op).relu);
  EXPECT_EQ(graph.nodes[1].name, "turn");
  // (1 -4 | 70 3) times w: (1 -2 | 70 143)
  EXPECT_EQ(evaluate(graph, std::vector<Codes>{Codes{1, -4, 70, 3}}).at(0), (Codes{1, 70, 0, 127}));
}

TEST(SinkViews, PartsWithReluAndQuantizationOfTheirOwn) {
  OnnxBuilder b = square_head();
  b.add("Split", "split", {"s"}, "p0");
  b.node("split").add_output("p1");
  b.set_attribute(b.node("split"), "axis", std::int64_t{1});
  for (const std::string part : {"p0", "p1"}) {
    b.q(b.add("Relu", part + "_relu", {part}, part + "_r"), 0, TensorProto::INT8, part + "_q");
    b.output(part + "_q", TensorProto::INT8, {2, 1});
  }
  const Graph graph = lowered(b);
  ASSERT_EQ(graph.nodes.size(), 3U);  // dense and two slices
  EXPECT_TRUE(std::get<DenseOp>(graph.nodes[0].op).relu);
  EXPECT_EQ(graph.layers(), std::vector<NodeId>{0});
  EXPECT_EQ(evaluate(graph, std::vector<Codes>{Codes{1, -4, 70, 3}}),
            (std::vector<Codes>{Codes{1, 70}, Codes{0, 127}}));
}

TEST(SinkViews, JoinOfTwoResults) {
  OnnxBuilder b = square_head();
  const auto w = b.parameter("w2", TensorProto::INT8, {2, 1}, {1, 1}, 0);
  b.add("Concat", "join", {"s", b.add("MatMul", "fc2", {"x", w}, "s2"), "s"}, "c");
  b.set_attribute(b.node("join"), "axis", std::int64_t{1});
  b.q(b.add(
          "Slice", "cut",
          {"c", b.ints("from", TensorProto::INT64, {1}, {-4}),
           b.ints("to", TensorProto::INT64, {1}, {INT64_MAX}), b.ints("axes", TensorProto::INT64, {1}, {1})},
          "d"),
      0, TensorProto::INT8, "y_q");
  b.output("y_q", TensorProto::INT8, {2, 4});
  // fc: (1 -2 | 70 143), fc2: (-3 | 73)
  EXPECT_EQ(evaluate(lowered(b), std::vector<Codes>{Codes{1, -4, 70, 3}}).at(0),
            (Codes{-2, -3, 1, -2, 127, 73, 70, 127}));
}

TEST(FoldConstants, ViewsOfWeights) {
  OnnxBuilder b;
  const auto x = b.dq(b.input("x_q", TensorProto::INT8, {1, 2}), 0, TensorProto::INT8, "x");
  const auto q =
      b.add("Transpose", "turn", {b.ints("w", TensorProto::INT8, {3, 2}, {1, 2, 3, 4, -5, -6})}, "w_t");
  b.add("Split", "split",
        {b.dq(q, 0, TensorProto::INT8, "w_r"), b.ints("sizes", TensorProto::INT64, {2}, {1, 2})},
        "w_0");  // of 2x3
  b.node("split").add_output("w_1");
  b.set_attribute(b.node("split"), "axis", std::int64_t{1});
  const auto joined = b.add("Concat", "join", {b.add("Relu", "relu", {"w_1"}, "w_2"), "w_0"}, "w_3");
  b.set_attribute(b.node("join"), "axis", std::int64_t{-1});
  b.output(b.q(b.add("MatMul", "fc", {x, joined}, "s"), 0, TensorProto::INT8, "y_q"), TensorProto::INT8,
           {1, 3});
  const Graph graph = lowered(b);
  ASSERT_EQ(graph.nodes.size(), 1U);
  // columns (3 4), (-5 -6) after ReLU (0 0), (1 2)
  EXPECT_EQ(graph.tensor(std::get<DenseOp>(graph.nodes[0].op).w).data, (Codes{3, 0, 1, 4, 0, 2}));
}

TEST(FoldConstants, SumOfTwoFloatParametersWithBroadcasting) {
  OnnxBuilder b;
  const auto x = b.dq(b.input("x_q", TensorProto::INT8, {1, 2}), 0, TensorProto::INT8, "x");
  const auto sum =
      b.add("Add", "sum", {b.floats("w", {2, 2}, {0.5F, 1, 1.5F, 2}), b.floats("d", {2}, {1, -1})}, "w_f");
  const auto w = b.dq(b.q(sum, 1, TensorProto::INT8, "w_q"), 1, TensorProto::INT8, "w_r");
  b.output(b.q(b.add("MatMul", "fc", {x, w}, "s"), 0, TensorProto::INT8, "y_q"), TensorProto::INT8, {1, 2});
  const Graph graph = lowered(b);
  EXPECT_EQ(graph.tensor(std::get<DenseOp>(graph.nodes[0].op).w).data, (Codes{3, 0, 5, 2}));
}

// Views of codes, as optimizers leave them: Q -> Transpose -> DQ, and of an integer input.
TEST(Views, OfCodes) {
  OnnxBuilder b;
  const auto t = b.add("Transpose", "turn", {b.input("x_q", TensorProto::INT8, {2, 3})}, "x_t");
  const auto w = b.parameter("w", TensorProto::INT8, {2, 1}, {1, 10}, 0);
  b.q(b.add("MatMul", "fc", {b.dq(t, 2, TensorProto::INT8, "x"), w}, "s"), 2, TensorProto::INT8, "s_q");
  b.output(b.add("Transpose", "back", {"s_q"}, "y_q"), TensorProto::INT8, {1, 3});
  const Graph graph = lowered(b);
  EXPECT_EQ(graph.nodes.size(), 3U);
  EXPECT_EQ(graph.tensor(graph.inputs[0].tensor).quant.frac, 2);
  EXPECT_EQ(evaluate(graph, std::vector<Codes>{Codes{1, 2, 3, 4, 5, 6}}).at(0), (Codes{41, 52, 63}));
}

// What the names of nodes are for: directives. Views do not shift the indices.
TEST(Names, LayersCountViewsDoNot) {
  OnnxBuilder b;
  const auto x = b.dq(b.input("x_q", TensorProto::INT8, {2, 2}), 0, TensorProto::INT8, "x");
  const auto t = b.add("Transpose", "", {x}, "x_t");
  const auto r = b.add("Relu", "", {t}, "x_r");
  b.q(b.add("Add", "", {r, t}, "s"), 0, TensorProto::INT8, "y_q");
  b.output("y_q", TensorProto::INT8, {2, 2});
  const Graph graph = lowered(b);
  ASSERT_EQ(graph.nodes.size(), 3U);
  EXPECT_EQ(graph.nodes[0].name, "transpose");
  EXPECT_EQ(graph.nodes[1].name, "#0");
  EXPECT_EQ(graph.nodes[2].name, "#1");
  EXPECT_EQ(graph.layers(), (std::vector<NodeId>{1, 2}));
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
