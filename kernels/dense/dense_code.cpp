#include "arch/error.hpp"
#include "kernels/dense/dense.hpp"
#include "kernels/dense/dense_program.hpp"
#include "kernels/schedule/scheduler.hpp"

namespace aie4ml::kernels {

KernelCode dense_code(const DenseTile& tile, const arch::Device& device) {
  arch::throw_if_any("dense tile", check(tile, device));
  KernelCode code = schedule(dense_program(tile), device);
  code.macs = std::int64_t{tile.rows} * tile.k * tile.n;
  return code;
}

}  // namespace aie4ml::kernels
