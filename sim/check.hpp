// The simulator's checks of its own invariants are those of everybody else.
#pragma once

#include "arch/check.hpp"

namespace aie4ml::sim {

using arch::check;

}  // namespace aie4ml::sim
