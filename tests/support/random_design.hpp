// Random designs of a few tiles, drawn from a seed: streams of frames from PLIO to PLIO, through cores, their
// neighbours' memory, cascades and memory tiles, one way or to several receivers, with cores between them
// that only get in the way. Every design ends by itself.
#pragma once

#include <cstdint>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::test {

struct RandomDesign {
  arch::Image image;
  int iterations{};
  std::vector<std::vector<std::uint32_t>> inputs;  // by PLIO
  // By PLIO, empty for inputs; worked out while the design is drawn, without any simulator.
  std::vector<std::vector<std::uint32_t>> expected;
  // Cores give buffers away while they still use them: what comes out depends on cycles, and `expected` is of
  // no use.
  bool races{};
};
RandomDesign random_design(const arch::Device& device, unsigned seed);

}  // namespace aie4ml::test
