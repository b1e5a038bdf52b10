// What a program is certain to do until its next lock operation.
#include "sim/check.hpp"
#include "sim/core/core_engine_impl.hpp"

namespace aie4ml::sim {
namespace {

// In bundles. Longer ones take too much memory.
constexpr std::int64_t kLongestTape = 1 << 14;

template <class T>
void append(std::string& to, const T& value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

// All that decides which bundles issue next and which addresses they access, unless scalars come from data.
std::string CoreEngine::Impl::control_state() const {
  std::string state(reinterpret_cast<const char*>(registers.scalars().data()), registers.scalars().size());
  append(state, pc_);
  append(state, branch_left_);
  if (branch_left_ > 0) {
    append(state, branch_taken_);
    append(state, branch_target_);
  }
  const OperationRing ring = this_cycle();
  for (std::size_t i = 0; i < node_->before.size(); ++i) {
    const std::int32_t index = node_->before[i];
    if (index < 0) continue;
    const int distance = static_cast<int>(i) + 1;
    const std::vector<MicroOp>& ops = code_.bundles.at(static_cast<std::size_t>(index)).ops;
    for (std::size_t o = 0; o < ops.size(); ++o) {
      const MicroOp& op = ops[o];
      const bool access = op.mem_delay >= distance;
      const bool scalar = is_scalar(op.dst) && op.def >= distance && !written_at_issue(op);
      if (!access && !scalar) continue;
      const Operation& operation = ring[InFlight(distance, o)];
      append(state, index);
      append(state, o);
      append(state, distance);
      if (access) append(state, operation.access.address);
      if (access) append(state, operation.access.window);
      if (scalar) state.append(reinterpret_cast<const char*>(operation.result.data()), op.dst.size);
    }
  }
  return state;
}

// A lock operation has issued.
void CoreEngine::Impl::begin_stretch() {
  if (code_.data_in_scalars) return;
  stretch_state_ = control_state();
  stretch_banks_ = 0;
  stretch_begin_ = bundles_;
  const auto found = shared_->stretches.find(stretch_state_);
  if (found == shared_->stretches.end()) return;
  KnownStretch& known = found->second;
  stretch = known.stretch;
  known_ = &known;
  // A loop that was set up a moment ago might end too early.
  const bool loop_settled = cycle_ - loop_set_ >= device.core.timing.loop_setup_bundles;
  if (!options_.tapes.play || !loop_settled || known.no_tape) return;
  if (!known.tape) {
    if (++known.passes < options_.tapes.passes_before) return;
    known.no_tape = true;
    if (known.stretch.bundles < options_.tapes.fewest_bundles || known.stretch.bundles > kLongestTape) return;
    recorder_ = std::make_unique<TapeRecorder>(code_, *node_, this_cycle());
  } else if (known.tape->begin == node_) {
    begin_tape(*known.tape);
  }
}

// A lock operation is about to issue.
void CoreEngine::Impl::end_stretch() {
  if (!stretch_state_.empty()) {
    const Stretch done{stretch_banks_, bundles_ - stretch_begin_};
    check(!stretch || ((done.banks & ~stretch->banks) == 0 && done.bundles == stretch->bundles),
          "a program whose scalars do not come from data repeats itself");
    if (!stretch) shared_->stretches[std::move(stretch_state_)].stretch = done;
  }
  stretch_state_.clear();
  stretch.reset();
  known_ = nullptr;
}

}  // namespace aie4ml::sim
