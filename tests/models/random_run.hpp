// A random network from ONNX bytes to simulated outputs, against the arithmetic written beside the network.
#pragma once

#include <cstdint>
#include <string>

#include "arch/device/device.hpp"
#include "tests/support/random_model.hpp"

namespace aie4ml::test {

struct RandomRun {
  std::string refused;      // what the compiler said instead of making a design; empty: it made one
  std::string differences;  // what is wrong, with seed and network; empty: bit-exact
  int tiles{};
};

// Compiles with random cuts of the layers (drawn from the seed), simulates two iterations of random inputs.
RandomRun run_random(const tests::RandomModel& model, const arch::Device& device);

}  // namespace aie4ml::test
