// Random networks of all operators, through the whole pipeline, bit for bit.
#include <cstdio>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "tests/models/random_run.hpp"

namespace aie4ml::test {
namespace {

// What the array can do: 32-bit words are moved, so rows and columns that are cut are multiples of 4
// elements; single matrices are transposed; 16-bit weights need 16-bit activations.
tests::RandomModelOptions options(std::uint64_t seed) {
  tests::RandomModelOptions options;
  options.max_features = 96;
  options.feature_step = 4;
  const bool wide = seed % 2 == 1;
  options.activations = {onnx::TensorProto::INT16};
  options.weights = {onnx::TensorProto::INT8, onnx::TensorProto::INT16};
  if (!wide) {
    options.activations = {onnx::TensorProto::INT8, onnx::TensorProto::UINT8};
    options.weights = {onnx::TensorProto::INT8};
  }
  options.rank3 = seed % 4 < 2;
  options.transpose = !options.rank3;
  return options;
}

void sweep(std::uint64_t first, std::uint64_t count) {
  const arch::Device device = arch::load_device("ve2802");
  int compiled = 0;
  int tiles = 0;
  std::map<std::string, int> refusals;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const RandomRun run = run_random(tests::random_model(seed, options(seed)), device);
    if (!run.refused.empty()) {
      ++refusals[run.refused];
      continue;
    }
    EXPECT_EQ(run.differences, "");
    ++compiled;
    tiles += run.tiles;
  }
  std::printf("seeds %llu to %llu: %d networks on %d tiles bit-exact, %llu refused\n",
              static_cast<unsigned long long>(first), static_cast<unsigned long long>(first + count - 1),
              compiled, tiles,
              static_cast<unsigned long long>(count) - static_cast<unsigned long long>(compiled));
  for (const auto& [text, times] : refusals) std::printf("  %d x %s\n", times, text.c_str());
  EXPECT_GE(compiled * 10, static_cast<int>(count) * 8);
}

class RandomNetworks : public ::testing::TestWithParam<int> {};
TEST_P(RandomNetworks, AreBitExact) {
  sweep(static_cast<std::uint64_t>(GetParam()) * 10, 10);
}
INSTANTIATE_TEST_SUITE_P(Sweep, RandomNetworks, ::testing::Range(0, 4));

class ManyRandomNetworks : public ::testing::TestWithParam<int> {};
TEST_P(ManyRandomNetworks, AreBitExact) {
  sweep(1000 + static_cast<std::uint64_t>(GetParam()) * 40, 40);
}
INSTANTIATE_TEST_SUITE_P(Sweep, ManyRandomNetworks, ::testing::Range(0, 8));

}  // namespace
}  // namespace aie4ml::test
