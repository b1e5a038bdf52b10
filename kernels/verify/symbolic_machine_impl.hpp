// The machine behind run_symbolically(): one cycle after the other, events in the order of the core's.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "arch/isa/opcode_table.hpp"
#include "kernels/verify/symbolic_machine.hpp"
#include "kernels/verify/symbolic_registers.hpp"

namespace aie4ml::kernels {

class SymbolicMachine {
 public:
  using Instruction = arch::Instruction;
  using OperandRole = arch::OperandRole;
  using Reg = arch::Reg;

  SymbolicMachine(const KernelCode& kernel, const arch::Device& device, Expressions& expressions);

  void set_pointer(Reg reg, int buffer) { registers_.set(reg, {{}, {Scalar::Kind::pointer, buffer, 0}}); }

  MachineRun run(std::int64_t max_cycles);

 private:
  struct Access {
    std::int64_t cycle{}, visible{};
    bool load{};
    Location at;
    Reg reg{};                  // of a load
    std::vector<Symbol> parts;  // of a store
    std::int64_t issued{};
    std::int32_t bundle{};
    arch::Bypass bypass{};
  };
  struct LateRead {
    std::int64_t cycle{}, issued{};
    const Instruction* instruction{};
    std::int32_t bundle{};
    std::vector<Symbol> a, b;
  };

  void report(const std::string& what) { report_at(pc_, what); }
  void report_at(std::int32_t bundle, const std::string& what);

  // One cycle: memory, arriving results, late operands; then the bundle; then the next program counter.
  void begin_cycle();
  void issue(const arch::Bundle& bundle);
  void advance();
  void finish();
  void serve(const Access& access);
  void count(Symbol symbol, std::int32_t bundle);

  // Calling convention and marks of reads under writes in flight.
  void check_operands(const Instruction& op);
  void check_mark(const Instruction& op, std::size_t index, const arch::OperandTiming& t, OperandRole role);
  // Results of operations that are still to access memory or to read their accumulator.
  [[nodiscard]] bool underway(Reg reg, std::int64_t read, arch::Bypass network) const;

  // symbolic_execute.cpp: what operations do.
  void execute(const Instruction& op);
  void branch(const Instruction& op);
  void access(const Instruction& op, std::vector<Symbol> parts);
  void accumulate(const LateRead& late);
  Scalar step(const Instruction& op);
  // Symbols of SRS, the same for a store as for a register.
  std::vector<Symbol> shift_round_saturate(const Instruction& op, std::size_t acc, std::size_t shift);
  std::vector<Symbol> upshift(const Instruction& op);
  std::vector<Symbol> transposed(const Instruction& op);
  Symbol lanes(SymbolKind kind, arch::ElementType type, Symbol a, Symbol b, std::int32_t bundle);
  // A multiply reads as much of a factor's register as its shape takes.
  std::vector<Symbol> factor(const Instruction& op, std::size_t index, int bytes);
  void write(const Instruction& op, Content content, std::int64_t issued, std::int32_t bundle);
  void write_scalar(const Instruction& op, Scalar value);

  // What an operand read in the cycle of issue holds.
  Content read(const Instruction& op, std::size_t index, OperandRole role);
  Scalar scalar(Reg reg);
  static arch::Bypass network(const arch::OperandTiming& t, OperandRole role);
  static Scalar sum(Scalar a, std::int64_t b);

  const arch::Program& program_;
  const arch::CoreTiming& timing_;
  const std::vector<arch::ShuffleMode>& shuffles_;
  Expressions& expressions_;
  SymbolicRegisters registers_;
  SymbolicMemory memory_;
  std::vector<Access> accesses_;
  std::vector<LateRead> late_;
  std::vector<std::pair<Reg, Scalar>> scalar_writes_;
  std::set<std::pair<std::int32_t, std::string>> needed_, unneeded_;
  std::int64_t now_{};
  std::int64_t loop_set_{};
  std::int32_t pc_{};
  std::int32_t branch_target_{};
  int branch_left_{};
  bool branch_taken_{}, leaves_{}, returned_{};
  MachineRun run_;
};

// What a kernel may write; the rest is the caller's (kernels/code/kernel_code.hpp).
bool may_write(arch::Reg reg);

}  // namespace aie4ml::kernels
