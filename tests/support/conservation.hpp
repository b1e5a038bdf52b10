// What must balance at the end of a run whose outputs are complete and in which nothing is left to do.
#pragma once

#include <string>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "sim/machine/machine.hpp"

namespace aie4ml::test {

// Lines of what does not balance, empty if all does: words into and out of every route, words of every DMA
// channel and what its descriptors say, locks and their start values.
std::string unconserved(const arch::Device& device, const arch::Image& image,
                        const sim::MachineResult& result);

}  // namespace aie4ml::test
