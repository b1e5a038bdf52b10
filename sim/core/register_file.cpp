#include "sim/core/register_file.hpp"

namespace aie4ml::sim {

RegisterPlace place_of(arch::Reg reg) {
  if (!reg.valid()) return {};
  const arch::RegSpan span = arch::span_of(reg);
  int base = 0;
  if (span.file != arch::RegFile::scalar) base += 4 * arch::kScalarFileUnits;
  if (span.file == arch::RegFile::accumulator) base += arch::kVectorFileBytes;
  return {static_cast<std::uint16_t>(base + span.offset_bytes), span.size_bytes};
}

}  // namespace aie4ml::sim
