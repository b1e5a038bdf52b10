#include "compiler/frontend/model_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <climits>
#include <fmt/format.h>
#include <google/protobuf/stubs/common.h>
#include <google/protobuf/stubs/logging.h>

#include "arch/error.hpp"

namespace aie4ml::compiler {
namespace {

// QuantizeLinear appears in opset 10. Up to 28 the operators of op_table.cpp mean the same (ONNX's
// docs/Changelog.md: later versions add types, block quantization and attributes, all of which we check).
constexpr std::int64_t kMinOpset = 10;
constexpr std::int64_t kMaxOpset = 28;

void check_opset(const std::string& file, const onnx::ModelProto& model) {
  const std::string remedy = fmt::format("export with an opset from {} to {}", kMinOpset, kMaxOpset);
  bool found = false;
  for (const onnx::OperatorSetIdProto& opset : model.opset_import()) {
    if (!opset.domain().empty() && opset.domain() != "ai.onnx") continue;
    found = true;
    if (opset.version() < kMinOpset || opset.version() > kMaxOpset) {
      throw arch::InputError(file, fmt::format("uses ONNX opset {}", opset.version()), remedy);
    }
  }
  if (!found) throw arch::InputError(file, "names no ONNX opset", remedy);
}

// Length of the UTF-8 sequence at the front of text; 0 where there is none (overlong forms, surrogates and
// beyond U+10FFFF included) or it is a control character.
std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = at(0);
  if (first < 0x80) return first < 0x20 || first == 0x7f ? 0 : 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  unsigned code = first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0U) != 0x80) return 0;
    code = code << 6U | (at(i) & 0x3fU);
  }
  constexpr unsigned kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return first < 0xc2 || code < kSmallest[length] || surrogate || code > 0x10ffff || code < 0xa0 ? 0 : length;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

void require_name(const std::string& file, std::string_view what, const std::string& name) {
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t length = utf8_length(std::string_view(name).substr(i));
    if (length == 0) {
      throw arch::InputError(file, fmt::format("{} '{}' is no printable UTF-8", what, printable(name)),
                             "rename it, or export the model again if the file is damaged");
    }
    i += length;
  }
}

std::string read_bytes(const std::filesystem::path& path) {
  const std::string file = path.string();
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    throw arch::InputError(file, "is a directory", "name the .onnx file in it");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw arch::InputError(file, fmt::format("cannot be read ({})", std::strerror(errno)), "check the path");
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) throw arch::InputError(file, "cannot be read to its end", "check the disk");
  if (bytes.empty()) throw arch::InputError(file, "is empty", "export the model again");
  return bytes;
}

onnx::ModelProto parse_model(std::string_view bytes, const std::string& file) {
  if (bytes.size() > INT_MAX) {
    throw arch::InputError(file, fmt::format("has {} bytes; protobuf ends at 2 GiB", bytes.size()),
                           "give a smaller model");
  }
  onnx::ModelProto model;
  {
    const google::protobuf::LogSilencer silent;  // our error says it
    if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      throw arch::InputError(file, "is no ONNX model, or is cut off", "export the model again");
    }
  }
  if (!model.has_graph()) {
    throw arch::InputError(file, "holds no graph, so it is no ONNX model", "export the model again");
  }
  check_opset(file, model);
  return model;
}

}  // namespace aie4ml::compiler
