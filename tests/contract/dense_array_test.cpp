// The array full of dense layers that the benchmark runs computes what the layers mean.
#include "tests/support/dense_array.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "kernels/dense/dense_reference.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/conservation.hpp"

namespace aie4ml::sim {
namespace {

using Bytes = std::vector<std::uint8_t>;

// What comes out of the last tile: every tile first works off what lies in its buffers, then what it is sent.
Bytes expected_output(const test::DenseArray& array, const std::vector<Bytes>& input_frames) {
  const kernels::DenseTile tile = test::dense_array_tile(array);
  std::vector<Bytes> frames = input_frames;
  for (int t = 0; t < array.tiles; ++t) {
    std::vector<Bytes> in = {test::dense_array_lhs(array, t, 0), test::dense_array_lhs(array, t, 1)};
    in.insert(in.end(), frames.begin(), frames.end());
    frames.clear();
    for (int f = 0; f < array.frames; ++f) {
      frames.push_back(kernels::dense_tile_reference(tile, {.lhs = in[static_cast<std::size_t>(f)],
                                                            .weights = test::dense_array_weights(array, t),
                                                            .bias = {},
                                                            .cascade_in = {}})
                           .out);
    }
  }
  Bytes all;
  for (const Bytes& frame : frames) all.insert(all.end(), frame.begin(), frame.end());
  return all;
}

void expect_right(const test::DenseArray& array) {
  const arch::Device device = arch::load_device("ve2802");
  const arch::Image image = test::dense_array(device, array);
  ASSERT_TRUE(image.validate(device).empty()) << image.validate(device).front().what;
  const auto words = static_cast<std::size_t>(words_per_iteration(image, 0));
  std::vector<std::uint32_t> input;
  std::vector<Bytes> frames;
  for (int f = 0; f < array.frames; ++f) {
    const Bytes frame = test::dense_array_lhs(array, 1000, f);
    const std::size_t at = input.size();
    input.resize(at + words);
    std::memcpy(input.data() + at, frame.data(), frame.size());
    frames.push_back(frame);
  }
  const MachineResult result = run(device, image, {input, {}}, {.iterations = array.frames});
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  const Bytes expected = expected_output(array, frames);
  ASSERT_EQ(result.plio_outputs[1].size() * 4, expected.size());
  EXPECT_EQ(std::memcmp(result.plio_outputs[1].data(), expected.data(), expected.size()), 0);
  EXPECT_TRUE(result.warnings.empty());
  for (const traces::CoreStatistics& core : result.statistics.cores) {
    EXPECT_EQ(core.kernel_calls, array.frames + 2);  // both buffers are full at the start
  }
}

TEST(DenseArray, OfAFewTilesComputesItsLayers) {
  for (const int tiles : {1, 3, 9, 17}) {
    expect_right({.tiles = tiles, .rows = 8, .features = 32, .frames = 4});
  }
  expect_right({.tiles = 2, .frames = 6});
}

TEST(DenseArray, OfAllTilesComputesItsLayers) {
  expect_right({.tiles = 296, .rows = 8, .features = 16, .frames = 2});
}

}  // namespace
}  // namespace aie4ml::sim
