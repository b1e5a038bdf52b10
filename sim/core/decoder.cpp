#include "sim/core/decoder.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "arch/isa/opcode_table.hpp"
#include "sim/core/permute_ops.hpp"
#include "sim/core/vector_ops.hpp"

namespace aie4ml::sim {
namespace {

using arch::AddressMode;
using arch::Opcode;
using arch::OperandRole;
using arch::Reg;
using arch::RegClass;

class Decoder {
 public:
  Decoder(const arch::Device& device, const arch::Program& program) : device_(device), program_(program) {}

  DecodedProgram run() {
    out_.shuffles = shuffle_table(device_.core);
    for (std::size_t i = 0; i < program_.bundles.size(); ++i) bundle(static_cast<std::int32_t>(i));
    for (std::size_t r = 0; r < program_.regions.size(); ++r) {
      const arch::CodeRegion& region = program_.regions[r];
      for (std::int32_t b = region.first; b < region.last; ++b) {
        out_.bundles.at(static_cast<std::size_t>(b)).region = static_cast<std::int32_t>(r);
      }
    }
    return std::move(out_);
  }

 private:
  void bundle(std::int32_t index) {
    const arch::Bundle& bundle = program_.bundles[static_cast<std::size_t>(index)];
    decoded_ = &out_.bundles.emplace_back();
    bundle_index_ = index;
    bool link = false, other = false;
    for (const arch::Instruction& instruction : bundle.ops) {
      if (instruction.op == Opcode::nop) continue;
      instruction_ = &instruction;
      decoded_->ops.push_back(micro_op());
      const MicroKind kind = decoded_->ops.back().kind;
      link |= kind == MicroKind::cascade_read || kind == MicroKind::cascade_write ||
              kind == MicroKind::stream_read || kind == MicroKind::stream_write;
      other |= kind == MicroKind::lock || kind == MicroKind::done;
      decoded_->branches |= kind == MicroKind::branch;
    }
    decoded_->needs_outside = link || other;
    // Lock operations reserve the interface that cascades and streams use (LVX).
    decoded_->forbidden_together = link && other;
    for (const RegisterWrite& write : decoded_->writes) {
      const RegClass cls = write.reg.cls;
      decoded_->sets_loop |= cls == RegClass::lc || cls == RegClass::ls || cls == RegClass::le;
    }
    defer_scalars();
    out_.data_in_scalars = out_.data_in_scalars || scalars_from_data();
  }

  [[nodiscard]] bool scalars_from_data() const {
    const auto from_data = [this](const RegisterWrite& write) {
      if (!is_scalar(write.place)) return false;
      switch (decoded_->ops[write.op].kind) {
        case MicroKind::immediate:
        case MicroKind::scalar:
        case MicroKind::scalar_imm:
        case MicroKind::step:
        case MicroKind::branch:
          return false;
        default:
          // Pointers that step along with an access.
          return write.place.offset == decoded_->ops[write.op].dst.offset;
      }
    };
    const auto is_flag = [](const RegisterRead& read) {
      return read.reg.cls == RegClass::srsrs || read.reg.cls == RegClass::srups;
    };
    return std::any_of(decoded_->writes.begin(), decoded_->writes.end(), from_data) ||
           std::any_of(decoded_->reads.begin(), decoded_->reads.end(), is_flag);
  }

  // All operations of a bundle read before any writes: a scalar that is written at once must wait if somebody
  // else in the bundle still reads it.
  void defer_scalars() {
    for (const RegisterWrite& write : decoded_->writes) {
      for (const RegisterRead& read : decoded_->reads) {
        if (read.op != write.op && read.place.overlaps(write.place)) decoded_->ops[write.op].defer = true;
      }
    }
  }

  [[noreturn]] void refuse(const std::string& what, const char* remedy) const {
    throw arch::InputError(fmt::format("bundle {}: {}", bundle_index_, arch::info(instruction_->op).mnemonic),
                           what, remedy);
  }
  MicroOp micro_op() {
    const Instruction& in = *instruction_;
    const arch::OpInfo& info = arch::info(in.op);
    timing_ = device_.core.timing[arch::timing_class(in)];
    MicroOp op;
    op.kind = kind_of(in.op);
    op.op = in.op;
    op.bypass = timing_.bypass;
    op.imm = in.imm;
    op.shape = in.shape;
    op.type_a = in.type_a;
    op.type_b = in.type_b;
    std::size_t next_reg = 0;
    for (int i = 0; i < info.operand_count; ++i) {
      const arch::OperandSpec& spec = info.operands[i];
      if (spec.is_memory()) address(op, spec.role);
      if (spec.is_register()) reg(op, spec.role, next_reg++);
    }
    // Results that no operand names.
    if (in.op == Opcode::jl) {
      op.def = 1;
      write({RegClass::lr, 0}, op.def, arch::Bypass::none);
    }
    if (in.op == Opcode::ret) read({RegClass::lr, 0}, 0, arch::Bypass::none, false);
    functions(op);
    out_.longest_delay = std::max({out_.longest_delay, static_cast<int>(op.def),
                                   static_cast<int>(op.mem_delay), static_cast<int>(op.acc_delay)});
    return op;
  }

  void reg(MicroOp& op, OperandRole role, std::size_t index) {
    const Reg r = instruction_->regs.at(index);
    const int cycle = arch::operand_cycle(timing_, role);
    if (role == OperandRole::dst) {
      op.dst = place_of(r);
      op.width = width_of(r.cls);
      op.def = static_cast<std::uint8_t>(cycle);
      write(r, op.def, op.bypass);
      const bool vector = r.cls == RegClass::w || r.cls == RegClass::x || r.cls == RegClass::y;
      if (vector && (out_.shortest_vector_def == 0 || cycle < out_.shortest_vector_def)) {
        out_.shortest_vector_def = cycle;
      }
      return;
    }
    // The vec network forwards accumulators, the mov network the ordinary sources.
    const bool forwarded = op.bypass == (role == OperandRole::acc ? arch::Bypass::vec : arch::Bypass::mov);
    read(r, cycle - 1, forwarded ? op.bypass : arch::Bypass::none,
         (instruction_->reads_old >> index & 1) != 0);
    if (role == OperandRole::shift) {
      op.shift = place_of(r).offset;
      if (op.kind == MicroKind::load_shifted) op.acc_delay = static_cast<std::uint8_t>(cycle - 1);
    } else if (role == OperandRole::acc) {
      op.acc_delay = static_cast<std::uint8_t>(cycle - 1);
      (op.acc0.valid() ? op.acc1 : op.acc0) = place_of(r);
    } else {
      (!op.src0.valid() ? op.src0 : !op.src1.valid() ? op.src1 : op.src2) = place_of(r);
    }
  }

  void address(MicroOp& op, OperandRole role) {
    const arch::MemOperand& mem = instruction_->mem;
    Address& a = op.address;
    a.mode = mem.mode;
    a.imm = mem.imm;
    a.base = pointer_part(mem.base, mem.mode != AddressMode::offset);
    const std::uint8_t n = mem.modifier.index;
    const auto outer = static_cast<std::uint8_t>(n + 4);
    if (mem.mode == AddressMode::post_mod) a.m = pointer_part(mem.modifier, false);
    if (mem.mode == AddressMode::post_2d || mem.mode == AddressMode::post_3d) {
      a.m = pointer_part({RegClass::m, n}, false);
      a.dn = pointer_part({RegClass::dn, n}, false);
      a.dj = pointer_part({RegClass::dj, n}, false);
      a.dc = pointer_part({RegClass::dc, n}, true);
    }
    if (mem.mode == AddressMode::post_3d) {
      a.outer_dn = pointer_part({RegClass::dn, outer}, false);
      a.outer_dj = pointer_part({RegClass::dj, outer}, false);
      a.outer_dc = pointer_part({RegClass::dc, outer}, true);
    }
    if (role == OperandRole::pointer) return;
    op.mem_delay = static_cast<std::uint8_t>(timing_.mem - 1);
    const int size = arch::access_bytes(*instruction_);
    if (size < 1 || size > kMaxAccessBytes || (size & (size - 1)) != 0)
      refuse("access of an impossible width", "use a register as wide as the port");
    op.read_delay = static_cast<std::uint8_t>(op.kind == MicroKind::store_part ? timing_.mem_read - 1 : 0);
    op.access_bytes = static_cast<std::uint8_t>(size);
    op.banks = bank_pattern(device_, size);
    op.access_ones = ~std::uint64_t{0} >> (64 - size);
  }

  // The address generators read in E1 and write for the next bundle.
  std::uint16_t pointer_part(Reg r, bool written) {
    read(r, 0, arch::Bypass::none, false);
    if (written) write(r, 1, arch::Bypass::none);
    return place_of(r).offset;
  }

  void functions(MicroOp& op) {
    switch (op.kind) {
      case MicroKind::lanes:
        op.run.lanes = lane_function(op.op, op.type_a);
        if (op.run.lanes == nullptr) refuse("no such operation on these types", "");
        if (moves_lanes(op.op) && op.src0.size != op.dst.size) refuse("operands differ in width", "");
        break;
      case MicroKind::shifted:
        if (op.op == Opcode::vups) {
          op.run.shift_function = ups_function(op.type_b, op.type_a);
          lanes_must_match(op.dst, op.type_b, op.src0, op.type_a);
        } else if (op.op == Opcode::vpack) {
          op.run.shift_function = pack_function(op.type_a, op.type_b);
          lanes_must_match(op.src0, op.type_b, op.dst, op.type_a);
        } else {
          op.run.shift_function = srs_function(op.type_a, op.type_b);
          lanes_must_match(op.acc0, op.type_b, op.dst, op.type_a);
        }
        if (op.run.shift_function == nullptr) refuse("no such conversion", "");
        control_registers(op.op != Opcode::vups && op.op != Opcode::vpack, 0);
        break;
      case MicroKind::load_shifted:
        op.run.shift_function = ups_function(op.type_b, op.type_a);
        if (op.run.shift_function == nullptr) refuse("no such conversion", "");
        control_registers(false, op.acc_delay);
        break;
      case MicroKind::store_shifted:
        op.run.shift_function = srs_function(op.type_a, op.type_b);
        if (op.run.shift_function == nullptr) refuse("no such conversion", "");
        control_registers(true, 0);
        break;
      case MicroKind::add_late:
        op.run.lanes = accumulator_function(op.op, op.type_b);
        if (op.run.lanes == nullptr) refuse("no such accumulator type", "use s32 or s64");
        if (op.acc0.size != op.dst.size || (op.acc1.valid() && op.acc1.size != op.dst.size)) {
          refuse("operands differ in width", "");
        }
        break;
      case MicroKind::multiply:
      case MicroKind::multiply_late:
        multiply(op);
        break;
      default:
        break;
    }
  }

  void multiply(MicroOp& op) {
    const int lanes = op.shape.m * op.shape.n;
    const int a_bytes = op.shape.m * op.shape.k * arch::bytes(op.type_a);
    const int b_bytes = op.shape.k * op.shape.n * arch::bytes(op.type_b);
    const int lane_bits = lanes == 0 ? 0 : op.dst.size * 8 / lanes;
    if (lanes == 0 || lane_bits * lanes != op.dst.size * 8 || a_bytes > op.src0.size ||
        b_bytes > op.src1.size || (op.acc0.valid() && op.acc0.size != op.dst.size)) {
      refuse("shape does not fit the registers", "");
    }
    op.macs = lanes * op.shape.k;
    const MmulMode mode = op.op == Opcode::vmul   ? MmulMode::clear
                          : op.op == Opcode::vmac ? MmulMode::add
                                                  : MmulMode::subtract;
    op.run.mmul = best_mmul(op.type_a, op.type_b, op.shape, lane_bits, mode);
    if (op.run.mmul == nullptr) refuse("no such multiply", "");
  }

  void lanes_must_match(RegisterPlace acc, arch::ElementType acc_type, RegisterPlace vector,
                        arch::ElementType type) const {
    if (acc.size / arch::bytes(acc_type) != vector.size / arch::bytes(type))
      refuse("numbers of lanes differ", "");
  }

  void control_registers(bool rounds, int delay) {
    if (rounds) read({RegClass::crrnd, 0}, delay, arch::Bypass::none, false);
    read({RegClass::crsat, 0}, delay, arch::Bypass::none, false);
  }
  // Operations whose result has a lane for each of the first source.
  static bool moves_lanes(Opcode op) {
    return op != Opcode::vbcst && op != Opcode::vextract && op != Opcode::vlt && op != Opcode::vge &&
           op != Opcode::veqz;
  }

  std::uint8_t op_index() const { return static_cast<std::uint8_t>(decoded_->ops.size()); }
  void read(Reg r, int delay, arch::Bypass bypass, bool old) {
    decoded_->reads.push_back({place_of(r), bypass, static_cast<std::uint8_t>(delay), op_index(), old, r});
  }
  void write(Reg r, std::uint8_t def, arch::Bypass bypass) {
    decoded_->writes.push_back({place_of(r), bypass, def, op_index(), r});
  }

  using Instruction = arch::Instruction;
  const arch::Device& device_;
  const arch::Program& program_;
  const Instruction* instruction_{};
  std::int32_t bundle_index_{};
  DecodedBundle* decoded_{};
  arch::OperandTiming timing_;
  DecodedProgram out_;
};

}  // namespace

DecodedProgram decode(const arch::Device& device, const arch::Program& program) {
  return Decoder(device, program).run();
}

}  // namespace aie4ml::sim
