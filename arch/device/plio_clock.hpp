// The PL clock of a PLIO on the time axis of the array, in integers.
#pragma once

#include <cstdint>

namespace aie4ml::arch {

class PlioClock {
 public:
  // Frequencies are taken to the Hertz.
  PlioClock(double aie_mhz, double pl_mhz);

  // AIE cycle in which PL clock edge `edge` takes effect: ceil(edge * f_aie / f_pl).
  [[nodiscard]] std::int64_t cycle_of(std::int64_t edge) const;
  // First edge that is not before `cycle`.
  [[nodiscard]] std::int64_t edge_from(std::int64_t cycle) const;

 private:
  std::int64_t aie_, pl_;  // Hertz, without common factor
};

}  // namespace aie4ml::arch
