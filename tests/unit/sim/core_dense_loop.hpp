// A hand-written int8 inner loop that keeps the vector unit and 1.5 loads busy in every cycle: two rows of
// 4x8 tiles of A times two columns of 8x8 tiles of B, two steps of the inner dimension in 8 bundles. Used by
// the analytic tests and by the benchmark.
#pragma once

#include <string>

namespace aie4ml::sim::testing {

// Ends with a call of `done`; `iterations` of the loop, 8 * 256 MAC each. A0 and A1 are read from 0x70000 and
// 0x72000 (64 bytes an iteration), B0 and B1 from 0x74000 and 0x78000 (128 bytes). A load arrives just after
// the last multiply that uses the old value, hence the '~' of every factor, and is used half an iteration
// later.
inline constexpr int kDenseSetupBundles = 18;
inline constexpr int kDenseLoopBundles = 8;

inline std::string dense_loop(int iterations, bool forever = false) {
  std::string text = R"(
start:
  movxm p0, #0x70000
  movxm p1, #0x72000
  movxm p2, #0x74000
  movxm p3, #0x78000
  movxm ls, loop
  movxm le, last
  movxm lc, #)" + std::to_string(iterations) +
                     R"(
  // the loads of the two iterations before the first
  vlda w0, [p0], #32; vldb w8, [p2], #32; vclr.acc cm0
  vlda w10, [p3], #32; vldb w9, [p2], #32; vclr.acc cm1
  vlda w11, [p3], #32; vldb w2, [p1], #32; vclr.acc cm2
  vclr.acc cm3
  vlda w4, [p0], #32; vldb w12, [p2], #32
  vlda w14, [p3], #32; vldb w13, [p2], #32
  vlda w15, [p3], #32; vldb w6, [p1], #32
  nop
  vlda w0, [p0], #32; vldb w8, [p2], #32
  vlda w10, [p3], #32; vldb w9, [p2], #32
  vlda w11, [p3], #32; vldb w2, [p1], #32
loop:
  vmac.4x8x8.s8.s8 cm0, cm0, x0~, x4~
  vmac.4x8x8.s8.s8 cm1, cm1, x1~, x4~; vlda w4, [p0], #32; vldb w12, [p2], #32
  vmac.4x8x8.s8.s8 cm2, cm2, x0~, x5~; vlda w14, [p3], #32; vldb w13, [p2], #32
  vmac.4x8x8.s8.s8 cm3, cm3, x1~, x5~; vlda w15, [p3], #32; vldb w6, [p1], #32
  vmac.4x8x8.s8.s8 cm0, cm0, x2~, x6~
  vmac.4x8x8.s8.s8 cm1, cm1, x3~, x6~; vlda w0, [p0], #32; vldb w8, [p2], #32
  vmac.4x8x8.s8.s8 cm2, cm2, x2~, x7~; vlda w10, [p3], #32; vldb w9, [p2], #32
last:
  vmac.4x8x8.s8.s8 cm3, cm3, x3~, x7~; vlda w11, [p3], #32; vldb w2, [p1], #32
)";
  text += forever ? "  j start\n  nop\n  nop\n  nop\n  nop\n  nop\n" : "  done\n";
  return text;
}

}  // namespace aie4ml::sim::testing
