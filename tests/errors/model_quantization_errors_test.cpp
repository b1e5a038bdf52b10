// QuantizeLinear and DequantizeLinear.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/errors/model_error_case.hpp"
#include "tests/support/onnx_builder.hpp"

namespace aie4ml::tests {
namespace {

const Case kQuantizationCases[] = {
    {"ScaleNotAPowerOfTwo",
     "model.onnx: node 'y_q' (QuantizeLinear): scale 'y_q_s' = 0.1 is not a power of two; the nearest are "
     "0.0625 (2^-4) "
     "and 0.125 (2^-3)",
     [](OnnxBuilder& b) { set_floats(b, "y_q_s", {0.1F}); }},
    {"ScaleZero", "model.onnx: node 'y_q' (QuantizeLinear): scale 'y_q_s' is 0; use a positive power of two",
     [](OnnxBuilder& b) { set_floats(b, "y_q_s", {0.0F}); }},
    {"ScaleNegative",
     "model.onnx: node 'y_q' (QuantizeLinear): scale 'y_q_s' is -0.5; use a positive power of two",
     [](OnnxBuilder& b) { set_floats(b, "y_q_s", {-0.5F}); }},
    {"ScaleNan", "model.onnx: node 'y_q' (QuantizeLinear): scale 'y_q_s' is nan; use a positive power of two",
     [](OnnxBuilder& b) { set_floats(b, "y_q_s", {std::nanf("")}); }},
    {"PerAxisScale",
     "model.onnx: node 'w' (DequantizeLinear): scale 'w_s' has 2 values, one per channel or block; quantize "
     "per tensor, "
     "with one scale",
     [](OnnxBuilder& b) {
       set_floats(b, "w_s", {0.5F, 0.25F});
     }},
    {"BlockQuantization",
     "model.onnx: node 'w' (DequantizeLinear): quantizes in blocks (block_size); quantize per tensor, with "
     "one scale",
     [](OnnxBuilder& b) { b.set_attribute(b.node("w"), "block_size", std::int64_t{32}); }},
    {"ScaleNotConstant",
     "model.onnx: node 'y_q' (QuantizeLinear): its scale 'fc_sum' is no constant; use an initializer or a "
     "Constant node",
     [](OnnxBuilder& b) { b.node("y_q").set_input(1, "fc_sum"); }},
    {"ScaleAnInteger",
     "model.onnx: node 'y_q' (QuantizeLinear): scale 'y_q_z' is no float32 constant; use a float32 "
     "initializer",
     [](OnnxBuilder& b) { b.node("y_q").set_input(1, "y_q_z"); }},
    {"ZeroPointNotZero",
     "model.onnx: node 'y_q' (QuantizeLinear): zero point 'y_q_z' is -3; quantize symmetrically, with zero "
     "point 0",
     [](OnnxBuilder& b) { b.initializer("y_q_z").set_int32_data(0, -3); }},
    {"ZeroPointPerAxis",
     "model.onnx: node 'y_q' (QuantizeLinear): zero point 'y_q_z' has 2 values, one per channel or block; "
     "quantize per "
     "tensor, with one zero point",
     [](OnnxBuilder& b) {
       b.initializer("y_q_z").add_int32_data(0);
       b.initializer("y_q_z").add_dims(2);
     }},
    {"ZeroPointFloat",
     "model.onnx: node 'y_q' (QuantizeLinear): zero point 'y_q_s' is float32; use an integer type",
     [](OnnxBuilder& b) { b.node("y_q").set_input(2, "y_q_s"); }},
    {"ZeroPointOfAnotherType",
     "model.onnx: node 'x' (DequantizeLinear): its input 'x_q' (2x3) is int8, its zero point uint8; give "
     "both the same "
     "type",
     [](OnnxBuilder& b) { b.initializer("x_z").set_data_type(TensorProto::UINT8); }},
    {"QuantizeToInt32",
     "model.onnx: node 'y_q' (QuantizeLinear): quantizes to int32; use int8, uint8, int16 or uint16",
     [](OnnxBuilder& b) { b.initializer("y_q_z").set_data_type(TensorProto::INT32); }},
    {"OutputDtypeAgainstZeroPoint",
     "model.onnx: node 'y_q' (QuantizeLinear): output_dtype is UINT8; use an integer type, that of the zero "
     "point where "
     "there is one",
     [](OnnxBuilder& b) {
       b.set_attribute(b.node("y_q"), "output_dtype", std::int64_t{TensorProto::UINT8});
     }},
    {"DequantizeToFloat16", "model.onnx: node 'x' (DequantizeLinear): output_dtype is FLOAT16; use float32",
     [](OnnxBuilder& b) {
       b.set_attribute(b.node("x"), "output_dtype", std::int64_t{TensorProto::FLOAT16});
     }},
    {"QuantizeOfCodes",
     "model.onnx: node 'y_q' (QuantizeLinear): its input 'x_q' (2x3) is int8; it works on float32, between "
     "DequantizeLinear and QuantizeLinear",
     [](OnnxBuilder& b) { b.node("y_q").set_input(0, "x_q"); }},
    {"DequantizeOfReals",
     "model.onnx: node 'again' (DequantizeLinear): its input 'fc_sum' (2x2) is float32; it works on integer "
     "codes",
     [](OnnxBuilder& b) { b.dq("fc_sum", 0, TensorProto::INT8, "again"); }},
    {"ReadWithAnotherScale",
     "model.onnx: node 'h' (DequantizeLinear): reads 'y_q' (2x2) as int8 with scale 2^-3, but node 'y_q' "
     "(QuantizeLinear) has int8 with scale 2^-1; use one scale and type for one tensor",
     [](OnnxBuilder& b) { second_layer(b, b.dq("y_q", 3, TensorProto::INT8, "h")); }},
    {"InputReadWithTwoScales",
     "model.onnx: node 'h' (DequantizeLinear): reads 'x_q' (2x3) as int8 with scale 2^-5, but node 'x' "
     "(DequantizeLinear) has int8 with scale 2^-2; use one scale and type for one tensor",
     [](OnnxBuilder& b) {
       b.q(b.add("MatMul", "fc2", {b.dq("x_q", 5, TensorProto::INT8, "h"), "w"}, "s"), 0, TensorProto::INT8,
           "z_q");
       b.output("z_q", TensorProto::INT8, {2, 2});
     }},
    {"RequantizationWithoutALayer",
     "model.onnx: node 'z_q' (QuantizeLinear): turns 'y_q' (2x2) of int8 with scale 2^-1 into int8 with "
     "scale 2^0 with "
     "no layer between; use one scale and type for one tensor",
     [](OnnxBuilder& b) {
       b.q(b.dq("y_q", 1, TensorProto::INT8, "h"), 0, TensorProto::INT8, "z_q");
       b.output("z_q", TensorProto::INT8, {2, 2});
     }},
    {"ResultNotQuantized",
     "model.onnx: node 'fc' (Gemm): its result 'fc_act' (2x2) is not quantized; put a QuantizeLinear and "
     "DequantizeLinear pair there",
     [](OnnxBuilder& b) {
       b.graph().clear_output();
       b.output("fc_act", TensorProto::FLOAT, {2, 2});
     }},
    {"ResultQuantizedInTwoWays",
     "model.onnx: node 'fc' (Gemm): its result 'fc_act' (2x2) is quantized and also used in another way; "
     "quantize it "
     "once and use that everywhere",
     [](OnnxBuilder& b) {
       b.q("fc_act", 0, TensorProto::INT8, "z_q");
       b.output("z_q", TensorProto::INT8, {2, 2});
     }},
    {"LayerOnUnquantizedInput",
     "model.onnx: node 'fc' (Gemm): its result 'fc_act' (2x2) is not quantized; put a QuantizeLinear and "
     "DequantizeLinear pair there",
     [](OnnxBuilder& b) {
       b.graph().clear_output();
       second_layer(b, "fc_act");
     }},
    {"ShiftTooLarge",
     "model.onnx: node 'y_q' (QuantizeLinear): scale 2^60 of the result needs a shift by 63 from the "
     "accumulator's "
     "2^-3; -4..59 exist; choose a scale nearer to that of the input times that of the weights",
     [](OnnxBuilder& b) { set_floats(b, "y_q_s", {0x1p60F}); }},
    {"ShiftTooSmall",
     "model.onnx: node 'y_q' (QuantizeLinear): scale 2^-8 of the result needs a shift by -5 from the "
     "accumulator's "
     "2^-3; -4..59 exist; choose a scale nearer to that of the input times that of the weights",
     [](OnnxBuilder& b) { set_floats(b, "y_q_s", {0x1p-8F}); }},
};

INSTANTIATE_TEST_SUITE_P(Quantization, ModelError, testing::ValuesIn(kQuantizationCases), case_name);

}  // namespace
}  // namespace aie4ml::tests
