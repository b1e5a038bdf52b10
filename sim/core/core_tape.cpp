// Playing a stretch from its tape, and having one made.
//
// While a tape plays, cycle, bundle and time are kept as ever; registers and the ring of operations in flight
// are not, they get their state of the end when it is reached.
#include <algorithm>
#include <cstring>

#include "sim/check.hpp"
#include "sim/core/core_engine_impl.hpp"

namespace aie4ml::sim {

// Behind the last cycle of a stretch the tape is ready for all cores that run this code.
void CoreEngine::Impl::end_recorded_cycle() {
  if (pc_ < 0 || pc_ >= static_cast<std::int32_t>(code_.bundles.size())) return;
  const std::vector<MicroOp>& ops = code_.bundles[static_cast<std::size_t>(pc_)].ops;
  if (std::none_of(ops.begin(), ops.end(), [](const MicroOp& op) { return op.kind == MicroKind::lock; })) {
    return;
  }
  std::unique_ptr<Tape> tape = recorder_->finish(*node_, this_cycle());
  recorder_.reset();
  known_->no_tape = tape == nullptr;
  if (!tape) return;
  tape->index = shared_->tapes++;
  const std::span<const std::uint8_t> scalars = registers.scalars();
  std::copy(scalars.begin(), scalars.end(), tape->scalars.begin());
  tape->branch_left = branch_left_;
  tape->branch_taken = branch_taken_;
  tape->branch_target = branch_target_;
  const std::int64_t since_set = cycle_ - loop_set_;
  if (since_set <= static_cast<std::int64_t>(tape->length())) tape->loop_set_ago = since_set;
  known_->tape = std::move(tape);
}

void CoreEngine::Impl::begin_tape(const Tape& tape) {
  tape_ = &tape;
  tape_at_ = 0;
  const auto index = static_cast<std::size_t>(tape.index);
  if (reads_written_.size() <= index) {
    reads_written_.resize(index + 1);
    stores_marked_.resize(index + 1);
  }
  if (!reads_written_[index]) reads_written_[index] = all_written(tape.reads);
  if (!stores_marked_[index]) stores_marked_[index] = all_written(tape.stores);
  tape_reads_written_ = reads_written_[index];
  tape_stores_marked_ = stores_marked_[index];
  if (slot_bytes_ < tape.slot_bytes) {
    slots_.reset(static_cast<std::uint8_t*>(::operator new (tape.slot_bytes, std::align_val_t{kSlotBytes})));
    slot_bytes_ = tape.slot_bytes;
    std::memset(slots_.get(), 0, slot_bytes_);
  }
  for (const Tape::FromRegister& from : tape.registers_in) {
    std::memcpy(slots_.get() + from.slot, registers.at(from.offset), from.size);
  }
  const OperationRing ring = this_cycle();
  for (const Tape::FromRing& from : tape.ring_in) {
    std::memcpy(slots_.get() + from.slot, ring.back(from.back).result.data(), from.size);
  }
  for (const Tape::Constant& constant : tape.constants) {
    std::memcpy(slots_.get() + constant.slot, &constant.value, sizeof constant.value);
  }
}

bool CoreEngine::Impl::all_written(const std::vector<Tape::Words>& words) const {
  return std::all_of(words.begin(), words.end(), [this](const Tape::Words& at) {
    return (~memories_[at.window]->written_bytes(at.address) & at.bytes) == 0;
  });
}

// nullopt: the tape is at its end.
std::optional<Stop> CoreEngine::Impl::play(std::int64_t max_cycles) {
  while (tape_at_ < tape_->length()) {
    if (play_chunk(max_cycles)) continue;
    if (call_cycles_ >= max_cycles) return Stop::budget;
    const TapeCycle& cycle = tape_->cycles[tape_at_];
    if (!begun_ && !play_begin(cycle)) return fault ? Stop::fault : Stop::banks;
    if (code_.bundles[static_cast<std::size_t>(pc_)].needs_outside) {
      request(code_.bundles[static_cast<std::size_t>(pc_)]);
      return Stop::interaction;
    }
    play_issue({});
  }
  end_tape();
  return std::nullopt;
}

// Several cycles in which nobody else has a say. false: they must be taken one by one.
bool CoreEngine::Impl::play_chunk(std::int64_t max_cycles) {
  if (tape_at_ % Tape::kChunk != 0 || begun_ || !tape_reads_written_ || tape_in_flight_) return false;
  const TapeChunk& chunk = tape_->chunks[tape_at_ / Tape::kChunk];
  const std::size_t cycles = std::min(Tape::kChunk, tape_->length() - tape_at_);
  if (!chunk.plain || (chunk.banks & port.contended()) != 0 ||
      call_cycles_ + static_cast<std::int64_t>(cycles) > max_cycles) {
    return false;
  }
  call_banks_ |= chunk.banks;
  play_ops(tape_->cycles[tape_at_].first, tape_->cycles[tape_at_ + cycles].first, {});
  advance_tape(cycles);
  return true;
}

// Steps 1 to 3 of the cycle. false: a bank must be asked for, or a fault.
bool CoreEngine::Impl::play_begin(const TapeCycle& cycle) {
  if (cycle.banks != 0) {
    call_banks_ |= cycle.banks;
    const bool quiet = tape_reads_written_ && !cycle.clash && (cycle.banks & port.contended()) == 0;
    if ((!quiet || tape_in_flight_) && !play_accesses(cycle)) return false;
  }
  play_ops(cycle.first, cycle.issue, {});
  begun_ = true;
  return true;
}

// As without a tape: who is served is decided on the operations in flight.
bool CoreEngine::Impl::play_accesses(const TapeCycle& cycle) {
  if (!tape_in_flight_) put_accesses_in_flight(cycle);
  tape_in_flight_ = true;
  const OperationRing ring = this_cycle();
  BankMask used = port.contended();
  BankMask clash = 0;
  bool written = true;
  for (const auto* list : {&cycle.node->loads, &cycle.node->stores}) {
    for (const PathNode::Access& access : *list) {
      const MemoryAccess& at = ring[access.self].access;
      clash |= used & at.banks;
      used |= at.banks;
      written &= !at.is_load || at.memory->block_written(at.address, access.op->access_ones);
    }
  }
  if ((clash != 0 || !written) && !access_slowly()) return false;
  tape_in_flight_ = false;
  return true;
}

void CoreEngine::Impl::put_accesses_in_flight(const TapeCycle& cycle) {
  const OperationRing ring = this_cycle();
  std::size_t at = cycle.first;
  for (const auto* list : {&cycle.node->loads, &cycle.node->stores}) {
    for (const PathNode::Access& access : *list) {
      const TapeOp& op = tape_->ops[at++];
      port.aim(op.window, op.address, access.op->banks, ring[access.self].access);
      ring[access.self].access.is_load = is_load(access.op->kind);
    }
  }
}

void CoreEngine::Impl::play_issue(const Exchange& exchange) {
  if (node_->region != region) enter_region();
  const TapeCycle& cycle = tape_->cycles[tape_at_];
  play_ops(cycle.issue, tape_->cycles[tape_at_ + 1].first, exchange);
  advance_tape(1);
}

void CoreEngine::Impl::play_ops(std::size_t first, std::size_t end, const Exchange& exchange) {
  if (tape_stores_marked_) {
    play_ops_marking<false>(first, end, exchange);
  } else {
    play_ops_marking<true>(first, end, exchange);
  }
}

// mark: note what is stored as written.
template <bool mark>
void CoreEngine::Impl::play_ops_marking(std::size_t first, std::size_t end, const Exchange& exchange) {
  std::uint8_t* const slots = slots_.get();
  const auto slot = [slots](SlotOffset at) { return at == kNoSlot ? nullptr : slots + at; };
  const TapeOp* const last = tape_->ops.data() + end;
  for (const TapeOp* op = tape_->ops.data() + first; op != last; ++op) {
    switch (op->kind) {
      case TapeOp::Kind::load_32:
        std::memcpy(slots + op->dst, memories_[op->window]->data() + op->address, 32);
        break;
      case TapeOp::Kind::load:
        std::memcpy(slots + op->dst, memories_[op->window]->data() + op->address, op->size);
        break;
      case TapeOp::Kind::store_32:
        std::memcpy(memories_[op->window]->data() + op->address, slots + op->a, 32);
        if constexpr (mark) memories_[op->window]->mark_block_written(op->address, op->op->access_ones);
        break;
      case TapeOp::Kind::store:
        std::memcpy(memories_[op->window]->data() + op->address, slots + op->a, op->size);
        if constexpr (mark) memories_[op->window]->mark_block_written(op->address, op->op->access_ones);
        break;
      case TapeOp::Kind::multiply:
        op->op->run.mmul(slots + op->dst, slot(op->c), slots + op->a, slots + op->b, op->op->shape);
        break;
      case TapeOp::Kind::lanes:
        op->op->run.lanes(*op->op, slots + op->dst, slot(op->a), slot(op->b), slot(op->c));
        break;
      case TapeOp::Kind::convert:
        play_convert(*op);
        break;
      case TapeOp::Kind::shuffle:
        shuffle(*code_.shuffles[static_cast<std::size_t>(op->address)], slots + op->dst, slots + op->a,
                slots + op->b);
        break;
      case TapeOp::Kind::copy:
        std::memcpy(slots + op->dst, slots + op->a, op->size);
        break;
      case TapeOp::Kind::clear:
        std::memset(slots + op->dst, 0, op->size);
        break;
      case TapeOp::Kind::cascade_in:
        std::memcpy(slots + op->dst, exchange.cascade_in->data(), kCascadeBytes);
        break;
      case TapeOp::Kind::cascade_out:
        std::memcpy(exchange.cascade_out->data(), slots + op->a, kCascadeBytes);
        break;
    }
  }
}

void CoreEngine::Impl::play_convert(const TapeOp& op) {
  const bool overflow =
      op.op->run.shift_function(*op.op, slots_.get() + op.dst, slots_.get() + op.a, op.address,
                                static_cast<std::int32_t>(op.b), static_cast<std::int32_t>(op.c));
  if (!overflow) return;
  set_overflow(*op.op);
  write_deferred_scalars();
}

void CoreEngine::Impl::advance_tape(std::size_t cycles) {
  tape_at_ += cycles;
  const auto passed = static_cast<std::int64_t>(cycles);
  cycle_ += passed;
  call_cycles_ += passed;
  ring_position_ = (ring_position_ + static_cast<std::uint32_t>(cycles) * kCycleStride) & ring_mask_;
  node_ = tape_->cycles[tape_at_].node;
  pc_ = node_->bundle;
  begun_ = false;
}

void CoreEngine::Impl::end_tape() {
  const Tape& tape = *tape_;
  for (const Tape::FromRegister& to : tape.registers_out) {
    std::memcpy(registers.at(to.offset), slots_.get() + to.slot, to.size);
  }
  const OperationRing ring = this_cycle();
  for (const Tape::FromRing& to : tape.ring_out) {
    std::memcpy(ring.back(to.back).result.data(), slots_.get() + to.slot, to.size);
  }
  for (const Tape::RingScalar& to : tape.ring_scalars) {
    std::memcpy(ring.back(to.back).result.data(), &to.value, sizeof to.value);
  }
  for (const Tape::Access& to : tape.accesses_out) {
    ring.back(to.back).access = {memories_[to.window], to.banks, to.address, to.window, to.is_load};
  }
  // The sticky flags follow from data.
  const std::int32_t srs = registers.scalar(srsrs_), ups = registers.scalar(srups_);
  std::memcpy(registers.at(0), tape.scalars.data(), tape.scalars.size());
  registers.set_scalar(srsrs_, srs);
  registers.set_scalar(srups_, ups);
  branch_left_ = tape.branch_left;
  branch_taken_ = tape.branch_taken;
  branch_target_ = tape.branch_target;
  if (tape.loop_set_ago >= 0) loop_set_ = cycle_ - tape.loop_set_ago;
  bundles_ += static_cast<std::int64_t>(tape.length());
  macs_ += tape.macs;
  for (const auto& [access, count] : tape.access_totals) {
    port.count(access.first_bank, access.several != 0, count);
  }
  tape_ = nullptr;
}

// Of a tape that is under way.
void CoreEngine::Impl::add_tape_counts() {
  if (tape_ == nullptr) return;
  counts_.bundles += static_cast<std::int64_t>(tape_at_);
  for (std::size_t i = 0; i < tape_at_; ++i) {
    for (const PathNode::Issue& issue : tape_->cycles[i].node->issue) {
      const bool multiplies =
          issue.op->kind == MicroKind::multiply || issue.op->kind == MicroKind::multiply_late;
      if (multiplies) counts_.macs += issue.op->macs;
    }
  }
  for (std::size_t i = 0; i < tape_->cycles[tape_at_].accesses; ++i) {
    const CountedAccess& access = tape_->accesses[i];
    ++counts_.bank_accesses[access.first_bank];
    if (access.several != 0) ++counts_.bank_accesses[access.first_bank + std::size_t{1}];
  }
}

}  // namespace aie4ml::sim
