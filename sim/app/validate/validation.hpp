// All cases of a file, run side by side, and what came of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/app/validate/cases.hpp"
#include "sim/app/validate/children.hpp"
#include "sim/app/validate/design.hpp"
#include "sim/app/validate/summary.hpp"

namespace aie4ml::sim::validate {

struct FailedCase {
  std::string id, reason;
};

struct Validation {
  std::vector<Row> rows;           // in the order of the file
  std::vector<FailedCase> failed;  // cases that could not be built, run or measured
};

struct ValidationOptions {
  std::string device_file;  // facts in place of the cases' devices; empty: none
  ChildOptions children;
  std::function<void(std::size_t done, std::size_t runs)> done;  // may be empty
};

// One validation per set of edits; runs of all of them share the children.
std::vector<Validation> validate_cases(const std::vector<Case>& cases,
                                       const std::vector<std::vector<DeviceEdit>>& edits,
                                       const ValidationOptions& options);

}  // namespace aie4ml::sim::validate
