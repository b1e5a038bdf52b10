// ONNX models with explicit QuantizeLinear / DequantizeLinear and power-of-two scales (docs:
// supported_ops()).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/graph/graph.hpp"
#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler {

struct ImportOptions {
  // Leading dimension of every graph input (--batch). Needed where the model's is symbolic; replaces a 1;
  // any other dimension of the model must equal it.
  std::optional<std::int64_t> batch;
};

// Reads a model and lowers it. Throws arch::InputError "<file>: node '<name>' (<op>): reason; remedy" for all
// that is wrong with the file or outside of what we support; an unnamed node is '#<index in the file>'.
Graph import_onnx(const std::filesystem::path& model, const ImportOptions& options = {});

// The first half of it: before the passes. `file` names the bytes in errors.
OnnxGraph read_onnx(const std::filesystem::path& model, const ImportOptions& options = {});
OnnxGraph parse_onnx(std::string_view bytes, const std::string& file, const ImportOptions& options = {});

struct SupportedOp {
  std::string_view domain;  // "" is ONNX itself
  std::string_view name;
  std::string_view note;  // one line: what is accepted
};

// For --list-ops, in alphabetical order.
std::vector<SupportedOp> supported_ops();

}  // namespace aie4ml::compiler
