#include "arch/isa/program.hpp"

#include <cstdlib>

#include "arch/device/device.hpp"
#include "arch/isa/opcode_table.hpp"

namespace aie4ml::arch {

// APPROX: which slots share which format is published for 96 and 128 bit only; a format is taken to hold any
// slots that leave its selector bits (core.bundle_payload_bits).
int bundle_bytes(const Bundle& bundle, const CoreFacts& core) {
  int payload_bits = 0;
  for (const Instruction& op : bundle.ops) {
    payload_bits += core.slot_bits[static_cast<std::size_t>(info(op.op).slot)];
  }
  for (std::size_t i = 0; i < core.bundle_bits.size(); ++i) {
    if (payload_bits <= core.bundle_payload_bits[i]) return core.bundle_bits[i] / 8;
  }
  std::abort();
}

// Branch targets and the ends of hardware loops start a row of program memory (LVX).
std::int64_t Program::size_bytes(const Device& device) const {
  const std::int64_t row = device.core.fetch_width.value;
  std::vector<bool> aligned(bundles.size() + 1);
  for (const Bundle& bundle : bundles) {
    for (const Instruction& op : bundle.ops) {
      if (targets_bundle(op) && op.imm >= 0 && static_cast<std::size_t>(op.imm) < bundles.size()) {
        aligned[static_cast<std::size_t>(op.imm)] = true;
      }
    }
  }
  std::int64_t size = 0;
  for (std::size_t i = 0; i < bundles.size(); ++i) {
    if (aligned[i]) size = (size + row - 1) / row * row;
    size += bundle_bytes(bundles[i], device.core);
  }
  return size;
}

}  // namespace aie4ml::arch
