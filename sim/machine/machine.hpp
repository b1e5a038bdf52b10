// Runs an image on the modelled array (decisions D4, D5, D8).
//
// The implementation is SystemC, of which nothing shows in this header. Every run has a SystemC simulation of
// its own, so run() may be called again and again in a process, by one thread at a time. A program that calls
// it needs no sc_main.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "arch/units.hpp"
#include "sim/core/tape_policy.hpp"
#include "sim/machine/fault.hpp"
#include "traces/event.hpp"
#include "traces/statistics.hpp"

namespace aie4ml::sim {

struct Progress {
  arch::Cycles now;
  std::int64_t output_words{}, expected_output_words{};
};

struct RunOptions {
  int iterations{1};
  bool strict{true};     // reading a register under a write in flight is a fault, see Instruction::reads_old
  bool run_ahead{true};  // false: every unit is stepped; the result is the same, slower
  TapePolicy tapes{};    // of the cores; no result depends on it, and stepped runs never play
  arch::Cycles max_cycles{1'000'000'000};    // a run that takes longer is a fault
  double max_wall_seconds{0};                // of the simulation, 0: no limit
  traces::Recorder* recorder{nullptr};       // not owned
  std::function<void(Progress)> progress{};  // called about ten times a second of wall time; may be empty
  // Order in which units are made is permuted by this seed. No result may depend on it; tests prove that.
  std::uint64_t construction_seed{0};
};

struct LockValue {
  arch::TileCoord tile{};
  arch::LockId lock{};
  int value{};
};

struct MachineResult {
  // Words that left each PLIO, then those written to each GMIO, by Image::host_ends(); empty for inputs.
  // Complete unless there is a fault.
  std::vector<std::vector<std::uint32_t>> plio_outputs;
  traces::RunStatistics statistics;
  std::optional<Fault> fault;
  // What the machine did as told and nobody can have meant: a read of memory that nobody wrote. One line
  // each.
  std::vector<std::string> warnings;
  std::vector<LockValue> locks;  // at the end of the run, those that are not 0
};

// Words of one iteration on a PLIO: sum of rows_on_stream * cols_on_stream * element bytes / 4 over the
// slices.
std::int64_t words_per_iteration(const arch::Image& image, std::size_t plio);

// plio_inputs: per host end (PLIOs, then GMIOs) the words of all iterations, empty for outputs. All inputs
// are offered back to back from cycle 0, throttled by back-pressure only; the run ends when every output is
// complete. Throws InputError for an image that does not validate or that needs what is not modelled, and for
// inputs whose size is not iterations * words_per_iteration().
MachineResult run(const arch::Device& device, const arch::Image& image,
                  const std::vector<std::vector<std::uint32_t>>& plio_inputs, const RunOptions& options);

}  // namespace aie4ml::sim
