// Places in the history of units, by which one unit's doing is named as the cause of another one's wait.
#pragma once

#include <cstdint>

#include "sim/machine/unit_table.hpp"

namespace aie4ml::sim {

// What `unit` did in `cycle`, after the first `step` steps of its history (UnitLog::steps).
struct Place {
  UnitId unit{kNoUnit};
  std::int32_t step{};
  std::int64_t cycle{};
};

// Why a wait ended: the doing at `by` had its effect in cycle `arrived`, after `transit` cycles on its way
// that nobody could have shortened. Without a unit the wait had no other cause than the waiting unit's own
// time.
struct Ending {
  Place by;
  std::int64_t arrived{};
  std::int64_t transit{};
};

}  // namespace aie4ml::sim
