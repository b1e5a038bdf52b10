#include "compiler/estimate/timed_program.hpp"

#include <algorithm>
#include <cstdlib>

#include "compiler/codegen/core_program.hpp"
#include "compiler/codegen/kernel_store.hpp"

namespace aie4ml::compiler {
namespace {

// Follows the bundles once through the loop of the main program.
class Walker {
 public:
  Walker(const TilePlan& tile, const arch::Device& device)
      : device_(device),
        locks_(locks_by_role(tile)),
        kernel_(code_of(tile.kernel, device)),
        program_(core_program(tile, kernel_, 0, device)) {}

  TimedProgram walk() {
    using arch::Opcode;
    std::int32_t branch_to = -1;
    int slots_left = -1;
    bool in_loop = false;
    const std::int32_t loop = label("loop");
    const std::int32_t kernel = label("kernel");
    result_.calls = 0;
    for (std::int32_t at = 0;; ++at) {
      if (at == loop && !in_loop) {
        in_loop = true;
        result_.first_bundles = bundles_;
        bundles_ = 0;
      }
      const arch::Bundle& bundle = program_.bundles[static_cast<std::size_t>(at)];
      issue(bundle);
      for (const arch::Instruction& op : bundle.ops) {
        if (op.op != Opcode::jl && op.op != Opcode::j) continue;
        branch_to = op.imm;
        slots_left = device_.core.timing.branch_delay_slots + 1;
      }
      if (--slots_left != 0) continue;
      if (branch_to == loop) break;
      ++result_.calls;
      for (const std::int32_t index : kernel_.order)
        issue(program_.bundles[static_cast<std::size_t>(kernel + index)]);
    }
    result_.last_bundles = bundles_;
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::int32_t label(const std::string& name) const {
    const auto found = std::find_if(program_.labels.begin(), program_.labels.end(),
                                    [&](const arch::Label& label) { return label.name == name; });
    if (found == program_.labels.end()) std::abort();  // core_program() has it
    return found->bundle;
  }

  void issue(const arch::Bundle& bundle) {
    using Kind = TimedOperation::Kind;
    ++bundles_;
    const auto add = [&](Kind kind, int role) {
      result_.operations.push_back({kind, bundles_ - 1, role});
      bundles_ = 0;
    };
    for (const arch::Instruction& op : bundle.ops) {
      if (op.op == arch::Opcode::acq) add(Kind::acquire, role(op));
      if (op.op == arch::Opcode::rel) add(Kind::release, role(op));
      if (op.op == arch::Opcode::vmov_scd) add(Kind::read, 0);
    }
    for (const arch::Instruction& op : bundle.ops) {
      if (op.op == arch::Opcode::vmov_mcd) add(Kind::write, 0);
    }
  }
  [[nodiscard]] int role(const arch::Instruction& op) const {
    const int base = device_.locks.core_window_base[static_cast<std::size_t>(arch::MemoryWindow::own)];
    const auto found = std::find_if(locks_.begin(), locks_.end(),
                                    [&](arch::LockId lock) { return lock.value == op.imm - base; });
    if (found == locks_.end()) std::abort();  // the program uses the tile's locks
    return static_cast<int>(found - locks_.begin());
  }

  const arch::Device& device_;
  std::vector<arch::LockId> locks_;
  kernels::KernelCode kernel_;
  arch::Program program_;
  TimedProgram result_;
  Time bundles_{};  // since the operation before
};

}  // namespace

std::vector<arch::LockId> locks_by_role(const TilePlan& tile) {
  std::vector<arch::LockId> locks;
  for (const BufferLocks& pair : tile.input_locks) {
    locks.push_back(pair.full);
    locks.push_back(pair.empty);
  }
  if (tile.out && !tile.unread) {
    locks.push_back(tile.out_locks.full);
    locks.push_back(tile.out_locks.empty);
  }
  return locks;
}

TimedProgram timed_program(const TilePlan& tile, const arch::Device& device) {
  return Walker(tile, device).walk();
}

}  // namespace aie4ml::compiler
