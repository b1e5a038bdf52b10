// What a core can do at most, from its datasheet, is what it does.
#include <fmt/format.h>
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

// AM027: 512 on AIE-MLv2. Two accumulators a row of A and two a column of B; what is loaded for a step is
// used two steps of four bundles later, so that three sets of factors take all twelve vector registers.
TEST(CorePeak, AieMlV2Reaches512MacsACycle) {
  constexpr int kSteps = 100;
  const arch::Device device = arch::load_device("xc2ve3858");
  const auto factors = [](int step) { return 4 * (step % 3); };
  const auto loads = [&](int step, int row) {
    return fmt::format("vlda x{}, [p{}], #64; vldb x{}, [p{}], #64", factors(step) + row, row,
                       factors(step) + 2 + row, 2 + row);
  };
  std::string text =
      loads(0, 0) + "\n" + loads(0, 1) + "\n" + nops(2) + loads(1, 0) + "\n" + loads(1, 1) + "\n" + nops(2);
  for (int step = 0; step < kSteps; ++step) {
    for (int i = 0; i < 4; ++i) {
      text += fmt::format("vmac.8x8x8.s8.s8 dm{}, dm{}, x{}, x{}", i, i, factors(step) + i / 2,
                          factors(step) + 2 + i % 2);
      if (i < 2 && step + 2 < kSteps) text += "; " + loads(step + 2, i);
      text += "\n";
    }
  }
  CoreBench bench(text + nops(6) + "done\n", {}, device);
  ASSERT_TRUE(bench.program.validate(device).empty());
  bench.fill_memory(18);
  constexpr int kOperands[] = {0x0000, 0x2000, 0x4000, 0x6000};
  for (int i = 0; i < 4; ++i) bench.set("p" + std::to_string(i), 0x70000 + kOperands[i]);
  const std::int64_t cycles = bench.finish();
  ASSERT_EQ(bench.last_stop, Stop::finished) << bench.engine->fault()->message;
  EXPECT_EQ(bench.stalls, 0);
  EXPECT_EQ(cycles, 8 + 4 * kSteps + 6 + 1);
  EXPECT_EQ(bench.engine->counts().macs, std::int64_t{4} * kSteps * 512);
  const auto memory = bench.own().bytes();
  const auto at = [&](int address) {
    return static_cast<std::int8_t>(memory[static_cast<std::size_t>(address)]);
  };
  for (int i = 0; i < 4; ++i) {
    const auto lanes = testing::lanes_of<std::int32_t>(bench.bytes("dm" + std::to_string(i)));
    for (int row = 0; row < 8; ++row) {
      for (int col = 0; col < 8; ++col) {
        std::int32_t sum = 0;
        for (int k = 0; k < 8 * kSteps; ++k) {
          sum += at(kOperands[i / 2] + 64 * (k / 8) + 8 * row + k % 8) *
                 at(kOperands[2 + i % 2] + 64 * (k / 8) + 8 * (k % 8) + col);
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

// Two loads and a store a cycle from banks of their own, as wide as the ports, without a stall; all from one
// bank: three cycles each.
class CorePorts : public ::testing::TestWithParam<std::pair<const char*, char>> {};
TEST_P(CorePorts, TwoLoadsAndAStoreACycle) {
  const arch::Device device = arch::load_device(GetParam().first);
  const char reg = GetParam().second;
  const int bytes = reg == 'w' ? 32 : 64;
  const auto copy = [&](std::int32_t store_at) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
      text += fmt::format("vlda {0}0, [p0], #{1}; vldb {0}1, [p1], #{1}; vst [p2], #{1}, {0}2\n", reg, bytes);
    }
    CoreBench bench(text + nops(8) + "done\n", {}, device);
    bench.fill_memory(3);
    bench.set("p0", 0x70000);
    bench.set("p1", store_at == 0x72000 ? 0x71000 : 0x74000);
    bench.set("p2", store_at);
    return bench.finish();
  };
  EXPECT_EQ(copy(0x78000), 60 + 8 + 1);
  EXPECT_EQ(copy(0x72000), 3 * 60 + 8 + 1);
}
INSTANTIATE_TEST_SUITE_P(Devices, CorePorts,
                         ::testing::Values(std::pair{"ve2802", 'w'}, std::pair{"xc2ve3858", 'x'}));

}  // namespace
}  // namespace aie4ml::sim
