// The array full of work: any number of core tiles, each with a dense int8 layer of its own and the program
// the compiler gives such a tile. What tile i computes, its DMA sends to tile i + 1, which lies beside it; a
// PLIO feeds the first tile and takes from the last one. Both input buffers of every tile are full at the
// start, so that all tiles work from the first cycle on, and every channel moves as many frames, so that all
// end at about the same time.
#pragma once

#include <cstdint>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "kernels/dense/dense.hpp"

namespace aie4ml::test {

struct DenseArray {
  int tiles{1};  // at most as many as the core grid has
  int rows{32};
  int features{128};  // into and out of every layer
  int frames{8};      // rows x features each, that pass every channel, an iteration of the run each; even
};

kernels::DenseTile dense_array_tile(const DenseArray& array);
arch::Image dense_array(const arch::Device& device, const DenseArray& array);

// What the tiles find in memory at the start, in the layouts of dense.hpp; half 0 is used first.
std::vector<std::uint8_t> dense_array_weights(const DenseArray& array, int tile);
std::vector<std::uint8_t> dense_array_lhs(const DenseArray& array, int tile, int half);

}  // namespace aie4ml::test
