#include "arch/numeric/element_type.hpp"

#include <array>

namespace aie4ml::arch {
namespace {

struct Names {
  std::string_view name;
  std::string_view suffix;
};

// In the order of the enumerators.
constexpr std::array<Names, kElementTypeCount> kNames = {{
    {"int8", "s8"},
    {"uint8", "u8"},
    {"int16", "s16"},
    {"uint16", "u16"},
    {"int32", "s32"},
    {"int64", "s64"},
    {"float32", "f32"},
    {"bfloat16", "bf16"},
}};

std::optional<ElementType> find(std::string_view text, std::string_view Names::*member) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i].*member == text) return static_cast<ElementType>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(ElementType type) {
  return kNames.at(static_cast<std::size_t>(type)).name;
}
std::string_view asm_suffix(ElementType type) {
  return kNames.at(static_cast<std::size_t>(type)).suffix;
}
std::optional<ElementType> element_type_from_string(std::string_view name) {
  return find(name, &Names::name);
}
std::optional<ElementType> element_type_from_suffix(std::string_view suffix) {
  return find(suffix, &Names::suffix);
}

}  // namespace aie4ml::arch
