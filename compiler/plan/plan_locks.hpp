// What every lock of a plan is for and where it starts: what code generation writes, what the deadlock check
// counts from, and the name people read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

struct PlannedLock {
  arch::TileCoord tile{};
  arch::LockId lock{};
  std::uint8_t value{};  // at the start
  std::string name;      // "fc1.in full"
};

// Locks of the layers, then of the edges, each in the order of the plan.
std::vector<PlannedLock> locks_of(const Plan& plan);

}  // namespace aie4ml::compiler
