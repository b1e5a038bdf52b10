// Several hundred random networks.
#include <gtest/gtest.h>

#include "tests/models/random_run.hpp"

namespace aie4ml::test {
namespace {

class ManyRandomNetworks : public ::testing::TestWithParam<int> {};
TEST_P(ManyRandomNetworks, AreBitExact) {
  sweep_random(1000 + static_cast<std::uint64_t>(GetParam()) * 40, 40);
}
INSTANTIATE_TEST_SUITE_P(Sweep, ManyRandomNetworks, ::testing::Range(0, 8));

class ManyCrowdedNetworks : public ::testing::TestWithParam<int> {};
TEST_P(ManyCrowdedNetworks, AreBitExact) {
  sweep_crowded(5000 + static_cast<std::uint64_t>(GetParam()) * 25, 25);
}
INSTANTIATE_TEST_SUITE_P(Sweep, ManyCrowdedNetworks, ::testing::Range(0, 8));

}  // namespace
}  // namespace aie4ml::test
