// Private to the frontend: which ONNX operators there are and who reads them. A new operator is a line in the
// table of op_table.cpp and a handler in the file of its group.
#pragma once

#include <string_view>

#include "compiler/frontend/node_reader.hpp"

namespace aie4ml::compiler {

using Handler = void (*)(NodeReader&);

struct OpEntry {
  std::string_view domain;
  std::string_view name;
  Handler handler;
  std::string_view note;
};

// "ai.onnx" is the same domain as "". Null for an operator we do not have.
const OpEntry* find_op(std::string_view domain, std::string_view name);

// Of the handler groups, one file each.
void read_quantize(NodeReader& node);  // quantization_ops.cpp
void read_dequantize(NodeReader& node);
void read_gemm(NodeReader& node);  // linear_ops.cpp
void read_matmul(NodeReader& node);
void read_add(NodeReader& node);  // elementwise_ops.cpp
void read_relu(NodeReader& node);
void read_identity(NodeReader& node);
void read_constant(NodeReader& node);   // constant_ops.cpp
void read_transpose(NodeReader& node);  // view_ops.cpp
void read_slice(NodeReader& node);
void read_split(NodeReader& node);
void read_concat(NodeReader& node);

}  // namespace aie4ml::compiler
