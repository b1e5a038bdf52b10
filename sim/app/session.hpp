// One run of aie4ml-sim, from firmware and files to outputs, report and exit code.
#pragma once

#include "sim/app/options.hpp"

namespace aie4ml::sim::app {

inline constexpr int kExitOk = 0;
inline constexpr int kExitBadInput = 2;
inline constexpr int kExitFault = 3;
inline constexpr int kExitDiffers = 4;
inline constexpr int kExitOurBug = 70;  // EX_SOFTWARE

// Returns the exit code; throws arch::InputError for bad input.
int run_session(const Options& options);

}  // namespace aie4ml::sim::app
