#include "arch/isa/program.hpp"

#include <array>
#include <cstdlib>

#include "arch/isa/opcode_table.hpp"

namespace aie4ml::arch {
namespace {

// Operation bits of each slot in the order of Slot (LV2, AIE-ML; AIE-MLv2 has 17 for ldb and 25
// for vec).
constexpr std::array<int, kPhysicalSlots + 1> kSlotBits = {21, 16, 21, 20, 22, 26, 42};

// APPROX: which slots share which format is published for 96 and 128 bit only. A format is taken to hold any
// slots that leave its selector bits: 2 in 128 bit (all six slots are 126); 7 in 96 bit, which gives exactly
// the published combinations; 6 in 32 bit, which must hold vec, and 48 bit, which must hold lng; between
// those the same.
struct Format {
  int bits;
  int payload_bits;
};
constexpr std::array<Format, 8> kFormats = {
    {{16, 0}, {32, 26}, {48, 42}, {64, 58}, {80, 73}, {96, 89}, {112, 105}, {128, 126}}};

// Branch targets and the ends of hardware loops start a row of program memory (LVX).
constexpr std::int64_t kRowBytes = 16;

}  // namespace

int bundle_bytes(const Bundle& bundle) {
  int payload_bits = 0;
  for (const Instruction& op : bundle.ops)
    payload_bits += kSlotBits[static_cast<std::size_t>(info(op.op).slot)];
  for (const Format& format : kFormats) {
    if (payload_bits <= format.payload_bits) return format.bits / 8;
  }
  std::abort();
}

std::int64_t Program::size_bytes() const {
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
    if (aligned[i]) size = (size + kRowBytes - 1) / kRowBytes * kRowBytes;
    size += bundle_bytes(bundles[i]);
  }
  return size;
}

}  // namespace aie4ml::arch
