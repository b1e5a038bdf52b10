// Random networks of all operators, through the whole pipeline, bit for bit.
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "tests/models/random_run.hpp"

namespace aie4ml::test {
namespace {

class RandomNetworks : public ::testing::TestWithParam<int> {};
TEST_P(RandomNetworks, AreBitExact) {
  sweep_random(static_cast<std::uint64_t>(GetParam()) * 10, 10);
}
INSTANTIATE_TEST_SUITE_P(Sweep, RandomNetworks, ::testing::Range(0, 4));

// More slices than a memory tile has channels: edges over several of them, and relays.
class WideNetworks : public ::testing::TestWithParam<int> {};
TEST_P(WideNetworks, AreBitExact) {
  const arch::Device device = arch::load_device("ve2802");
  std::mt19937_64 random(static_cast<std::uint64_t>(GetParam()));
  std::vector<int> widths;
  for (int i = 0; i < 4; ++i) widths.push_back(static_cast<int>(random() % 500) + 12);
  const tests::RandomModel model = tests::random_mlp(static_cast<std::uint64_t>(GetParam()), 8, widths);
  const RandomRun run = run_random(model, device, 8);
  EXPECT_EQ(run.refused, "");
  EXPECT_EQ(run.differences, "");
}
INSTANTIATE_TEST_SUITE_P(Sweep, WideNetworks, ::testing::Range(0, 12));

}  // namespace
}  // namespace aie4ml::test
