// Forms of ONNX that must import, each checked through the integers it computes.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/frontend/import_onnx.hpp"
#include "compiler/graph/reference.hpp"
#include "tests/support/onnx_builder.hpp"

namespace aie4ml::compiler {
namespace {

using onnx::TensorProto;
using testing::ElementsAre;
using tests::dense_model;
using tests::OnnxBuilder;
using tests::Storage;

Graph import(const OnnxBuilder& b, std::optional<std::int64_t> batch = {}) {
  const auto path = b.save();
  Graph graph = import_onnx(path, {batch});
  std::filesystem::remove_all(path.parent_path());
  EXPECT_TRUE(graph.validate().empty());
  return graph;
}

Codes run(const OnnxBuilder& b, const Codes& x) {
  return evaluate(import(b), std::vector<Codes>{x}).at(0);
}

const Codes kX = {8, 4, -3, -100, 100, -127};
// By hand: sums 45, -38, 845, -182 (with bias), shifted by 2 with halves to even, ReLU, int8.
const Codes kY = {11, 0, 127, 0};

TEST(Import, DenseLayer) {
  const Graph graph = import(dense_model());
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_EQ(graph.nodes[0].name, "fc");
  const auto& op = std::get<DenseOp>(graph.nodes[0].op);
  EXPECT_TRUE(op.relu);
  EXPECT_EQ(graph.tensor(op.x).quant, (Quantization{arch::ElementType::int8, 2}));
  EXPECT_EQ(graph.tensor(op.w).quant, (Quantization{arch::ElementType::int8, 1}));
  EXPECT_THAT(graph.tensor(op.w).data, ElementsAre(1, -2, 3, 4, -5, 6));
  EXPECT_EQ(graph.tensor(*op.bias).quant, (Quantization{arch::ElementType::int32, 3}));
  EXPECT_EQ(graph.tensor(op.y).quant, (Quantization{arch::ElementType::int8, 1}));
  EXPECT_THAT(graph.tensor(op.y).shape, ElementsAre(2, 2));
  EXPECT_EQ(graph.inputs[0].name, "x_q");
  EXPECT_FALSE(graph.inputs[0].is_float);
  EXPECT_EQ(graph.outputs[0].name, "y_q");
  EXPECT_EQ(graph.model_sha256.size(), 64U);
  EXPECT_EQ(run(dense_model(), kX), kY);
  EXPECT_EQ(run(dense_model(), {0, 0, 0, 4, 10, 10}), (Codes{2, 0, 0, 18}));  // 10 / 4 = 2.5 -> 2
}

TEST(Import, NumbersInTypedFieldsOfTheTensor) {
  OnnxBuilder b = dense_model();
  auto& w = b.initializer("w_q");
  w.clear_raw_data();
  for (const int code : {1, -2, 3, 4, -5, 6}) w.add_int32_data(code);
  auto& bias = b.initializer("b_q");
  bias.clear_raw_data();
  for (const int code : {10, -20}) bias.add_int32_data(code);
  auto& zero = b.initializer("y_q_z");
  zero.clear_int32_data();
  zero.set_raw_data(std::string(1, '\0'));
  EXPECT_EQ(run(b, kX), kY);
}

TEST(Import, ScaleWithOneElementAxis) {
  OnnxBuilder b = dense_model();
  b.initializer("y_q_s").add_dims(1);
  b.initializer("y_q_z").add_dims(1);
  EXPECT_EQ(run(b, kX), kY);
}

TEST(Import, ParametersFromConstantNodes) {
  OnnxBuilder b = dense_model();
  const auto to_node = [&](const std::string& name) {
    auto& node = *b.graph().add_node();  // behind its reader: the order must not matter
    node.set_op_type("Constant");
    node.add_output(name);
    auto& value = *node.add_attribute();
    value.set_name("value");
    value.set_type(onnx::AttributeProto::TENSOR);
    *value.mutable_t() = b.initializer(name);
    b.initializer(name).set_name("unused_" + name);
  };
  for (const char* name : {"w_q", "b_q", "b_z", "x_s"}) to_node(name);
  auto& scale = *b.graph().add_node();
  scale.set_op_type("Constant");
  scale.add_output("y_q_s");
  b.set_attribute(scale, "value_float", 0.5F);
  b.initializer("y_q_s").set_name("unused_y_q_s");
  EXPECT_EQ(run(b, kX), kY);
}

TEST(Import, TransposedWeights) {
  OnnxBuilder b = dense_model();
  b.set_attribute(b.node("fc"), "transB", std::int64_t{1});
  b.initializer("w_q").set_dims(0, 2);
  b.initializer("w_q").set_dims(1, 3);
  b.initializer("w_q").set_raw_data(std::string("\x01\x03\xfb\xfe\x04\x06", 6));  // 1 3 -5 | -2 4 6
  EXPECT_EQ(run(b, kX), kY);
}

TEST(Import, OneInitializerInBothOrientations) {
  OnnxBuilder b;
  const auto x = b.dq(b.input("x_q", TensorProto::INT8, {1, 2}), 0, TensorProto::INT8, "x");
  const auto w = b.parameter("w", TensorProto::INT8, {2, 2}, {1, 2, 3, 4}, 0);
  b.q(b.add("Gemm", "plain", {x, w}, "p"), 0, TensorProto::INT8, "p_q");
  b.q(b.add("Gemm", "transposed", {x, w}, "t"), 0, TensorProto::INT8, "t_q");
  b.set_attribute(b.node("transposed"), "transB", std::int64_t{1});
  b.output("p_q", TensorProto::INT8, {1, 2});
  b.output("t_q", TensorProto::INT8, {1, 2});
  const auto y = evaluate(import(b), std::vector<Codes>{Codes{1, 10}});
  EXPECT_EQ(y[0], (Codes{31, 42}));
  EXPECT_EQ(y[1], (Codes{21, 43}));
}

// MatMul + Add + Relu on an input with any number of leading axes.
OnnxBuilder matmul_model(const tests::Dims& lead, const std::vector<int>& bias_dims, bool bias_first) {
  OnnxBuilder b;
  tests::Dims in = lead;
  in.emplace_back(3);
  tests::Dims out = lead;
  out.emplace_back(2);
  const auto x = b.dq(b.input("x_q", TensorProto::INT8, in), 2, TensorProto::INT8, "x");
  const auto w = b.parameter("w", TensorProto::INT8, {3, 2}, {1, -2, 3, 4, -5, 6}, 1);
  const auto bias = b.parameter("b", TensorProto::INT32, bias_dims, {10, -20}, 3);
  const auto product = b.add("MatMul", "fc", {x, w}, "fc_mm");
  const auto sum = bias_first ? b.add("Add", "fc_bias", {bias, product}, "fc_sum")
                              : b.add("Add", "fc_bias", {product, bias}, "fc_sum");
  b.q(b.add("Relu", "fc_relu", {sum}, "fc_act"), 1, TensorProto::INT8, "y_q");
  b.output("y_q", TensorProto::INT8, out);
  return b;
}

TEST(Import, MatMulWithBiasInEitherOrder) {
  EXPECT_EQ(run(matmul_model({2}, {2}, false), kX), kY);
  EXPECT_EQ(run(matmul_model({2}, {2}, true), kX), kY);
  EXPECT_EQ(run(matmul_model({2}, {1, 2}, true), kX), kY);
}

TEST(Import, LeadingAxesCountAsRows) {
  const Graph graph = import(matmul_model({1, 2}, {1, 1, 2}, false));
  const auto& op = std::get<DenseOp>(graph.nodes[0].op);
  EXPECT_THAT(graph.tensor(op.y).shape, ElementsAre(1, 2, 2));
  EXPECT_EQ(graph.tensor(op.x).rows(), 2);
  EXPECT_EQ(evaluate(graph, std::vector<Codes>{kX}).at(0), kY);
}

TEST(Import, FloatBiasThatIsExact) {
  OnnxBuilder b = dense_model();
  b.floats("b_float", {2}, {1.25F, -2.5F});  // 10 and -20 times 2^-3
  b.node("fc").set_input(2, "b_float");
  EXPECT_EQ(run(b, kX), kY);
}

TEST(Import, ScalarBiasAndBiasAtAnotherScale) {
  OnnxBuilder b = dense_model();
  b.parameter("b1", TensorProto::INT32, {}, {5}, 2);  // 5 * 2^-2 = 10 * 2^-3 for both features
  b.node("fc").set_input(2, "b1");
  EXPECT_EQ(run(b, {8, 4, -3, 0, 10, 10}), (Codes{11, 0, 0, 28}));  // -18 + 10, -20 + 10, 100 + 10
}

TEST(Import, WeightsAsFloatInitializerWithQuantizeLinear) {
  OnnxBuilder b = dense_model();
  // At 2^-1: 0.75 -> 1.5 -> 2, 1.25 -> 2.5 -> 2, 100 -> 127, -100 -> -128
  b.floats("w_float", {3, 2}, {0.5F, 0.75F, 1.25F, -0.5F, 100.0F, -100.0F});
  b.dq(b.q("w_float", 1, TensorProto::INT8, "w2_q"), 1, TensorProto::INT8, "w2");
  b.node("fc").set_input(1, "w2");
  const Graph graph = import(b);
  EXPECT_THAT(graph.tensor(std::get<DenseOp>(graph.nodes[0].op).w).data, ElementsAre(1, 2, 2, -1, 127, -128));
}

TEST(Import, FloatAtBothEnds) {
  OnnxBuilder b;
  const auto x = b.dq(b.q(b.input("x", TensorProto::FLOAT, {1, 2}), 3, TensorProto::INT8, "x_q"), 3,
                      TensorProto::INT8, "x_r");
  const auto w = b.parameter("w", TensorProto::INT8, {2, 1}, {1, 1}, 0);
  b.dq(b.q(b.add("Gemm", "fc", {x, w}, "s"), 2, TensorProto::UINT8, "y_q"), 2, TensorProto::UINT8, "y");
  b.output("y", TensorProto::FLOAT, {1, 1});
  const Graph graph = import(b);
  EXPECT_TRUE(graph.inputs[0].is_float);
  EXPECT_EQ(graph.inputs[0].name, "x");
  EXPECT_EQ(graph.tensor(graph.inputs[0].tensor).name, "x_q");
  EXPECT_TRUE(graph.outputs[0].is_float);
  EXPECT_EQ(graph.outputs[0].name, "y");
  EXPECT_EQ(graph.tensor(graph.outputs[0].tensor).quant, (Quantization{arch::ElementType::uint8, 2}));
  EXPECT_EQ(evaluate(graph, std::vector<Codes>{Codes{100, 127}}).at(0),
            (Codes{114}));  // 227 / 2 = 113.5 -> 114
  EXPECT_EQ(evaluate(graph, std::vector<Codes>{Codes{-100, 10}}).at(0), (Codes{0}));
}

TEST(Import, OneTensorAsIntegerOutputFloatOutputAndInputOfALayer) {
  OnnxBuilder b = dense_model();
  const auto h = b.dq("y_q", 1, TensorProto::INT8, "h");
  const auto w = b.parameter("w2", TensorProto::INT8, {2, 1}, {1, 1}, 0);
  b.q(b.add("MatMul", "fc2", {h, w}, "s2"), 1, TensorProto::INT8, "z_q");
  b.output("h", TensorProto::FLOAT, {2, 2});
  b.output("z_q", TensorProto::INT8, {2, 1});
  const Graph graph = import(b);
  ASSERT_EQ(graph.outputs.size(), 3U);
  EXPECT_EQ(graph.outputs[0].tensor, graph.outputs[1].tensor);
  const auto y = evaluate(graph, std::vector<Codes>{kX});
  EXPECT_EQ(y[0], kY);
  EXPECT_EQ(y[1], kY);
  EXPECT_EQ(y[2], (Codes{11, 127}));
}

TEST(Import, AbsentZeroPointMeansUint8) {
  OnnxBuilder b = dense_model();
  auto& q = *b.graph().mutable_node(b.graph().node_size() - 1);
  q.mutable_input()->RemoveLast();
  b.graph().mutable_output(0)->mutable_type()->mutable_tensor_type()->set_elem_type(TensorProto::UINT8);
  EXPECT_EQ(run(b, kX), (Codes{11, 0, 211, 0}));
}

TEST(Import, SixteenBitTypesAreRecorded) {
  OnnxBuilder b(21);
  const auto x = b.dq(b.input("x_q", TensorProto::INT16, {1, 2}), 4, TensorProto::INT16, "x");
  const auto w = b.parameter("w", TensorProto::INT8, {2, 1}, {2, 3}, 0);
  b.q(b.add("Gemm", "fc", {x, w}, "s"), 4, TensorProto::UINT16, "y_q");
  b.output("y_q", TensorProto::UINT16, {1, 1});
  const Graph graph = import(b);
  EXPECT_EQ(graph.tensor(graph.inputs[0].tensor).quant.type, arch::ElementType::int16);
  EXPECT_EQ(evaluate(graph, std::vector<Codes>{Codes{20000, 5000}}).at(0), (Codes{55000}));
}

TEST(Import, QuantizeLinearOfOnnxruntimesDomain) {
  OnnxBuilder b = dense_model();
  b.node("y_q").set_domain("com.microsoft");
  b.node("fc").set_domain("ai.onnx");
  EXPECT_EQ(run(b, kX), kY);
}

TEST(Import, InitializersListedAsInputs) {
  OnnxBuilder b = dense_model();
  b.input("w_q", TensorProto::INT8, {3, 2});
  EXPECT_EQ(import(b).inputs.size(), 1U);
}

TEST(Import, UnnamedNodesAreNamedByTheirIndexAmongTheLayers) {
  OnnxBuilder b = dense_model();
  for (auto& node : *b.graph().mutable_node()) node.clear_name();
  EXPECT_EQ(import(b).nodes[0].name, "#0");
}

TEST(Import, BatchFillsAnOpenOrSingleLeadingDimension) {
  OnnxBuilder b = dense_model();
  auto& dim =
      *b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0);
  const auto rows = [&](std::optional<std::int64_t> batch) {
    const Graph graph = import(b, batch);
    return graph.tensor(graph.outputs[0].tensor).rows();
  };
  EXPECT_EQ(rows({}), 2);
  EXPECT_EQ(rows(2), 2);
  dim.set_dim_value(1);
  EXPECT_EQ(rows({}), 1);
  EXPECT_EQ(rows(16), 16);
  dim.set_dim_value(-1);
  EXPECT_EQ(rows(4), 4);
  dim.set_dim_param("N");
  EXPECT_EQ(rows(5), 5);
  dim.clear_dim_param();
  EXPECT_EQ(rows(6), 6);
}

TEST(SupportedOps, AreInAlphabeticalOrderWithANote) {
  const auto ops = supported_ops();
  ASSERT_GE(ops.size(), 7U);
  for (std::size_t i = 0; i < ops.size(); ++i) {
    EXPECT_FALSE(ops[i].note.empty()) << ops[i].name;
    EXPECT_EQ(ops[i].note.find('\n'), std::string_view::npos);
    if (i > 0) {
      EXPECT_LE(ops[i - 1].name, ops[i].name);
    }
  }
}

}  // namespace
}  // namespace aie4ml::compiler
