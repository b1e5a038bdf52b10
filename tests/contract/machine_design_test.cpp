// Whole small designs on the machine: right words, whatever the modes of the simulation.
#include <numeric>

#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/support/small_designs.hpp"

namespace aie4ml::sim {
namespace {

using test::AddDesign;
using test::ImageBuilder;

std::vector<std::uint32_t> counting(std::size_t words) {
  std::vector<std::uint32_t> result(words);
  std::iota(result.begin(), result.end(), 1000U);
  return result;
}

TEST(MachineDesign, CoreAddsAConstantToEveryFrame) {
  const arch::Device device = arch::load_device("ve2802");
  ImageBuilder builder(device);
  test::add_design(builder, {});
  const MachineResult result = run(device, builder.build(), {counting(4 * 64), {}}, {.iterations = 4});
  ASSERT_FALSE(result.fault) << result.fault->message << ::testing::PrintToString(result.fault->waits);
  std::vector<std::uint32_t> expected = counting(4 * 64);
  for (std::uint32_t& word : expected) word += test::kAdded;
  EXPECT_EQ(result.plio_outputs.at(1), expected);
  EXPECT_THAT(result.warnings, ::testing::IsEmpty());
}

}  // namespace
}  // namespace aie4ml::sim
