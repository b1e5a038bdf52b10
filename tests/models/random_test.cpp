// Random networks of all operators, through the whole pipeline, bit for bit.
#include <cstdio>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "kernels/dense/dense.hpp"
#include "tests/models/random_run.hpp"

namespace aie4ml::test {
namespace {

// The same networks on every device: what is equal to the reference there is equal everywhere.
class RandomNetworks : public ::testing::TestWithParam<std::tuple<std::string, int>> {};
TEST_P(RandomNetworks, AreBitExact) {
  const auto& [device, tenth] = GetParam();
  sweep_random(static_cast<std::uint64_t>(tenth) * 10, 10, device);
}
INSTANTIATE_TEST_SUITE_P(Sweep, RandomNetworks,
                         ::testing::Combine(::testing::Values("ve2802", "xc2ve3858"),
                                            ::testing::Range(0, 4)));

// Every multiply that a device has for the types, and every block of accumulators that it has room for; each
// with chains of columns and of rows.
struct Types {
  const char* device;
  int activations, weights;
};
class MultipliesAndBlocks : public ::testing::TestWithParam<Types> {};
TEST_P(MultipliesAndBlocks, AreBitExact) {
  const Types types = GetParam();
  const arch::Device device = arch::load_device(types.device);
  tests::RandomModelOptions options;
  options.max_layers = 2;
  options.max_rows = 20;
  options.feature_step = 4;
  options.rank3 = options.split = options.concat = options.transpose = options.fan_out = false;
  options.activations = {types.activations};
  options.weights = {types.weights};
  const bool wide = types.activations == onnx::TensorProto::INT16;
  const auto lhs = wide ? arch::ElementType::int16 : arch::ElementType::int8;
  const auto weights =
      types.weights == onnx::TensorProto::INT16 ? arch::ElementType::int16 : arch::ElementType::int8;
  // Products of 16 x 16 bit at full scale need lanes of 64 bit.
  const bool large = wide && types.weights == onnx::TensorProto::INT16;
  std::set<std::string> shapes;
  for (const auto& mode : kernels::dense_modes(lhs, weights, device)) {
    if (large && mode.accumulator_bits == 32) continue;
    shapes.insert(fmt::format("[{}, {}, {}]", mode.rows, mode.inner, mode.columns));
  }
  std::uint64_t seed = 1;
  int exact = 0;
  for (const std::string& mmul : shapes) {
    for (const char* block : {"[1, 2]", "[1, 4]", "[2, 2]", "[2, 4]", "[4, 1]", "[4, 2]"}) {
      const tests::RandomModel model = tests::random_model(++seed, options);
      const std::string directives =
          fmt::format(R"({{"default": {{"mmul": {}, "block": {}, "contract": "{}"}}}})", mmul, block,
                      seed % 2 == 0 ? "inner" : "outer");
      const RandomRun run = run_with(model, device, directives);
      EXPECT_EQ(run.differences, "") << directives;
      if (run.refused.empty()) {
        ++exact;
      } else {  // wide lanes leave room for few blocks
        EXPECT_THAT(run.refused, ::testing::AnyOf(::testing::HasSubstr("accumulators; use 2x2"),
                                                  ::testing::HasSubstr("is no whole store")))
            << directives;
      }
    }
  }
  std::printf("%d of %zu combinations bit-exact\n", exact, 6 * shapes.size());
  EXPECT_GE(exact, static_cast<int>(4 * shapes.size()));
}
constexpr int kInt8 = onnx::TensorProto::INT8, kInt16 = onnx::TensorProto::INT16;
INSTANTIATE_TEST_SUITE_P(Types, MultipliesAndBlocks,
                         ::testing::Values(Types{"ve2802", kInt8, kInt8}, Types{"ve2802", kInt16, kInt8},
                                           Types{"ve2802", kInt16, kInt16}, Types{"xc2ve3858", kInt8, kInt8},
                                           Types{"xc2ve3858", kInt16, kInt8},
                                           Types{"xc2ve3858", kInt16, kInt16}));

// A memory tile's channel with descriptors of one word, each of which releases a lock while the words of
// those before are still on their way to memory.
TEST(CrowdedNetworks, ShortPiecesReleaseOneAfterTheOther) {
  sweep_crowded(5138, 1);
}

// A channel that needs a bank gives words on; who takes them gives way at that bank before the channel waits.
TEST(CrowdedNetworks, WhatComesWhileAChannelGivesOnIsNotMissed) {
  sweep_random(1217, 1);
}

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
