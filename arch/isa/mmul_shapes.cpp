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

bool is_transposition(MmulShape shape, ElementType type) {
  const int bytes_used = shape.m * shape.k * bytes(type);
  const bool power_of_two = bytes_used > 0 && (bytes_used & (bytes_used - 1)) == 0;
  return is_integer(type) && bits(type) <= 16 && shape.n == 0 && shape.m > 1 && shape.k > 1 && power_of_two &&
         bytes_used >= 32 && bytes_used <= 64;
}

}  // namespace aie4ml::arch
