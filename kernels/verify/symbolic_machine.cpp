#include "kernels/verify/symbolic_machine.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "arch/isa/opcode_table.hpp"
#include "kernels/verify/symbolic_registers.hpp"

namespace aie4ml::kernels {
namespace {

using arch::Instruction;
using arch::Opcode;
using arch::OperandRole;
using arch::Reg;
using arch::RegClass;

constexpr std::size_t kMaxProblems = 100;
constexpr Reg kLoopCount{RegClass::lc, 0}, kLoopStart{RegClass::ls, 0}, kLoopEnd{RegClass::le, 0};

std::int64_t number(arch::ElementType type) {
  return static_cast<std::int64_t>(type);
}

// What the caller keeps for itself (kernels/code/kernel_code.hpp).
bool may_write(Reg reg) {
  switch (reg.cls) {
    case RegClass::r:
      return reg.index < 16;
    case RegClass::p:
      return reg.index < 6;
    case RegClass::lr:
    case RegClass::sp:
    case RegClass::crrnd:
    case RegClass::crsat:
      return false;
    default:
      return true;
  }
}

class Machine {
 public:
  Machine(const KernelCode& kernel, const arch::Device& device, Expressions& expressions)
      : program_(kernel.code),
        timing_(device.core.timing),
        expressions_(expressions),
        registers_(expressions),
        memory_(expressions) {
    registers_.set({RegClass::lr, 0}, {{}, {Scalar::Kind::return_address, -1, 0}});
    for (const Reg reg : {kLoopCount, kLoopStart, kLoopEnd})
      registers_.set(reg, {{}, {Scalar::Kind::number, -1, -1}});
  }

  void set_pointer(Reg reg, int buffer) { registers_.set(reg, {{}, {Scalar::Kind::pointer, buffer, 0}}); }

  MachineRun run(std::int64_t max_cycles) {
    while (!returned_) {
      if (now_ >= max_cycles) {
        report("does not return");
        break;
      }
      begin_cycle();
      if (pc_ < 0 || pc_ >= static_cast<std::int32_t>(program_.bundles.size())) {
        report("the program counter left the kernel");
        break;
      }
      issue(program_.bundles[static_cast<std::size_t>(pc_)]);
      advance();
      ++now_;
    }
    run_.cycles = now_;
    finish();
    for (const auto& [where, index] : unneeded_)
      report_at(where, fmt::format("operand {} needs no '~'", index));
    run_.effects.stores = memory_.stored();
    return std::move(run_);
  }

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
  void report_at(std::int32_t bundle, const std::string& what) {
    arch::Problem problem{fmt::format("bundle {}", bundle), what, ""};
    const bool known = std::any_of(run_.problems.begin(), run_.problems.end(), [&](const arch::Problem& p) {
      return p.where == problem.where && p.what == problem.what;
    });
    if (!known && run_.problems.size() < kMaxProblems) run_.problems.push_back(std::move(problem));
  }

  void begin_cycle() {
    for (const bool load : {true, false}) {
      for (const Access& access : accesses_) {
        if (access.cycle == now_ && access.load == load) serve(access);
      }
    }
    std::erase_if(accesses_, [&](const Access& a) { return a.cycle <= now_; });
    for (const auto& [one, other] : registers_.commit(now_)) {
      report_at(other, fmt::format("its result arrives together with that of bundle {}", one));
    }
    for (const LateRead& late : late_) {
      if (late.cycle == now_) accumulate(late);
    }
    std::erase_if(late_, [&](const LateRead& l) { return l.cycle <= now_; });
  }

  void finish() {
    const std::int64_t last_issue = now_ - 1;
    std::int64_t last_event = last_issue;
    while (!registers_.idle() || !accesses_.empty() || !late_.empty()) {
      begin_cycle();
      last_event = now_++;
    }
    run_.drain_cycles = last_event - last_issue;
  }

  void serve(const Access& access) {
    if (access.load) {
      std::vector<Symbol> parts;
      const int count = arch::span_of(access.reg).size_bytes / kPartBytes;
      for (int i = 0; i < count; ++i) {
        parts.push_back(memory_.load({access.at.first, access.at.second + i * kPartBytes}));
      }
      registers_.write_later(
          {access.reg, access.issued, access.visible, access.bypass, access.bundle, {std::move(parts), {}}});
      return;
    }
    for (std::size_t i = 0; i < access.parts.size(); ++i) {
      const std::int64_t offset = access.at.second + static_cast<std::int64_t>(i) * kPartBytes;
      memory_.store({access.at.first, offset}, {access.parts[i], access.bundle});
    }
  }

  void count(Symbol symbol, std::int32_t bundle) {
    Done& done = run_.effects.arithmetic[symbol];
    if (done.times++ == 0) done.bundle = bundle;
  }

  void issue(const arch::Bundle& bundle) {
    unsigned taken = 0;
    for (const Instruction& op : bundle.ops) {
      const auto slot = static_cast<unsigned>(arch::info(op.op).slot);
      const unsigned mask =
          arch::info(op.op).slot == arch::Slot::lng
              ? 1U << static_cast<unsigned>(arch::Slot::alu) | 1U << static_cast<unsigned>(arch::Slot::mv)
              : 1U << slot;
      if ((taken & mask) != 0)
        report(fmt::format("two operations in the slot of {}", arch::info(op.op).mnemonic));
      taken |= mask;
    }
    scalar_writes_.clear();
    for (const Instruction& op : bundle.ops) {
      check_operands(op);
      execute(op);
    }
    for (const auto& [reg, value] : scalar_writes_) registers_.set(reg, {{}, value});
    for (std::size_t i = 0; i < scalar_writes_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (scalar_writes_[i].first == scalar_writes_[j].first) {
          report(fmt::format("{} is written twice", arch::to_string(scalar_writes_[i].first)));
        }
      }
    }
  }

  [[nodiscard]] arch::Bypass network(const arch::OperandTiming& t, OperandRole role) const {
    const arch::Bypass of_role = role == OperandRole::acc ? arch::Bypass::vec : arch::Bypass::mov;
    return t.bypass == of_role ? of_role : arch::Bypass::none;
  }

  // Calling convention and marks of reads under writes in flight.
  void check_operands(const Instruction& op) {
    const arch::OpInfo& info = arch::info(op.op);
    const arch::OperandTiming& t = timing_[arch::timing_class(op)];
    std::size_t index = 0;
    for (int i = 0; i < info.operand_count; ++i) {
      const arch::OperandSpec& spec = info.operands[i];
      if (!spec.is_register()) continue;
      const Reg reg = op.regs[index];
      if (!spec.allows(reg.cls))
        report(fmt::format("{} cannot be an operand of {}", arch::to_string(reg), info.mnemonic));
      if (spec.role == OperandRole::dst) {
        if (!may_write(reg)) report(fmt::format("writes {}, which is the caller's", arch::to_string(reg)));
      } else {
        check_mark(op, index, t, spec.role);
      }
      ++index;
    }
  }

  void check_mark(const Instruction& op, std::size_t index, const arch::OperandTiming& t, OperandRole role) {
    const std::int64_t read = now_ + arch::operand_cycle(t, role) - 1;
    const bool marked = (op.reads_old >> index & 1U) != 0;
    const bool in_flight = registers_.in_flight(op.regs[index], now_, read, network(t, role)) ||
                           underway(op.regs[index], read, network(t, role));
    const std::pair<std::int32_t, std::string> name{
        pc_, fmt::format("{} of {}", arch::to_string(op.regs[index]), arch::info(op.op).mnemonic)};
    if (in_flight && !marked) {
      report(fmt::format("reads {} under a write in flight", arch::to_string(op.regs[index])));
    }
    if (!marked) return;
    // A mark is right if one of its executions needs it.
    if (in_flight) {
      needed_.insert(name);
      unneeded_.erase(name);
    } else if (!needed_.contains(name)) {
      unneeded_.insert(name);
    }
  }

  // Results of operations that are still to access memory or to read their accumulator.
  [[nodiscard]] bool underway(Reg reg, std::int64_t read, arch::Bypass network) const {
    const bool load = std::any_of(accesses_.begin(), accesses_.end(), [&](const Access& a) {
      return a.load && a.issued < now_ && a.visible > read && arch::overlap(a.reg, reg);
    });
    return load || std::any_of(late_.begin(), late_.end(), [&](const LateRead& l) {
             const arch::OperandTiming& t = timing_[arch::timing_class(*l.instruction)];
             const int early = network != arch::Bypass::none && t.bypass == network ? 1 : 0;
             return l.issued < now_ && l.issued + t.def - early > read &&
                    arch::overlap(l.instruction->regs[0], reg);
           });
  }

  // What an operand read in the cycle of issue holds.
  Content read(const Instruction& op, std::size_t index, OperandRole role) {
    return registers_.read(op.regs[index], now_, network(timing_[arch::timing_class(op)], role));
  }
  Scalar scalar(Reg reg) {
    const Scalar value = registers_.read(reg, now_, arch::Bypass::none).scalar;
    if (value.kind == Scalar::Kind::undefined)
      report(fmt::format("reads {}, which has no value", arch::to_string(reg)));
    return value;
  }

  void write(const Instruction& op, Content content, std::int64_t issued, std::int32_t bundle) {
    const arch::OperandTiming& t = timing_[arch::timing_class(op)];
    const auto width = static_cast<std::size_t>(arch::span_of(op.regs[0]).size_bytes / kPartBytes);
    if (content.parts.size() != width && arch::span_of(op.regs[0]).file != arch::RegFile::scalar) {
      report_at(bundle, fmt::format("the result of {} has {} parts, {} holds {}", arch::info(op.op).mnemonic,
                                    content.parts.size(), arch::to_string(op.regs[0]), width));
      content.parts.resize(width);
    }
    registers_.write_later({op.regs[0], issued, issued + t.def, t.bypass, bundle, std::move(content)});
  }
  void write_scalar(const Instruction& op, Scalar value) {
    if (op.regs[0].cls == RegClass::lc || op.regs[0].cls == RegClass::ls || op.regs[0].cls == RegClass::le) {
      loop_set_ = now_;
    }
    if (timing_[arch::timing_class(op)].def == 1) {
      scalar_writes_.emplace_back(op.regs[0], value);
    } else {
      write(op, {{}, value}, now_, pc_);
    }
  }

  static Scalar sum(Scalar a, std::int64_t b) {
    a.value += b;
    return a;
  }

  Scalar step(const Instruction& op) {
    const arch::MemOperand& mem = op.mem;
    if (!may_write(mem.base) && mem.mode != arch::AddressMode::offset) {
      report(fmt::format("moves {}, which is the caller's", arch::to_string(mem.base)));
    }
    Scalar pointer = scalar(mem.base);
    switch (mem.mode) {
      case arch::AddressMode::offset:
        return sum(pointer, mem.imm);
      case arch::AddressMode::post_imm:
        scalar_writes_.emplace_back(mem.base, sum(pointer, mem.imm));
        break;
      case arch::AddressMode::post_mod:
        scalar_writes_.emplace_back(mem.base, sum(pointer, scalar(mem.modifier).value));
        break;
      default:
        report("an address mode that kernels do not use");
        break;
    }
    return pointer;
  }

  void access(const Instruction& op, std::vector<Symbol> parts) {
    const arch::OperandTiming& t = timing_[arch::timing_class(op)];
    const Scalar pointer = step(op);
    const int bytes = arch::access_bytes(op);
    if (pointer.kind != Scalar::Kind::pointer) {
      report(fmt::format("{} holds no address", arch::to_string(op.mem.base)));
      return;
    }
    if (bytes % kPartBytes != 0 || pointer.value % bytes != 0) report("access is not aligned");
    const bool load = arch::info(op.op).operands[0].role == OperandRole::dst;
    accesses_.push_back({now_ + t.mem - 1,
                         now_ + t.def,
                         load,
                         {pointer.buffer, pointer.value},
                         op.regs[0],
                         std::move(parts),
                         now_,
                         pc_,
                         t.bypass});
  }

  // Symbols of SRS, the same for a store as for a register.
  std::vector<Symbol> shift_round_saturate(const Instruction& op, std::size_t acc, std::size_t shift,
                                           int bytes) {
    std::vector<std::int64_t> operands = {number(op.type_a), number(op.type_b), scalar(op.regs[shift]).value};
    const Content content = read(op, acc, OperandRole::acc);
    operands.insert(operands.end(), content.parts.begin(), content.parts.end());
    std::vector<Symbol> parts = expressions_.make_parts(SymbolKind::srs, operands, bytes / kPartBytes);
    count(expressions_.make(SymbolKind::srs, std::move(operands)), pc_);
    return parts;
  }

  Symbol lanes(SymbolKind kind, arch::ElementType type, Symbol a, Symbol b, std::int32_t bundle) {
    const Symbol symbol = expressions_.make(kind, {number(type), std::min(a, b), std::max(a, b)});
    count(symbol, bundle);
    return symbol;
  }

  // A multiply reads as much of a factor's register as its shape takes.
  std::vector<Symbol> factor(const Instruction& op, std::size_t index, int bytes) {
    std::vector<Symbol> parts = read(op, index, OperandRole::src).parts;
    const auto used = static_cast<std::size_t>(bytes / kPartBytes);
    if (used > parts.size() || bytes % kPartBytes != 0) {
      report(fmt::format("{} is too narrow for the shape", arch::to_string(op.regs[index])));
    } else {
      parts.resize(used);
    }
    return parts;
  }

  void accumulate(const LateRead& late) {
    const Instruction& op = *late.instruction;
    const arch::Bypass net = network(timing_[arch::timing_class(op)], OperandRole::acc);
    const std::vector<Symbol> acc = registers_.read(op.regs[1], now_, net).parts;
    std::vector<Symbol> parts;
    if (op.op == Opcode::vacc_add) {
      const std::vector<Symbol> other = registers_.read(op.regs[2], now_, net).parts;
      for (std::size_t i = 0; i < std::min(acc.size(), other.size()); ++i) {
        parts.push_back(lanes(SymbolKind::add, op.type_b, acc[i], other[i], late.bundle));
      }
    } else {
      std::vector<std::int64_t> operands = {op.shape.m, op.shape.k, op.shape.n, number(op.type_a),
                                            number(op.type_b)};
      for (const auto* values : {&acc, &late.a, &late.b}) {
        operands.insert(operands.end(), values->begin(), values->end());
      }
      parts = expressions_.make_parts(SymbolKind::mac, operands, static_cast<int>(acc.size()));
      count(expressions_.make(SymbolKind::mac, std::move(operands)), late.bundle);
    }
    write(op, {std::move(parts), {}}, late.issued, late.bundle);
  }

  void branch(const Instruction& op) {
    if (branch_left_ > 0) report("a branch in a delay slot");
    branch_left_ = timing_.branch_delay_slots + 1;
    branch_target_ = op.imm;
    leaves_ = op.op == Opcode::ret;
    branch_taken_ = true;
    if (op.op == Opcode::jnz) branch_taken_ = scalar(op.regs[0]).value != 0;
    if (op.op == Opcode::jz) branch_taken_ = scalar(op.regs[0]).value == 0;
  }

  void advance() {
    if (branch_left_ > 0 && --branch_left_ == 0 && branch_taken_) {
      returned_ = leaves_;
      pc_ = branch_target_;
      return;
    }
    const std::int64_t count_left = registers_.read(kLoopCount, now_, arch::Bypass::none).scalar.value;
    if (pc_ == registers_.read(kLoopEnd, now_, arch::Bypass::none).scalar.value && count_left > 0) {
      if (now_ - loop_set_ < timing_.loop_setup_bundles) {
        report(fmt::format("the loop was set up {} bundles before its end", now_ - loop_set_));
      }
      if (branch_left_ > 0) report("the loop end is in a delay slot");
      registers_.set(kLoopCount, {{}, {Scalar::Kind::number, -1, count_left - 1}});
      if (count_left > 1) {
        pc_ = static_cast<std::int32_t>(registers_.read(kLoopStart, now_, arch::Bypass::none).scalar.value);
        return;
      }
    }
    ++pc_;
  }

  void execute(const Instruction& op) {
    switch (op.op) {
      case Opcode::movx:
      case Opcode::movxm:
      case Opcode::mova:
        return write_scalar(op, {Scalar::Kind::number, -1, op.imm});
      case Opcode::mov:
        return write_scalar(op, scalar(op.regs[1]));
      case Opcode::addi:
      case Opcode::add_nc:
        return write_scalar(op, sum(scalar(op.regs[1]), op.imm));
      case Opcode::j:
      case Opcode::jz:
      case Opcode::jnz:
      case Opcode::ret:
        return branch(op);
      case Opcode::padda:
      case Opcode::paddb:
      case Opcode::padds:
        step(op);
        return;
      case Opcode::vlda:
      case Opcode::vldb:
      case Opcode::vlda_am:
        return access(op, {});
      case Opcode::vst:
        return access(op, read(op, 0, OperandRole::src).parts);
      case Opcode::vst_srs:
        return access(op, shift_round_saturate(op, 0, 1, arch::access_bytes(op)));
      case Opcode::vsrs:
      case Opcode::vsrsm:
        return write(op, {shift_round_saturate(op, 1, 2, arch::span_of(op.regs[0]).size_bytes), {}}, now_,
                     pc_);
      case Opcode::vmov:
      case Opcode::vmov_bm_x:
        return write(op, read(op, 1, OperandRole::src), now_, pc_);
      case Opcode::vbcst: {
        const Symbol symbol =
            expressions_.make(SymbolKind::broadcast, {number(op.type_a), scalar(op.regs[1]).value});
        return write(op, {{symbol, symbol}, {}}, now_, pc_);
      }
      case Opcode::vmax: {
        const Content a = read(op, 1, OperandRole::src);
        const Content b = read(op, 2, OperandRole::src);
        std::vector<Symbol> parts;
        for (std::size_t i = 0; i < std::min(a.parts.size(), b.parts.size()); ++i) {
          parts.push_back(lanes(SymbolKind::max, op.type_a, a.parts[i], b.parts[i], pc_));
        }
        return write(op, {std::move(parts), {}}, now_, pc_);
      }
      case Opcode::vacc_clr: {
        const auto width = static_cast<std::size_t>(arch::span_of(op.regs[0]).size_bytes / kPartBytes);
        return write(op, {std::vector<Symbol>(width, expressions_.make(SymbolKind::zero, {})), {}}, now_,
                     pc_);
      }
      case Opcode::vmov_scd: {
        const std::int64_t word = run_.effects.gets++;
        return write(
            op,
            {{expressions_.make(SymbolKind::get, {word, 0}), expressions_.make(SymbolKind::get, {word, 1})},
             {}},
            now_, pc_);
      }
      case Opcode::vmov_mcd:
        for (const Symbol part : read(op, 0, OperandRole::acc).parts)
          run_.effects.puts.push_back({part, pc_});
        return;
      case Opcode::vmac:
      case Opcode::vacc_add: {
        const arch::OperandTiming& t = timing_[arch::timing_class(op)];
        LateRead late{now_ + arch::operand_cycle(t, OperandRole::acc) - 1, now_, &op, pc_, {}, {}};
        if (op.op == Opcode::vmac) {
          late.a = factor(op, 2, op.shape.m * op.shape.k * arch::bytes(op.type_a));
          late.b = factor(op, 3, op.shape.k * op.shape.n * arch::bytes(op.type_b));
        }
        late_.push_back(std::move(late));
        return;
      }
      default:
        report(fmt::format("{} is no operation of a kernel", arch::info(op.op).mnemonic));
    }
  }

  const arch::Program& program_;
  const arch::CoreTiming& timing_;
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

}  // namespace

MachineRun run_symbolically(const KernelCode& kernel, const std::vector<int>& buffers,
                            const arch::Device& device, Expressions& expressions, std::int64_t max_cycles) {
  Machine machine(kernel, device, expressions);
  for (std::size_t i = 0; i < kernel.arguments.size(); ++i) {
    machine.set_pointer(kernel.arguments[i].pointer, buffers.at(i));
  }
  return machine.run(max_cycles);
}

}  // namespace aie4ml::kernels
