// Published rates of matrix kernels on one tile against schedules of the dense kernel, which the simulated
// core takes exactly as many cycles for when nothing stalls. Deviations are printed.
#include <algorithm>
#include <cstdio>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "kernels/dense/dense.hpp"

namespace aie4ml::tests {
namespace {

const arch::Device& ve2802() {
  static const arch::Device device = arch::load_device("ve2802");
  return device;
}

// Multiply-accumulates a cycle of one call.
double rate(kernels::CascadeRole role, int rows, int k, int n, bool bias_and_relu) {
  const bool output = role == kernels::CascadeRole::single || role == kernels::CascadeRole::last;
  kernels::DenseTile tile;
  tile.rows = rows;
  tile.k = k;
  tile.n = n;
  tile.role = role;
  tile.bias = tile.relu = bias_and_relu && output;
  tile.shift = 7;
  const auto cycles = static_cast<double>(kernels::dense_code(tile, ve2802()).cycles.value);
  return static_cast<double>(rows) * k * n / cycles;
}

void expect_near(const char* row, double predicted, double published, double tolerance_percent) {
  const double deviation = 100 * (predicted / published - 1);
  std::printf("%-52s predicted %7.1f published %7.1f %+5.1f %%\n", row, predicted, published, deviation);
  EXPECT_LE(std::abs(deviation), tolerance_percent) << row;
}

// Silicon (XDNA), int8 -> int16. The output type is int8 here, with as many stores of half the bytes.
TEST(KernelRows, OneCoreOnSilicon) {
  expect_near("64x216x64, MAC/cycle", rate(kernels::CascadeRole::single, 64, 216, 64, true), 217.6, 3);
}

// GAMA: 288 tiles in cascades of 4, 159 TOPS at 1.25 GHz, 82 % of peak: the slowest of the four tiles
// decides.
TEST(KernelRows, ArrayOfCascades) {
  double slowest = 1e9;
  for (const auto role :
       {kernels::CascadeRole::first, kernels::CascadeRole::middle, kernels::CascadeRole::last}) {
    slowest = std::min(slowest, rate(role, 64, 184, 64, false));
  }
  expect_near("64x184x64 in cascades of 4, % of 256 MAC/cycle", 100 * slowest / 256, 82, 4);
}

// What the array can reach at all: 85 % of 256 multiply-accumulates a cycle.
TEST(KernelRows, LongReductionsReach85Percent) {
  const double share = 100 * rate(kernels::CascadeRole::single, 64, 232, 64, true) / 256;
  std::printf("64x232x64: %.1f %% of 256 MAC/cycle\n", share);
  EXPECT_GE(share, 85);
}

}  // namespace
}  // namespace aie4ml::tests
