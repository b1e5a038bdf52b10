// From counts of a run to its report.
#pragma once

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "traces/report/report.hpp"
#include "traces/statistics.hpp"

namespace aie4ml::traces {

// `statistics` are those of a run of `image` on `device`, also of one that ended with a fault. `outputs`,
// `fault` and `warnings` stay empty, the caller knows them; `host` is there if wall_seconds is positive.
Report make_report(const arch::Device& device, const arch::Image& image, const RunStatistics& statistics);

}  // namespace aie4ml::traces
