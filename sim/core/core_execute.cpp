// One function per family of operations. Everything is read here, in the cycle of issue; results go into the
// pipeline with their delay.
#include <cstring>

#include <fmt/format.h>

#include "sim/core/core_engine_impl.hpp"
#include "sim/core/vector_ops.hpp"

namespace aie4ml::sim {

using arch::AddressMode;
using arch::Opcode;

namespace {

std::int32_t shifted_left(std::int32_t value, std::int32_t amount) {
  const auto bits = static_cast<std::uint32_t>(value);
  if (amount <= -32 || amount >= 32) return 0;
  return static_cast<std::int32_t>(amount >= 0 ? bits << amount : bits >> -amount);
}

std::int32_t scalar_result(Opcode op, std::int32_t a, std::int32_t b) {
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
    case Opcode::shl:
      return shifted_left(a, b);
    case Opcode::ltu:
      return x < y ? 1 : 0;
    case Opcode::eq:
      return a == b ? 1 : 0;
    case Opcode::mov:
      return a;
    default:
      std::abort();
  }
}

}  // namespace

void CoreEngine::Impl::execute(const MicroOp& op, const CascadeWord* cascade_in, CascadeWord* cascade_out) {
  switch (op.kind) {
    case MicroKind::immediate:
      write_scalar(op.dst.offset, fit_scalar(op.imm, op.width), op.def);
      return;
    case MicroKind::scalar:
    case MicroKind::scalar_imm:
      execute_scalar(op);
      return;
    case MicroKind::load_scalar:
    case MicroKind::load_vector:
      start_access(op, true);
      return;
    case MicroKind::store_scalar:
    case MicroKind::store_vector:
    case MicroKind::store_shifted:
      start_access(op, false);
      return;
    case MicroKind::shifted:
      execute_shift(op);
      return;
    case MicroKind::lanes: {
      const std::uint8_t* a =
          read_vector(op.src0, op.bypass == arch::Bypass::mov ? op.bypass : arch::Bypass::none);
      const std::uint8_t* b =
          op.src1.valid()
              ? read_vector(op.src1, op.bypass == arch::Bypass::mov ? op.bypass : arch::Bypass::none)
              : nullptr;
      op.run.lanes(op, result(op, op.def).data.data(), a, b);
      return;
    }
    case MicroKind::multiply:
    case MicroKind::accumulate:
      execute_multiply(op);
      return;
    case MicroKind::clear:
      std::memset(result(op, op.def).data.data(), 0, op.dst.size);
      return;
    case MicroKind::cascade_read:
      std::memcpy(result(op, op.def).data.data(), cascade_in->data(), cascade_in->size());
      return;
    case MicroKind::cascade_write: {
      const Place source = op.src0.valid() ? op.src0 : op.acc0;
      const arch::Bypass network = op.bypass == arch::Bypass::vec ? op.bypass : arch::Bypass::none;
      std::memcpy(cascade_out->data(), read_vector(source, network), cascade_out->size());
      return;
    }
    case MicroKind::step:
      step_address(op.address);
      return;
    case MicroKind::branch:
      execute_branch(op);
      return;
    case MicroKind::lock:
    case MicroKind::done:
      return;  // served by the caller
  }
}

void CoreEngine::Impl::write_scalar(std::uint16_t offset, std::int32_t value, int def) {
  if (def == 1) {
    scalar_writes_.add() = {offset, value};
    return;
  }
  ArrivingWrite& write = pipeline_.in(def).writes.add();
  write.offset = offset;
  write.size = sizeof value;
  write.bypass = arch::Bypass::none;
  write.bundle = pc;
  std::memcpy(write.data.data(), &value, sizeof value);
}

ArrivingWrite& CoreEngine::Impl::result(const MicroOp& op, int distance) {
  ArrivingWrite& write = pipeline_.in(distance).writes.add();
  write.offset = op.dst.offset;
  write.size = op.dst.size;
  write.bypass = op.bypass;
  write.bundle = pc;
  return write;
}

void CoreEngine::Impl::execute_scalar(const MicroOp& op) {
  const std::int32_t a = registers.scalar(op.src0.offset);
  const std::int32_t value =
      op.kind == MicroKind::scalar_imm
          ? scalar_result(Opcode::add, a, op.imm)
          : scalar_result(op.op, a, op.src1.valid() ? registers.scalar(op.src1.offset) : 0);
  write_scalar(op.dst.offset, fit_scalar(value, op.width), op.def);
}

void CoreEngine::Impl::execute_branch(const MicroOp& op) {
  const int delay = device.core.timing.branch_delay_slots;
  branch_left_ = delay + 1;
  branch_target_ = op.imm;
  branch_taken_ = true;
  switch (op.op) {
    case Opcode::jl:
      write_scalar(lr_, pc + 1 + delay, op.def);
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

std::int32_t CoreEngine::Impl::step_address(const Address& a) {
  const std::int32_t pointer = registers.scalar(a.base);
  const auto moved = [&](std::int32_t by) {
    write_scalar(a.base, fit_scalar(pointer + by, ScalarWidth::unsigned20), 1);
  };
  // One more access in this dimension: whether it stays inside.
  const auto counted = [&](std::uint16_t dc, std::uint16_t dn) {
    const std::int32_t next = registers.scalar(dc) + 1;
    const bool inside = next < registers.scalar(dn);
    write_scalar(dc, inside ? next : 0, 1);
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

void CoreEngine::Impl::start_access(const MicroOp& op, bool is_load) {
  const int size = op.access_bytes;
  std::int32_t address = step_address(op.address);
  if ((address & (size - 1)) != 0) {
    if (options_.strict) {
      fail(CoreFaultKind::unaligned, pc,
           fmt::format("access of {} bytes at {:#x} is not aligned", size, address));
      return;
    }
    address &= ~(size - 1);  // the low address bits do not reach the memory
  }
  const MemoryPort::Target target = port.find(address, size);
  if (target.memory == nullptr) {
    fail(CoreFaultKind::address, pc, fmt::format("{:#x} is in no memory that this core reaches", address));
    return;
  }
  MemoryAccess& access = pipeline_.in(op.mem_delay).accesses.add();
  access.op = &op;
  access.memory = target.memory;
  access.banks = port.banks(target, size);
  access.address = target.address;
  access.bundle = pc;
  access.window = target.window;
  access.is_load = is_load;
  port.count(access.banks);
  if (is_load) return;
  if (op.kind == MicroKind::store_shifted) {
    int shift = 0, rounding = 0, saturation = 0;
    if (!shift_operands(op, shift, rounding, saturation)) return;
    srs_overflow_ |= op.run.shift_function(op, access.data.data(), read_vector(op.acc0, arch::Bypass::none),
                                           shift, rounding, saturation);
    return;
  }
  std::memcpy(access.data.data(), read_vector(op.src0, arch::Bypass::none), static_cast<std::size_t>(size));
}

bool CoreEngine::Impl::shift_operands(const MicroOp& op, int& shift, int& rounding, int& saturation) {
  const std::int32_t raw = registers.scalar(op.shift);
  shift = op.op == Opcode::vups ? raw : srs_shift(raw);
  rounding = registers.scalar(crrnd_);
  saturation = registers.scalar(crsat_);
  if (!is_rounding_code(rounding) || !is_saturation_code(saturation)) {
    fail(CoreFaultKind::operand, pc,
         fmt::format("crrnd {} or crsat {} is no code of a rounding or saturation mode", rounding,
                     saturation));
    return false;
  }
  return true;
}

void CoreEngine::Impl::execute_shift(const MicroOp& op) {
  int shift = 0, rounding = 0, saturation = 0;
  if (!shift_operands(op, shift, rounding, saturation)) return;
  const bool up = op.op == Opcode::vups;
  const std::uint8_t* in = read_vector(up ? op.src0 : op.acc0, arch::Bypass::none);
  const bool overflow =
      op.run.shift_function(op, result(op, op.def).data.data(), in, shift, rounding, saturation);
  (up ? ups_overflow_ : srs_overflow_) |= overflow;
}

void CoreEngine::Impl::execute_multiply(const MicroOp& op) {
  macs_ += op.macs;
  if (op.kind == MicroKind::multiply) {
    const std::uint8_t* a = registers.at(op.src0);
    op.run.mmul(result(op, op.def).data.data(), nullptr, a, registers.at(op.src1), op.shape);
    return;
  }
  PipelineSlot& slot = pipeline_.in(op.acc_delay);
  LateRead& late = slot.late_reads.add();
  late.op = &op;
  late.bundle = pc;
  if (op.op != Opcode::vacc_add) {
    // Constant sizes become plain moves; a register is at least as wide as what is used of it.
    if (op.a_bytes <= 32) {
      std::memcpy(late.a.data(), registers.at(op.src0), 32);
    } else {
      std::memcpy(late.a.data(), registers.at(op.src0), op.a_bytes);
    }
    if (op.b_bytes <= 64 && op.src1.size == 64) {
      std::memcpy(late.b.data(), registers.at(op.src1), 64);
    } else {
      std::memcpy(late.b.data(), registers.at(op.src1), op.b_bytes);
    }
  }
  if (op.acc_delay == 0) {  // nothing late about it: the cycle's own list has been worked off
    accumulate(late);
    slot.late_reads.clear();
  }
}

void CoreEngine::Impl::accumulate(const LateRead& late) {
  const MicroOp& op = *late.op;
  const arch::Bypass network = op.bypass == arch::Bypass::vec ? op.bypass : arch::Bypass::none;
  const std::uint8_t* acc = read_vector(op.acc0, network);
  ArrivingWrite* write = nullptr;
  if (op.op == Opcode::vacc_add) {
    const std::uint8_t* other = read_vector(op.acc1, network);
    write = &result(op, op.def - op.acc_delay);
    op.run.lanes(op, write->data.data(), acc, other);
  } else {
    write = &result(op, op.def - op.acc_delay);
    op.run.mmul(write->data.data(), acc, late.a.data(), late.b.data(), op.shape);
  }
  write->bundle = late.bundle;
}

const std::uint8_t* CoreEngine::Impl::read_vector(Place place, arch::Bypass reader) {
  return reader == arch::Bypass::none ? registers.at(place) : forwarded(place, reader);
}

// What arrives next cycle on the reader's own network can be had now.
const std::uint8_t* CoreEngine::Impl::forwarded(Place place, arch::Bypass reader) {
  std::uint8_t* merged = nullptr;
  for (const ArrivingWrite& write : pipeline_.in(1).writes) {
    if (write.bypass != reader || write.offset >= place.offset + place.size ||
        place.offset >= write.offset + write.size) {
      continue;
    }
    const int lead = write.offset - place.offset;  // of the write's first byte in the register read
    if (lead <= 0 && write.size + lead >= place.size) return write.data.data() - lead;
    if (merged == nullptr) {
      next_forwarded_ ^= 1;  // two operands of one operation may both be forwarded
      merged = forwarded_[static_cast<std::size_t>(next_forwarded_)].data();
      std::memcpy(merged, registers.at(place), place.size);
    }
    const int from = std::max(lead, 0);
    const int to = std::min<int>(lead + write.size, place.size);
    std::memcpy(merged + from, write.data.data() + (from - lead), static_cast<std::size_t>(to - from));
  }
  return merged != nullptr ? merged : registers.at(place);
}

}  // namespace aie4ml::sim
