#include "arch/device/plio_clock.hpp"

#include <cmath>
#include <cstdlib>
#include <numeric>

namespace aie4ml::arch {

PlioClock::PlioClock(double aie_mhz, double pl_mhz)
    : aie_(std::llround(aie_mhz * 1e6)), pl_(std::llround(pl_mhz * 1e6)) {
  if (aie_ <= 0 || pl_ <= 0) std::abort();  // clocks run
  const std::int64_t common = std::gcd(aie_, pl_);
  aie_ /= common;
  pl_ /= common;
}

std::int64_t PlioClock::cycle_of(std::int64_t edge) const {
  // Whole periods of the ratio first, so that long runs at awkward ratios do not overflow.
  return edge / pl_ * aie_ + (edge % pl_ * aie_ + pl_ - 1) / pl_;
}

std::int64_t PlioClock::edge_from(std::int64_t cycle) const {
  if (cycle <= 0) return 0;
  // cycle_of(edge) >= cycle  <=>  edge * aie / pl > cycle - 1  <=>  edge > (cycle - 1) * pl / aie
  const std::int64_t before = cycle - 1;
  return before / aie_ * pl_ + before % aie_ * pl_ / aie_ + 1;
}

}  // namespace aie4ml::arch
