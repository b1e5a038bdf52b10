// The control registers of one core that a kernel sets and every later shift-round-saturate of that core
// obeys: crRnd and crSat. They belong to the core, so they outlive a call of the kernel.
//
// A runtime that interleaves several cores in one thread keeps one CoreModes per core and calls
// use_core_modes() whenever it switches. Without a runtime each thread is one core.
#pragma once

#include <cstdint>

namespace aie4ml::adf {

// The codes are the hardware's (UG1583 mode settings), as in aie::rounding_mode and aie::saturation_mode. The
// values here are those after reset: floor, no saturation.
struct CoreModes {
  std::uint8_t rounding = 0;
  std::uint8_t saturation = 0;
};

// Those of the core that runs in this thread now.
CoreModes& core_modes();

// From now on this thread runs the core that these belong to; nullptr: the thread's own. They must live until
// the next call. Returns what was used before.
CoreModes* use_core_modes(CoreModes* modes);

}  // namespace aie4ml::adf
