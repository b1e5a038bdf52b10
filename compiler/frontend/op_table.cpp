#include "compiler/frontend/op_table.hpp"

#include <algorithm>

#include "compiler/frontend/import_onnx.hpp"

namespace aie4ml::compiler {
namespace {

constexpr std::string_view kOnnx;
// onnxruntime's own domain; its quantizer writes 16-bit Q and DQ there below opset 21.
constexpr std::string_view kMicrosoft = "com.microsoft";

constexpr OpEntry kOps[] = {
    {kOnnx, "Add", read_add, "a constant bias behind Gemm or MatMul, either operand order"},
    {kOnnx, "Constant", read_constant, "tensor, number or list of numbers as a parameter"},
    {kOnnx, "DequantizeLinear", read_dequantize, "one power-of-two scale, zero point 0 or none"},
    {kMicrosoft, "DequantizeLinear", read_dequantize, "as in ONNX"},
    {kOnnx, "Gemm", read_gemm, "constant weights and bias; alpha = beta = 1, transA = 0, transB 0 or 1"},
    {kOnnx, "MatMul", read_matmul, "activation x constant weights (K x N); leading axes count as rows"},
    {kOnnx, "QuantizeLinear", read_quantize, "one power-of-two scale, zero point 0 or none"},
    {kMicrosoft, "QuantizeLinear", read_quantize, "as in ONNX"},
    {kOnnx, "Relu", read_relu, "behind Gemm, MatMul or their bias, or behind their Q and DQ"},
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
