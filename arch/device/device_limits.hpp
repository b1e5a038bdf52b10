// What compiler and simulator take for granted of any device: facts that no other one contradicts, and that
// our programs still could not work with.
#pragma once

#include "arch/device/device.hpp"
#include "arch/error.hpp"

namespace aie4ml::arch {

// For validate(): each with its path into the JSON and the limit.
Problems check_limits(const Device& device);

}  // namespace aie4ml::arch
