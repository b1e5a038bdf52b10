#include "arch/isa/timing_check.hpp"

#include <set>
#include <string>

#include <fmt/format.h>

#include "arch/isa/opcode_table.hpp"

namespace aie4ml::arch {
namespace {

class TimingCheck {
 public:
  explicit TimingCheck(const CoreTiming& timing) : timing_(timing) {}

  Problems run() {
    for (const OpInfo& op : all_opcodes()) {
      check(op, op.timing);
      if (op.shaped) check(op, TimingClass::vector_mac_bf16);
    }
    return std::move(problems_);
  }

 private:
  void require(bool holds, const OpInfo& op, const std::string& what) {
    if (holds || !reported_.insert({class_, what}).second) return;
    problems_.push_back({fmt::format("core.timing.{}", to_string(class_)),
                         fmt::format("{}, as {} needs", what, op.mnemonic), "correct the class"});
  }

  void check(const OpInfo& op, TimingClass timing_class) {
    class_ = timing_class;
    const OperandTiming& t = timing_[timing_class];
    int late = 0;
    for (int i = 0; i < op.operand_count; ++i) {
      const OperandSpec& spec = op.operands[i];
      if (spec.role == OperandRole::mem_load || spec.role == OperandRole::mem_store) {
        require(t.mem >= 2, op, "mem is not E2 or later");
        require(spec.role != OperandRole::mem_load || t.def >= t.mem, op, "def is not mem or later");
      }
      if (timing_class == TimingClass::part_word_store && spec.is_memory()) {
        require(t.mem_read >= 2 && t.mem_read < t.mem, op, "mem_read is not between E2 and mem");
      }
      if (!spec.is_register()) continue;
      const int cycle = operand_cycle(t, spec.role);
      if (spec.role == OperandRole::dst) {
        require(cycle >= 1, op, "there is no def");
        require(t.bypass == Bypass::none || cycle >= 2, op, "def is not E2 or later with a bypass");
      } else if (is_read_late(op, spec.role)) {
        require(cycle >= 2, op, fmt::format("{} is not E2 or later", late_name(spec.role)));
        require(spec.role != OperandRole::shift || cycle >= t.mem, op, "shift_use is not mem or later");
        late = cycle;
      } else {
        require(cycle == 1, op, fmt::format("a {} is not read in E1", name(spec.role)));
      }
    }
    require(late == 0 || t.def > late, op, "def is not behind the late read");
  }

  static const char* late_name(OperandRole role) {
    return role == OperandRole::shift ? "shift_use" : "acc_use";
  }
  static const char* name(OperandRole role) {
    return role == OperandRole::shift ? "shift amount" : role == OperandRole::acc ? "accumulator" : "source";
  }

  const CoreTiming& timing_;
  TimingClass class_{};
  std::set<std::pair<TimingClass, std::string>> reported_;
  Problems problems_;
};

}  // namespace

Problems check_timing(const CoreTiming& timing) {
  return TimingCheck(timing).run();
}

}  // namespace aie4ml::arch
