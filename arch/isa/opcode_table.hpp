// The one table of operations: mnemonic, slot, operands, timing class.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "arch/device/core_timing.hpp"
#include "arch/isa/instruction.hpp"

namespace aie4ml::arch {

enum class OperandRole : std::uint8_t {
  dst,      // register written
  src,      // register read in timing.use
  acc,      // accumulator read in timing.acc_use (vmac: in regs before the factors)
  shift,    // shift register read in timing.shift_use
  mem_load, mem_store,
  pointer,  // a memory-style operand that only moves the pointer (padda/paddb/padds)
  imm, label, lock
};

struct OperandSpec {
  OperandRole role{};
  // For registers: the classes allowed, RegClass::none marking the end.
  RegClass classes[6]{};
};

enum class TypeSuffix : std::uint8_t { none, one, two };  // how many element types follow the mnemonic

struct OpInfo {
  Opcode op{};
  std::string_view mnemonic;  // "vst.srs"
  Slot slot{};
  TimingClass timing{};
  TypeSuffix types{};
  bool shaped{};              // mnemonic carries mxkxn: "vmac.4x8x8.s8.s8"
  std::uint8_t operand_count{};
  OperandSpec operands[5]{};
  bool is_branch{};
  std::uint8_t imm_bits{};    // width of a signed immediate, 0: none
};

const OpInfo& info(Opcode op);
std::span<const OpInfo> all_opcodes();
const OpInfo* find_mnemonic(std::string_view mnemonic);

// Bytes moved by a load or store: the register's width, for vst.srs the width of the result.
int access_bytes(const Instruction& instruction);

}  // namespace aie4ml::arch
