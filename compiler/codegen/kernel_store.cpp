#include "compiler/codegen/kernel_store.hpp"

#include <algorithm>

#include "compiler/codegen/require_clean.hpp"
#include "kernels/dense/dense_program.hpp"
#include "kernels/elementwise/elementwise_program.hpp"
#include "kernels/verify/verifier.hpp"

namespace aie4ml::compiler {

kernels::KernelCode code_of(const TileKernel& kernel, const arch::Device& device) {
  if (const auto* dense = std::get_if<kernels::DenseTile>(&kernel))
    return kernels::dense_code(*dense, device);
  return kernels::elementwise_code(std::get<kernels::ElementwiseTile>(kernel), device);
}

kernels::VectorProgram program_of(const TileKernel& kernel, const arch::Device& device) {
  if (const auto* dense = std::get_if<kernels::DenseTile>(&kernel)) return kernels::dense_program(*dense);
  return kernels::elementwise_program(std::get<kernels::ElementwiseTile>(kernel), device);
}

const kernels::KernelCode& KernelStore::of(const TileKernel& kernel) {
  const auto known =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.kernel == kernel; });
  if (known != entries_.end()) return known->code;
  const Entry& made = entries_.emplace_back(Entry{kernel, code_of(kernel, device_)});
  require_right(made.code, kernel, device_);
  return made.code;
}

void require_right(const kernels::KernelCode& code, const TileKernel& kernel, const arch::Device& device) {
  require_clean("kernel", kernels::verify(code, program_of(kernel, device), device));
}

}  // namespace aie4ml::compiler
