#include "kernels/schedule/machine_op.hpp"

#include <algorithm>

#include <climits>

namespace aie4ml::kernels {
namespace {

using arch::Opcode;
using arch::OperandRole;

constexpr int kUnitBytes = 32;  // 256 bit: w and am

bool has_cascade_order(Opcode a, Opcode b) {
  return a == b && (a == Opcode::vmov_scd || a == Opcode::vmov_mcd);
}

}  // namespace

int units_of(arch::RegClass cls) {
  const arch::RegSpan span = arch::span_of({cls, 0});
  return span.file == arch::RegFile::scalar ? 1 : span.size_bytes / kUnitBytes;
}

unsigned slot_mask(Opcode opcode) {
  const arch::Slot slot = arch::info(opcode).slot;
  if (slot != arch::Slot::lng) return 1U << static_cast<unsigned>(slot);
  return 1U << static_cast<unsigned>(arch::Slot::alu) | 1U << static_cast<unsigned>(arch::Slot::mv);
}

bool is_store(Opcode opcode) {
  const arch::OpInfo& info = arch::info(opcode);
  return std::any_of(info.operands, info.operands + info.operand_count,
                     [](const arch::OperandSpec& o) { return o.role == OperandRole::mem_store; });
}

int memory_cycle(const arch::Instruction& instruction, const arch::CoreTiming& timing) {
  return timing[arch::timing_class(instruction)].mem - 1;
}

std::vector<Access> accesses(const MachineOp& op, const arch::CoreTiming& timing) {
  const arch::OpInfo& info = arch::info(op.instruction.op);
  const arch::OperandTiming& t = timing[arch::timing_class(op.instruction)];
  std::vector<Access> result;
  const auto touch = [&](const Operand& o, bool write, int cycle, arch::Bypass bypass) {
    result.push_back({o.reg, o.unit, o.unit + units_of(o.cls) - 1, write, cycle, bypass});
  };
  std::size_t next = 0;
  for (int i = 0; i < info.operand_count; ++i) {
    const arch::OperandSpec& spec = info.operands[i];
    if (!spec.is_register()) continue;
    const Operand& o = op.regs[next++];
    if (!o.valid()) continue;
    const int cycle = arch::operand_cycle(t, spec.role);
    if (spec.role == OperandRole::dst) {
      touch(o, true, cycle, t.bypass);
    } else {
      // The vector unit forwards accumulators only; its factors come from the vector file.
      const bool forwarded = t.bypass != arch::Bypass::vec || spec.role == OperandRole::acc;
      touch(o, false, cycle - 1, forwarded ? t.bypass : arch::Bypass::none);
    }
  }
  if (op.modifier.valid()) touch(op.modifier, false, 0, arch::Bypass::none);
  if (op.base.valid()) {
    touch(op.base, false, 0, arch::Bypass::none);
    const auto mode = op.instruction.mem.mode;
    if (mode != arch::AddressMode::none && mode != arch::AddressMode::offset) {
      touch(op.base, true, timing[arch::TimingClass::pointer_add].def, arch::Bypass::none);
    }
  }
  return result;
}

int distance(const Access& a, const Access& b) {
  if (a.reg != b.reg || a.last < b.first || b.last < a.first || (!a.write && !b.write)) return INT_MIN;
  if (a.write && b.write) return a.cycle - b.cycle + 1;
  const bool bypassed = a.bypass == b.bypass && a.bypass != arch::Bypass::none;
  // A bypassed reader sees the value one cycle early, which is as binding for one that must not see it.
  const int early = bypassed ? 1 : 0;
  if (a.write) return std::max(0, a.cycle - early - b.cycle);
  return a.cycle - (b.cycle - early) + 1;
}

int distance(const MachineOp& a, const std::vector<Access>& of_a, const MachineOp& b,
             const std::vector<Access>& of_b, const arch::CoreTiming& timing) {
  int least = INT_MIN;
  for (const Access& first : of_a) {
    for (const Access& second : of_b) least = std::max(least, distance(first, second));
  }
  const Opcode op_a = a.instruction.op;
  const Opcode op_b = b.instruction.op;
  if (has_cascade_order(op_a, op_b)) least = std::max(least, 1);
  if (a.buffer >= 0 && a.buffer == b.buffer && (is_store(op_a) || is_store(op_b))) {
    const int gap = memory_cycle(a.instruction, timing) - memory_cycle(b.instruction, timing);
    // Loads of a cycle are served before its stores.
    least = std::max(least, gap + (is_store(op_a) ? 1 : 0));
  }
  return least;
}

}  // namespace aie4ml::kernels
