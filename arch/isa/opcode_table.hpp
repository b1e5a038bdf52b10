// The one table of operations: mnemonic, slot, operands, timing class.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "arch/device/device_facts.hpp"
#include "arch/isa/instruction.hpp"

namespace aie4ml::arch {

enum class OperandRole : std::uint8_t {
  dst,    // register written
  src,    // register read in timing.use
  acc,    // accumulator read in timing.acc_use (vmac: in regs before the factors; srs: its source)
  shift,  // shift register read in timing.shift_use
  mem_load,
  mem_store,
  pointer,  // a memory-style operand that only moves the pointer (padda/paddb/padds)
  imm,
  label,
  lock
};

inline constexpr int kMaxOperandClasses = 16;
inline constexpr int kMaxOperands = 5;
inline constexpr int kEventCount = 4;  // numbers that `event` takes

struct OperandSpec {
  OperandRole role{};
  // For registers: the classes allowed, RegClass::none marking the end.
  RegClass classes[kMaxOperandClasses]{};
  [[nodiscard]] constexpr bool is_register() const { return classes[0] != RegClass::none; }
  [[nodiscard]] constexpr bool is_memory() const {
    return role == OperandRole::mem_load || role == OperandRole::mem_store || role == OperandRole::pointer;
  }
  [[nodiscard]] constexpr bool allows(RegClass cls) const {
    for (const RegClass c : classes) {
      if (c == RegClass::none) break;
      if (c == cls) return true;
    }
    return false;
  }
};

enum class TypeSuffix : std::uint8_t { none, one, two };  // how many element types follow the mnemonic

struct OpInfo {
  Opcode op{};
  std::string_view mnemonic;  // "vst.srs"
  Slot slot{};
  TimingClass timing{};
  TypeSuffix types{};
  bool shaped{};  // the mnemonic carries mxkxn: "vmac.4x8x8.s8.s8"
  std::uint8_t operand_count{};
  OperandSpec operands[kMaxOperands]{};  // in the order of the assembly text
  bool is_branch{};                      // has delay slots
  std::uint8_t imm_bits{};               // width of a signed immediate, 0: none
  bool accumulator_type_first{};         // the text gives type_b first (vups.s32.s8) or alone (vadd.acc.s32)
};

const OpInfo& info(Opcode op);
std::span<const OpInfo> all_opcodes();
const OpInfo* find_mnemonic(std::string_view mnemonic);

// Pipeline cycle in which an operand of this role is read or, for dst, written. Where the class gives no time
// of its own to accumulator or shift operands they are read with the others, in `use`. Beside the operands:
// pointer, modifier and dimensions of a memory operand are read in E1, and a stepped pointer (and dc) can be
// used by the next bundle, as after pointer_add; SRS reads crrnd and crsat, UPS crsat in E1; ret reads lr; jl
// writes lr before its target issues.
int operand_cycle(const OperandTiming& timing, OperandRole role);

// The operand is read after E1, while the operation is under way: accumulators of the vec slot, the shift
// amount of vlda.ups.
bool is_read_late(const OpInfo& op, OperandRole role);

// The class whose timing holds for this instruction: info().timing, but the bf16 class for a bf16 multiply.
TimingClass timing_class(const Instruction& instruction);

// The operand imm is a bundle index (printed as a label, moved when code is relocated): j, jl, jz, jnz, and
// movxm to ls or le.
bool targets_bundle(const Instruction& instruction);

// Bytes moved by a load or store: the register's width, or that of the elements before or after conversion.
// 0 for the others.
int access_bytes(const Instruction& instruction);

}  // namespace aie4ml::arch
