#include "compiler/frontend/op_table.hpp"

#include <algorithm>

#include "compiler/frontend/import_onnx.hpp"

namespace aie4ml::compiler {
namespace {

constexpr std::string_view kOnnx;
// onnxruntime's own domain; its quantizer writes 16-bit Q and DQ there below opset 21.
constexpr std::string_view kMicrosoft = "com.microsoft";

constexpr OpEntry kOps[] = {
    {kOnnx, "Add", read_add,
     "two activations of one shape, type and scale, as is the sum; or a constant bias behind Gemm or MatMul"},
    {kOnnx, "Concat", read_concat, "activations of one type and scale; any axis"},
    {kOnnx, "Constant", read_constant, "tensor, number or list of numbers as a parameter"},
    {kOnnx, "DequantizeLinear", read_dequantize, "one power-of-two scale, zero point 0 or none"},
    {kMicrosoft, "DequantizeLinear", read_dequantize, "as in ONNX"},
    {kOnnx, "Gemm", read_gemm, "constant weights and bias; alpha = beta = 1, transA = 0, transB 0 or 1"},
    {kOnnx, "Identity", read_identity, "another name"},
    {kOnnx, "MatMul", read_matmul, "activation x constant weights (K x N); leading axes count as rows"},
    {kOnnx, "QuantizeLinear", read_quantize, "one power-of-two scale, zero point 0 or none"},
    {kMicrosoft, "QuantizeLinear", read_quantize, "as in ONNX"},
    {kOnnx, "Relu", read_relu,
     "part of the Gemm, MatMul or Add before it, otherwise alone on quantized values"},
    {kOnnx, "Slice", read_slice, "one axis, step 1, constant limits"},
    {kOnnx, "Split", read_split, "any axis, constant sizes"},
    {kOnnx, "Transpose", read_transpose, "of the last two axes; constants in any order"},
};

}  // namespace

const OpEntry* find_op(std::string_view domain, std::string_view name) {
  if (domain == "ai.onnx") domain = kOnnx;
  const auto* it = std::find_if(std::begin(kOps), std::end(kOps),
                                [&](const OpEntry& op) { return op.domain == domain && op.name == name; });
  return it == std::end(kOps) ? nullptr : it;
}

std::vector<SupportedOp> supported_ops() {
  std::vector<SupportedOp> ops;
  for (const OpEntry& op : kOps) ops.push_back({op.domain, op.name, op.note});
  return ops;
}

}  // namespace aie4ml::compiler
