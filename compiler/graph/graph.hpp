// The network without any hardware in it: operators and quantized tensors (docs/architecture.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

// y = saturate(a + b), then ReLU if asked. a, b and y have one shape, type and frac, so nothing is shifted
// and `rounding` changes no bit; kernels set their mode registers from it. a and b may be the same tensor.
struct AddOp {
  TensorId a{}, b{};
  TensorId y{};
  bool relu{};
  arch::RoundingMode rounding{arch::RoundingMode::conv_even};
  arch::SaturationMode saturation{arch::SaturationMode::saturate};
};

// y = max(x, 0), where no layer before could do it. One shape, type and frac.
struct ReluOp {
  TensorId x{}, y{};
};

// Views: the codes of x in another order or a part of them, type and frac unchanged. Data movement can do
// them; no kernel need.
struct TransposeOp {  // swaps the last two axes
  TensorId x{}, y{};
};
struct SliceOp {  // [begin, end) of one axis
  TensorId x{}, y{};
  std::int32_t axis{};  // 0 is the batch
  std::int64_t begin{}, end{};
};
struct ConcatOp {  // one after the other along one axis
  std::vector<TensorId> xs;
  TensorId y{};
  std::int32_t axis{};
};

// One alternative per operator; adding an operator is a struct here, a handler in frontend/ and a folder in
// kernels/.
using Op = std::variant<DenseOp, AddOp, ReluOp, TransposeOp, SliceOp, ConcatOp>;

std::string_view kind_of(const Op& op);  // "dense", "add", ...; as in the JSON form
bool is_view(const Op& op);              // no arithmetic: transpose, slice, concat
// Activations it reads, in the order of its operands; a tensor read twice is there twice. Weights and biases
// are parameters of the operator and not among them.
std::vector<TensorId> inputs_of(const Op& op);
TensorId output_of(const Op& op);

struct Node {
  std::string name;  // of the ONNX node that does the work (Gemm, MatMul, Add, Split ...)
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
  [[nodiscard]] const Node& node(NodeId id) const { return nodes.at(static_cast<std::size_t>(id)); }

  // The node that gives a tensor; none for inputs and parameters.
  [[nodiscard]] std::optional<NodeId> producer(TensorId id) const;
  // Nodes that read an activation, in their order; each once.
  [[nodiscard]] std::vector<NodeId> readers(TensorId id) const;
  // Nodes that compute (no views), in their order: directives call the n-th of them "#n".
  [[nodiscard]] std::vector<NodeId> layers() const;

  [[nodiscard]] arch::Problems validate() const;
};

}  // namespace aie4ml::compiler
