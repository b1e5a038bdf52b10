// The command line of aie4ml-compare.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/app/inputs.hpp"

namespace aie4ml::sim::comparison {

struct Options {
  std::vector<std::string> firmware;  // directories, two or more; the first is what others are held against
  std::vector<std::string> inputs;    // "[NAME=]FILE.npy"
  std::optional<std::int64_t> iterations;  // empty: as many as the inputs have
  std::uint64_t seed{app::kDefaultSeed};   // of random inputs
  std::optional<double> fail_if_slower;    // percent; empty: slower is no failure
  std::string report;                      // file; empty: none
  bool json{};
  double max_seconds{};  // of each run, 0: no limit
};

// What to run, or the exit code when there is nothing to run because help or version were asked for and
// printed. Throws arch::InputError for a command line that cannot be understood.
std::variant<Options, int> parse_options(int argc, const char* const* argv);

}  // namespace aie4ml::sim::comparison
