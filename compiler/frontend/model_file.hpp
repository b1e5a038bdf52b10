// Private to the frontend: a file to bytes to a parsed ONNX model.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "compiler/frontend/onnx_proto.hpp"

namespace aie4ml::compiler {

// The bytes of a model file. Throws arch::InputError for a file that cannot be read or is empty.
std::string read_bytes(const std::filesystem::path& path);

// `file` names the source in errors. Throws arch::InputError for bytes that are no ONNX model or use an
// operator set we do not know.
onnx::ModelProto parse_model(std::string_view bytes, const std::string& file);

// Text from the file, fit for one line of a terminal: bytes that are not printable ASCII become \xNN.
std::string printable(std::string_view text);

// Names end up in JSON, reports and file names: printable UTF-8 only. `what` names the kind of name in
// errors.
void require_name(const std::string& file, std::string_view what, const std::string& name);

}  // namespace aie4ml::compiler
