// From statements of a vector program to machine operations on virtual registers.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "kernels/schedule/machine_op.hpp"
#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::kernels {

class Lowering {
 public:
  // Both must outlive the object.
  Lowering(const VectorProgram& program, const arch::Device& device);

  // Appends the operations of one statement. renaming: a variable that gets a new value gets a new register,
  // so that copies of straight-line code can overlap; otherwise it keeps the one it has.
  void lower(const Statement& statement, bool renaming, std::vector<MachineOp>& ops);

  // Gives a variable its register before anything writes it.
  void declare(int variable) { define(variable, false); }

  // A register that holds `value` from the entry on.
  Operand constant(arch::RegClass cls, std::int32_t value);
  int add_register(std::string name, arch::RegClass cls);
  // cls = value, in the slot that is cheapest for this value.
  void set(Operand dst, std::int32_t value, std::vector<MachineOp>& ops) const;
  // The pointer variable that an operation moves, and by how many bytes.
  [[nodiscard]] std::optional<std::pair<int, std::int64_t>> pointer_step(const MachineOp& op) const;
  // Writes the constants asked for so far; belongs at the entry.
  void lower_constants(std::vector<MachineOp>& ops);

  [[nodiscard]] const std::vector<VirtualReg>& registers() const { return registers_; }
  [[nodiscard]] const VectorProgram& program() const { return program_; }

 private:
  struct Chunk {
    arch::RegClass cls{};
    int bytes{};
  };
  [[nodiscard]] Chunk chunk(int bytes, int port_bits) const;
  Operand whole(int variable);
  // A vector as operations on its lanes name it: a w, where it is no wider though its register is.
  [[nodiscard]] Operand lanes(Operand of, int variable) const;
  Operand define(int variable, bool renaming);
  [[nodiscard]] arch::RegClass class_of(int variable) const;
  [[nodiscard]] arch::RegClass accumulator_class(int bytes) const;
  [[nodiscard]] arch::RegClass vector_class(int bytes) const;
  // Bytes of elements of this type, of `bytes`, that one SRS or UPS with such lanes makes or takes.
  [[nodiscard]] int converted_at_once(int lane_bits, arch::ElementType type, int bytes) const;
  void post_step(MachineOp& op, int pointer, std::int64_t step_bytes, std::int64_t contiguous_bytes);
  Operand shift(int amount);

  void lower_load(const Statement& s, bool renaming, std::vector<MachineOp>& ops);
  void lower_accumulator_load(const Statement& s, bool renaming, std::vector<MachineOp>& ops);
  void lower_store(const Statement& s, std::vector<MachineOp>& ops);
  void lower_store_srs(const Statement& s, std::vector<MachineOp>& ops);
  void lower_broadcast(const Statement& s, bool renaming, std::vector<MachineOp>& ops);
  void lower_cascade(const Statement& s, bool renaming, std::vector<MachineOp>& ops);
  void lower_srs(const Statement& s, bool renaming, std::vector<MachineOp>& ops);
  void lower_ups(const Statement& s, bool renaming, std::vector<MachineOp>& ops);
  void lower_transpose(const Statement& s, bool renaming, std::vector<MachineOp>& ops);
  void lower_mac(const Statement& s, std::vector<MachineOp>& ops);
  void lower_pointer(const Statement& s, std::vector<MachineOp>& ops);
  void lower_zero(const Statement& s, bool renaming, std::vector<MachineOp>& ops);

  const VectorProgram& program_;
  const arch::Device& device_;
  std::vector<VirtualReg> registers_;
  std::vector<int> bound_;                               // variable -> virtual register, -1: none yet
  std::vector<bool> broadcast_, right_factor_, factor_;  // per variable: how it is used
  std::map<std::pair<arch::RegClass, std::int32_t>, int> constants_;
};

}  // namespace aie4ml::kernels
