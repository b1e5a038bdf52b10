#include "sim/adf/runtime/plio_text.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sim/adf/runtime/failure.hpp"

namespace aie4ml::adf {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

template <class T>
void append_bytes(T value, std::size_t bytes, std::vector<std::uint8_t>& out) {
  const std::size_t at = out.size();
  out.resize(at + bytes);
  std::memcpy(out.data() + at, &value, bytes);  // little-endian: the low bytes
}

template <class T>
bool parse(std::string_view token, T& value) {
  if (token.size() > 1 && token.front() == '+') token.remove_prefix(1);
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  return error == std::errc() && end == token.data() + token.size();
}

// The upper half of a float, to the nearest, ties to even.
std::uint16_t brain_float(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffU) > 0x7f800000U) return 0x7fc0;
  return static_cast<std::uint16_t>((bits + 0x7fffU + (bits >> 16U & 1U)) >> 16U);
}

}  // namespace

PlioReader::PlioReader(std::string where, std::string_view text, Element element)
    : where_(std::move(where)), rest_(text), element_(element) {}

void PlioReader::fail(std::string_view token, const char* what) const {
  fail_graph(fmt::format("{}:{}: '{}' {} {}", where_, number_, token, what, name_of(element_)));
}

bool PlioReader::next_line() {
  while (!rest_.empty()) {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = trimmed(rest_.substr(0, end));
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    ++number_;
    if (line == "TLAST") {
      next_is_last_ = true;
    } else if (!line.empty() && !line.starts_with("T ")) {
      line_ = line;
      line_is_last_ = std::exchange(next_is_last_, false);
      return true;
    }
  }
  return false;
}

PlioReader::Chunk PlioReader::read(std::size_t max_bytes) {
  Chunk chunk;
  while (chunk.bytes.size() + element_.bytes <= max_bytes) {
    if (line_.empty() && !next_line()) break;
    const std::size_t end = std::min(line_.find_first_of(kBlanks), line_.size());
    append(line_.substr(0, end), chunk.bytes);
    line_ = trimmed(line_.substr(end));
    if (line_.empty() && line_is_last_) {
      chunk.is_last = true;
      break;
    }
  }
  return chunk;
}

void PlioReader::append(std::string_view token, std::vector<std::uint8_t>& bytes) const {
  const int bits = 8 * static_cast<int>(element_.bytes);
  switch (element_.kind) {
    case ElementKind::signed_integer: {
      std::int64_t value = 0;
      if (!parse(token, value)) fail(token, "is no");
      if (bits < 64 && (value < -(std::int64_t{1} << (bits - 1)) || value >= std::int64_t{1} << (bits - 1))) {
        fail(token, "is out of the range of");
      }
      return append_bytes(value, element_.bytes, bytes);
    }
    case ElementKind::unsigned_integer: {
      std::uint64_t value = 0;
      if (!parse(token, value)) fail(token, "is no");
      if (bits < 64 && value >> bits != 0) fail(token, "is out of the range of");
      return append_bytes(value, element_.bytes, bytes);
    }
    case ElementKind::floating: {
      double value = 0;
      if (!parse(token, value)) fail(token, "is no");
      if (element_.bytes == sizeof(float))
        return append_bytes(static_cast<float>(value), element_.bytes, bytes);
      return append_bytes(value, element_.bytes, bytes);
    }
    case ElementKind::brain_float: {
      float value = 0;
      if (!parse(token, value)) fail(token, "is no");
      return append_bytes(brain_float(value), element_.bytes, bytes);
    }
    case ElementKind::opaque:
      break;
  }
  fail(token, "cannot be read as");
}

std::string print_value(Element element, const std::uint8_t* bytes) {
  switch (element.kind) {
    case ElementKind::signed_integer: {
      std::uint64_t low = 0;
      std::memcpy(&low, bytes, element.bytes);
      const unsigned unused = 64 - 8 * element.bytes;
      return fmt::format("{}", static_cast<std::int64_t>(low << unused) >> unused);
    }
    case ElementKind::unsigned_integer: {
      std::uint64_t low = 0;
      std::memcpy(&low, bytes, element.bytes);
      return fmt::format("{}", low);
    }
    case ElementKind::floating: {
      if (element.bytes == sizeof(float)) {
        float value = 0;
        std::memcpy(&value, bytes, sizeof value);
        return fmt::format("{}", value);
      }
      double value = 0;
      std::memcpy(&value, bytes, sizeof value);
      return fmt::format("{}", value);
    }
    case ElementKind::brain_float: {
      std::uint16_t half = 0;
      std::memcpy(&half, bytes, sizeof half);
      return fmt::format("{}", std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16U));
    }
    case ElementKind::opaque:
      break;
  }
  return "";
}

std::string name_of(Element element) {
  switch (element.kind) {
    case ElementKind::signed_integer:
      return fmt::format("int{}", 8 * element.bytes);
    case ElementKind::unsigned_integer:
      return fmt::format("uint{}", 8 * element.bytes);
    case ElementKind::floating:
      return element.bytes == sizeof(float) ? "float" : "double";
    case ElementKind::brain_float:
      return "bfloat16";
    case ElementKind::opaque:
      break;
  }
  return fmt::format("a type of {} bytes", element.bytes);
}

}  // namespace aie4ml::adf
