// A random network from ONNX bytes to simulated outputs, against the arithmetic written beside the network.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/plan.hpp"
#include "tests/support/random_model.hpp"

namespace aie4ml::test {

struct RandomRun {
  std::string refused;      // what the compiler said instead of making a design; empty: it made one
  std::string differences;  // what is wrong, with seed and network; empty: bit-exact
  int tiles{};
  int direct{};              // links from tile to tile
  double interval_cycles{};  // between outputs
};

// Networks that the array can do, other types and shapes by seed: 32-bit words are moved, so rows and columns
// that are cut are multiples of 4 elements; single matrices are transposed; 16-bit weights need 16-bit
// activations.
tests::RandomModelOptions array_options(std::uint64_t seed);
compiler::Graph graph_of(const tests::RandomModel& model);
// Cuts that most layers can take, at most so many slices each way; what does not divide is part of the test.
compiler::Directives random_cuts(const compiler::Graph& graph, const arch::Device& device, int most_slices,
                                 std::mt19937_64& random);

// make_plan(), with the inputs of layers through memory tiles for which a direct way was drawn and is none.
compiler::Plan plan_of(const compiler::Graph& graph, compiler::Directives directives,
                       const arch::Device& device);

// Compiles with random cuts of the layers (drawn from the seed, at most so many slices each way), simulates
// three iterations of random inputs.
RandomRun run_random(const tests::RandomModel& model, const arch::Device& device, int most_slices = 4);

// The same with a directives file.
RandomRun run_with(const tests::RandomModel& model, const arch::Device& device,
                   const std::string& directives);

// Runs so many seeds, prints what was run and what was refused; fails for every network that differs or comes
// to a standstill, and if more than a fifth is refused.
void sweep_random(std::uint64_t first, std::uint64_t count, const std::string& device = "ve2802");
// Larger networks cut finer, until streams and descriptors run out: a third may be refused.
void sweep_crowded(std::uint64_t first, std::uint64_t count, const std::string& device = "ve2802");

}  // namespace aie4ml::test
