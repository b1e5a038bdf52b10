// Words for every input of an image, where it does not matter which.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/machine/machine.hpp"

namespace aie4ml::test {

// By index of the host's ends (arch::Image::host_ends): as many words as the iterations take, nothing for
// outputs.
inline std::vector<std::vector<std::uint32_t>> constant_inputs(const arch::Image& image, int iterations,
                                                               std::uint32_t word = 0) {
  std::vector<std::vector<std::uint32_t>> inputs(image.host_ends());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (image.host_direction(i) == arch::PlioChannel::Direction::output) continue;
    inputs[i].resize(static_cast<std::size_t>(iterations * sim::words_per_iteration(image, i)), word);
  }
  return inputs;
}

}  // namespace aie4ml::test
