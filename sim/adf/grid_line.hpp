// What the ADF runtime knows of a device, as one line of text (sim/adf/runtime/grid.hpp reads it).
#pragma once

#include <string>

#include "arch/device/device.hpp"

namespace aie4ml::adf {

std::string grid_line(const arch::Device& device);

}  // namespace aie4ml::adf
