// The network without any hardware in it: operators and quantized tensors (docs/architecture.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arch/error.hpp"
#include "arch/numeric/element_type.hpp"
#include "arch/numeric/rounding.hpp"

namespace aie4ml::compiler {

using TensorId = std::int32_t;
using NodeId = std::int32_t;

// How real values are stored: value = code * 2^-frac.
struct Quantization {
  arch::ElementType type{arch::ElementType::int8};
  std::int32_t frac{};
  friend bool operator==(const Quantization&, const Quantization&) = default;
};

struct Tensor {
  std::string name;                 // of the ONNX file
  std::vector<std::int64_t> shape;  // static, row-major, batch leading
  Quantization quant;
  std::vector<std::int64_t> data;  // parameters only: integer codes; empty for activations
  [[nodiscard]] bool is_parameter() const { return !data.empty(); }
  [[nodiscard]] std::int64_t elements() const;
  [[nodiscard]] std::int64_t cols() const { return shape.empty() ? 1 : shape.back(); }  // last axis
  [[nodiscard]] std::int64_t rows() const;                                              // all others folded
};

// y = requantize(x (rows x k) * w (k x n) + b (n)), then ReLU if asked: requantize is SRS by
// frac(x) + frac(w) - frac(y), rounding half to even, saturating to the type of y.
struct DenseOp {
  TensorId x{}, w{};
  std::optional<TensorId> bias;  // int32 codes at frac(x) + frac(w)
  TensorId y{};
  bool relu{};
  arch::RoundingMode rounding{arch::RoundingMode::conv_even};
  arch::SaturationMode saturation{arch::SaturationMode::saturate};
};

// One alternative per operator; adding an operator is a struct here, a handler in frontend/ and a folder in
// kernels/.
using Op = std::variant<DenseOp>;

struct Node {
  std::string name;  // of the ONNX node that does the work (Gemm, MatMul); "#<index>" in directives works too
  Op op;
};

// A tensor the user feeds or gets. Float graph tensors are converted by the host, in the array there are
// codes.
struct GraphIo {
  TensorId tensor{};
  std::string name;  // of the ONNX graph input or output
  bool is_float{};
};

struct Graph {
  std::string name;
  std::string model_sha256;
  std::vector<Tensor> tensors;
  std::vector<Node> nodes;  // topological order
  std::vector<GraphIo> inputs, outputs;

  [[nodiscard]] const Tensor& tensor(TensorId id) const { return tensors.at(static_cast<std::size_t>(id)); }
  [[nodiscard]] arch::Problems validate() const;
};

}  // namespace aie4ml::compiler
