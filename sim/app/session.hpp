// One run of aie4ml-sim, from firmware and files to outputs, report and exit code.
#pragma once

#include "sim/app/options.hpp"

namespace aie4ml::sim::app {

// Returns the exit code; throws arch::InputError for bad input.
int run_session(const Options& options);

}  // namespace aie4ml::sim::app
