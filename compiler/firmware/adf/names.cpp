#include "compiler/firmware/adf/names.hpp"

#include <fmt/format.h>

namespace aie4ml::compiler {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string identifier(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (is_letter(c) || is_digit(c)) {
      result += c;
    } else if (!result.empty() && result.back() != '_') {
      result += '_';
    }
  }
  while (!result.empty() && result.back() == '_') result.pop_back();
  if (result.empty() || !is_letter(result.front())) result.insert(0, "n");
  return result;
}

std::string UniqueNames::take(const std::string& name) {
  std::string candidate = name;
  for (int i = 2; !taken_.insert(candidate).second; ++i) candidate = fmt::format("{}_{}", name, i);
  return candidate;
}

std::string comment_text(std::string_view name) {
  std::string result;
  for (const char c : name) {
    result += static_cast<unsigned char>(c) < ' ' || c == '\x7f' || c == '\\' ? '?' : c;
  }
  return result;
}

}  // namespace aie4ml::compiler
