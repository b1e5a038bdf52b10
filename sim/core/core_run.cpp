// The cycle, and the operations that inner loops are made of. Most of the simulation's time goes by in here.
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "sim/core/core_engine_impl.hpp"

namespace aie4ml::sim {

using arch::AddressMode;

namespace {

template <int size>
void copy(void* to, const void* from) {
  std::memcpy(to, from, size);
}
inline void copy_access(std::uint8_t* to, const std::uint8_t* from, int size) {
  if (size == 32) {  // a constant size becomes plain moves
    copy<32>(to, from);
  } else {
    std::memcpy(to, from, static_cast<std::size_t>(size));
  }
}

}  // namespace

RunResult CoreEngine::Impl::run(std::int64_t max_cycles) {
  call_cycles_ = 0;
  call_stalls_ = 0;
  call_banks_ = 0;
  std::optional<Stop> stop;
  if (fault) stop = Stop::fault;
  while (!stop) {
    if (tape_ != nullptr) {
      stop = play(max_cycles);
    } else if (call_cycles_ >= max_cycles) {
      stop = finished_ ? Stop::finished : Stop::budget;
    } else if (!begun_ && !begin_cycle()) {
      stop = fault ? Stop::fault : Stop::banks;
    } else if (!node_->special || !stop_before_issue(stop)) {
      issue_bundle(nullptr);
      if (fault) stop = Stop::fault;
    }
  }
  const BankMask own = call_banks_ & ~port.contended();
  stretch_banks_ |= own;
  return {*stop, call_cycles_, call_stalls_, own};
}

inline bool CoreEngine::Impl::begin_cycle() {
  const PathNode& node = *node_;
  const OperationRing ring = this_cycle();
  if (node.accesses && !access_memory(ring)) return false;
  for (const PathNode::Arrival& arrival : node.arrivals_32) {
    copy<32>(registers.at(arrival.offset), ring[arrival.producer].result.data());
  }
  for (const PathNode::Arrival& arrival : node.arrivals_128) {
    copy<128>(registers.at(arrival.offset), ring[arrival.producer].result.data());
  }
  if (node.unusual_arrivals) {
    for (const PathNode::Arrival& arrival : node.arrivals) {
      std::memcpy(registers.at(arrival.offset), ring[arrival.producer].result.data(), arrival.size);
    }
  }
  for (const PathNode::Late& late : node.late_products) {
    Operation& self = ring[late.self];
    late.op->run.mmul(self.result.data(), operand(late.acc0), self.a, self.b, late.op->shape);
  }
  if (node.unusual_reads) {
    add_accumulators();
    shift_loaded();
    if (fault) return false;
  }
  begun_ = true;
  if (node.arrival_problem && options_.strict) {
    fail(*node.arrival_problem);
    return false;
  }
  if (recorder_) recorder_->begun(*node_, ring);
  return true;
}

// A load that turns out to wait is simply done again when it is served.
inline bool CoreEngine::Impl::access_memory(const OperationRing& ring) {
  const PathNode& node = *node_;
  BankMask used = port.contended();
  BankMask clash = 0;
  bool written = true;
  for (const PathNode::Access& load : node.loads) {
    Operation& operation = ring[load.self];
    const MemoryAccess& from = operation.access;
    clash |= used & from.banks;
    used |= from.banks;
    written &= from.memory->block_written(from.address, load.op->access_ones);
    copy_access(operation.result.data(), from.memory->data() + from.address, load.op->access_bytes);
  }
  for (const PathNode::Access& store : node.stores) {
    const BankMask banks = ring[store.self].access.banks;
    clash |= used & banks;
    used |= banks;
  }
  if (node.unusual) clash |= part_banks(ring, used);
  call_banks_ |= used;
  if ((clash != 0 || !written) && !access_slowly()) return false;
  for (const PathNode::Access& store : node.stores) {
    const Operation& operation = ring[store.self];
    const MemoryAccess& to = operation.access;
    copy_access(to.memory->data() + to.address, operation.result.data(), store.op->access_bytes);
    to.memory->mark_block_written(to.address, store.op->access_ones);
  }
  if (node.unusual) {
    finish_parts(ring);
    extend_loaded();
  }
  return true;
}

inline void CoreEngine::Impl::issue_bundle(const Exchange* exchange) {
  const PathNode& node = *node_;
  if (node.region != region) enter_region();
  // The count before this bundle's own writes: setting a loop up does not close one that LE happens to name.
  const std::int32_t loops_left = pc_ == registers.scalar(le_) ? registers.scalar(lc_) : 0;
  if (loops_left > 0 && options_.strict && cycle_ - loop_set_ < device.core.timing.loop_setup_bundles) {
    fail(CoreFaultKind::loop_setup, pc_,
         fmt::format("ends a loop {} bundles behind its set-up, the fetch needs {}", cycle_ - loop_set_,
                     device.core.timing.loop_setup_bundles));
    return;
  }
  if (node.sets_loop) loop_set_ = cycle_;
  if (recorder_) recorder_->issuing(node, registers);
  Operation* operation = this_cycle().first();
  for (const PathNode::Issue& issue : node.issue) {
    const MicroOp& op = *issue.op;
    if (op.kind == MicroKind::load_vector) {
      start_access(op, *operation, true);
    } else if (op.kind == MicroKind::multiply_late) {
      macs_ += op.macs;
      if (issue.keep_factors) {
        keep_factors(issue, *operation);
      } else {
        operation->a = registers.at(issue.src0.offset);
        operation->b = registers.at(issue.src1.offset);
      }
    } else {
      execute(issue, *operation, exchange);
    }
    ++operation;
  }
  if (node.defers) write_deferred_scalars();
  if (fault) return;
  ++bundles_;
  if (recorder_) recorder_->issued(node, this_cycle());
  next_cycle(next_bundle(loops_left));
  if (recorder_) end_recorded_cycle();
}

Stop CoreEngine::Impl::issue(const Exchange& exchange) {
  check_issue(exchange);
  call_cycles_ = 0;
  const bool last = interaction.done;
  const bool lock = interaction.lock.has_value();
  interaction = {};
  if (lock) end_stretch();
  if (tape_ != nullptr) {
    play_issue(exchange);
  } else {
    issue_bundle(&exchange);
  }
  if (lock && !fault) begin_stretch();
  if (last && !fault) start_draining();
  return fault ? Stop::fault : Stop::budget;
}

// The factors are read now, and their registers or the place they are forwarded from change before the late
// read of the accumulator.
inline void CoreEngine::Impl::keep_factors(const PathNode::Issue& issue, Operation& operation) {
  Factors& kept = kept_[ring_position_ / kCycleStride];
  copy<kFactorBytes>(kept.a.data(), operand(issue.src0));
  copy<kFactorBytes>(kept.b.data(), operand(issue.src1));
  operation.a = kept.a.data();
  operation.b = kept.b.data();
}

inline void CoreEngine::Impl::start_access(const MicroOp& op, Operation& operation, bool is_load) {
  const std::int32_t address = step_address(op);
  operation.access.is_load = is_load;
  if ((address & (op.access_bytes - 1)) != 0 ||
      !port.find(address, op.access_bytes, op.banks, operation.access)) {
    access_odd_address(op, operation, address);
  }
}

void CoreEngine::Impl::start_any_access(const MicroOp& op, Operation& operation, bool is_load) {
  start_access(op, operation, is_load);
}

inline std::int32_t CoreEngine::Impl::step_address(const MicroOp& op) {
  const Address& a = op.address;
  const std::int32_t pointer = registers.scalar(a.base);
  if (a.mode == AddressMode::post_imm) {
    write_scalar(op, a.base, fit_scalar(pointer + a.imm, ScalarWidth::unsigned20));
    return pointer;
  }
  return step_dimensions(op);
}

inline std::int32_t CoreEngine::Impl::next_bundle(std::int32_t loops_left) {
  if (branch_left_ > 0 && --branch_left_ == 0 && branch_taken_) return branch_target_;
  if (loops_left > 0) {
    registers.set_scalar(lc_, loops_left - 1);
    if (loops_left > 1) return registers.scalar(ls_);
  }
  return pc_ + 1;
}

inline void CoreEngine::Impl::next_cycle(std::int32_t next) {
  node_ = &graph_.successor(*node_, next);
  pc_ = next;
  ++cycle_;
  ++call_cycles_;
  ring_position_ = (ring_position_ + kCycleStride) & ring_mask_;
  begun_ = false;
}

void CoreEngine::Impl::drain_cycle() {
  next_cycle(-1);
}

}  // namespace aie4ml::sim
