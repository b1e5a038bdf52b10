// One function per family of operations. Everything is read here, in the cycle of issue; results wait in the
// Operation for the cycle in which they arrive.
#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "sim/core/core_engine_impl.hpp"
#include "sim/core/vector_ops.hpp"

namespace aie4ml::sim {

using arch::AddressMode;
using arch::Opcode;

namespace {

// By a negative amount to the right: with zeros, or with copies of the sign.
std::int32_t shifted(std::int32_t value, std::int32_t amount, bool arithmetic) {
  const auto bits = static_cast<std::uint32_t>(value);
  if (amount >= 0) return amount >= 32 ? 0 : static_cast<std::int32_t>(bits << amount);
  if (arithmetic) return value >> (amount <= -32 ? 31 : -amount);
  return amount <= -32 ? 0 : static_cast<std::int32_t>(bits >> -amount);
}

std::int32_t scalar_result(Opcode op, std::int32_t a, std::int32_t b, std::int32_t c) {
  const auto x = static_cast<std::uint32_t>(a);
  const auto y = static_cast<std::uint32_t>(b);
  switch (op) {
    case Opcode::add:
      return static_cast<std::int32_t>(x + y);
    case Opcode::sub:
      return static_cast<std::int32_t>(x - y);
    case Opcode::mul:
      return static_cast<std::int32_t>(x * y);
    case Opcode::and_:
      return a & b;
    case Opcode::or_:
      return a | b;
    case Opcode::xor_:
      return a ^ b;
    case Opcode::lshl:
      return shifted(a, b, false);
    case Opcode::ashl:
      return shifted(a, b, true);
    case Opcode::abs_:
      return static_cast<std::int32_t>(a < 0 ? 0U - x : x);
    case Opcode::clz:
      return std::countl_zero(x);
    case Opcode::extend_s8:
      return static_cast<std::int8_t>(x);
    case Opcode::extend_u8:
      return static_cast<std::uint8_t>(x);
    case Opcode::extend_s16:
      return static_cast<std::int16_t>(x);
    case Opcode::extend_u16:
      return static_cast<std::uint16_t>(x);
    case Opcode::eq:
      return a == b ? 1 : 0;
    case Opcode::ne:
      return a != b ? 1 : 0;
    case Opcode::lt:
      return a < b ? 1 : 0;
    case Opcode::ltu:
      return x < y ? 1 : 0;
    case Opcode::ge:
      return a >= b ? 1 : 0;
    case Opcode::geu:
      return x >= y ? 1 : 0;
    case Opcode::eqz:
      return a == 0 ? 1 : 0;
    case Opcode::nez:
      return a != 0 ? 1 : 0;
    case Opcode::sel_eqz:
      return c == 0 ? a : b;
    case Opcode::sel_nez:
      return c != 0 ? a : b;
    case Opcode::mov:
      return a;
    default:
      std::abort();
  }
}

}  // namespace

void CoreEngine::Impl::execute(const PathNode::Issue& issue, Operation& operation, const Exchange* exchange) {
  const MicroOp& op = *issue.op;
  switch (op.kind) {
    case MicroKind::immediate:
    case MicroKind::scalar:
    case MicroKind::scalar_imm:
      execute_scalar(op, operation);
      return;
    case MicroKind::load_scalar:
    case MicroKind::load_shifted:
      start_any_access(op, operation, true);
      return;
    case MicroKind::store_scalar:
      std::memcpy(operation.result.data(), registers.at(op.src0.offset), sizeof(std::int32_t));
      start_any_access(op, operation, false);
      return;
    case MicroKind::store_vector:
      std::memcpy(operation.result.data(), operand(issue.src0), op.access_bytes);
      start_any_access(op, operation, false);
      return;
    case MicroKind::store_part:
      start_part_store(op, operation);
      return;
    case MicroKind::store_shifted:
      execute_shift(op, operation, operand(issue.src0));
      start_any_access(op, operation, false);
      return;
    case MicroKind::shifted:
      execute_shift(op, operation, operand(issue.src0));
      return;
    case MicroKind::shuffle:
      execute_shuffle(issue, operation);
      return;
    case MicroKind::lanes:
      op.run.lanes(op, operation.result.data(), operand(issue.src0),
                   op.src1.valid() ? operand(issue.src1) : nullptr,
                   op.src2.valid() ? operand(issue.src2) : nullptr);
      return;
    case MicroKind::multiply:
      macs_ += op.macs;
      op.run.mmul(operation.result.data(), nullptr, operand(issue.src0), operand(issue.src1), op.shape);
      return;
    case MicroKind::clear:
      std::memset(operation.result.data(), 0, op.dst.size);
      return;
    case MicroKind::cascade_read:
      std::memcpy(operation.result.data(), exchange->cascade_in->data(), kCascadeBytes);
      return;
    case MicroKind::cascade_write:
      std::memcpy(exchange->cascade_out->data(), operand(issue.src0), kCascadeBytes);
      return;
    case MicroKind::stream_read:
      std::memcpy(operation.result.data(), &exchange->stream_in->bits, sizeof(std::uint32_t));
      return;
    case MicroKind::event:
      if (event_listener) event_listener(op.imm, call_cycles_);
      return;
    case MicroKind::step:
      step_dimensions(op);
      return;
    case MicroKind::branch:
      execute_branch(op);
      return;
    case MicroKind::lock:  // served by the caller, like done and what it was told in the interaction
    case MicroKind::stream_write:
    case MicroKind::done:
    case MicroKind::add_late:  // nothing is read now
      return;
    case MicroKind::load_vector:
    case MicroKind::multiply_late:
      std::abort();  // see issue_bundle()
  }
}

void CoreEngine::Impl::execute_scalar(const MicroOp& op, Operation& operation) {
  std::int32_t value = op.imm;
  if (op.kind == MicroKind::scalar) {
    value = scalar_result(op.op, registers.scalar(op.src0.offset),
                          op.src1.valid() ? registers.scalar(op.src1.offset) : 0,
                          op.src2.valid() ? registers.scalar(op.src2.offset) : 0);
  } else if (op.kind == MicroKind::scalar_imm) {
    value = scalar_result(Opcode::add, registers.scalar(op.src0.offset), op.imm, 0);
  }
  value = fit_scalar(value, op.width);
  if (op.def == 1) {
    write_scalar(op, op.dst.offset, value);
  } else {
    std::memcpy(operation.result.data(), &value, sizeof value);
  }
}

void CoreEngine::Impl::execute_branch(const MicroOp& op) {
  const int delay = device.core.timing.branch_delay_slots;
  branch_left_ = delay + 1;
  branch_target_ = op.imm;
  branch_taken_ = true;
  switch (op.op) {
    case Opcode::jl:
      write_scalar(op, lr_, pc_ + 1 + delay);
      return;
    case Opcode::jz:
      branch_taken_ = registers.scalar(op.src0.offset) == 0;
      return;
    case Opcode::jnz:
      branch_taken_ = registers.scalar(op.src0.offset) != 0;
      return;
    case Opcode::ret:
      branch_target_ = registers.scalar(lr_);
      return;
    default:
      return;
  }
}

std::int32_t CoreEngine::Impl::step_dimensions(const MicroOp& op) {
  const Address& a = op.address;
  const std::int32_t pointer = registers.scalar(a.base);
  const auto moved = [&](std::int32_t by) {
    write_scalar(op, a.base, fit_scalar(pointer + by, ScalarWidth::unsigned20));
  };
  // One more access in this dimension: whether it stays inside.
  const auto counted = [&](std::uint16_t dc, std::uint16_t dn) {
    const std::int32_t next = registers.scalar(dc) + 1;
    const bool inside = next < registers.scalar(dn);
    write_scalar(op, dc, inside ? next : 0);
    return inside;
  };
  switch (a.mode) {
    case AddressMode::none:
      break;
    case AddressMode::offset:
      return fit_scalar(pointer + a.imm, ScalarWidth::unsigned20);
    case AddressMode::post_imm:
      moved(a.imm);
      break;
    case AddressMode::post_mod:
      moved(registers.scalar(a.m));
      break;
    case AddressMode::post_2d:
      moved(registers.scalar(counted(a.dc, a.dn) ? a.m : a.dj));
      break;
    case AddressMode::post_3d:
      if (counted(a.dc, a.dn)) {
        moved(registers.scalar(a.m));
      } else {
        moved(registers.scalar(counted(a.outer_dc, a.outer_dn) ? a.dj : a.outer_dj));
      }
      break;
  }
  return pointer;
}

// An access that is not aligned or leaves the memories.
void CoreEngine::Impl::access_odd_address(const MicroOp& op, Operation& operation, std::int32_t address) {
  const int size = op.access_bytes;
  if ((address & (size - 1)) != 0) {
    if (options_.strict) {
      fail(CoreFaultKind::unaligned, pc_,
           fmt::format("access of {} bytes at {:#x} is not aligned", size, address));
      return;
    }
    address &= ~(size - 1);  // the low address bits do not reach the memory
    if (port.find(address, size, op.banks, operation.access)) return;
  }
  fail(CoreFaultKind::address, pc_, fmt::format("{:#x} is in no memory that this core reaches", address));
}

// APPROX: a sticky flag is set when the bundle has issued; when hardware shows it is not documented.
void CoreEngine::Impl::execute_shift(const MicroOp& op, Operation& operation, const std::uint8_t* from) {
  const std::int32_t raw = op.op == Opcode::vpack ? 0 : registers.scalar(op.shift);
  const bool up = op.op == Opcode::vups || op.op == Opcode::vlda_ups;
  const std::int32_t rounding = registers.scalar(crrnd_);
  const std::int32_t saturation = registers.scalar(crsat_);
  if (!is_rounding_code(rounding) || !is_saturation_code(saturation)) {
    fail(CoreFaultKind::operand, pc_,
         fmt::format("crrnd {} or crsat {} is no code of a rounding or saturation mode", rounding,
                     saturation));
    return;
  }
  if (!op.run.shift_function(op, operation.result.data(), from, up ? raw : srs_shift(raw), rounding,
                             saturation)) {
    return;
  }
  set_overflow(op);
}

void CoreEngine::Impl::set_overflow(const MicroOp& op) {
  const bool up = op.op == Opcode::vups || op.op == Opcode::vlda_ups;
  (up ? ups_overflow_ : srs_overflow_) = true;
  deferred_scalars_.push_back({up ? srups_ : srsrs_, 1});
}

void CoreEngine::Impl::execute_shuffle(const PathNode::Issue& issue, Operation& operation) {
  std::int32_t code;
  std::memcpy(&code, operand(issue.src2), sizeof code);
  const auto at = static_cast<std::size_t>(code);
  if (at >= code_.shuffles.size() || !code_.shuffles[at]) {
    fail(CoreFaultKind::operand, pc_, fmt::format("{} is no code of a shuffle", code));
    return;
  }
  shuffle(*code_.shuffles[at], operation.result.data(), operand(issue.src0), operand(issue.src1));
}

void CoreEngine::Impl::add_accumulators() {
  for (const PathNode::Late& late : node_->late_sums) {
    late.op->run.lanes(*late.op, in_flight(late.self).result.data(), operand(late.acc0),
                       late.op->acc1.valid() ? operand(late.acc1) : nullptr, nullptr);
  }
}

// vlda.ups: what was loaded becomes accumulator lanes.
void CoreEngine::Impl::shift_loaded() {
  for (const PathNode::Access& load : node_->late_shifts) {
    Operation& operation = in_flight(load.self);
    const auto loaded = operation.result;
    execute_shift(*load.op, operation, loaded.data());
  }
  write_deferred_scalars();
}

}  // namespace aie4ml::sim
