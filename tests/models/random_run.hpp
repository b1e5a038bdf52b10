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
  double interval_cycles{};  // between outputs
};

// Compiles with random cuts of the layers (drawn from the seed, at most so many slices each way), simulates
// three iterations of random inputs.
RandomRun run_random(const tests::RandomModel& model, const arch::Device& device, int most_slices = 4);

// The same with a directives file.
RandomRun run_with(const tests::RandomModel& model, const arch::Device& device,
                   const std::string& directives);

// Runs so many seeds, prints what was run and what was refused; fails for every network that differs and if
// more than a fifth is refused.
void sweep_random(std::uint64_t first, std::uint64_t count);

}  // namespace aie4ml::test
