// Networks as large as the array.
#include <cstdio>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "tests/models/random_run.hpp"

namespace aie4ml::test {
namespace {

constexpr int kRows = 8, kColumns = 37, kChains = 8, kSlice = 128;

// One dense layer over 8 rows x 37 columns of tiles, weights on chip, against one tile with the same slice.
TEST(WholeArray, OneDenseLayerOn296Tiles) {
  const arch::Device device = arch::load_device("ve2802");
  const RandomRun all = run_with(tests::random_mlp(1, kRows, {kColumns * kSlice, kChains * kSlice}), device,
                                 R"({"default": {"cas_len": 37, "cas_num": 8}})");
  ASSERT_EQ(all.refused, "");
  EXPECT_EQ(all.differences, "");
  EXPECT_EQ(all.tiles, kColumns * kChains);
  const RandomRun one = run_with(tests::random_mlp(1, kRows, {kSlice, kSlice}), device,
                                 R"({"default": {"cas_len": 1, "cas_num": 1}})");
  ASSERT_EQ(one.refused, "");
  EXPECT_EQ(one.differences, "");
  const double efficiency = one.interval_cycles / all.interval_cycles;
  std::printf("296 tiles: %.0f cycles between outputs, one tile %.0f: efficiency %.1f %% of a single tile\n",
              all.interval_cycles, one.interval_cycles, 100 * efficiency);
  EXPECT_GT(efficiency, 0.88);
  EXPECT_LE(efficiency, 1.1);
}

TEST(WholeArray, SevenLayersOf512) {
  const RandomRun run =
      run_with(tests::random_mlp(7, kRows, std::vector<int>(8, 512)), arch::load_device("ve2802"), "{}");
  ASSERT_EQ(run.refused, "");
  EXPECT_EQ(run.differences, "");
  std::printf("7 layers of 512: %d tiles, %.0f cycles between outputs\n", run.tiles, run.interval_cycles);
}

}  // namespace
}  // namespace aie4ml::test
