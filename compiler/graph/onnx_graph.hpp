// The network as the ONNX file says it: float operators between QuantizeLinear and DequantizeLinear, static
// shapes, no protobuf. The frontend builds it, the passes rewrite it into a Graph.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/graph/graph.hpp"

namespace aie4ml::compiler {

using ValueId = std::int32_t;

struct OnnxConstant {
  std::vector<float> reals;         // float32 as the file has them
  std::vector<std::int64_t> codes;  // integers; for float32 with `quant`: the values are code * 2^-frac
  std::optional<Quantization> quant;
};

// One named tensor. float32 holds real values, an integer type holds codes.
struct OnnxValue {
  std::string name;
  std::vector<std::int64_t> shape;
  arch::ElementType type{arch::ElementType::float32};
  std::optional<OnnxConstant> constant;
};

struct OnnxQuantize {  // real -> codes, halves to even, saturating
  Quantization quant;
  friend bool operator==(const OnnxQuantize&, const OnnxQuantize&) = default;
};
struct OnnxDequantize {  // codes -> real
  Quantization quant;
  friend bool operator==(const OnnxDequantize&, const OnnxDequantize&) = default;
};
struct OnnxLinear {  // Gemm, MatMul: inputs x, w and perhaps bias
  bool transpose_w{};
  bool relu{};
  friend bool operator==(const OnnxLinear&, const OnnxLinear&) = default;
};
struct OnnxAdd {  // elementwise, with broadcasting
  bool relu{};
  friend bool operator==(const OnnxAdd&, const OnnxAdd&) = default;
};
struct OnnxRelu {
  friend bool operator==(const OnnxRelu&, const OnnxRelu&) = default;
};
// Views: of real values or of codes, the result has the type of the inputs.
struct OnnxTranspose {
  std::vector<std::int64_t> perm;  // axis i of the result is axis perm[i] of the input
  friend bool operator==(const OnnxTranspose&, const OnnxTranspose&) = default;
};
struct OnnxSlice {
  std::size_t axis{};
  std::int64_t begin{}, end{};
  friend bool operator==(const OnnxSlice&, const OnnxSlice&) = default;
};
struct OnnxConcat {
  std::size_t axis{};
  friend bool operator==(const OnnxConcat&, const OnnxConcat&) = default;
};
using OnnxOp = std::variant<OnnxQuantize, OnnxDequantize, OnnxLinear, OnnxAdd, OnnxRelu, OnnxTranspose,
                            OnnxSlice, OnnxConcat>;

bool is_view(const OnnxOp& op);

struct OnnxNode {
  std::string name;   // of the file; may be empty
  std::string where;  // for errors: "node 'fc1' (Gemm)"
  OnnxOp op;
  std::vector<ValueId> inputs;
  ValueId output{};
};

struct OnnxIo {
  ValueId value{};
  std::string name;
};

struct OnnxGraph {
  std::string file;  // as the user named it, for errors
  std::string name;
  std::string model_sha256;
  std::vector<OnnxValue> values;
  std::vector<OnnxNode> nodes;  // topological order
  std::vector<OnnxIo> inputs, outputs;

  [[nodiscard]] const OnnxValue& value(ValueId id) const { return values.at(static_cast<std::size_t>(id)); }
  [[nodiscard]] OnnxValue& value(ValueId id) { return values.at(static_cast<std::size_t>(id)); }
  [[nodiscard]] std::string label(ValueId id) const;  // "'x' (8x128)"

  // The node that gives a value; none for inputs and constants.
  [[nodiscard]] const OnnxNode* producer(ValueId id) const;
  [[nodiscard]] OnnxNode* producer(ValueId id);
  // Nodes that read a value, in their order; each once.
  [[nodiscard]] std::vector<const OnnxNode*> readers(ValueId id) const;
  [[nodiscard]] bool is_output(ValueId id) const;
  // One node reads it and it leaves the graph nowhere: a pass may change it.
  [[nodiscard]] bool is_private(ValueId id) const { return readers(id).size() == 1 && !is_output(id); }

  // Whoever reads `from`, graph outputs included, then reads `to`.
  void replace_uses(ValueId from, ValueId to);
  // Without nodes whose results nobody reads.
  void remove_dead();

  // Bad input, with file and node.
  [[noreturn]] void fail(const OnnxNode& node, const std::string& what, const std::string& remedy) const;

  // Consistency that the frontend and every pass guarantee: order, one producer per value, types and shapes.
  [[nodiscard]] arch::Problems validate() const;
};

}  // namespace aie4ml::compiler
