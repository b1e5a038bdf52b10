#include "kernels/schedule/timeline.hpp"

namespace aie4ml::kernels {

std::size_t Timeline::index(int cycle) const {
  return static_cast<std::size_t>(interval_ > 0 ? cycle % interval_ : cycle);
}

Timeline::Row Timeline::row(int cycle) const {
  const std::size_t i = index(cycle);
  return i < rows_.size() ? rows_[i] : Row{};
}

Timeline::Row& Timeline::row_for(int cycle) {
  const std::size_t i = index(cycle);
  if (i >= rows_.size()) rows_.resize(i + 1);
  return rows_[i];
}

std::optional<arch::Opcode> Timeline::fits(const MachineOp& op, int cycle) const {
  if (op.buffer >= 0) {
    const Row access = row(cycle + memory_cycle(op.instruction, timing_));
    if ((access.buffers >> static_cast<unsigned>(op.buffer) & 1U) != 0) return std::nullopt;
  }
  const unsigned taken = row(cycle).slots;
  if ((taken & slot_mask(op.instruction.op)) == 0) return op.instruction.op;
  for (const arch::Opcode other : op.alternatives) {
    if ((taken & slot_mask(other)) == 0) return other;
  }
  return std::nullopt;
}

void Timeline::change(const MachineOp& op, arch::Opcode opcode, int cycle, bool taken) {
  const auto set = [&](unsigned& mask, unsigned bits) { mask = taken ? mask | bits : mask & ~bits; };
  set(row_for(cycle).slots, slot_mask(opcode));
  if (op.buffer >= 0) {
    set(row_for(cycle + memory_cycle(op.instruction, timing_)).buffers,
        1U << static_cast<unsigned>(op.buffer));
  }
}

void Timeline::block(unsigned slots, int cycle) {
  row_for(cycle).slots |= slots;
}

}  // namespace aie4ml::kernels
