// Types of array elements and of accumulator lanes: width, signedness and the names people and the assembler
// use.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace aie4ml::arch {

enum class ElementType : std::uint8_t { int8, uint8, int16, uint16, int32, int64, float32, bfloat16 };
inline constexpr int kElementTypeCount = 8;

constexpr int bits(ElementType type) {
  switch (type) {
    case ElementType::int8:
    case ElementType::uint8:
      return 8;
    case ElementType::int16:
    case ElementType::uint16:
    case ElementType::bfloat16:
      return 16;
    case ElementType::int32:
    case ElementType::float32:
      return 32;
    case ElementType::int64:
      return 64;
  }
  return 0;
}

constexpr int bytes(ElementType type) {
  return bits(type) / 8;
}

constexpr bool is_float(ElementType type) {
  return type == ElementType::float32 || type == ElementType::bfloat16;
}
constexpr bool is_integer(ElementType type) {
  return !is_float(type);
}
constexpr bool is_signed(ElementType type) {
  return type != ElementType::uint8 && type != ElementType::uint16;
}

// Range of an integer type; 0 for float types.
constexpr std::int64_t min_value(ElementType type) {
  return is_float(type) || !is_signed(type) ? 0 : -(std::int64_t{1} << (bits(type) - 2)) * 2;
}
constexpr std::int64_t max_value(ElementType type) {
  if (is_float(type)) return 0;
  const int magnitude_bits = bits(type) - (is_signed(type) ? 1 : 0);
  return static_cast<std::int64_t>((std::uint64_t{1} << magnitude_bits) - 1);
}

std::string_view to_string(ElementType type);   // "int8"
std::string_view asm_suffix(ElementType type);  // "s8"; float32 "f32", bfloat16 "bf16"
std::optional<ElementType> element_type_from_string(std::string_view name);
std::optional<ElementType> element_type_from_suffix(std::string_view suffix);

}  // namespace aie4ml::arch
