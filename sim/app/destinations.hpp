// Where a run writes to, looked at before time is spent on it.
#pragma once

#include "arch/image/image_io.hpp"
#include "sim/app/options.hpp"

namespace aie4ml::sim::app {

// Makes the directory for outputs. Throws InputError for a report or trace that cannot be written, or that
// would replace a file of the firmware, a file that is read, or each other.
void check_destinations(const Options& options, const arch::LoadedFirmware& firmware);

}  // namespace aie4ml::sim::app
