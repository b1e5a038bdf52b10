// Whether the operations of the table can be executed with a device's core.timing.
#pragma once

#include "arch/device/core_timing.hpp"
#include "arch/error.hpp"

namespace aie4ml::arch {

// Classes that leave out a cycle which one of their operations needs, or whose cycles no pipeline could have:
// a result forwarded before it is made, data delivered before it is loaded. Every source is read in E1, but
// accumulators of the vec slot later; the machine executes no other pipeline. For loading a device.
Problems check_timing(const CoreTiming& timing);

}  // namespace aie4ml::arch
