// Several hundred random networks.
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/models/random_run.hpp"

namespace aie4ml::test {
namespace {

class ManyRandomNetworks : public ::testing::TestWithParam<std::tuple<std::string, int>> {};
TEST_P(ManyRandomNetworks, AreBitExact) {
  const auto& [device, part] = GetParam();
  sweep_random(1000 + static_cast<std::uint64_t>(part) * 40, 40, device);
}
INSTANTIATE_TEST_SUITE_P(Sweep, ManyRandomNetworks,
                         ::testing::Combine(::testing::Values("ve2802", "xc2ve3858"),
                                            ::testing::Range(0, 8)));

class ManyCrowdedNetworks : public ::testing::TestWithParam<std::tuple<std::string, int>> {};
TEST_P(ManyCrowdedNetworks, AreBitExact) {
  const auto& [device, part] = GetParam();
  sweep_crowded(5000 + static_cast<std::uint64_t>(part) * 25, 25, device);
}
INSTANTIATE_TEST_SUITE_P(Sweep, ManyCrowdedNetworks,
                         ::testing::Combine(::testing::Values("ve2802", "xc2ve3858"),
                                            ::testing::Range(0, 8)));

}  // namespace
}  // namespace aie4ml::test
