// One case from its description to its predicted cycles.
#pragma once

#include <vector>

#include "sim/app/validate/cases.hpp"
#include "sim/app/validate/design.hpp"

namespace aie4ml::sim::validate {

// Compiles and simulates the case on device_of() the rest. Returns AIE cycles, one per entry of
// Case::expect. Throws arch::InputError if the case cannot be built or measured, if the machine fails, and if
// outputs differ from the reference: the time of a wrong run says nothing.
std::vector<double> run_case(const Case& published, const std::string& device_file,
                             const std::vector<DeviceEdit>& edits);

}  // namespace aie4ml::sim::validate
