// Random designs of a few tiles, drawn from a seed: streams of frames from PLIOs and external memory to PLIOs
// and external memory, through cores, their neighbours' memory, cascades, core streams, memory tiles and
// packet switches, one way or to several receivers, with cores between them that only get in the way. Every
// design ends by itself.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::test {

struct RandomDesign {
  arch::Image image;
  int iterations{};
  std::vector<std::vector<std::uint32_t>> inputs;  // by Image::host_ends()
  // By host end, empty for inputs; this and the following worked out while the design is drawn, without any
  // simulator.
  std::vector<std::vector<std::uint32_t>> expected;
  std::map<std::pair<arch::TileCoord, arch::ChannelId>, std::int64_t> channel_words;  // of all iterations
  // Cores give buffers away while they still use them: what comes out depends on cycles, and `expected` is of
  // no use.
  bool races{};
};
RandomDesign random_design(const arch::Device& device, unsigned seed);

}  // namespace aie4ml::test
