// A comparison for people.
#pragma once

#include <string>

#include "sim/app/compare/comparison.hpp"

namespace aie4ml::sim::comparison {

// Several lines, the last ended by a newline.
std::string to_text(const DesignComparison& comparison);

}  // namespace aie4ml::sim::comparison
