// The result of a run in numbers: what people read and scripts compare. docs/report.md says what each field
// means and how it is computed; the names here are those of the JSON.
//
// Units are in the names: _cycles are AIE clock cycles, _ns nanoseconds, _percent 0..100. An empty optional
// is null in JSON and means that the run cannot tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/error.hpp"
#include "traces/report/activity.hpp"

namespace aie4ml::traces {

inline constexpr int kReportSchema = 1;

struct ClockReport {
  double aie_mhz{};
  double ns_per_cycle{};
  friend bool operator==(const ClockReport&, const ClockReport&) = default;
};

// Both from the first beat on the first input PLIO, of iteration 0.
struct LatencyReport {
  std::optional<std::int64_t> first_output_cycles;  // to the first beat on the first output PLIO
  std::optional<double> first_output_ns;
  std::optional<std::int64_t> last_output_cycles;  // to the last beat of iteration 0 over all outputs
  std::optional<double> last_output_ns;
  friend bool operator==(const LatencyReport&, const LatencyReport&) = default;
};

// Between the last beats of successive iterations on one output PLIO.
struct IntervalReport {
  std::optional<double> cycles;  // mean of `measured` intervals
  std::optional<double> ns;
  std::optional<std::int64_t> min_cycles, max_cycles;
  std::int32_t measured{};
  std::int32_t skipped{};  // intervals at the start that are left out
  std::string plio;        // the output that needs longest
  friend bool operator==(const IntervalReport&, const IntervalReport&) = default;
};

struct ThroughputReport {
  std::int64_t macs_per_iteration{};   // of the model, padding not counted
  std::int64_t peak_macs_per_cycle{};  // of the core tiles used
  std::optional<double> iterations_per_second;
  std::optional<double> macs_per_second;
  std::optional<double> efficiency_percent;
  friend bool operator==(const ThroughputReport&, const ThroughputReport&) = default;
};

struct LayerReport {
  std::string name, op, description;
  std::vector<std::string> tiles;
  std::int64_t macs_per_iteration{};
  std::int64_t peak_macs_per_cycle{};
  std::int64_t kernel_calls{};                         // over its tiles and all iterations
  std::optional<double> cycles_per_call, ns_per_call;  // stalls inside the kernel included
  std::optional<double> cycles_per_iteration;          // inside kernels, on its busiest tile
  std::optional<double> efficiency_percent;            // inside kernels, against the peak of its tiles
  double busy_percent{};                               // of the whole run
  Activity cycles;                                     // sum over its tiles
  friend bool operator==(const LayerReport&, const LayerReport&) = default;
};

// A stretch of the way to the first output; the next one begins where it ends.
struct PathPieceReport {
  std::int64_t begin_cycle{};  // since the first input beat
  std::int64_t cycles{};
  double ns{};
  double percent{};  // of the latency
  std::string kind;  // PathKind
  std::string layer, unit, what;
  friend bool operator==(const PathPieceReport&, const PathPieceReport&) = default;
};
struct PathShareReport {
  std::string kind;
  std::int64_t cycles{};
  double ns{};
  double percent{};
  friend bool operator==(const PathShareReport&, const PathShareReport&) = default;
};
struct CriticalPathReport {
  std::int64_t cycles{};  // latency.first_output_cycles
  double ns{};
  std::vector<PathShareReport> by_kind;  // largest first; add up to cycles
  std::vector<PathPieceReport> pieces;   // in order of time; add up to cycles
  friend bool operator==(const CriticalPathReport&, const CriticalPathReport&) = default;
};

// A unit and how much of the time it cannot do without.
struct UnitLoad {
  std::string kind;   // "core", "dma", "plio"
  std::string unit;   // "tile (9,0) core", "memory tile (9,0) MM2S 0", "PLIO ifm_c0"
  std::string layer;  // may be empty
  double cycles_per_iteration{};
  double percent{};  // of BottleneckReport::of
  friend bool operator==(const UnitLoad&, const UnitLoad&) = default;
};

struct BottleneckReport {
  UnitLoad load;
  std::string of;        // "interval", or "run" where there is none
  std::string sentence;  // in plain words, with the number that proves it
  std::vector<UnitLoad> runners_up;
  friend bool operator==(const BottleneckReport&, const BottleneckReport&) = default;
};

struct CoreReport {
  std::string tile, layer;
  std::int32_t col{}, row{};  // in the core grid
  std::int64_t bundles{}, vector_macs{}, kernel_calls{}, kernel_cycles{};
  std::int64_t peak_macs_per_cycle{};
  bool srs_overflow{};
  Activity cycles;  // adds up to total_cycles
  friend bool operator==(const CoreReport&, const CoreReport&) = default;
};

struct DmaReport {
  std::string tile, channel, layer;
  std::int64_t words{}, descriptors{};
  double utilisation_percent{};  // of the words its stream could have carried in the run
  Activity cycles;
  friend bool operator==(const DmaReport&, const DmaReport&) = default;
};

struct RouteReport {
  std::string name;
  std::int64_t words_in{}, words_out{};
  std::int32_t receivers{}, hops{};
  double utilisation_percent{};         // words_in, of those it could have carried in the run
  std::int64_t source_wait_cycles{};    // its source had words and found no room
  std::int64_t receiver_wait_cycles{};  // its receivers had room and found no words; summed over them
  friend bool operator==(const RouteReport&, const RouteReport&) = default;
};

struct BankReport {
  std::string tile;
  std::int32_t bank{};
  std::int64_t accesses{}, conflicts{};
  double utilisation_percent{};  // accesses, of one a cycle
  friend bool operator==(const BankReport&, const BankReport&) = default;
};

struct PlioReport {
  std::string name, direction;  // "input", "output", as the array sees it
  std::int64_t words{};
  std::int32_t width_bits{};
  double pl_clock_mhz{};
  double words_per_cycle{};      // the most it can carry
  double utilisation_percent{};  // words, of those it could have carried in the run
  std::int64_t wait_cycles{};    // input: no room in the array; output: no words
  friend bool operator==(const PlioReport&, const PlioReport&) = default;
};

struct OutputReport {
  std::string name;                       // tensor
  std::optional<std::int64_t> expected;   // values compared, null: nothing to compare with
  std::optional<std::int64_t> differing;  // of them
  friend bool operator==(const OutputReport&, const OutputReport&) = default;
};

// The modelled machine failed; figures of the report are those up to then.
struct FaultReport {
  std::string kind;  // "deadlock"
  std::int64_t cycle{};
  std::string tile, message;
  std::vector<std::string> waits;
  friend bool operator==(const FaultReport&, const FaultReport&) = default;
};

// Of the machine the simulation ran on: the only figures that differ from run to run.
struct HostReport {
  double wall_seconds{};
  double simulated_cycles_per_second{};
  friend bool operator==(const HostReport&, const HostReport&) = default;
};

struct Report {
  std::int32_t schema{kReportSchema};
  std::string model, model_sha256;
  std::string device;
  std::int32_t tiles{};         // core tiles with a program
  std::int32_t memory_tiles{};  // memory tiles that hold buffers
  std::int32_t iterations{}, completed_iterations{};
  std::int64_t total_cycles{};
  double total_ns{};
  ClockReport clocks;
  LatencyReport latency;
  std::optional<CriticalPathReport> critical_path;  // of latency.first_output
  IntervalReport interval;
  ThroughputReport throughput;
  std::optional<BottleneckReport> bottleneck;
  std::vector<OutputReport> outputs;
  std::optional<FaultReport> fault;
  std::vector<std::string> warnings;  // of the machine: done as told, but hardly meant
  std::vector<LayerReport> layers;
  std::vector<CoreReport> cores;
  std::vector<DmaReport> dma;
  std::vector<RouteReport> routes;
  std::vector<BankReport> banks;
  std::vector<PlioReport> plios;
  std::optional<HostReport> host;  // left out for a deterministic report
  friend bool operator==(const Report&, const Report&) = default;
};

// Negative amounts, percentages out of range, cycles that do not add up to the run, counts that contradict
// each other.
arch::Problems validate(const Report& report);

}  // namespace aie4ml::traces
