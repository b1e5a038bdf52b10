// Machine operations before they have a cycle and registers: an instruction whose register operands name
// virtual registers, or parts of them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/isa/instruction.hpp"
#include "arch/isa/opcode_table.hpp"

namespace aie4ml::kernels {

// Storage of one value. Vectors and accumulators are counted in units of 256 bit, the smallest register of
// their file; a scalar is one unit of its class.
struct VirtualReg {
  std::string name;
  arch::RegClass cls{};  // of the whole
  int units{1};
  int fixed{-1};  // first unit where the calling convention says so
};

// Part of a virtual register, addressed as a register of `cls`.
struct Operand {
  int reg{-1};           // index into the virtual registers, -1: no operand
  arch::RegClass cls{};  // class the instruction names
  int unit{};            // first unit inside the virtual register
  [[nodiscard]] bool valid() const { return reg >= 0; }
};

struct MachineOp {
  arch::Instruction instruction;           // registers are filled in when they are known
  std::vector<arch::Opcode> alternatives;  // the same in other slots, tried after instruction.op
  std::array<Operand, 4> regs{};           // parallel to instruction.regs
  Operand base{}, modifier{};              // of the memory operand
  int buffer{-1};                          // memory accessed
  int label{-1};                           // the target bundle: index into the emitter's labels
};

// One touch of a virtual register: when it is read, or from when on its new value is seen. Cycles count from
// the operation's issue, 0 being the issue cycle itself: a read at r sees a write with visible <= r.
struct Access {
  int reg{};
  int first{}, last{};  // units, inclusive
  bool write{};
  int cycle{};
  arch::Bypass bypass{};
};
std::vector<Access> accesses(const MachineOp& op, const arch::CoreTiming& timing);

// Least distance from the issue of the operation of `a` to that of the operation of `b`, which comes later in
// program order, so that `b` sees what it would see then. May be negative. INT_MIN: they are independent.
int distance(const Access& a, const Access& b);
// The same over all accesses and the memory and cascade order of two operations.
int distance(const MachineOp& a, const std::vector<Access>& of_a, const MachineOp& b,
             const std::vector<Access>& of_b, const arch::CoreTiming& timing);

// Slots as bits 1 << Slot; the long form takes alu and mv.
unsigned slot_mask(arch::Opcode opcode);
bool is_store(arch::Opcode opcode);
// Cycle of the data-memory access, counted from the issue.
int memory_cycle(const arch::Instruction& instruction, const arch::CoreTiming& timing);

// Units of a register of this class, and the bytes of a unit's file share.
int units_of(arch::RegClass cls);

}  // namespace aie4ml::kernels
