// What a kernel does that the hardware cannot: a load that is not aligned, a shift out of range, a lane that
// does not exist. Thrown out of the kernel's own code; the runtime catches it and adds the kernel's name. A
// kernel run without the runtime (a test of one's own) sees the exception itself.
#pragma once

#include <stdexcept>

namespace aie4ml::adf {

class KernelFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace aie4ml::adf
