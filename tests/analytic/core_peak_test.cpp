// What a core can do at most, from its datasheet, is what it does.
#include <gtest/gtest.h>

#include "tests/unit/sim/core_bench_fixture.hpp"
#include "tests/unit/sim/core_dense_loop.hpp"

namespace aie4ml::sim {
namespace {

using testing::CoreBench;
using testing::nops;

// AM020: 256 int8 multiply-accumulates a cycle, with loads to feed them.
TEST(CorePeak, DenseLoopReaches256MacsACycle) {
  constexpr int kIterations = 60;
  CoreBench bench(testing::dense_loop(kIterations));
  bench.fill_memory(17);
  const std::int64_t cycles = bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished) << bench.engine->fault()->message;
  EXPECT_EQ(bench.stalls, 0);
  EXPECT_EQ(cycles, testing::kDenseSetupBundles + testing::kDenseLoopBundles * kIterations + 1);
  EXPECT_EQ(bench.engine->counts().macs, std::int64_t{kIterations} * testing::kDenseLoopBundles * 256);

  // And the products are right: each accumulator is a plain matrix product over 2 * 60 steps of 8.
  const auto memory = bench.own().bytes();
  const auto at = [&](int address) {
    return static_cast<std::int8_t>(memory[static_cast<std::size_t>(address)]);
  };
  const std::pair<int, int> operands[] = {
      {0x0000, 0x4000}, {0x2000, 0x4000}, {0x0000, 0x8000}, {0x2000, 0x8000}};
  for (int i = 0; i < 4; ++i) {
    const auto [a, b] = operands[i];
    const auto lanes = testing::lanes_of<std::int32_t>(bench.bytes("cm" + std::to_string(i)));
    for (int row = 0; row < 4; ++row) {
      for (int col = 0; col < 8; ++col) {
        std::int32_t sum = 0;
        for (int k = 0; k < 16 * kIterations; ++k) {
          sum += at(a + 32 * (k / 8) + 8 * row + k % 8) * at(b + 64 * (k / 8) + 8 * (k % 8) + col);
        }
        ASSERT_EQ(lanes.at(static_cast<std::size_t>(8 * row + col)), sum) << i << ' ' << row << ' ' << col;
      }
    }
  }
}

// 10 bundles x 1536: the published inner loop of a whole program that takes 15661 to 15664 cycles on silicon.
TEST(CorePeak, HardwareLoopHasNoOverhead) {
  constexpr int kBundles = 10;
  constexpr int kTimes = 1536;
  constexpr int kSetup = 3;
  std::string body = "loop:\n";
  for (int i = 0; i < kBundles; ++i) {
    if (i == kBundles - 1) body += "last:\n";
    body += "vmac.4x8x8.s8.s8 cm" + std::to_string(i % 4) + ", cm" + std::to_string(i % 4) + ", x0, x2\n";
  }
  CoreBench bench("movxm lc, #" + std::to_string(kTimes) + "\nmovxm ls, loop\nmovxm le, last\n" + body +
                  "done\n");
  const std::int64_t cycles = bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished) << bench.engine->fault()->message;
  EXPECT_EQ(cycles, kSetup + kBundles * kTimes + 1);
  EXPECT_EQ(bench.engine->counts().macs, std::int64_t{256} * kBundles * kTimes);
}

// A chain of macs on one accumulator: 2 cycles each with the accumulator's bypass.
TEST(CorePeak, OneAccumulatorHalvesTheRate) {
  CoreBench fault("vmac.4x8x8.s8.s8 cm0, cm0, x0, x2\nvmac.4x8x8.s8.s8 cm0, cm0, x0, x2\ndone\n");
  fault.finish();
  EXPECT_EQ(fault.last_stop, Stop::fault);
  CoreBench spaced("vmac.4x8x8.s8.s8 cm0, cm0, x0, x2\nnop\nvmac.4x8x8.s8.s8 cm0, cm0, x0, x2\ndone\n");
  EXPECT_EQ(spaced.finish(), 4);
  EXPECT_EQ(spaced.last_stop, Stop::finished);
}

// Two loads and a store a cycle from banks of their own: 64 bytes in, 32 bytes out, no stall; all from one
// bank: three cycles each.
TEST(CorePeak, MemoryPorts) {
  const auto copy = [](std::int32_t store_at) {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "vlda w0, [p0], #32; vldb w1, [p1], #32; vst [p2], #32, w2\n";
    CoreBench bench(text + nops(8) + "done\n");
    bench.fill_memory(3);
    bench.set("p0", 0x70000);
    bench.set("p1", store_at == 0x72000 ? 0x71000 : 0x74000);
    bench.set("p2", store_at);
    return bench.finish();
  };
  EXPECT_EQ(copy(0x78000), 100 + 8 + 1);
  EXPECT_EQ(copy(0x72000), 3 * 100 + 8 + 1);
}

}  // namespace
}  // namespace aie4ml::sim
