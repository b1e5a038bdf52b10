// Which unit limits the interval: the one that is occupied for the largest part of it.
#pragma once

#include <optional>
#include <vector>

#include "traces/report/report.hpp"

namespace aie4ml::traces {

// Reads the other sections of the report. Nothing if no unit did anything or no iteration was completed.
std::optional<BottleneckReport> find_bottleneck(const Report& report);

}  // namespace aie4ml::traces
