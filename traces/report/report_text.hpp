// A report for people.
#pragma once

#include <string>

#include "traces/report/report.hpp"

namespace aie4ml::traces {

// Several lines, the last ended by a newline. Tables that can be long show their worst lines only and say how
// many there are; the JSON has all.
std::string to_text(const Report& report);

}  // namespace aie4ml::traces
