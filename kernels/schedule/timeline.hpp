// What is taken in every cycle: issue slots, and each buffer once, because a 256-bit access takes both halves
// of the bank the buffer lies in.
#pragma once

#include <optional>
#include <vector>

#include "kernels/schedule/machine_op.hpp"

namespace aie4ml::kernels {

class Timeline {
 public:
  // interval > 0: cycles repeat after it, as in the kernel of a pipelined loop. 0: endless.
  explicit Timeline(const arch::CoreTiming& timing, int interval = 0)
      : timing_(timing), interval_(interval) {}

  // The opcode with which the operation can issue in this cycle, the first of its alternatives.
  [[nodiscard]] std::optional<arch::Opcode> fits(const MachineOp& op, int cycle) const;
  void place(const MachineOp& op, arch::Opcode opcode, int cycle) { change(op, opcode, cycle, true); }
  void remove(const MachineOp& op, arch::Opcode opcode, int cycle) { change(op, opcode, cycle, false); }
  // Slots that something outside of the list of operations takes.
  void block(unsigned slots, int cycle);

 private:
  struct Row {
    unsigned slots{};
    unsigned buffers{};
  };
  void change(const MachineOp& op, arch::Opcode opcode, int cycle, bool taken);
  [[nodiscard]] std::size_t index(int cycle) const;
  [[nodiscard]] Row row(int cycle) const;
  Row& row_for(int cycle);

  const arch::CoreTiming& timing_;
  int interval_;
  std::vector<Row> rows_;
};

}  // namespace aie4ml::kernels
