#include "kernels/verify/symbolic_machine.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/verify/symbolic_machine_impl.hpp"

namespace aie4ml::kernels {

using arch::Instruction;
using arch::OperandRole;
using arch::Reg;
using arch::RegClass;

namespace {

constexpr std::size_t kMaxProblems = 100;
constexpr Reg kLoopCount{RegClass::lc, 0}, kLoopStart{RegClass::ls, 0}, kLoopEnd{RegClass::le, 0};

}  // namespace

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

SymbolicMachine::SymbolicMachine(const KernelCode& kernel, const arch::Device& device,
                                 Expressions& expressions)
    : program_(kernel.code),
      timing_(device.core.timing),
      shuffles_(device.core.shuffle),
      expressions_(expressions),
      registers_(expressions),
      memory_(expressions) {
  registers_.set({RegClass::lr, 0}, {{}, {Scalar::Kind::return_address, -1, 0}});
  for (const Reg reg : {kLoopCount, kLoopStart, kLoopEnd})
    registers_.set(reg, {{}, {Scalar::Kind::number, -1, -1}});
}

MachineRun SymbolicMachine::run(std::int64_t max_cycles) {
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

void SymbolicMachine::report_at(std::int32_t bundle, const std::string& what) {
  arch::Problem problem{fmt::format("bundle {}", bundle), what, ""};
  const bool known = std::any_of(run_.problems.begin(), run_.problems.end(), [&](const arch::Problem& p) {
    return p.where == problem.where && p.what == problem.what;
  });
  if (!known && run_.problems.size() < kMaxProblems) run_.problems.push_back(std::move(problem));
}

void SymbolicMachine::begin_cycle() {
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

void SymbolicMachine::finish() {
  const std::int64_t last_issue = now_ - 1;
  std::int64_t last_event = last_issue;
  while (!registers_.idle() || !accesses_.empty() || !late_.empty()) {
    begin_cycle();
    last_event = now_++;
  }
  run_.drain_cycles = last_event - last_issue;
}

void SymbolicMachine::serve(const Access& access) {
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

void SymbolicMachine::count(Symbol symbol, std::int32_t bundle) {
  Done& done = run_.effects.arithmetic[symbol];
  if (done.times++ == 0) done.bundle = bundle;
}

void SymbolicMachine::issue(const arch::Bundle& bundle) {
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

arch::Bypass SymbolicMachine::network(const arch::OperandTiming& t, OperandRole role) {
  const arch::Bypass of_role = role == OperandRole::acc ? arch::Bypass::vec : arch::Bypass::mov;
  return t.bypass == of_role ? of_role : arch::Bypass::none;
}

void SymbolicMachine::check_operands(const Instruction& op) {
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

void SymbolicMachine::check_mark(const Instruction& op, std::size_t index, const arch::OperandTiming& t,
                                 OperandRole role) {
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

bool SymbolicMachine::underway(Reg reg, std::int64_t read, arch::Bypass network) const {
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

Content SymbolicMachine::read(const Instruction& op, std::size_t index, OperandRole role) {
  return registers_.read(op.regs[index], now_, network(timing_[arch::timing_class(op)], role));
}

Scalar SymbolicMachine::scalar(Reg reg) {
  const Scalar value = registers_.read(reg, now_, arch::Bypass::none).scalar;
  if (value.kind == Scalar::Kind::undefined)
    report(fmt::format("reads {}, which has no value", arch::to_string(reg)));
  return value;
}

void SymbolicMachine::advance() {
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

MachineRun run_symbolically(const KernelCode& kernel, const std::vector<int>& buffers,
                            const arch::Device& device, Expressions& expressions, std::int64_t max_cycles) {
  SymbolicMachine machine(kernel, device, expressions);
  for (std::size_t i = 0; i < kernel.arguments.size(); ++i) {
    machine.set_pointer(kernel.arguments[i].pointer, buffers.at(i));
  }
  return machine.run(max_cycles);
}

}  // namespace aie4ml::kernels
