#include "arch/isa/mmul_shapes.hpp"

#include <algorithm>

#include "arch/device/device.hpp"

namespace aie4ml::arch {
namespace {

constexpr int kVectorBits = 512;  // x, a source of a shuffle

bool same_kind(ElementType a, ElementType b) {
  return is_float(a) || is_float(b) ? a == b : bits(a) == bits(b);
}

}  // namespace

const MultiplyMode* find_multiply(const Device& device, MmulShape shape, ElementType a, ElementType b) {
  const auto& modes = device.core.multiply;
  const auto found = std::find_if(modes.begin(), modes.end(), [&](const MultiplyMode& mode) {
    return mode.rows == shape.m && mode.inner == shape.k && mode.columns == shape.n && same_kind(mode.a, a) &&
           same_kind(mode.b, b);
  });
  return found == modes.end() ? nullptr : &*found;
}

const ShuffleMode* find_transposition(const Device& device, int rows, int columns, ElementType type) {
  const auto& modes = device.core.shuffle;
  const auto found = std::find_if(modes.begin(), modes.end(), [&](const ShuffleMode& mode) {
    return mode.rows == rows && mode.columns == columns && mode.element_bits == bits(type) &&
           rows * columns * bits(type) <= kVectorBits;
  });
  return found == modes.end() ? nullptr : &*found;
}

}  // namespace aie4ml::arch
