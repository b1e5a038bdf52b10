// The command line of aie4ml-sim.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "traces/trace_filter.hpp"

namespace aie4ml::sim::app {

struct Options {
  std::string firmware;
  std::vector<std::string> inputs, expect;  // "[NAME=]FILE.npy"
  std::string labels;                       // the same; empty: none
  std::string outputs;                      // directory; empty: none
  std::optional<std::int64_t> iterations;   // empty: as many as the inputs have
  std::string trace;                        // file; empty: none
  std::string trace_format{"perfetto"};
  traces::TraceFilter trace_filter;
  std::string report;          // file; empty: none
  std::string deadlock_graph;  // file; empty: none
  bool json{};
  bool deterministic{};
  bool no_strict{};
  bool no_run_ahead{};
  std::optional<std::int64_t> max_cycles;
  double max_seconds{};  // 0: no limit
};

// What to run, or the exit code when there is nothing to run because help or version were asked for and
// printed. Throws arch::InputError for a command line that cannot be understood.
std::variant<Options, int> parse_options(int argc, const char* const* argv);

}  // namespace aie4ml::sim::app
