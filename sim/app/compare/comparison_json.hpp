// A comparison for scripts; docs/report.md says what each field means.
#pragma once

#include <nlohmann/json.hpp>

#include "sim/app/compare/comparison.hpp"

namespace aie4ml::sim::comparison {

nlohmann::ordered_json to_json(const DesignComparison& comparison);

}  // namespace aie4ml::sim::comparison
