#include "sim/core/core_engine.hpp"

#include <cstdlib>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "sim/core/core_engine_impl.hpp"
#include "sim/core/decoder.hpp"

namespace aie4ml::sim {
namespace {

std::uint16_t offset_of(arch::RegClass cls) {
  return place_of({cls, 0}).offset;
}

void check(bool ok) {
  if (!ok) std::abort();
}

}  // namespace

CoreEngine::Impl::Impl(const arch::Device& the_device, const arch::Program& the_program,
                       const CoreMemories& memories, CoreOptions options)
    : device(the_device),
      program(the_program),
      port(the_device, memories),
      options_(options),
      code_(decode(the_device, the_program)),
      pipeline_(code_.longest_delay),
      lc_(offset_of(arch::RegClass::lc)),
      ls_(offset_of(arch::RegClass::ls)),
      le_(offset_of(arch::RegClass::le)),
      lr_(offset_of(arch::RegClass::lr)),
      crrnd_(offset_of(arch::RegClass::crrnd)),
      crsat_(offset_of(arch::RegClass::crsat)) {
  if (device.cascade.width_bits != 8 * kCascadeBytes) {
    throw arch::InputError("cascade.width_bits", "only 512 bit are modelled", "correct the device file");
  }
}

RunResult CoreEngine::Impl::run(std::int64_t max_cycles) {
  call_cycles_ = 0;
  call_stalls_ = 0;
  const auto result = [this](Stop stop) { return RunResult{stop, call_cycles_, call_stalls_}; };
  while (true) {
    if (fault) return result(Stop::fault);
    if (finished_) return result(Stop::finished);
    if (call_cycles_ >= max_cycles) return result(Stop::budget);
    if (!begun_) {
      if (!begin_cycle()) return result(fault ? Stop::fault : Stop::banks);
      begun_ = true;
    }
    if (draining_) {
      if (pipeline_.empty()) {
        finished_ = true;
      } else {
        next_cycle();
      }
      continue;
    }
    if (pc < 0 || pc >= static_cast<std::int32_t>(code_.bundles.size())) {
      fail(CoreFaultKind::program_counter, pc,
           fmt::format("the program counter left the program of {} bundles", code_.bundles.size()));
      continue;
    }
    const DecodedBundle& bundle = code_.bundles[static_cast<std::size_t>(pc)];
    if (!before_issue(bundle)) continue;
    if (bundle.needs_outside) {
      request(bundle);
      if (!fault) return result(Stop::interaction);
      continue;
    }
    issue_bundle(bundle, nullptr, nullptr);
  }
}

Stop CoreEngine::Impl::issue(const CascadeWord* cascade_in, CascadeWord* cascade_out) {
  check(!fault && begun_ && !draining_);
  const DecodedBundle& bundle = code_.bundles.at(static_cast<std::size_t>(pc));
  check(bundle.needs_outside && interaction.cascade_read == (cascade_in != nullptr) &&
        interaction.cascade_write == (cascade_out != nullptr));
  call_cycles_ = 0;
  const bool last = interaction.done;
  interaction = {};
  issue_bundle(bundle, cascade_in, cascade_out);
  if (last) draining_ = true;
  return fault ? Stop::fault : Stop::budget;
}

bool CoreEngine::Impl::begin_cycle() {
  PipelineSlot& slot = pipeline_.now();
  if (!slot.accesses.empty() && !access_memory(slot)) return false;
  commit(slot);
  if (!fault) read_late(slot);
  return !fault;
}

bool CoreEngine::Impl::access_memory(PipelineSlot& slot) {
  if (!port.free_of_conflicts(slot)) {
    if ((port.needed(slot) & port.contended()) != 0) return false;
    while (port.serve(slot, ~BankMask{0}) != 0) {
      call_cycles_ += device.data_memory.conflict_cycles;
      call_stalls_ += device.data_memory.conflict_cycles;
    }
  }
  finish_accesses(slot);
  return !fault;
}

// APPROX: of a load and a store to one address in the same cycle the load sees the old bytes; which of them
// the bank serves first is not documented.
void CoreEngine::Impl::finish_accesses(PipelineSlot& slot) {
  for (const MemoryAccess& access : slot.accesses) {
    if (!access.is_load) continue;
    const int size = access.op->access_bytes;
    if (!access.memory->written(access.address, size)) {
      const UnwrittenRead read{cycle_, access.bundle, static_cast<arch::MemoryWindow>(access.window),
                               access.address, size};
      const MemoryRange known = unwritten_listener ? unwritten_listener(read) : MemoryRange{};
      if (known.size > 0) {
        access.memory->mark_written(known.address, known.size);
      } else if (options_.strict) {
        fail(CoreFaultKind::unwritten, access.bundle,
             fmt::format("reads {} bytes at {:#x} of its memory, which were never written", size,
                         access.address));
        return;
      }
    }
    ArrivingWrite& write = result(*access.op, access.op->def - access.op->mem_delay);
    write.bundle = access.bundle;
    const std::uint8_t* from = access.memory->data() + access.address;
    switch (size) {
      case 32:
        std::memcpy(write.data.data(), from, 32);
        break;
      default:
        std::memcpy(write.data.data(), from, static_cast<std::size_t>(size));
    }
  }
  for (const MemoryAccess& access : slot.accesses) {
    if (access.is_load) continue;
    const int size = access.op->access_bytes;
    std::memcpy(access.memory->data() + access.address, access.data.data(), static_cast<std::size_t>(size));
    access.memory->mark_written(access.address, size);
  }
  slot.accesses.clear();
}

BankMask CoreEngine::Impl::advance_memory_cycle(BankMask granted) {
  PipelineSlot& slot = pipeline_.now();
  const BankMask left = port.serve(slot, granted | ~port.contended());
  if (left == 0) finish_accesses(slot);
  return left;
}

void CoreEngine::Impl::commit(PipelineSlot& slot) {
  if (slot.writes.empty()) return;
  if (options_.strict && slot.writes.size() > 1) {
    for (const ArrivingWrite& a : slot.writes) {
      for (const ArrivingWrite* b = &a + 1; b != slot.writes.end(); ++b) {
        if (a.offset < b->offset + b->size && b->offset < a.offset + a.size) {
          fail_arrival(a, *b);
          return;
        }
      }
    }
  }
  for (const ArrivingWrite& write : slot.writes) {
    std::uint8_t* to = registers.at(write.offset);
    switch (write.size) {  // constant sizes become plain moves
      case 4:
        std::memcpy(to, write.data.data(), 4);
        break;
      case 32:
        std::memcpy(to, write.data.data(), 32);
        break;
      case 64:
        std::memcpy(to, write.data.data(), 64);
        break;
      case 128:
        std::memcpy(to, write.data.data(), 128);
        break;
      default:
        std::memcpy(to, write.data.data(), write.size);
    }
  }
  slot.writes.clear();
}

void CoreEngine::Impl::read_late(PipelineSlot& slot) {
  for (const LateRead& late : slot.late_reads) accumulate(late);
  slot.late_reads.clear();
}

bool CoreEngine::Impl::before_issue(const DecodedBundle& bundle) {
  if (options_.strict && !check_reads(bundle)) return false;
  if (bundle.branches && branch_left_ > 0) {
    if (options_.strict) {
      fail(CoreFaultKind::branch_in_delay_slot, pc, "a branch in a delay slot of another");
      return false;
    }
  }
  return true;
}

void CoreEngine::Impl::request(const DecodedBundle& bundle) {
  interaction = {};
  for (std::int32_t i = bundle.first_op; i < bundle.last_op; ++i) {
    const MicroOp& op = code_.ops[static_cast<std::size_t>(i)];
    if (op.kind == MicroKind::lock) {
      interaction.lock = LockRequest{op.op == arch::Opcode::acq, op.imm, registers.scalar(op.src0.offset)};
    }
    interaction.cascade_read |= op.kind == MicroKind::cascade_read;
    interaction.cascade_write |= op.kind == MicroKind::cascade_write;
    interaction.done |= op.kind == MicroKind::done;
  }
  // Lock and cascade operations reserve the same interface (hardware.md 1.5).
  if (options_.strict && (interaction.cascade_read || interaction.cascade_write) &&
      (interaction.lock || interaction.done)) {
    fail(CoreFaultKind::interaction, pc,
         "a cascade access beside a lock operation or the end of the program");
  }
}

void CoreEngine::Impl::issue_bundle(const DecodedBundle& bundle, const CascadeWord* cascade_in,
                                    CascadeWord* cascade_out) {
  if (bundle.region != region) {
    if (region_listener) region_listener(region, bundle.region, call_cycles_);
    region = bundle.region;
  }
  const MicroOp* const last = code_.ops.data() + bundle.last_op;
  for (const MicroOp* op = code_.ops.data() + bundle.first_op; op != last; ++op) {
    execute(*op, cascade_in, cascade_out);
  }
  for (const ScalarWrite& write : scalar_writes_) registers.set_scalar(write.offset, write.value);
  scalar_writes_.clear();
  if (fault) return;
  if (options_.strict) mark_writes(bundle);
  ++bundles_;
  next_bundle();
  next_cycle();
}

void CoreEngine::Impl::next_bundle() {
  if (branch_left_ > 0 && --branch_left_ == 0 && branch_taken_) {
    pc = branch_target_;
    return;
  }
  if (pc == registers.scalar(le_)) {
    const std::int32_t count = registers.scalar(lc_);
    if (count > 0) {
      registers.set_scalar(lc_, count - 1);
      if (count > 1) {
        pc = registers.scalar(ls_);
        return;
      }
    }
  }
  ++pc;
}

void CoreEngine::Impl::next_cycle() {
  pipeline_.advance();
  ++cycle_;
  ++call_cycles_;
  begun_ = false;
}

void CoreEngine::Impl::restart(std::int32_t bundle) {
  pipeline_.clear();
  scoreboard_.clear();
  pc = bundle;
  branch_left_ = 0;
  begun_ = draining_ = finished_ = false;
  fault.reset();
  interaction = {};
}

const CoreCounts& CoreEngine::Impl::counts() {
  counts_.bundles = bundles_;
  counts_.macs = macs_;
  counts_.srs_overflow = srs_overflow_;
  counts_.ups_overflow = ups_overflow_;
  port.add_counts(counts_);
  return counts_;
}

CoreEngine::CoreEngine(const arch::Device& device, const arch::Program& program, const CoreMemories& memories,
                       CoreOptions options)
    : impl_(std::make_unique<Impl>(device, program, memories, options)) {}
CoreEngine::~CoreEngine() = default;
CoreEngine::CoreEngine(CoreEngine&&) noexcept = default;
CoreEngine& CoreEngine::operator=(CoreEngine&&) noexcept = default;

RunResult CoreEngine::run(std::int64_t max_cycles) {
  return impl_->run(max_cycles);
}
const Interaction& CoreEngine::interaction() const {
  return impl_->interaction;
}
Stop CoreEngine::issue(const CascadeWord* cascade_in, CascadeWord* cascade_out) {
  return impl_->issue(cascade_in, cascade_out);
}
void CoreEngine::set_contended(BankMask banks) {
  impl_->port.set_contended(banks);
}
BankMask CoreEngine::banks_needed() const {
  return impl_->banks_needed();
}
BankMask CoreEngine::advance_memory_cycle(BankMask granted) {
  return impl_->advance_memory_cycle(granted);
}
const std::optional<CoreFault>& CoreEngine::fault() const {
  return impl_->fault;
}
const CoreCounts& CoreEngine::counts() const {
  return impl_->counts();
}
std::int32_t CoreEngine::program_counter() const {
  return impl_->pc;
}
std::int32_t CoreEngine::region() const {
  return impl_->region;
}
void CoreEngine::set_region_listener(RegionListener listener) {
  impl_->region_listener = std::move(listener);
}
void CoreEngine::set_unwritten_listener(UnwrittenListener listener) {
  impl_->unwritten_listener = std::move(listener);
}
void CoreEngine::restart(std::int32_t bundle) {
  impl_->restart(bundle);
}

std::int32_t CoreEngine::scalar(arch::Reg reg) const {
  const Place place = place_of(reg);
  check(place.size == sizeof(std::int32_t));
  return impl_->registers.scalar(place.offset);
}
void CoreEngine::set_scalar(arch::Reg reg, std::int32_t value) {
  const Place place = place_of(reg);
  check(place.size == sizeof(std::int32_t));
  impl_->registers.set_scalar(place.offset, fit_scalar(value, width_of(reg.cls)));
}
std::vector<std::uint8_t> CoreEngine::register_bytes(arch::Reg reg) const {
  const Place place = place_of(reg);
  const std::uint8_t* from = impl_->registers.at(place);
  return {from, from + place.size};
}
void CoreEngine::set_register_bytes(arch::Reg reg, std::span<const std::uint8_t> bytes) {
  const Place place = place_of(reg);
  check(place.size == bytes.size());
  std::memcpy(impl_->registers.at(place), bytes.data(), bytes.size());
}

}  // namespace aie4ml::sim
