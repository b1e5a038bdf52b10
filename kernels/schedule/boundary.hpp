// What is still under way where two pieces of code meet, in physical registers.
#pragma once

#include <vector>

#include "kernels/schedule/list_scheduler.hpp"

namespace aie4ml::kernels {

// Operations near a boundary. Cycles are relative to it: negative before, 0 and up behind it.
class Boundary {
 public:
  struct Event {
    const MachineOp* op{};
    std::vector<Access> accesses;  // registers are files, units are physical
    int cycle{};
  };

  explicit Boundary(const arch::CoreTiming& timing) : timing_(&timing), reach_(timing.longest()) {}

  // Code of `length` cycles was executed: what lies too far back is forgotten.
  void advance(const std::vector<Event>& events, int length);
  // Empty cycles needed between this and code that starts with `next`.
  [[nodiscard]] int gap_to(const std::vector<Event>& next) const;

  // By how many cycles code that starts with `next` may overlap what was executed; 0 at least.
  [[nodiscard]] int slack_to(const std::vector<Event>& next) const;

  // Those early enough for what came before to matter.
  [[nodiscard]] std::vector<Event> beginning(const std::vector<Event>& events) const;

 private:
  const arch::CoreTiming* timing_;
  int reach_;  // cycles; what lies farther off has no effect any more
  std::vector<Event> past_;
};

}  // namespace aie4ml::kernels
