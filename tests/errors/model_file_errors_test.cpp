// The file, its tensors and the ends of the graph.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/errors/model_error_case.hpp"
#include "tests/support/onnx_builder.hpp"

namespace aie4ml::tests {
namespace {

const Case kFileCases[] = {
    {"NoOpset", "model.onnx: names no ONNX opset; export with an opset from 10 to 28",
     [](OnnxBuilder& b) { b.model.clear_opset_import(); }},
    {"OldOpset", "model.onnx: uses ONNX opset 9; export with an opset from 10 to 28",
     [](OnnxBuilder& b) { b.model.mutable_opset_import(0)->set_version(9); }},
    {"FutureOpset", "model.onnx: uses ONNX opset 99; export with an opset from 10 to 28",
     [](OnnxBuilder& b) { b.model.mutable_opset_import(0)->set_version(99); }},
    {"NoGraph", "model.onnx: holds no graph, so it is no ONNX model; export the model again",
     [](OnnxBuilder& b) { b.model.clear_graph(); }},
    {"NameNotPrintable",
     "model.onnx: node 'fc\\x0a' is no printable UTF-8; rename it, or export the model again if the file is "
     "damaged",
     [](OnnxBuilder& b) { b.node("fc").set_name("fc\n"); }},
    {"NameNotUtf8",
     "model.onnx: tensor 'y\\xff' is no printable UTF-8; rename it, or export the model again if the file is "
     "damaged",
     [](OnnxBuilder& b) { b.node("y_q").set_output(0, "y\xff"); }},
    {"NoInput", "model.onnx: the network has no input; export the model again",
     [](OnnxBuilder& b) {
       b.graph().clear_input();
       b.ints("x_q", TensorProto::INT8, {2, 3}, {1, 2, 3, 4, 5, 6});
     }},
    {"NoOutput", "model.onnx: the network has no output; export the model again",
     [](OnnxBuilder& b) { b.graph().clear_output(); }},
};

const Case kTensorCases[] = {
    {"ExternalData",
     "model.onnx: node 'w' (DequantizeLinear): constant 'w_q' keeps its data in another file; save the model "
     "with its "
     "weights inside (onnx.save_model, save_as_external_data=False)",
     [](OnnxBuilder& b) { b.initializer("w_q").set_data_location(TensorProto::EXTERNAL); }},
    {"TooFewBytes",
     "model.onnx: node 'w' (DequantizeLinear): constant 'w_q' has 5 bytes of data for 6 elements of 1 bytes; "
     "export "
     "the model again",
     [](OnnxBuilder& b) { b.initializer("w_q").mutable_raw_data()->pop_back(); }},
    {"TooFewValues",
     "model.onnx: node 'w' (DequantizeLinear): constant 'w_q' has 1 values for 6 elements; export the model "
     "again",
     [](OnnxBuilder& b) {
       b.initializer("w_q").clear_raw_data();
       b.initializer("w_q").add_int32_data(1);
     }},
    {"ValueOutsideItsType",
     "model.onnx: node 'y_q' (QuantizeLinear): constant 'y_q_z' has the value 256, outside its type; export "
     "the model "
     "again",
     [](OnnxBuilder& b) { b.initializer("y_q_z").set_int32_data(0, 256); }},
    {"TypeWeDoNotRead",
     "model.onnx: node 'w' (DequantizeLinear): constant 'w_q' has type FLOAT16; use int8, uint8, int16, "
     "uint16, int32, "
     "int64 or float32",
     [](OnnxBuilder& b) { b.initializer("w_q").set_data_type(TensorProto::FLOAT16); }},
    {"UnknownType",
     "model.onnx: node 'w' (DequantizeLinear): constant 'w_q' has type 77; use int8, uint8, int16, uint16, "
     "int32, int64 "
     "or float32",
     [](OnnxBuilder& b) { b.initializer("w_q").set_data_type(77); }},
    {"NegativeDimension",
     "model.onnx: node 'w' (DequantizeLinear): constant 'w_q' has the shape -3x2; dimensions are at least 1 "
     "and elements "
     "at most 2147483648",
     [](OnnxBuilder& b) { b.initializer("w_q").set_dims(0, -3); }},
    {"HugeDimensions",
     "model.onnx: node 'w' (DequantizeLinear): constant 'w_q' has the shape "
     "4611686018427387904x4611686018427387904; "
     "dimensions are at least 1 and elements at most 2147483648",
     [](OnnxBuilder& b) {
       for (int i : {0, 1}) b.initializer("w_q").set_dims(i, std::int64_t{1} << 62);
     }},
};

const Case kEndCases[] = {
    {"OpenBatch", "model.onnx: graph input 'x_q': its leading dimension 'N' is open; give --batch N",
     [](OnnxBuilder& b) { x_shape(b).mutable_dim(0)->set_dim_param("N"); }},
    {"MinusOneBatch", "model.onnx: graph input 'x_q': its leading dimension '-1' is open; give --batch N",
     [](OnnxBuilder& b) { x_shape(b).mutable_dim(0)->set_dim_value(-1); }},
    {"OpenFeatures",
     "model.onnx: graph input 'x_q': dimension 1 of its shape 2xF is open; only the leading dimension may "
     "be; export "
     "the model with fixed features",
     [](OnnxBuilder& b) { x_shape(b).mutable_dim(1)->set_dim_param("F"); }},
    {"OneAxis", "model.onnx: graph input 'x_q': has the shape 2; give it at least two axes, batch x features",
     [](OnnxBuilder& b) { x_shape(b).mutable_dim()->RemoveLast(); }},
    {"NoShape",
     "model.onnx: graph input 'x_q': has the shape scalar; give it at least two axes, batch x features",
     [](OnnxBuilder& b) { type_of(*b.graph().mutable_input(0)).clear_shape(); }},
    {"HugeInput",
     "model.onnx: graph input 'x_q': has the shape 2x9223372036854775807; a tensor has at most 2147483648 "
     "elements",
     [](OnnxBuilder& b) { x_shape(b).mutable_dim(1)->set_dim_value(INT64_MAX); }},
    {"InputType",
     "model.onnx: graph input 'x_q': has type FLOAT16; use float32 with a QuantizeLinear, or integer codes",
     [](OnnxBuilder& b) { type_of(*b.graph().mutable_input(0)).set_elem_type(TensorProto::FLOAT16); }},
    {"InputNoTensor", "model.onnx: graph input 'x_q': is no tensor; use tensors only",
     [](OnnxBuilder& b) { b.graph().mutable_input(0)->mutable_type()->mutable_sequence_type(); }},
    {"InputUnused",
     "model.onnx: graph input 'extra': no node on the way to an output uses it; remove it from the network",
     [](OnnxBuilder& b) {
       b.input("extra", TensorProto::INT8, {2, 2});
     }},
    {"InputFloatNotQuantized",
     "model.onnx: node 'fc2' (MatMul): its input 'f' (2x2) is a float graph input that is not quantized; put "
     "a "
     "QuantizeLinear and DequantizeLinear pair there",
     [](OnnxBuilder& b) {
       second_layer(b, b.input("f", TensorProto::FLOAT, {2, 2}));
     }},
    {"InputTwice",
     "model.onnx: graph input 'x_q': gives tensor 'x_q', which has a value already; give every tensor a name "
     "of its own",
     [](OnnxBuilder& b) {
       b.input("x_q", TensorProto::INT8, {2, 3});
     }},
    {"OutputNotDefined",
     "model.onnx: graph output 'ghost': 'ghost' is not defined: no graph input, initializer or node gives "
     "it; "
     "export the model again",
     [](OnnxBuilder& b) {
       b.output("ghost", TensorProto::INT8, {2, 2});
     }},
    {"OutputTwice", "model.onnx: graph output 'y_q': is there twice; name it once",
     [](OnnxBuilder& b) {
       b.output("y_q", TensorProto::INT8, {2, 2});
     }},
    {"OutputDeclaredOtherwise",
     "model.onnx: graph output 'y_q': is declared UINT8, but is int8; export the model again",
     [](OnnxBuilder& b) { type_of(*b.graph().mutable_output(0)).set_elem_type(TensorProto::UINT8); }},
    {"OutputOfAnotherShape",
     "model.onnx: graph output 'y_q': is declared as 2x9, but is 2x2; export the model again",
     [](OnnxBuilder& b) {
       type_of(*b.graph().mutable_output(0)).mutable_shape()->mutable_dim(1)->set_dim_value(9);
     }},
    {"InputPassedThrough",
     "model.onnx: graph output 'x': it is a graph input passed through; remove it from the network",
     [](OnnxBuilder& b) {
       b.output("x", TensorProto::FLOAT, {2, 3});
     }},
    {"InputIsAnOutput",
     "model.onnx: graph output 'x_q': it is a constant or a graph input; remove it from the network",
     [](OnnxBuilder& b) {
       b.output("x_q", TensorProto::INT8, {2, 3});
     }},
    {"NothingComputed",
     "model.onnx: the network has no Gemm, MatMul, Add or Relu; give a network with a layer",
     [](OnnxBuilder& b) {
       b.graph().clear_output();
       b.output("x", TensorProto::FLOAT, {2, 3});
     }},
};

INSTANTIATE_TEST_SUITE_P(File, ModelError, testing::ValuesIn(kFileCases), case_name);
INSTANTIATE_TEST_SUITE_P(Tensor, ModelError, testing::ValuesIn(kTensorCases), case_name);
INSTANTIATE_TEST_SUITE_P(Ends, ModelError, testing::ValuesIn(kEndCases), case_name);

TEST(ModelFile, MissingEmptyFolderCutOffAndForeign) {
  const std::string bytes = dense_model().bytes();
  EXPECT_EQ(import_error(std::filesystem::path("no/such.onnx")).substr(10),
            ": cannot be read (No such file or directory); check the path");
  EXPECT_EQ(import_error(save_bytes("")), "model.onnx: is empty; export the model again");
  EXPECT_EQ(import_error(save_bytes("").parent_path()),
            "model.onnx: is a directory; name the .onnx file in it");
  EXPECT_EQ(import_error(save_bytes(bytes.substr(0, bytes.size() / 2))),
            "model.onnx: is no ONNX model, or is cut off; export the model again");
  EXPECT_EQ(import_error(save_bytes("{\"a\": 1}\n")),
            "model.onnx: is no ONNX model, or is cut off; export the model again");
}

TEST(ModelBatch, AgainstTheModels) {
  EXPECT_EQ(import_error(dense_model(), 3),
            "model.onnx: graph input 'x_q': its leading dimension is 2, --batch says 3; leave --batch out, "
            "or export the "
            "model with an open batch");
  EXPECT_EQ(import_error(dense_model(), -1), "--batch: is -1; give at least 1");
}

}  // namespace
}  // namespace aie4ml::tests
