#include "arch/isa/mmul_shapes.hpp"

#include <algorithm>

#include "arch/device/device.hpp"

namespace aie4ml::arch {
namespace {

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

}  // namespace aie4ml::arch
