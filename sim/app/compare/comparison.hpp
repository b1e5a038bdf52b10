// Designs of one model, run on the same inputs: what came out, and how long each took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/app/compare/design.hpp"
#include "sim/app/compare/figures.hpp"
#include "sim/app/inputs.hpp"
#include "sim/host/compare.hpp"

namespace aie4ml::sim::comparison {

inline constexpr int kComparisonSchema = 1;

struct ComparedDesign {
  std::string name, firmware;  // as of Design
  Measured measured;
  // Against the first design's outputs, by index into Image::ports; empty for the first, and where this or
  // the first one ended with a fault.
  std::map<std::size_t, sim::Comparison> outputs;
  std::string fault;  // for people, with who waits for whom; empty: ran to its end
  [[nodiscard]] bool differs() const;
};

// A time that is longer than was allowed.
struct Slowdown {
  std::string design;  // name
  std::string what;    // "interval"
  double ns{}, reference_ns{};
  [[nodiscard]] double percent() const { return 100 * (ns / reference_ns - 1); }
};

struct DesignComparison {
  std::string model, model_sha256;
  std::string inputs_note;
  std::int64_t iterations{};
  std::optional<std::uint64_t> seed;  // of random inputs
  std::vector<std::string> tensors;   // names, by index into Image::ports
  std::vector<ComparedDesign> designs;
};

// Runs all designs, of which there is at least one, one after the other; those behind one that failed, too.
// max_seconds: of each simulation, 0: no limit. Shows on a terminal how far it is.
DesignComparison run_designs(const std::vector<Design>& designs, const app::Inputs& inputs,
                             double max_seconds);

// First output, last output and interval that take more than `percent` longer, in ns, than those of the first
// design. What one of the two runs cannot tell is not compared.
std::vector<Slowdown> slowdowns(const DesignComparison& comparison, double percent);

}  // namespace aie4ml::sim::comparison
