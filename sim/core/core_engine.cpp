#include "sim/core/core_engine.hpp"

#include <bit>
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

CoreCode::CoreCode(const arch::Device& device, const arch::Program& the_program)
    : program(the_program),
      decoded(decode(device, program)),
      banks(device),
      graph(device, program, decoded) {}

std::shared_ptr<CoreCode> make_core_code(const arch::Device& device, const arch::Program& program) {
  return std::make_shared<CoreCode>(device, program);
}

const arch::Program& program_of(const CoreCode& code) {
  return code.program;
}

CoreEngine::Impl::Impl(const arch::Device& the_device, std::shared_ptr<CoreCode> code,
                       const CoreMemories& memories, CoreOptions options)
    : device(the_device),
      port(the_device, code->banks, memories),
      shared_(std::move(code)),
      program_(shared_->program),
      options_(options),
      memories_(memories),
      code_(shared_->decoded),
      graph_(shared_->graph),
      node_(&graph_.start(0)),
      ring_mask_(kCycleStride * std::bit_ceil(static_cast<std::uint32_t>(graph_.depth()) + 1) - 1),
      kept_((ring_mask_ + 1) / kCycleStride),
      lc_(offset_of(arch::RegClass::lc)),
      ls_(offset_of(arch::RegClass::ls)),
      le_(offset_of(arch::RegClass::le)),
      lr_(offset_of(arch::RegClass::lr)),
      crrnd_(offset_of(arch::RegClass::crrnd)),
      crsat_(offset_of(arch::RegClass::crsat)),
      srsrs_(offset_of(arch::RegClass::srsrs)),
      srups_(offset_of(arch::RegClass::srups)) {
  check(device.cascade.width_bits == 8 * kCascadeBytes);
  ring_.reset(static_cast<std::byte*>(::operator new (ring_mask_ + 1, std::align_val_t{alignof(Operation)})));
  for (std::uint32_t at = 0; at <= ring_mask_; at += kCycleStride) {
    for (std::size_t i = 0; i < arch::kPhysicalSlots; ++i) {
      new (ring_.get() + at + i * sizeof(Operation)) Operation{};
    }
  }
}

// What keeps the node's bundle from issuing: nothing if strict mode alone objects and is off. True without a
// stop: a cycle without a bundle has passed.
bool CoreEngine::Impl::stop_before_issue(std::optional<Stop>& stop) {
  if (draining_) {
    finished_ = !node_->in_flight;
    if (finished_) {
      stop = Stop::finished;
    } else {
      drain_cycle();
    }
    return true;
  }
  if (pc_ < 0 || pc_ >= static_cast<std::int32_t>(code_.bundles.size())) {
    fail(CoreFaultKind::program_counter, pc_,
         fmt::format("the program counter left the program of {} bundles", code_.bundles.size()));
    stop = Stop::fault;
    return true;
  }
  if (node_->issue_problem && options_.strict) {
    fail(*node_->issue_problem);
    stop = Stop::fault;
    return true;
  }
  const DecodedBundle& bundle = code_.bundles[static_cast<std::size_t>(pc_)];
  if (!bundle.needs_outside) return false;
  request(bundle);
  stop = Stop::interaction;
  return true;
}

void CoreEngine::Impl::check_issue(const Exchange& exchange) const {
  check(!fault && begun_ && !draining_);
  check(code_.bundles.at(static_cast<std::size_t>(pc_)).needs_outside &&
        interaction.cascade_read == (exchange.cascade_in != nullptr) &&
        interaction.cascade_write == (exchange.cascade_out != nullptr) &&
        interaction.stream_read == exchange.stream_in.has_value());
}

void CoreEngine::Impl::start_draining() {
  draining_ = true;
  node_ = &graph_.without_bundle(*node_);
}

void CoreEngine::Impl::write_deferred_scalars() {
  for (const ScalarWrite& write : deferred_scalars_) registers.set_scalar(write.offset, write.value);
  deferred_scalars_.clear();
}

// Accesses that do not all get their banks at once, or read what nobody wrote. false: stopped.
//
// APPROX: of a load and a store to one address in the same cycle the load sees the old bytes; which of them
// the bank serves first is not documented.
bool CoreEngine::Impl::access_slowly() {
  accesses_.clear();
  BankMask needed = 0;
  for (const auto* list : {&node_->loads, &node_->part_reads, &node_->stores, &node_->part_writes}) {
    for (const PathNode::Access& access : *list) {
      accesses_.push_back(&in_flight(access.self).access);
      needed |= accesses_.back()->banks;
    }
  }
  stretch_banks_ |= needed;
  if ((needed & port.contended()) != 0) return false;
  // Nothing is needed any more when the caller has arbitrated this cycle.
  while (needed != 0 && port.serve(accesses_, ~BankMask{0}) != 0) {
    call_cycles_ += device.data_memory.conflict_cycles;
    call_stalls_ += device.data_memory.conflict_cycles;
  }
  for (const PathNode::Access& load : node_->loads) {
    if (!fault) check_written(load);
  }
  return !fault;
}

void CoreEngine::Impl::check_written(const PathNode::Access& load) {
  const MemoryAccess& from = in_flight(load.self).access;
  const int size = load.op->access_bytes;
  if (from.memory->written(from.address, size)) return;
  const std::int32_t bundle = node_->before[load.self.distance - 1U];
  const UnwrittenRead read{cycle_, bundle, static_cast<arch::MemoryWindow>(from.window), from.address, size};
  const MemoryRange known = unwritten_listener ? unwritten_listener(read) : MemoryRange{};
  if (known.size > 0) {
    from.memory->mark_written(known.address, known.size);
  } else if (options_.strict) {
    fail(CoreFaultKind::unwritten, bundle,
         fmt::format("reads {} bytes at {:#x} of its memory, which were never written", size, from.address));
  }
}

BankMask CoreEngine::Impl::banks_needed() {
  BankMask needed = 0;
  for (const MemoryAccess* access : accesses_) needed |= access->banks;
  return needed & port.contended();
}

BankMask CoreEngine::Impl::advance_memory_cycle(BankMask granted) {
  return port.serve(accesses_, granted | ~port.contended());
}

void CoreEngine::Impl::request(const DecodedBundle& bundle) {
  interaction = {};
  for (const MicroOp& op : bundle.ops) {
    if (op.kind == MicroKind::lock) {
      interaction.lock = LockRequest{op.op == arch::Opcode::acq, op.imm, registers.scalar(op.src0.offset)};
    }
    if (op.kind == MicroKind::stream_write) {
      interaction.stream_write = StreamWord(static_cast<std::uint32_t>(registers.scalar(op.src0.offset)),
                                            op.op == arch::Opcode::mov_ms_tlast);
    }
    interaction.stream_read |= op.kind == MicroKind::stream_read;
    interaction.cascade_read |= op.kind == MicroKind::cascade_read;
    interaction.cascade_write |= op.kind == MicroKind::cascade_write;
    interaction.done |= op.kind == MicroKind::done;
  }
}

void CoreEngine::Impl::enter_region() {
  if (region_listener) region_listener(region, node_->region, call_cycles_);
  region = node_->region;
}

const std::uint8_t* CoreEngine::Impl::merged(const Merge& merge) {
  next_merged_ ^= 1;  // two operands of one operation may both be put together
  std::uint8_t* to = merged_[next_merged_].data();
  std::memcpy(to, registers.at(merge.place.offset), merge.place.size);
  for (const Merge::Piece& piece : merge.pieces) {
    std::memcpy(to + piece.to, in_flight(piece.producer).result.data() + piece.from, piece.size);
  }
  return to;
}

void CoreEngine::Impl::restart(std::int32_t bundle) {
  node_ = &graph_.start(bundle);
  pc_ = bundle;
  branch_left_ = 0;
  loop_set_ = kLongAgo;
  begun_ = draining_ = finished_ = false;
  fault.reset();
  interaction = {};
  accesses_.clear();
  stretch_state_.clear();
  stretch.reset();
  known_ = nullptr;
  recorder_.reset();
  tape_ = nullptr;
  tape_in_flight_ = false;
}

void CoreEngine::Impl::fail(CoreFaultKind kind, std::int32_t bundle, const std::string& message) {
  fail({kind, bundle, fmt::format("{}: {}", bundle_text(program_, bundle), message)});
}

void CoreEngine::Impl::fail(const PathNode::Problem& problem) {
  if (!fault)
    fault = CoreFault{problem.kind, cycle_, problem.bundle, problem.message};  // the first one counts
}

const CoreCounts& CoreEngine::Impl::counts() {
  counts_.bundles = bundles_;
  counts_.macs = macs_;
  counts_.srs_overflow = srs_overflow_;
  counts_.ups_overflow = ups_overflow_;
  port.add_counts(counts_);
  add_tape_counts();
  return counts_;
}

CoreEngine::CoreEngine(const arch::Device& device, const arch::Program& program, const CoreMemories& memories,
                       CoreOptions options)
    : CoreEngine(device, make_core_code(device, program), memories, options) {}
CoreEngine::CoreEngine(const arch::Device& device, std::shared_ptr<CoreCode> code,
                       const CoreMemories& memories, CoreOptions options)
    : impl_(std::make_unique<Impl>(device, std::move(code), memories, options)) {}
CoreEngine::~CoreEngine() = default;
CoreEngine::CoreEngine(CoreEngine&&) noexcept = default;
CoreEngine& CoreEngine::operator=(CoreEngine&&) noexcept = default;

RunResult CoreEngine::run(std::int64_t max_cycles) {
  return impl_->run(max_cycles);
}
const Interaction& CoreEngine::interaction() const {
  return impl_->interaction;
}
Stop CoreEngine::issue(const CascadeWord* cascade_in, CascadeWord* cascade_out,
                       std::optional<StreamWord> stream_in) {
  return impl_->issue({cascade_in, cascade_out, stream_in});
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
const std::optional<Stretch>& CoreEngine::stretch() const {
  return impl_->stretch;
}
const std::optional<CoreFault>& CoreEngine::fault() const {
  return impl_->fault;
}
const CoreCounts& CoreEngine::counts() const {
  return impl_->counts();
}
std::int32_t CoreEngine::program_counter() const {
  return impl_->program_counter();
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
void CoreEngine::set_event_listener(EventListener listener) {
  impl_->event_listener = std::move(listener);
}
void CoreEngine::restart(std::int32_t bundle) {
  impl_->restart(bundle);
}

std::int32_t CoreEngine::scalar(arch::Reg reg) const {
  const RegisterPlace place = place_of(reg);
  check(place.size == sizeof(std::int32_t));
  return impl_->registers.scalar(place.offset);
}
void CoreEngine::set_scalar(arch::Reg reg, std::int32_t value) {
  const RegisterPlace place = place_of(reg);
  check(place.size == sizeof(std::int32_t));
  impl_->registers.set_scalar(place.offset, fit_scalar(value, width_of(reg.cls)));
}
std::vector<std::uint8_t> CoreEngine::register_bytes(arch::Reg reg) const {
  const RegisterPlace place = place_of(reg);
  const std::uint8_t* from = impl_->registers.at(place.offset);
  return {from, from + place.size};
}
void CoreEngine::set_register_bytes(arch::Reg reg, std::span<const std::uint8_t> bytes) {
  const RegisterPlace place = place_of(reg);
  check(place.size == bytes.size());
  std::memcpy(impl_->registers.at(place.offset), bytes.data(), bytes.size());
}

}  // namespace aie4ml::sim
