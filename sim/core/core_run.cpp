// The cycle, and the operations that inner loops are made of. Most of the simulation's time goes by in here.
#include <cstring>
#include <utility>

#include "sim/core/core_engine_impl.hpp"

namespace aie4ml::sim {

using arch::AddressMode;

namespace {

template <int size>
void copy(void* to, const void* from) {
  std::memcpy(to, from, size);
}
// Constant sizes become plain moves.
inline void copy_block(std::uint8_t* to, const std::uint8_t* from, int size) {
  switch (size) {
    case 32:
      return copy<32>(to, from);
    case 64:
      return copy<64>(to, from);
    case 128:
      return copy<128>(to, from);
    default:
      std::memcpy(to, from, static_cast<std::size_t>(size));
  }
}

}  // namespace

RunResult CoreEngine::Impl::run(std::int64_t max_cycles) {
  call_cycles_ = 0;
  call_stalls_ = 0;
  std::optional<Stop> stop;
  if (fault) stop = Stop::fault;
  while (!stop) {
    if (call_cycles_ >= max_cycles) {
      stop = finished_ ? Stop::finished : Stop::budget;
    } else if (!begun_ && !begin_cycle()) {
      stop = fault ? Stop::fault : Stop::banks;
    } else if (!node_->special || !stop_before_issue(stop)) {
      issue_bundle(nullptr, nullptr);
      if (fault) stop = Stop::fault;
    }
  }
  return {*stop, call_cycles_, call_stalls_};
}

inline bool CoreEngine::Impl::begin_cycle() {
  if (node_->accesses && !access_memory()) return false;
  arrive();
  for (const PathNode::Late& late : node_->late) {
    if (late.self.distance != 0) accumulate(late);
  }
  begun_ = true;
  if (node_->arrival_problem && options_.strict) {
    fail(*node_->arrival_problem);
    return false;
  }
  return true;
}

// A load that turns out to wait is simply done again when it is served.
inline bool CoreEngine::Impl::access_memory() {
  BankMask used = port.contended();
  BankMask clash = 0;
  bool written = true;
  for (const PathNode::Access& load : node_->loads) {
    Operation& operation = in_flight(load.self);
    const MemoryAccess& from = operation.access;
    clash |= used & from.banks;
    used |= from.banks;
    written &= from.memory->block_written(from.address, load.op->access_ones);
    copy_block(operation.result.data(), from.memory->data() + from.address, load.op->access_bytes);
  }
  for (const PathNode::Access& store : node_->stores) {
    const BankMask banks = in_flight(store.self).access.banks;
    clash |= used & banks;
    used |= banks;
  }
  if ((clash != 0 || !written) && !access_slowly()) return false;
  for (const PathNode::Access& store : node_->stores) {
    const Operation& operation = in_flight(store.self);
    const MemoryAccess& to = operation.access;
    copy_block(to.memory->data() + to.address, operation.result.data(), store.op->access_bytes);
    to.memory->mark_block_written(to.address, store.op->access_ones);
  }
  return true;
}

inline void CoreEngine::Impl::arrive() {
  for (const PathNode::Arrival& arrival : node_->arrivals) {
    copy_block(registers.at(arrival.offset), in_flight(arrival.producer).result.data(), arrival.size);
  }
}

inline void CoreEngine::Impl::accumulate(const PathNode::Late& late) {
  const MicroOp& op = *late.op;
  Operation& self = in_flight(late.self);
  const std::uint8_t* acc = operand(late.acc0);
  if (op.op == arch::Opcode::vacc_add) {
    op.run.lanes(op, self.result.data(), acc, operand(late.acc1));
  } else {
    op.run.mmul(self.result.data(), acc, self.a, self.b, op.shape);
  }
}

void CoreEngine::Impl::accumulate_now(const MicroOp& op) {
  for (const PathNode::Late& late : node_->late) {
    if (late.op == &op) accumulate(late);
  }
}

void CoreEngine::Impl::issue_bundle(const CascadeWord* cascade_in, CascadeWord* cascade_out) {
  if (node_->region != region) enter_region();
  auto* operation = reinterpret_cast<Operation*>(ring_.get() + ring_position_);
  for (const PathNode::Issue& issue : node_->issue) {
    const MicroOp& op = *issue.op;
    if (op.kind == MicroKind::load_vector) {
      start_access(op, *operation, true);
    } else if (op.kind == MicroKind::accumulate) {
      macs_ += op.macs;
      operation->a = registers.at(issue.src0.offset);
      operation->b = registers.at(issue.src1.offset);
      if (issue.keep_factors) keep_factors(issue, *operation);
      if (op.acc_delay == 0) accumulate_now(op);
    } else {
      execute(issue, *operation, cascade_in, cascade_out);
    }
    ++operation;
  }
  if (!deferred_scalars_.empty()) {
    for (const ScalarWrite& write : deferred_scalars_) registers.set_scalar(write.offset, write.value);
    deferred_scalars_.clear();
  }
  if (fault) return;
  ++bundles_;
  next_cycle(draining_ ? -1 : next_bundle());
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

inline std::int32_t CoreEngine::Impl::next_bundle() {
  if (branch_left_ > 0 && --branch_left_ == 0 && branch_taken_) return branch_target_;
  if (pc_ == registers.scalar(le_)) {
    const std::int32_t count = registers.scalar(lc_);
    if (count > 0) {
      registers.set_scalar(lc_, count - 1);
      if (count > 1) return registers.scalar(ls_);
    }
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
