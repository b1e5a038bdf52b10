// What a program is certain to do until its next lock operation.
#include "sim/check.hpp"
#include "sim/core/core_engine_impl.hpp"

namespace aie4ml::sim {
namespace {

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
  const Ring ring = this_cycle();
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
  const auto known = shared_->stretches.find(stretch_state_);
  if (known != shared_->stretches.end()) stretch = known->second;
}

// A lock operation is about to issue.
void CoreEngine::Impl::end_stretch() {
  if (!stretch_state_.empty()) {
    const Stretch done{stretch_banks_, bundles_ - stretch_begin_};
    check(!stretch || ((done.banks & ~stretch->banks) == 0 && done.bundles == stretch->bundles),
          "a program whose scalars do not come from data repeats itself");
    if (!stretch) shared_->stretches.emplace(std::move(stretch_state_), done);
  }
  stretch_state_.clear();
  stretch.reset();
}

}  // namespace aie4ml::sim
