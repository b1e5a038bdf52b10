// What a verifier finds in our own output is a defect of this program.
#pragma once

#include "arch/error.hpp"

namespace aie4ml::compiler {

// Prints the first problems to stderr and aborts, unless there are none. `what` is the thing that was
// verified.
void require_clean(const char* what, const arch::Problems& problems);

}  // namespace aie4ml::compiler
