// Scheduling of straight-line code, cycle by cycle, around operations that already have their place.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "kernels/schedule/machine_op.hpp"
#include "kernels/schedule/timeline.hpp"

namespace aie4ml::kernels {

inline constexpr int kNever = std::numeric_limits<int>::max() / 4;

// An operation with its place.
struct Placed {
  const MachineOp* op{};
  arch::Opcode opcode{};
  int cycle{};
};

struct ListProblem {
  std::vector<const MachineOp*> ops;  // in program order
  std::vector<int> earliest;          // per operation, may be below 0
  std::vector<int> deadline;          // last cycle allowed, kNever: none
  Timeline timeline;                  // with what already has its place
  int window{kNever};                 // how many operations one may overtake: bounds the registers needed
};

// Placed operations in program order, nullopt if a deadline cannot be kept.
std::optional<std::vector<Placed>> list_schedule(const ListProblem& problem, const arch::CoreTiming& timing);

}  // namespace aie4ml::kernels
