// A run's result as text without wall time, so that two runs can be compared and a difference read.
#pragma once

#include <string>

#include "sim/machine/machine.hpp"

namespace aie4ml::sim {

std::string text_of(const MachineResult& result);
std::string text_of(const Fault& fault);

}  // namespace aie4ml::sim
