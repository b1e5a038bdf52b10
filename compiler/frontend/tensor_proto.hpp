// Private to the frontend: ONNX tensors and types to ours.
#pragma once

#include <optional>
#include <string>

#include "arch/numeric/element_type.hpp"
#include "compiler/frontend/onnx_proto.hpp"
#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler {

// int8 to int64 and float32; nothing for the other ONNX types.
std::optional<arch::ElementType> element_type(std::int32_t onnx_type);
std::string onnx_type_name(std::int32_t onnx_type);  // "FLOAT16"; "99" for an unknown one

// A constant with its data, which may sit in raw_data or in the field of its type.
// Throws arch::InputError with `where` for external data, types we do not know, data that does not fill the
// shape and shapes with no or too many elements.
OnnxValue read_tensor(const onnx::TensorProto& proto, const std::string& name, const std::string& where);

}  // namespace aie4ml::compiler
