#include "kernels/schedule/lowering.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "arch/isa/instruction_check.hpp"
#include "arch/isa/mmul_shapes.hpp"

namespace aie4ml::kernels {
namespace {

using arch::Opcode;
using arch::RegClass;

constexpr int kVectorBytes = 64;   // x: what a factor of a multiply and a broadcast take
constexpr int kCascadeBytes = 64;  // bm: one cascade word
constexpr int kArgumentPointers = 6;

MachineOp make(Opcode opcode, std::initializer_list<Operand> regs) {
  MachineOp op;
  op.instruction.op = opcode;
  std::size_t i = 0;
  for (const Operand& o : regs) op.regs[i++] = o;
  return op;
}

// The unit-th register of class cls inside a virtual register.
Operand part(Operand whole, RegClass cls, int index) {
  return {whole.reg, cls, whole.unit + index * units_of(cls)};
}

bool fits_signed(std::int32_t value, int bits) {
  return value >= -(1 << (bits - 1)) && value < 1 << (bits - 1);
}

}  // namespace

Lowering::Lowering(const VectorProgram& program, const arch::Device& device)
    : program_(program),
      device_(device),
      bound_(program.variables.size(), -1),
      broadcast_(program.variables.size()),
      right_factor_(program.variables.size()),
      factor_(program.variables.size()) {
  const auto scan = [&](const auto& self, const std::vector<Node>& nodes) -> void {
    for (const Node& node : nodes) {
      if (const auto* loop = std::get_if<Loop>(&node.value)) {
        self(self, loop->body);
        continue;
      }
      const auto& s = std::get<Statement>(node.value);
      if (s.op == VectorOp::broadcast_rows) broadcast_[static_cast<std::size_t>(s.a)] = true;
      if (s.op == VectorOp::transpose) {
        factor_[static_cast<std::size_t>(s.a)] = factor_[static_cast<std::size_t>(s.dst)] = true;
      }
      if (s.op == VectorOp::mac) {
        factor_[static_cast<std::size_t>(s.a)] = factor_[static_cast<std::size_t>(s.b)] = true;
        right_factor_[static_cast<std::size_t>(s.b)] = true;
      }
    }
  };
  scan(scan, program.body);
  if (program.arguments.size() > kArgumentPointers) std::abort();
  for (std::size_t i = 0; i < program.arguments.size(); ++i) {
    const int reg = add_register(program.variable(program.arguments[i]).name, RegClass::p);
    registers_[static_cast<std::size_t>(reg)].fixed = static_cast<int>(i);
    bound_[static_cast<std::size_t>(program.arguments[i])] = reg;
  }
}

int Lowering::add_register(std::string name, RegClass cls) {
  registers_.push_back({std::move(name), cls, units_of(cls), -1});
  return static_cast<int>(registers_.size()) - 1;
}

RegClass Lowering::accumulator_class(int bytes) const {
  for (const RegClass cls : {RegClass::bm, RegClass::cm, RegClass::dm}) {
    if (arch::span_of({cls, 0}).size_bytes == bytes) return cls;
  }
  std::abort();
}

RegClass Lowering::class_of(int index) const {
  const Variable& v = program_.variable(index);
  const auto i = static_cast<std::size_t>(index);
  switch (v.kind) {
    case VariableKind::pointer:
      return RegClass::p;
    case VariableKind::accumulator:
      return accumulator_class(v.bytes());
    case VariableKind::vector:
      if (v.bytes() > kVectorBytes) return vector_class(v.bytes());
      return factor_[i] || broadcast_[i] || 2 * v.bytes() > kVectorBytes ? RegClass::x : RegClass::w;
  }
  std::abort();
}

Operand Lowering::define(int variable, bool renaming) {
  int& reg = bound_[static_cast<std::size_t>(variable)];
  const Variable& v = program_.variable(variable);
  if (reg < 0 || (renaming && !v.scarce)) reg = add_register(v.name, class_of(variable));
  return whole(variable);
}

Operand Lowering::whole(int variable) {
  const int reg = bound_[static_cast<std::size_t>(variable)];
  if (reg < 0) std::abort();  // read before it was ever written
  return {reg, registers_[static_cast<std::size_t>(reg)].cls, 0};
}

Operand Lowering::lanes(Operand of, int variable) const {
  if (2 * program_.variable(variable).bytes() <= kVectorBytes) of.cls = RegClass::w;
  return of;
}

Operand Lowering::constant(RegClass cls, std::int32_t value) {
  const auto [entry, added] = constants_.try_emplace({cls, value}, -1);
  if (added) entry->second = add_register(fmt::format("{}", value), cls);
  return {entry->second, cls, 0};
}

void Lowering::set(Operand dst, std::int32_t value, std::vector<MachineOp>& ops) const {
  if (dst.cls == RegClass::s) std::abort();  // has no immediate form
  const bool small = fits_signed(value, arch::info(Opcode::mova).imm_bits);
  const bool shortable =
      small && (dst.cls == RegClass::r || dst.cls == RegClass::m || dst.cls == RegClass::p);
  MachineOp op = make(shortable ? Opcode::mova : Opcode::movxm, {dst});
  if (shortable && dst.cls == RegClass::r) {
    op.instruction.op = Opcode::movx;
    op.alternatives.push_back(Opcode::mova);
  }
  if (shortable) op.alternatives.push_back(Opcode::movxm);
  op.instruction.imm = value;
  ops.push_back(std::move(op));
}

void Lowering::lower_constants(std::vector<MachineOp>& ops) {
  // A shift register is filled from a scalar one, which this may add.
  std::vector<MachineOp> shifts;
  for (const auto& [key, reg] : std::map(constants_)) {
    if (key.first != RegClass::s) continue;
    shifts.push_back(make(Opcode::mov, {{reg, RegClass::s, 0}, constant(RegClass::r, key.second)}));
  }
  for (const auto& [key, reg] : constants_) {
    if (key.first != RegClass::s) set({reg, key.first, 0}, key.second, ops);
  }
  ops.insert(ops.end(), shifts.begin(), shifts.end());
}

Operand Lowering::shift(int amount) {
  return constant(RegClass::s, amount);
}

RegClass Lowering::vector_class(int bytes) const {
  for (const RegClass cls : {RegClass::w, RegClass::x, RegClass::y}) {
    if (arch::span_of({cls, 0}).size_bytes == bytes) return cls;
  }
  std::abort();
}

Lowering::Chunk Lowering::chunk(int bytes, int port_bits) const {
  const int width = std::min(bytes, port_bits / 8);
  return {vector_class(width), width};
}

// Steps of an access to the next or the same place are immediates, and those without an access where they
// fit; all others sit in a modifier register.
void Lowering::post_step(MachineOp& op, int pointer, std::int64_t step_bytes, std::int64_t contiguous_bytes) {
  op.base = whole(pointer);
  op.buffer = program_.variable(pointer).buffer;
  arch::MemOperand& mem = op.instruction.mem;
  if (step_bytes == 0) {
    mem.mode = arch::AddressMode::offset;
  } else if (step_bytes == contiguous_bytes || (contiguous_bytes == 0 && arch::fits_address(step_bytes))) {
    mem.mode = arch::AddressMode::post_imm;
    mem.imm = static_cast<std::int32_t>(step_bytes);
  } else {
    mem.mode = arch::AddressMode::post_mod;
    op.modifier = constant(RegClass::m, static_cast<std::int32_t>(step_bytes));
  }
}

std::optional<std::pair<int, std::int64_t>> Lowering::pointer_step(const MachineOp& op) const {
  if (!op.base.valid()) return std::nullopt;
  const auto variable = std::find(bound_.begin(), bound_.end(), op.base.reg);
  if (variable == bound_.end()) std::abort();  // only pointers of the program are dereferenced
  const int pointer = static_cast<int>(variable - bound_.begin());
  switch (op.instruction.mem.mode) {
    case arch::AddressMode::post_imm:
      return std::pair(pointer, std::int64_t{op.instruction.mem.imm});
    case arch::AddressMode::post_mod:
      break;
    default:
      return std::nullopt;
  }
  const auto step = std::find_if(constants_.begin(), constants_.end(),
                                 [&](const auto& constant) { return constant.second == op.modifier.reg; });
  if (step == constants_.end()) std::abort();  // modifiers hold constants
  return std::pair(pointer, std::int64_t{step->first.second});
}

// Straight into the accumulator where the port is as wide as its smallest part; else by way of registers, as
// where the accumulator is scarce and the value has to wait for it.
void Lowering::lower_accumulator_load(const Statement& s, bool renaming, std::vector<MachineOp>& ops) {
  const Variable& variable = program_.variable(s.dst);
  const int bytes = variable.bytes();
  const Chunk c = chunk(bytes, device_.core.load_bits);
  const Operand dst = define(s.dst, renaming);
  const bool direct = !variable.scarce && c.bytes == arch::span_of({RegClass::am, 0}).size_bytes;
  Operand waiting;
  for (int at = 0; at < bytes; at += c.bytes) {
    if (!direct && at % kCascadeBytes == 0)
      waiting = {add_register(variable.name, RegClass::x), RegClass::x, 0};
    const Operand to =
        direct ? part(dst, RegClass::am, at / c.bytes) : part(waiting, c.cls, at % kCascadeBytes / c.bytes);
    MachineOp op = make(direct ? Opcode::vlda_am : Opcode::vlda, {to});
    if (!direct) op.alternatives.push_back(Opcode::vldb);
    post_step(op, s.pointer, at + c.bytes == bytes ? s.step_bytes - at : c.bytes, c.bytes);
    ops.push_back(std::move(op));
    if (direct || (at + c.bytes) % kCascadeBytes != 0) continue;
    ops.push_back(make(Opcode::vmov_bm_x, {part(dst, RegClass::bm, at / kCascadeBytes), waiting}));
  }
}

void Lowering::lower_load(const Statement& s, bool renaming, std::vector<MachineOp>& ops) {
  if (program_.variable(s.dst).kind == VariableKind::accumulator)
    return lower_accumulator_load(s, renaming, ops);
  const auto variable = static_cast<std::size_t>(s.dst);
  const int bytes = program_.variable(s.dst).bytes();
  const Chunk c = chunk(bytes, device_.core.load_bits);
  const Operand dst = define(s.dst, renaming);
  // A row to be broadcast is wanted in every part of its register; the same bytes are loaded again.
  const int copies = broadcast_[variable] ? kVectorBytes / bytes : 1;
  // The two factors of a multiply come over different ports, so that banks of their own serve both at once.
  const Opcode first = right_factor_[variable] ? Opcode::vldb : Opcode::vlda;
  const Opcode second = right_factor_[variable] ? Opcode::vlda : Opcode::vldb;
  for (int copy = 0; copy < copies; ++copy) {
    for (int at = 0; at < bytes; at += c.bytes) {
      MachineOp op = make(first, {part(dst, c.cls, (copy * bytes + at) / c.bytes)});
      op.alternatives.push_back(second);
      const bool last_chunk = at + c.bytes == bytes;
      std::int64_t step = c.bytes;
      if (last_chunk) step = copy + 1 == copies ? s.step_bytes - at : -at;
      post_step(op, s.pointer, step, c.bytes);
      ops.push_back(std::move(op));
    }
  }
}

void Lowering::lower_store(const Statement& s, std::vector<MachineOp>& ops) {
  const int bytes = program_.variable(s.a).bytes();
  const Chunk c = chunk(bytes, device_.core.store_bits);
  for (int at = 0; at < bytes; at += c.bytes) {
    MachineOp op = make(Opcode::vst, {part(whole(s.a), c.cls, at / c.bytes)});
    post_step(op, s.pointer, at + c.bytes == bytes ? s.step_bytes - at : c.bytes, c.bytes);
    ops.push_back(std::move(op));
  }
}

int Lowering::converted_at_once(int lane_bits, arch::ElementType type, int bytes) const {
  return std::min(bytes, device_.core.conversion_bits / lane_bits * arch::bytes(type));
}

// As many stores as the port or the conversion is narrower than the result; each takes its part of the lanes.
void Lowering::lower_store_srs(const Statement& s, std::vector<MachineOp>& ops) {
  const Variable& acc = program_.variable(s.a);
  const arch::ElementType type = program_.variable(s.pointer).type;
  const int bytes = acc.rows * acc.cols * arch::bytes(type);
  const int part_bytes =
      std::min(converted_at_once(arch::bits(acc.type), type, bytes), device_.core.store_bits / 8);
  const RegClass cls = accumulator_class(part_bytes * arch::bits(acc.type) / arch::bits(type));
  for (int at = 0; at < bytes; at += part_bytes) {
    MachineOp op = make(Opcode::vst_srs, {part(whole(s.a), cls, at / part_bytes), shift(s.shift)});
    op.instruction.type_a = type;
    op.instruction.type_b = acc.type;
    post_step(op, s.pointer, at + part_bytes == bytes ? s.step_bytes - at : part_bytes, part_bytes);
    ops.push_back(std::move(op));
  }
}

void Lowering::lower_broadcast(const Statement& s, bool renaming, std::vector<MachineOp>& ops) {
  const Operand row = whole(s.a);
  const Operand dst = define(s.dst, renaming);
  if (program_.variable(s.dst).type != program_.variable(s.a).type) {
    const int bytes = program_.variable(s.dst).bytes();
    const int part_bytes = std::min(bytes, device_.core.conversion_bits / 8);
    for (int at = 0; at < bytes; at += part_bytes) {
      const Operand to = part(dst, accumulator_class(part_bytes), at / part_bytes);
      ops.push_back(make(Opcode::vups, {to, row, shift(0)}));
      ops.back().instruction.type_a = program_.variable(s.a).type;
      ops.back().instruction.type_b = program_.variable(s.dst).type;
    }
    return;
  }
  // One quarter of the moves where an accumulator has two cm halves: the second half is a copy of the first.
  const bool halves = dst.cls == RegClass::dm;
  const int words = program_.variable(s.dst).bytes() / kCascadeBytes / (halves ? 2 : 1);
  for (int i = 0; i < words; ++i) ops.push_back(make(Opcode::vmov_bm_x, {part(dst, RegClass::bm, i), row}));
  if (halves) ops.push_back(make(Opcode::vmov, {part(dst, RegClass::cm, 1), part(dst, RegClass::cm, 0)}));
}

void Lowering::lower_cascade(const Statement& s, bool renaming, std::vector<MachineOp>& ops) {
  const bool get = s.op == VectorOp::cascade_get;
  const Operand acc = get ? define(s.dst, renaming) : whole(s.a);
  const int words = program_.variable(get ? s.dst : s.a).bytes() / kCascadeBytes;
  for (int i = 0; i < words; ++i) {
    ops.push_back(make(get ? Opcode::vmov_scd : Opcode::vmov_mcd, {part(acc, RegClass::bm, i)}));
  }
}

void Lowering::lower_srs(const Statement& s, bool renaming, std::vector<MachineOp>& ops) {
  std::vector<Operand> from = {whole(s.a)};
  if (s.b >= 0) from.push_back(whole(s.b));
  const Operand dst = define(s.dst, renaming);
  const arch::ElementType type = program_.variable(s.dst).type;
  const Variable& acc = program_.variable(s.a);
  const int bytes = program_.variable(s.dst).bytes() / static_cast<int>(from.size());
  const int part_bytes = converted_at_once(arch::bits(acc.type), type, bytes);
  const RegClass to = vector_class(part_bytes);
  const RegClass cls = accumulator_class(part_bytes * arch::bits(acc.type) / arch::bits(type));
  for (std::size_t i = 0; i < from.size(); ++i) {
    for (int at = 0; at < bytes; at += part_bytes) {
      MachineOp op = make(Opcode::vsrs, {part(dst, to, (static_cast<int>(i) * bytes + at) / part_bytes),
                                         part(from[i], cls, at / part_bytes), shift(s.shift)});
      op.instruction.type_a = type;
      op.instruction.type_b = acc.type;
      ops.push_back(std::move(op));
    }
  }
}

void Lowering::lower_ups(const Statement& s, bool renaming, std::vector<MachineOp>& ops) {
  const Operand from = whole(s.a);
  const Operand dst = define(s.dst, renaming);
  const arch::ElementType type = program_.variable(s.a).type;
  const arch::ElementType lane = program_.variable(s.dst).type;
  const int bytes = program_.variable(s.a).bytes();
  const int part_bytes = converted_at_once(arch::bits(lane), type, bytes);
  const RegClass cls = accumulator_class(part_bytes * arch::bits(lane) / arch::bits(type));
  for (int at = 0; at < bytes; at += part_bytes) {
    ops.push_back(
        make(Opcode::vups, {part(dst, cls, at / part_bytes),
                            part(from, vector_class(part_bytes), at / part_bytes), shift(s.shift)}));
    ops.back().instruction.type_a = type;
    ops.back().instruction.type_b = lane;
  }
}

void Lowering::lower_transpose(const Statement& s, bool renaming, std::vector<MachineOp>& ops) {
  const Operand from = whole(s.a);
  const Variable& matrix = program_.variable(s.a);
  const arch::ShuffleMode* mode = arch::find_transposition(device_, matrix.rows, matrix.cols, matrix.type);
  if (mode == nullptr) std::abort();  // the kernel's check() asks for it
  ops.push_back(
      make(Opcode::vshuffle, {define(s.dst, renaming), from, from, constant(RegClass::r, mode->code)}));
}

void Lowering::lower_mac(const Statement& s, std::vector<MachineOp>& ops) {
  const Variable& a = program_.variable(s.a);
  const Variable& b = program_.variable(s.b);
  MachineOp op = make(Opcode::vmac, {whole(s.dst), whole(s.dst), whole(s.a), whole(s.b)});
  op.instruction.shape = {static_cast<std::uint8_t>(a.rows), static_cast<std::uint8_t>(a.cols),
                          static_cast<std::uint8_t>(b.cols)};
  op.instruction.type_a = a.type;
  op.instruction.type_b = b.type;
  ops.push_back(std::move(op));
}

void Lowering::lower_pointer(const Statement& s, std::vector<MachineOp>& ops) {
  int pointer = s.pointer;
  if (s.op == VectorOp::set_pointer) {
    const Operand from = whole(s.pointer);
    ops.push_back(make(Opcode::mov, {define(s.dst, false), from}));
    pointer = s.dst;
  }
  if (s.step_bytes == 0) return;
  MachineOp op = make(Opcode::padda, {});
  op.alternatives = {Opcode::paddb, Opcode::padds};
  post_step(op, pointer, s.step_bytes, 0);
  op.buffer = -1;
  ops.push_back(std::move(op));
}

void Lowering::lower_zero(const Statement& s, bool renaming, std::vector<MachineOp>& ops) {
  const Variable& v = program_.variable(s.dst);
  if (v.kind == VariableKind::accumulator) {
    ops.push_back(make(Opcode::vacc_clr, {define(s.dst, renaming)}));
    return;
  }
  // The broadcast fills a whole x, of which a narrower variable uses the first part.
  int& reg = bound_[static_cast<std::size_t>(s.dst)];
  if (reg < 0 || renaming) reg = add_register(v.name, RegClass::x);
  MachineOp op = make(Opcode::vbcst, {{reg, RegClass::x, 0}, constant(RegClass::r, 0)});
  op.instruction.type_a = v.type;
  ops.push_back(std::move(op));
}

void Lowering::lower(const Statement& s, bool renaming, std::vector<MachineOp>& ops) {
  switch (s.op) {
    case VectorOp::set_pointer:
    case VectorOp::advance:
      return lower_pointer(s, ops);
    case VectorOp::load:
      return lower_load(s, renaming, ops);
    case VectorOp::zero:
      return lower_zero(s, renaming, ops);
    case VectorOp::broadcast_rows:
      return lower_broadcast(s, renaming, ops);
    case VectorOp::copy: {
      const Operand from = whole(s.a);
      const Operand dst = define(s.dst, renaming);
      // A move takes a half of dm.
      const RegClass cls = from.cls == RegClass::dm ? RegClass::cm : from.cls;
      for (int i = 0; i < units_of(from.cls) / units_of(cls); ++i)
        ops.push_back(make(Opcode::vmov, {part(dst, cls, i), part(from, cls, i)}));
      return;
    }
    case VectorOp::ups:
      return lower_ups(s, renaming, ops);
    case VectorOp::mac:
      return lower_mac(s, ops);
    case VectorOp::add: {
      MachineOp op = make(Opcode::vacc_add, {whole(s.dst), whole(s.dst), whole(s.a)});
      op.instruction.type_b = program_.variable(s.dst).type;
      ops.push_back(std::move(op));
      return;
    }
    case VectorOp::srs:
    case VectorOp::srs_group:
      return lower_srs(s, renaming, ops);
    case VectorOp::transpose:
      return lower_transpose(s, renaming, ops);
    case VectorOp::max_zero: {
      const Operand value = lanes(whole(s.a), s.a);
      Operand zeros = whole(s.b);
      const Operand dst = lanes(define(s.dst, renaming), s.dst);
      // One register of zeros serves all parts of a value.
      zeros.cls = value.cls == RegClass::y ? RegClass::x : value.cls;
      for (int i = 0; i < units_of(value.cls) / units_of(zeros.cls); ++i) {
        MachineOp op = make(Opcode::vmax, {part(dst, zeros.cls, i), part(value, zeros.cls, i), zeros});
        op.instruction.type_a = program_.variable(s.dst).type;
        ops.push_back(std::move(op));
      }
      return;
    }
    case VectorOp::store:
      return lower_store(s, ops);
    case VectorOp::store_srs:
      return lower_store_srs(s, ops);
    case VectorOp::cascade_get:
    case VectorOp::cascade_put:
      return lower_cascade(s, renaming, ops);
  }
  std::abort();
}

}  // namespace aie4ml::kernels
