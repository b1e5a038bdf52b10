// The arrays that a run feeds into the graph's inputs: files that are named, those of the firmware, or random
// ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/host/port_array.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::sim::app {

inline constexpr std::uint64_t kDefaultSeed = 1;

struct InputSource {
  std::string firmware;                    // directory
  std::vector<std::string> files;          // "[NAME=]FILE.npy"; empty: those of the firmware, or random ones
  std::optional<std::int64_t> iterations;  // empty: as many as the files have, 8 of random ones
  std::uint64_t seed{kDefaultSeed};        // of random ones
};

struct Inputs {
  arch::PortArrays arrays;
  std::int64_t iterations{};
  std::string note;                   // where they come from, for people
  std::optional<std::uint64_t> seed;  // of random ones
};

// Throws arch::InputError for whatever does not fit the image or each other.
Inputs read_inputs(const arch::Image& image, const InputSource& source);

// "1 iteration", "8 iterations".
std::string iterations_text(std::int64_t count);

}  // namespace aie4ml::sim::app
