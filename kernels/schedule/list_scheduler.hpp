// Scheduling of straight-line code, cycle by cycle, around operations that already have their place.
#pragma once

#include <limits>
#include <map>
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
  bool from_end{};  // the last operations first, each as late as it may: values live shortly
  // Where only so many registers are to be used: all of them, the units that have been given already (others
  // are -1), and the number of units there are for the rest, by file.
  const std::vector<VirtualReg>* registers{};
  const std::vector<int>* units{};
  std::map<arch::RegClass, int> capacity;
};

// Placed operations in program order, nullopt if a deadline cannot be kept.
std::optional<std::vector<Placed>> list_schedule(const ListProblem& problem, const arch::CoreTiming& timing);

}  // namespace aie4ml::kernels
