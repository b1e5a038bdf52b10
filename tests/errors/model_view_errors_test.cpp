// Transpose, Slice, Split, Concat, Identity.
#include <gtest/gtest.h>

#include "tests/errors/model_error_case.hpp"
#include "tests/support/onnx_builder.hpp"

namespace aie4ml::tests {
namespace {

using Ints = std::vector<std::int64_t>;

std::string list(OnnxBuilder& b, const std::string& name, const Ints& values) {
  return b.ints(name, TensorProto::INT64, {static_cast<int>(values.size())}, values);
}

// What reads x (2x3), before the layer.
onnx::NodeProto& view_of_x(OnnxBuilder& b, const std::string& op, const std::vector<std::string>& more = {}) {
  std::vector<std::string> inputs = {"x"};
  inputs.insert(inputs.end(), more.begin(), more.end());
  b.add(op, "view", inputs, "v");
  b.node("fc").set_input(0, "v");
  return b.node("view");
}
onnx::NodeProto& slice_of_x(OnnxBuilder& b, const Ints& starts, const Ints& ends, const Ints& axes,
                            const Ints& steps = {1}) {
  return view_of_x(
      b, "Slice",
      {list(b, "starts", starts), list(b, "ends", ends), list(b, "axes", axes), list(b, "steps", steps)});
}
onnx::NodeProto& split_of_x(OnnxBuilder& b, const Ints& sizes, int outputs) {
  onnx::NodeProto& node = view_of_x(b, "Split", {list(b, "sizes", sizes)});
  for (int i = 1; i < outputs; ++i) node.add_output("v" + std::to_string(i));
  OnnxBuilder::set_attribute(node, "axis", std::int64_t{1});
  return node;
}
// A second quantized input to join with x.
void concat_of_x(OnnxBuilder& b, int type, int frac, const Dims& dims, std::int64_t axis) {
  const auto other = b.dq(b.input("o_q", type, dims), frac, type, "o");
  OnnxBuilder::set_attribute(view_of_x(b, "Concat", {other}), "axis", axis);
}

const Case kViewCases[] = {
    {"TransposeOfTheBatch",
     "model.onnx: node 'view' (Transpose): moves other axes of 'r' (2x4x3) than the last two; swap the last "
     "two "
     "axes only",
     [](OnnxBuilder& b) {
       const auto r = b.dq(b.input("r_q", TensorProto::INT8, {2, 4, 3}), 1, TensorProto::INT8, "r");
       b.q(b.add("Transpose", "view", {r}, "t"), 1, TensorProto::INT8, "t_q");
       OnnxBuilder::set_attribute(b.node("view"), "perm", Ints{1, 0, 2});
       b.output("t_q", TensorProto::INT8, {4, 2, 3});
     }},
    {"TransposeWithoutPermReversesAllAxes",
     "model.onnx: node 'view' (Transpose): moves other axes of 'r' (2x4x3) than the last two; swap the last "
     "two "
     "axes only",
     [](OnnxBuilder& b) {
       const auto r = b.dq(b.input("r_q", TensorProto::INT8, {2, 4, 3}), 1, TensorProto::INT8, "r");
       b.q(b.add("Transpose", "view", {r}, "t"), 1, TensorProto::INT8, "t_q");
       b.output("t_q", TensorProto::INT8, {3, 4, 2});
     }},
    {"PermIsNoPermutation",
     "model.onnx: node 'view' (Transpose): perm is no permutation of the 2 axes of 'x' (2x3); export the "
     "model "
     "again",
     [](OnnxBuilder& b) {
       OnnxBuilder::set_attribute(view_of_x(b, "Transpose"), "perm", Ints{1, 1});
     }},
    {"PermIsANumber",
     "model.onnx: node 'view' (Transpose): attribute 'perm' is no list of integers; export the model again",
     [](OnnxBuilder& b) { OnnxBuilder::set_attribute(view_of_x(b, "Transpose"), "perm", std::int64_t{1}); }},
    {"SliceStep", "model.onnx: node 'view' (Slice): step 2 on axis 1; use step 1",
     [](OnnxBuilder& b) { slice_of_x(b, {0}, {3}, {1}, {2}); }},
    {"SliceOfNothing",
     "model.onnx: node 'view' (Slice): leaves nothing of axis 1 of 'x' (2x3); remove it from the network",
     [](OnnxBuilder& b) { slice_of_x(b, {2}, {-1}, {1}); }},
    {"SliceTwoAxes", "model.onnx: node 'view' (Slice): cuts axes 0 and 1; use one Slice for each axis",
     [](OnnxBuilder& b) {
       slice_of_x(b, {1, 1}, {9, 9}, {0, -1}, {1, 1});
     }},
    {"SliceOneAxisTwice", "model.onnx: node 'view' (Slice): cuts axis 1 twice; export the model again",
     [](OnnxBuilder& b) {
       slice_of_x(b, {0, 1}, {9, 9}, {1, -1}, {1, 1});
     }},
    {"SliceAxisBeyond",
     "model.onnx: node 'view' (Slice): axis 2 of 'x' (2x3) does not exist; export the model again",
     [](OnnxBuilder& b) { slice_of_x(b, {0}, {1}, {2}); }},
    {"SliceListsOfTwoLengths",
     "model.onnx: node 'view' (Slice): has 1 starts, 2 ends, 1 axes and 1 steps; export the model again",
     [](OnnxBuilder& b) {
       slice_of_x(b, {0}, {1, 1}, {1});
     }},
    {"SliceLimitsNotConstant",
     "model.onnx: node 'view' (Slice): its starts 'x_q' are no constant integers; use an initializer or a "
     "Constant "
     "node",
     [](OnnxBuilder& b) { slice_of_x(b, {0}, {1}, {1}).set_input(1, "x_q"); }},
    {"SplitUneven",
     "model.onnx: node 'view' (Split): 3 elements do not split into 2 equal parts; give the sizes",
     [](OnnxBuilder& b) {
       onnx::NodeProto& node = view_of_x(b, "Split");
       node.add_output("v1");
       OnnxBuilder::set_attribute(node, "axis", std::int64_t{1});
     }},
    {"SplitTooFew",
     "model.onnx: node 'view' (Split): 2 sizes of sum 2 for 2 outputs and 3 elements; export the model "
     "again",
     [](OnnxBuilder& b) {
       split_of_x(b, {1, 1}, 2);
     }},
    {"SplitSizesAndOutputs",
     "model.onnx: node 'view' (Split): 2 sizes of sum 3 for 3 outputs and 3 elements; export the model again",
     [](OnnxBuilder& b) {
       split_of_x(b, {1, 2}, 3);
     }},
    {"SplitEmptyPart",
     "model.onnx: node 'view' (Split): its sizes do not split 3 elements; give every output at least one",
     [](OnnxBuilder& b) {
       split_of_x(b, {3, 0}, 2);
     }},
    {"SplitTooMuch",
     "model.onnx: node 'view' (Split): its sizes do not split 3 elements; give every output at least one",
     [](OnnxBuilder& b) {
       split_of_x(b, {2, 2}, 2);
     }},
    {"SplitNumOutputs",
     "model.onnx: node 'view' (Split): num_outputs is 3, it has 1 outputs; export the model again",
     [](OnnxBuilder& b) {
       OnnxBuilder::set_attribute(view_of_x(b, "Split"), "num_outputs", std::int64_t{3});
     }},
    {"ConcatWithoutAxis", "model.onnx: node 'view' (Concat): axis is missing; export the model again",
     [](OnnxBuilder& b) { view_of_x(b, "Concat", {"x"}); }},
    {"ConcatDoesNotFit",
     "model.onnx: node 'view' (Concat): its inputs 'x' (2x3) and 'o' (1x3) do not fit; make them equal but "
     "for axis "
     "1",
     [](OnnxBuilder& b) {
       concat_of_x(b, TensorProto::INT8, 2, {1, 3}, 1);
     }},
    {"ConcatOfRanks",
     "model.onnx: node 'view' (Concat): its inputs 'x' (2x3) and 'o' (1x2x3) do not fit; make them equal but "
     "for "
     "axis 1",
     [](OnnxBuilder& b) {
       concat_of_x(b, TensorProto::INT8, 2, {1, 2, 3}, 1);
     }},
    {"ConcatOfCodesAndReals",
     "model.onnx: node 'view' (Concat): its inputs 'x' (2x3) and 'x_q' (2x3) are float32 and int8; give them "
     "one type",
     [](OnnxBuilder& b) {
       OnnxBuilder::set_attribute(view_of_x(b, "Concat", {"x_q"}), "axis", std::int64_t{0});
     }},
    {"ConcatOfTwoScales",
     "model.onnx: node 'view' (Concat): its operands 'x' (2x3) and 'o' (2x3) are int8 with scale 2^-2 and "
     "int8 with "
     "scale 2^-3; quantize them alike",
     [](OnnxBuilder& b) {
       concat_of_x(b, TensorProto::INT8, 3, {2, 3}, 0);
     }},
    {"ConcatWithAConstant",
     "model.onnx: node 'view' (Concat): its operand 'c' (2x3) is a constant; constants are supported as "
     "weights and "
     "biases only",
     [](OnnxBuilder& b) {
       const auto c = b.parameter("c", TensorProto::INT8, {2, 3}, Ints(6), 2);
       OnnxBuilder::set_attribute(view_of_x(b, "Concat", {c}), "axis", std::int64_t{0});
     }},
    {"ViewOfAResultThatIsNotQuantized",
     "model.onnx: node 'fc' (Gemm): its result 'fc_act' (2x2) is not quantized; put a QuantizeLinear and "
     "DequantizeLinear pair there",
     [](OnnxBuilder& b) {
       b.graph().mutable_node()->RemoveLast();  // y_q
       b.graph().clear_output();
       second_layer(b, b.add("Transpose", "view", {"fc_act"}, "v"));
     }},
    {"PartsQuantizedInTwoWays",
     "model.onnx: node 'fc' (Gemm): its result 'fc_act' (2x2) is quantized and also used in another way; "
     "quantize it "
     "once and use that everywhere",
     [](OnnxBuilder& b) {
       b.q(b.add("Transpose", "view", {"fc_act"}, "v"), 0, TensorProto::INT8, "v_q");
       b.output("v_q", TensorProto::INT8, {2, 2});
     }},
    {"IdentityOfAnInput",
     "model.onnx: graph output 'same': it is a graph input passed through; remove it from the "
     "network",
     [](OnnxBuilder& b) {
       b.add("Identity", "id", {"x"}, "same");
       b.output("same", TensorProto::FLOAT, {2, 3});
     }},
    {"CodesThatNobodyReads",
     "model.onnx: graph input 'c_q': no DequantizeLinear says what its codes mean; put one behind it",
     [](OnnxBuilder& b) {
       b.add("Transpose", "view", {b.input("c_q", TensorProto::INT8, {2, 3})}, "c_t");
       b.output("c_t", TensorProto::INT8, {3, 2});
     }},
    {"CodesReadInTwoWays",
     "model.onnx: node 'again' (DequantizeLinear): reads 'x_t' (3x2) as int8 with scale 2^-3, but node 'x' "
     "(DequantizeLinear) has int8 with scale 2^-2; use one scale and type for one tensor",
     [](OnnxBuilder& b) {
       b.dq(b.add("Transpose", "view", {"x_q"}, "x_t"), 3, TensorProto::INT8, "again");
       b.output("again", TensorProto::FLOAT, {3, 2});
     }},
};

INSTANTIATE_TEST_SUITE_P(View, ModelError, testing::ValuesIn(kViewCases), case_name);

}  // namespace
}  // namespace aie4ml::tests
