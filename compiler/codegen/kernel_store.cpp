#include "compiler/codegen/kernel_store.hpp"

#include <algorithm>

#include "compiler/codegen/require_clean.hpp"
#include "kernels/dense/dense_program.hpp"
#include "kernels/verify/verifier.hpp"

namespace aie4ml::compiler {

const kernels::KernelCode& KernelStore::of(const kernels::DenseTile& tile) {
  const auto known =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.tile == tile; });
  if (known != entries_.end()) return known->code;
  const Entry& made = entries_.emplace_back(Entry{tile, kernels::dense_code(tile, device_)});
  require_right(made.code, tile, device_);
  return made.code;
}

void require_right(const kernels::KernelCode& code, const kernels::DenseTile& tile,
                   const arch::Device& device) {
  require_clean("kernel", kernels::verify(code, kernels::dense_program(tile), device));
}

}  // namespace aie4ml::compiler
