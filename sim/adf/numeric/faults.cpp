#include <aie4ml_adf/kernel_fault.hpp>
#include <aie4ml_adf/numeric.hpp>
#include <cstdint>
#include <string>

namespace aie4ml::adf::detail {

// The distance, not the address, which differs from run to run.
void fault_misaligned(const char* what, const void* address, unsigned alignment) {
  const auto beyond = reinterpret_cast<std::uintptr_t>(address) % alignment;
  throw KernelFault(
      std::string(what) + ": the address is " + std::to_string(beyond) + " bytes past a multiple of " +
      std::to_string(alignment) +
      ", the alignment of this access; align the buffer (alignas(aie::vector_decl_align)) and step by "
      "whole vectors, or use the unaligned access");
}

void fault_index(const char* what, unsigned index, unsigned count) {
  throw KernelFault(std::string(what) + ": index " + std::to_string(index) + " of " + std::to_string(count));
}

void fault_shift(const char* what, int shift, int low, int high) {
  throw KernelFault(std::string(what) + ": shift " + std::to_string(shift) + " is not within " +
                    std::to_string(low) + ".." + std::to_string(high));
}

}  // namespace aie4ml::adf::detail
