#include "arch/host/plio_text.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::arch {
namespace {

constexpr std::size_t kWordBytes = 4;
constexpr std::string_view kBlanks = " \t\r";

std::uint64_t element_at(const std::vector<std::uint32_t>& words, std::size_t index, std::size_t bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const char*>(words.data()) + index * bytes, bytes);
  return value;
}

std::string to_text(std::uint64_t pattern, ElementType type) {
  if (type == ElementType::float32)
    return fmt::format("{}", std::bit_cast<float>(static_cast<std::uint32_t>(pattern)));
  if (type == ElementType::bfloat16) {
    return fmt::format("{}", std::bit_cast<float>(static_cast<std::uint32_t>(pattern) << 16U));
  }
  if (!is_signed(type)) return fmt::format("{}", pattern);
  const int unused = 64 - bits(type);
  return fmt::format("{}", static_cast<std::int64_t>(pattern << unused) >> unused);
}

template <class T>
bool parse(std::string_view token, T& value) {
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  return error == std::errc() && end == token.data() + token.size();
}

// False if the token is no value of the type.
bool pattern_of(std::string_view token, ElementType type, std::uint64_t& pattern) {
  if (is_float(type)) {
    float value = 0;
    if (!parse(token, value)) return false;
    const auto single = std::bit_cast<std::uint32_t>(value);
    pattern = type == ElementType::float32 ? single : single >> 16U;  // bfloat16s are written exactly
    return true;
  }
  std::int64_t value = 0;
  if (!parse(token, value) || value < min_value(type) || value > max_value(type)) return false;
  pattern = static_cast<std::uint64_t>(value);
  return true;
}

}  // namespace

std::string plio_file(const Image& image, std::size_t host_end) {
  return "data/" + image.host_name(host_end) + ".txt";
}

ElementType plio_type(const Image& image, std::size_t host_end) {
  for (const GraphPort& port : image.ports) {
    for (const PlioSlice& slice : port.slices) {
      if (static_cast<std::size_t>(slice.plio) == host_end) return port.type;
    }
  }
  return ElementType::int32;  // carries nothing
}

std::string plio_text(const std::vector<std::uint32_t>& words, ElementType type, int width_bits) {
  const auto element_bytes = static_cast<std::size_t>(bytes(type));
  const std::size_t per_line =
      std::max<std::size_t>(static_cast<std::size_t>(width_bits) / 8 / element_bytes, 1);
  const std::size_t elements = words.size() * kWordBytes / element_bytes;
  std::string text;
  for (std::size_t i = 0; i < elements; ++i) {
    text += to_text(element_at(words, i, element_bytes), type);
    text += (i + 1) % per_line == 0 || i + 1 == elements ? '\n' : ' ';
  }
  return text;
}

std::vector<std::uint32_t> plio_words(std::string_view text, ElementType type, const std::string& where) {
  const auto element_bytes = static_cast<std::size_t>(bytes(type));
  std::string packed;
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const bool is_data = !line.starts_with("T ") && !line.starts_with("TLAST");
    while (is_data) {
      line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
      if (line.empty()) break;
      const std::string_view token = line.substr(0, line.find_first_of(kBlanks));
      line.remove_prefix(token.size());
      std::uint64_t pattern = 0;
      if (!pattern_of(token, type, pattern)) {
        throw InputError(fmt::format("{}:{}", where, line_number),
                         fmt::format("'{}' is no {}", token, to_string(type)), "");
      }
      packed.append(reinterpret_cast<const char*>(&pattern), element_bytes);
    }
  }
  if (packed.size() % kWordBytes != 0) {
    throw InputError(
        where, fmt::format("its {} values do not fill whole words of 32 bit", packed.size() / element_bytes),
        "");
  }
  std::vector<std::uint32_t> words(packed.size() / kWordBytes);
  std::memcpy(words.data(), packed.data(), packed.size());
  return words;
}

}  // namespace aie4ml::arch
