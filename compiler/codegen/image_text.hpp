// The image as people read it.
#pragma once

#include <string>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::compiler {

// One line a tile with what a loader writes into it, and the sums. Bytes are those of program memory and of
// memory that is loaded before the start.
std::string to_text(const arch::Image& image, const arch::Device& device);

}  // namespace aie4ml::compiler
