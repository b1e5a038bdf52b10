#include "kernels/schedule/in_flight.hpp"

#include <algorithm>

#include "arch/isa/opcode_table.hpp"

namespace aie4ml::kernels {
namespace {

struct Write {
  arch::Reg reg{};
  std::int64_t visible{};
  arch::Bypass bypass{};
};

class Marker {
 public:
  explicit Marker(const arch::CoreTiming& timing) : timing_(timing) {}

  void cycle(std::int64_t now, arch::Bundle& bundle) {
    std::erase_if(writes_, [&](const Write& w) { return w.visible <= now; });
    for (arch::Instruction& op : bundle.ops) mark_reads(op, now);
    for (const arch::Instruction& op : bundle.ops) add_write(op, now);
  }

 private:
  template <class Visit>
  static void operands(const arch::Instruction& op, Visit visit) {
    const arch::OpInfo& info = arch::info(op.op);
    std::size_t index = 0;
    for (int i = 0; i < info.operand_count; ++i) {
      if (info.operands[i].is_register()) visit(info.operands[i].role, index++);
    }
  }

  void mark_reads(arch::Instruction& op, std::int64_t now) const {
    const arch::OperandTiming& t = timing_[arch::timing_class(op)];
    operands(op, [&](arch::OperandRole role, std::size_t index) {
      if (role == arch::OperandRole::dst) return;
      const std::int64_t read = now + arch::operand_cycle(t, role) - 1;
      const bool forwarded = t.bypass != arch::Bypass::vec || role == arch::OperandRole::acc;
      const bool in_flight = std::any_of(writes_.begin(), writes_.end(), [&](const Write& w) {
        const bool bypassed = forwarded && w.bypass == t.bypass && t.bypass != arch::Bypass::none;
        return w.visible - (bypassed ? 1 : 0) > read && arch::overlap(w.reg, op.regs[index]);
      });
      if (in_flight) op.reads_old |= static_cast<std::uint8_t>(1U << index);
    });
  }

  void add_write(const arch::Instruction& op, std::int64_t now) {
    const arch::OperandTiming& t = timing_[arch::timing_class(op)];
    operands(op, [&](arch::OperandRole role, std::size_t index) {
      if (role == arch::OperandRole::dst) {
        writes_.push_back({op.regs[index], now + arch::operand_cycle(t, role), t.bypass});
      }
    });
  }

  const arch::CoreTiming& timing_;
  std::vector<Write> writes_;
};

}  // namespace

void mark_reads_old(arch::Program& program, const std::vector<std::int32_t>& trace,
                    const arch::CoreTiming& timing) {
  Marker marker(timing);
  for (std::size_t i = 0; i < trace.size(); ++i) {
    marker.cycle(static_cast<std::int64_t>(i), program.bundles[static_cast<std::size_t>(trace[i])]);
  }
}

}  // namespace aie4ml::kernels
