// What each operation does with symbolic values.
#include <algorithm>

#include <fmt/format.h>

#include "kernels/verify/symbolic_machine_impl.hpp"

namespace aie4ml::kernels {

using arch::Instruction;
using arch::Opcode;
using arch::OperandRole;
using arch::Reg;
using arch::RegClass;

namespace {

std::int64_t number(arch::ElementType type) {
  return static_cast<std::int64_t>(type);
}

}  // namespace

void SymbolicMachine::write(const Instruction& op, Content content, std::int64_t issued,
                            std::int32_t bundle) {
  const arch::OperandTiming& t = timing_[arch::timing_class(op)];
  const auto width = static_cast<std::size_t>(arch::span_of(op.regs[0]).size_bytes / kPartBytes);
  if (content.parts.size() != width && arch::span_of(op.regs[0]).file != arch::RegFile::scalar) {
    report_at(bundle, fmt::format("the result of {} has {} parts, {} holds {}", arch::info(op.op).mnemonic,
                                  content.parts.size(), arch::to_string(op.regs[0]), width));
    content.parts.resize(width);
  }
  registers_.write_later({op.regs[0], issued, issued + t.def, t.bypass, bundle, std::move(content)});
}

void SymbolicMachine::write_scalar(const Instruction& op, Scalar value) {
  if (op.regs[0].cls == RegClass::lc || op.regs[0].cls == RegClass::ls || op.regs[0].cls == RegClass::le) {
    loop_set_ = now_;
  }
  if (timing_[arch::timing_class(op)].def == 1) {
    scalar_writes_.emplace_back(op.regs[0], value);
  } else {
    write(op, {{}, value}, now_, pc_);
  }
}

Scalar SymbolicMachine::sum(Scalar a, std::int64_t b) {
  a.value += b;
  return a;
}

Scalar SymbolicMachine::step(const Instruction& op) {
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

void SymbolicMachine::access(const Instruction& op, std::vector<Symbol> parts) {
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

std::vector<Symbol> SymbolicMachine::shift_round_saturate(const Instruction& op, std::size_t acc,
                                                          std::size_t shift) {
  const std::vector<Symbol> lanes = read(op, acc, OperandRole::acc).parts;
  const std::int64_t amount = scalar(op.regs[shift]).value;
  // A part of the result has as many lanes as fit 256 bit; each is as wide as type_b says before.
  const auto consumed = static_cast<std::size_t>(arch::bits(op.type_b) / arch::bits(op.type_a));
  std::vector<Symbol> parts(lanes.size() / consumed);
  for (std::size_t p = 0; p < parts.size(); ++p) {
    std::vector<std::int64_t> operands = {number(op.type_a), number(op.type_b), amount};
    const auto first = lanes.begin() + static_cast<std::ptrdiff_t>(p * consumed);
    operands.insert(operands.end(), first, first + static_cast<std::ptrdiff_t>(consumed));
    parts[p] = expressions_.make(SymbolKind::srs, std::move(operands));
    count(parts[p], pc_);
  }
  return parts;
}

std::vector<Symbol> SymbolicMachine::upshift(const Instruction& op) {
  const std::int64_t amount = scalar(op.regs[2]).value;
  const int shares = arch::bits(op.type_b) / arch::bits(op.type_a);
  std::vector<Symbol> parts;
  for (const Symbol elements : read(op, 1, OperandRole::src).parts) {
    for (int share = 0; share < shares; ++share) {
      parts.push_back(expressions_.make(SymbolKind::ups,
                                        {number(op.type_a), number(op.type_b), amount, share, elements}));
    }
  }
  return parts;
}

Symbol SymbolicMachine::lanes(SymbolKind kind, arch::ElementType type, Symbol a, Symbol b,
                              std::int32_t bundle) {
  const Symbol symbol = expressions_.make(kind, {number(type), std::min(a, b), std::max(a, b)});
  count(symbol, bundle);
  return symbol;
}

std::vector<Symbol> SymbolicMachine::factor(const Instruction& op, std::size_t index, int bytes) {
  std::vector<Symbol> parts = read(op, index, OperandRole::src).parts;
  const auto used = static_cast<std::size_t>(bytes / kPartBytes);
  if (used > parts.size() || bytes % kPartBytes != 0) {
    report(fmt::format("{} is too narrow for the shape", arch::to_string(op.regs[index])));
  } else {
    parts.resize(used);
  }
  return parts;
}

std::vector<Symbol> SymbolicMachine::transposed(const Instruction& op) {
  std::vector<Symbol> parts = read(op, 1, OperandRole::src).parts;
  const std::int64_t code = scalar(op.regs[3]).value;
  const auto mode = std::find_if(shuffles_.begin(), shuffles_.end(),
                                 [code](const arch::ShuffleMode& m) { return m.code == code; });
  const int bits = mode == shuffles_.end() ? 0 : mode->rows * mode->columns * mode->element_bits;
  const auto used = static_cast<std::size_t>(bits / 8 / kPartBytes);
  if (used == 0 || used > parts.size()) {
    report(fmt::format("{} is no transposition of one register", code));
    return parts;
  }
  std::vector<std::int64_t> operands = {mode->rows, mode->columns, mode->element_bits};
  operands.insert(operands.end(), parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(used));
  const std::vector<Symbol> matrix =
      expressions_.make_parts(SymbolKind::transpose, std::move(operands), static_cast<int>(used));
  std::copy(matrix.begin(), matrix.end(), parts.begin());
  const Symbol behind = expressions_.make(SymbolKind::undefined, {2, pc_});
  std::fill(parts.begin() + static_cast<std::ptrdiff_t>(used), parts.end(), behind);
  return parts;
}

void SymbolicMachine::accumulate(const LateRead& late) {
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

void SymbolicMachine::branch(const Instruction& op) {
  if (branch_left_ > 0) report("a branch in a delay slot");
  branch_left_ = timing_.branch_delay_slots + 1;
  branch_target_ = op.imm;
  leaves_ = op.op == Opcode::ret;
  branch_taken_ = true;
  if (op.op == Opcode::jnz) branch_taken_ = scalar(op.regs[0]).value != 0;
  if (op.op == Opcode::jz) branch_taken_ = scalar(op.regs[0]).value == 0;
}

void SymbolicMachine::execute(const Instruction& op) {
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
      return access(op, shift_round_saturate(op, 0, 1));
    case Opcode::vsrs:
    case Opcode::vsrsm:
      return write(op, {shift_round_saturate(op, 1, 2), {}}, now_, pc_);
    case Opcode::vups:
      return write(op, {upshift(op), {}}, now_, pc_);
    case Opcode::vmov:
    case Opcode::vmov_bm_x:
      return write(op, read(op, 1, OperandRole::src), now_, pc_);
    case Opcode::vbcst: {
      const Symbol symbol =
          expressions_.make(SymbolKind::broadcast, {number(op.type_a), scalar(op.regs[1]).value});
      return write(op, {{symbol, symbol}, {}}, now_, pc_);
    }
    case Opcode::vshuffle:
      return write(op, {transposed(op), {}}, now_, pc_);
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
      return write(op, {std::vector<Symbol>(width, expressions_.make(SymbolKind::zero, {})), {}}, now_, pc_);
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
      for (const Symbol part : read(op, 0, OperandRole::acc).parts) run_.effects.puts.push_back({part, pc_});
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

}  // namespace aie4ml::kernels
