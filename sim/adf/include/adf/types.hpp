// Element types by the names that kernels use for them, and what the runtime has to know about each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

using int8 = std::int8_t;
using int16 = std::int16_t;
using int32 = std::int32_t;
using int64 = std::int64_t;
using uint8 = std::uint8_t;
using uint16 = std::uint16_t;
using uint32 = std::uint32_t;
using uint64 = std::uint64_t;

namespace aie4ml::adf {

// How values are written in a PLIO file. `opaque` ones go between kernels but not through files.
enum class ElementKind : std::uint8_t { signed_integer, unsigned_integer, floating, brain_float, opaque };

struct Element {
  ElementKind kind{ElementKind::opaque};
  std::uint32_t bytes{};
  friend constexpr bool operator==(const Element&, const Element&) = default;
};

template <class T>
constexpr Element element_of() {
  static_assert(std::is_trivially_copyable_v<T>, "an element of a buffer, stream or parameter is plain data");
  constexpr auto size = static_cast<std::uint32_t>(sizeof(T));
  if constexpr (std::is_floating_point_v<T>) {
    return {ElementKind::floating, size};
  } else if constexpr (std::is_integral_v<T>) {
    return {std::is_signed_v<T> ? ElementKind::signed_integer : ElementKind::unsigned_integer, size};
  } else if constexpr (sizeof(T) == 2 && std::is_convertible_v<T, float>) {
    return {ElementKind::brain_float, size};
  } else {
    return {ElementKind::opaque, size};
  }
}

}  // namespace aie4ml::adf
