#include "sim/core/register_file.hpp"

namespace aie4ml::sim {

Place place_of(arch::Reg reg) {
  if (!reg.valid()) return {};
  constexpr int kScalarBytes = 4 * arch::kScalarFileUnits;
  constexpr int kUnitBytes = 32;
  const arch::RegSpan span = arch::span_of(reg);
  const auto place = [](int offset, int size, int unit, int units) {
    return Place{static_cast<std::uint16_t>(offset), static_cast<std::uint16_t>(size),
                 static_cast<std::uint16_t>(unit), static_cast<std::uint16_t>(units)};
  };
  const int offset = span.offset_bytes;
  const int size = span.size_bytes;
  if (span.file == arch::RegFile::scalar) return place(offset, size, offset / 4, 1);
  const int base = span.file == arch::RegFile::vector ? 0 : arch::kVectorFileBytes;
  return place(kScalarBytes + base + offset, size, arch::kScalarFileUnits + (base + offset) / kUnitBytes,
               size / kUnitBytes);
}

}  // namespace aie4ml::sim
