// Nodes and the layers they make.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/errors/model_error_case.hpp"
#include "tests/support/onnx_builder.hpp"

namespace aie4ml::tests {
namespace {

const Case kNodeCases[] = {
    {"UnknownOperator",
     "model.onnx: node 'fc_relu' (Tanh): operator Tanh is not supported; see aie4ml-compile --list-ops for "
     "those that "
     "are",
     [](OnnxBuilder& b) { b.node("fc_relu").set_op_type("Tanh"); }},
    {"UnnamedNode",
     "model.onnx: node '#4' (Tanh): operator Tanh is not supported; see aie4ml-compile --list-ops for those "
     "that are",
     [](OnnxBuilder& b) {
       b.node("fc_relu").set_op_type("Tanh");
       b.node("fc_relu").clear_name();
     }},
    {"UnknownDomain",
     "model.onnx: node 'fc' (Gemm): operator Gemm of domain 'my.ops' is not supported; see aie4ml-compile "
     "--list-ops "
     "for those that are",
     [](OnnxBuilder& b) { b.node("fc").set_domain("my.ops"); }},
    {"UnknownAttribute",
     "model.onnx: node 'fc' (Gemm): attribute 'extra' is not supported; export without it",
     [](OnnxBuilder& b) { b.set_attribute(b.node("fc"), "extra", std::int64_t{1}); }},
    {"AttributeOfAnotherType",
     "model.onnx: node 'fc' (Gemm): attribute 'transB' is no integer; export the model again",
     [](OnnxBuilder& b) { b.set_attribute(b.node("fc"), "transB", 1.0F); }},
    {"InputNotDefined",
     "model.onnx: node 'fc' (Gemm): 'nothing' is not defined: no graph input, initializer or node gives it; "
     "export the model again",
     [](OnnxBuilder& b) { b.node("fc").set_input(1, "nothing"); }},
    {"InputMissing", "model.onnx: node 'fc' (Gemm): input 1 is missing; it needs 2",
     [](OnnxBuilder& b) { b.node("fc").set_input(1, ""); }},
    {"TooManyInputs", "model.onnx: node 'fc_relu' (Relu): has 2 inputs; it takes at most 1",
     [](OnnxBuilder& b) { b.node("fc_relu").add_input("x"); }},
    {"TooManyOutputs", "model.onnx: node 'fc_relu' (Relu): has 2 outputs; it gives exactly one",
     [](OnnxBuilder& b) { b.node("fc_relu").add_output("more"); }},
    {"OutputGivenTwice",
     "model.onnx: node 'y_q' (QuantizeLinear): gives tensor 'fc_sum', which has a value already; give every "
     "tensor a "
     "name of its own",
     [](OnnxBuilder& b) { b.node("y_q").set_output(0, "fc_sum"); }},
    {"OutputIsAnInitializer",
     "model.onnx: node 'y_q' (QuantizeLinear): gives tensor 'spare', which has a value already; give every "
     "tensor "
     "a name of its own",
     [](OnnxBuilder& b) { b.node("y_q").set_output(0, b.ints("spare", TensorProto::INT8, {}, {0})); }},
    {"InitializerTwice", "model.onnx: initializer 'w_q' is there twice; give every tensor a name of its own",
     [](OnnxBuilder& b) { b.ints("w_q", TensorProto::INT8, {}, {0}); }},
    {"Cycle",
     "model.onnx: node 'fc' (Gemm): is part of a cycle or reads from one; a network must be free of cycles",
     [](OnnxBuilder& b) { b.node("fc").set_input(0, "fc_act"); }},
    {"EmptyConstant",
     "model.onnx: node 'c' (Constant): holds no value; give it a tensor, a number or a list of numbers",
     [](OnnxBuilder& b) { b.add("Constant", "c", {}, "c"); }},
};

const Case kLayerCases[] = {
    {"KMismatch",
     "model.onnx: node 'fc' (Gemm): its input 'x' (2x4) has 4 features, its weights 'w' (3x2) have K = 3; "
     "make the two "
     "equal",
     [](OnnxBuilder& b) { x_shape(b).mutable_dim(1)->set_dim_value(4); }},
    {"WeightsOfThreeAxes",
     "model.onnx: node 'fc' (Gemm): its weights 'w' (1x3x2) have 3 axes; give them two, K x N",
     [](OnnxBuilder& b) {
       auto& w = b.initializer("w_q");
       w.clear_dims();
       for (const int dim : {1, 3, 2}) w.add_dims(dim);
     }},
    {"GemmOnThreeAxes",
     "model.onnx: node 'fc' (Gemm): its input 'x' (2x5x3) has more than 2 axes; use MatMul for that",
     [](OnnxBuilder& b) {
       x_shape(b).mutable_dim(1)->set_dim_value(5);
       x_shape(b).add_dim()->set_dim_value(3);
     }},
    {"Alpha", "model.onnx: node 'fc' (Gemm): alpha is 0.5; fold it into the weights and use 1",
     [](OnnxBuilder& b) { b.set_attribute(b.node("fc"), "alpha", 0.5F); }},
    {"Beta", "model.onnx: node 'fc' (Gemm): beta is 2; fold it into the weights and use 1",
     [](OnnxBuilder& b) { b.set_attribute(b.node("fc"), "beta", 2.0F); }},
    {"TransA", "model.onnx: node 'fc' (Gemm): transA is set; give the input as rows x features",
     [](OnnxBuilder& b) { b.set_attribute(b.node("fc"), "transA", std::int64_t{1}); }},
    {"FloatWeights",
     "model.onnx: node 'fc' (Gemm): weights 'wf' (3x2) are float; quantize them: integer initializer and "
     "DequantizeLinear with a power-of-two scale",
     [](OnnxBuilder& b) {
       b.node("fc").set_input(1, b.floats("wf", {3, 2}, {1, 2, 3, 4, 5, 6}));
     }},
    {"WeightsAreAnActivation",
     "model.onnx: node 'fc2' (MatMul): its second operand 'h' (2x2) is no constant; only layers with "
     "constant weights "
     "are supported",
     [](OnnxBuilder& b) {
       b.dq("y_q", 1, TensorProto::INT8, "h");
       b.q(b.add("MatMul", "fc2", {"h", "h"}, "s"), 0, TensorProto::INT8, "z_q");
       b.output("z_q", TensorProto::INT8, {2, 2});
     }},
    {"ConstantTimesActivation",
     "model.onnx: node 'fc2' (MatMul): its first operand 'w' (3x2) is a constant; swap and transpose the "
     "operands: "
     "activation first, weights second",
     [](OnnxBuilder& b) {
       b.dq("y_q", 1, TensorProto::INT8, "h");
       b.q(b.add("MatMul", "fc2", {"w", "h"}, "s"), 0, TensorProto::INT8, "z_q");
       b.output("z_q", TensorProto::INT8, {3, 2});
     }},
    {"BiasDoesNotFit",
     "model.onnx: node 'fc' (Gemm): its bias 'b' (3) does not fit the result (2x2); give it the shape 2",
     [](OnnxBuilder& b) {
       b.initializer("b_q").set_dims(0, 3);
       b.initializer("b_q").mutable_raw_data()->append(4, '\0');
     }},
    {"BiasPerRow",
     "model.onnx: node 'fc' (Gemm): bias 'b' (2x1) has not one value per output feature; give it the shape 2",
     [](OnnxBuilder& b) { b.initializer("b_q").add_dims(1); }},
    {"BiasAnActivation",
     "model.onnx: node 'fc' (Gemm): its bias 'x1' (2x1) is no constant; only constant biases are supported",
     [](OnnxBuilder& b) {
       b.node("fc").set_input(2,
                              b.dq(b.input("x1_q", TensorProto::INT8, {2, 1}), 3, TensorProto::INT8, "x1"));
     }},
    {"FloatBiasNotExact",
     "model.onnx: node 'fc' (Gemm): element 1 of bias 'bf' (2) is no int32 multiple of 2^-3, the scale of "
     "the input "
     "times that of the weights; quantize the bias to int32 with scale 2^-3",
     [](OnnxBuilder& b) {
       b.node("fc").set_input(2, b.floats("bf", {2}, {0.125F, 0.1F}));
     }},
    {"BiasBeyondInt32",
     "model.onnx: node 'fc' (Gemm): element 0 of bias 'bf' (2) is no int32 multiple of 2^-3, the scale of "
     "the input "
     "times that of the weights; quantize the bias to int32 with scale 2^-3",
     [](OnnxBuilder& b) {
       b.node("fc").set_input(2, b.floats("bf", {2}, {0x1p28F, 0}));
     }},
    {"BiasNan",
     "model.onnx: node 'fc' (Gemm): element 0 of bias 'bf' (2) is no int32 multiple of 2^-3, the scale of "
     "the input "
     "times that of the weights; quantize the bias to int32 with scale 2^-3",
     [](OnnxBuilder& b) {
       b.node("fc").set_input(2, b.floats("bf", {2}, {std::nanf(""), 0}));
     }},
    {"WeightsNan",
     "model.onnx: node 'w2_q' (QuantizeLinear): its input 'wf' (1) holds a NaN; export finite parameters",
     [](OnnxBuilder& b) { b.q(b.floats("wf", {1}, {std::nanf("")}), 0, TensorProto::INT8, "w2_q"); }},
};

const Case kElementwiseCases[] = {
    {"SumNotQuantized",
     "model.onnx: node 'sum' (Add): its result 's' (2x2) is not quantized; put a QuantizeLinear and "
     "DequantizeLinear pair there",
     [](OnnxBuilder& b) {
       second_layer(b, b.add("Add", "sum", {b.dq("y_q", 1, TensorProto::INT8, "h"), "h"}, "s"));
     }},
    {"SumOfAResultThatIsNotQuantized",
     "model.onnx: node 'fc' (Gemm): its result 'fc_act' (2x2) is not quantized; put a QuantizeLinear and "
     "DequantizeLinear pair there",
     [](OnnxBuilder& b) {
       const auto r = b.dq(b.input("r_q", TensorProto::INT8, {2, 2}), 1, TensorProto::INT8, "r");
       b.node("y_q").set_input(0, b.add("Add", "sum", {"fc_act", r}, "s"));
     }},
    {"SumOfTwoScales",
     "model.onnx: node 'sum' (Add): its operands 'h' (2x2) and 'r' (2x2) are int8 with scale 2^-1 and int8 "
     "with "
     "scale 2^-3; quantize them alike",
     [](OnnxBuilder& b) {
       const auto r = b.dq(b.input("r_q", TensorProto::INT8, {2, 2}), 3, TensorProto::INT8, "r");
       b.q(b.add("Add", "sum", {b.dq("y_q", 1, TensorProto::INT8, "h"), r}, "s"), 1, TensorProto::INT8,
           "z_q");
       b.output("z_q", TensorProto::INT8, {2, 2});
     }},
    {"SumOfTwoTypes",
     "model.onnx: node 'sum' (Add): its operands 'h' (2x2) and 'r' (2x2) are int8 with scale 2^-1 and int16 "
     "with "
     "scale 2^-1; quantize them alike",
     [](OnnxBuilder& b) {
       const auto r = b.dq(b.input("r_q", TensorProto::INT16, {2, 2}), 1, TensorProto::INT16, "r");
       b.q(b.add("Add", "sum", {b.dq("y_q", 1, TensorProto::INT8, "h"), r}, "s"), 1, TensorProto::INT8,
           "z_q");
       b.output("z_q", TensorProto::INT8, {2, 2});
     }},
    {"SumOfAnotherScale",
     "model.onnx: node 'z_q' (QuantizeLinear): makes int8 with scale 2^0 of a sum of two int8 with scale "
     "2^-1; "
     "quantize the sum like its operands",
     [](OnnxBuilder& b) {
       b.q(b.add("Add", "sum", {b.dq("y_q", 1, TensorProto::INT8, "h"), "h"}, "s"), 0, TensorProto::INT8,
           "z_q");
       b.output("z_q", TensorProto::INT8, {2, 2});
     }},
    {"SumWithBroadcasting",
     "model.onnx: node 'sum' (Add): its operands 'h' (2x2) and 'r' (1x2) have different shapes; give them "
     "one "
     "shape; broadcasting is not supported",
     [](OnnxBuilder& b) {
       const auto r = b.dq(b.input("r_q", TensorProto::INT8, {1, 2}), 1, TensorProto::INT8, "r");
       b.q(b.add("Add", "sum", {b.dq("y_q", 1, TensorProto::INT8, "h"), r}, "s"), 1, TensorProto::INT8,
           "z_q");
       b.output("z_q", TensorProto::INT8, {2, 2});
     }},
    {"AddBehindQuantization",
     "model.onnx: node 'sum' (Add): its operand 'h' (2x2) is not the direct result of a Gemm or MatMul; move "
     "the bias "
     "before ReLU and quantization, or into the layer before",
     [](OnnxBuilder& b) {
       second_layer(
           b, b.add("Add", "sum", {b.dq("y_q", 1, TensorProto::INT8, "h"), b.floats("c", {2}, {1, 1})}, "s"));
     }},
    {"SecondBias",
     "model.onnx: node 'sum' (Add): node 'fc' (Gemm) has a bias already; add up the two biases when "
     "exporting",
     [](OnnxBuilder& b) {
       b.node("fc_relu").set_input(0, b.add("Add", "sum", {"fc_sum", b.floats("c", {2}, {1, 1})}, "s"));
     }},
    {"ResultAlsoUsedWithoutBias",
     "model.onnx: node 'sum' (Add): the result of node 'fc' (Gemm) is also used without the bias; give each "
     "use a layer "
     "of its own",
     [](OnnxBuilder& b) {
       b.node("fc").mutable_input()->RemoveLast();
       b.q(b.add("Add", "sum", {"fc_sum", b.floats("c", {2}, {1, 1})}, "s"), 0, TensorProto::INT8, "z_q");
       b.output("z_q", TensorProto::INT8, {2, 2});
     }},
    {"AddChangesTheShape",
     "model.onnx: node 'sum' (Add): adding 'c' (1x1x2) changes the shape of 'fc_sum' (2x2); use a bias of "
     "one value per "
     "output feature",
     [](OnnxBuilder& b) {
       b.node("fc").mutable_input()->RemoveLast();
       b.node("fc_relu").set_input(0, b.add("Add", "sum", {"fc_sum", b.floats("c", {1, 1, 2}, {1, 1})}, "s"));
       type_of(*b.graph().mutable_output(0)).clear_shape();
     }},
    {"AddDoesNotFit",
     "model.onnx: node 'sum' (Add): 'fc_sum' (2x2) and 'c' (3) do not fit; give them the same last axis",
     [](OnnxBuilder& b) {
       b.add("Add", "sum", {"fc_sum", b.floats("c", {3}, {1, 1, 1})}, "s");
     }},
    {"ReluAndWithoutRelu",
     "model.onnx: node 'fc_relu' (Relu): 'fc_sum' (2x2) is also used without the Relu; quantize it before "
     "the Relu and use that everywhere",
     [](OnnxBuilder& b) {
       b.q("fc_sum", 0, TensorProto::INT8, "z_q");
       b.output("z_q", TensorProto::INT8, {2, 2});
     }},
    {"ReluThenWiderType",
     "model.onnx: node 'z_q' (QuantizeLinear): turns 'y_q' (2x2) of int8 with scale 2^-1 into uint8 with "
     "scale 2^-1 "
     "with no layer between; use one scale and type for one tensor",
     [](OnnxBuilder& b) {
       b.q(b.add("Relu", "late", {b.dq("y_q", 1, TensorProto::INT8, "h")}, "r"), 1, TensorProto::UINT8,
           "z_q");
       b.graph().clear_output();
       b.output("z_q", TensorProto::UINT8, {2, 2});
     }},
};

INSTANTIATE_TEST_SUITE_P(Node, ModelError, testing::ValuesIn(kNodeCases), case_name);
INSTANTIATE_TEST_SUITE_P(Layer, ModelError, testing::ValuesIn(kLayerCases), case_name);
INSTANTIATE_TEST_SUITE_P(Elementwise, ModelError, testing::ValuesIn(kElementwiseCases), case_name);

}  // namespace
}  // namespace aie4ml::tests
