#include "sim/machine/machine.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "sim/kernel/kernel_time.hpp"
#include "sim/kernel/simulation.hpp"
#include "sim/machine/array.hpp"

namespace aie4ml::sim {
namespace {

using Clock = std::chrono::steady_clock;

// Simulated between two looks at the wall clock; adapted to how fast the simulation runs.
constexpr std::int64_t kFirstSlice = 1024;
constexpr std::int64_t kLargestSlice = std::int64_t{1} << 24;
constexpr double kSliceSeconds = 0.05;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void check_inputs(const arch::Image& image, const std::vector<std::vector<std::uint32_t>>& inputs,
                  int iterations) {
  if (iterations < 1) throw arch::InputError("iterations", "there must be at least one", "");
  if (inputs.size() != image.host_ends()) {
    throw arch::InputError(
        "inputs", fmt::format("{} word lists for {} PLIOs and GMIOs", inputs.size(), image.host_ends()), "");
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool in = image.host_direction(i) == arch::PlioChannel::Direction::input;
    const std::int64_t expected = in ? iterations * words_per_iteration(image, i) : 0;
    if (static_cast<std::int64_t>(inputs[i].size()) != expected) {
      throw arch::InputError(
          "PLIO " + image.host_name(i),
          fmt::format("{} words given, {} needed for {} iterations", inputs[i].size(), expected, iterations),
          "");
    }
  }
}

class Run {
 public:
  Run(const arch::Image& image, Array& array, const RunOptions& options)
      : array_(array), options_(options), start_(Clock::now()) {
    for (std::size_t i = 0; i < image.host_ends(); ++i) {
      if (image.host_direction(i) == arch::PlioChannel::Direction::output) {
        expected_words_ += options.iterations * words_per_iteration(image, i);
      }
    }
  }

  // Returns the fault of the run as a whole, if there is one.
  std::optional<Fault> go() {
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    for (std::int64_t slice = kFirstSlice;;) {
      const auto begin = Clock::now();
      // Ends before that when a fault shows or the outputs are complete: stop_cycle() is another one then.
      simulate_until(std::min(now_cycle() + slice, stop_cycle()));
      const double took = seconds_since(begin);
      if (took < kSliceSeconds / 2) slice = std::min(slice * 2, kLargestSlice);
      if (took > kSliceSeconds * 2) slice = std::max(slice / 2, kFirstSlice);
      tell_progress();

      const bool starved = !sc_core::sc_pending_activity();
      if (!starved && now_cycle() < stop_cycle()) {
        if (wall_limit_passed() && !array_.outputs_complete())
          return limit(Fault::Kind::wall_limit, now_cycle(), "not finished after the time allowed");
        continue;
      }
      if (array_.fault() || array_.outputs_complete()) return std::nullopt;
      // Cores that ran ahead may have left nothing to do before the last of the cycles.
      const std::int64_t last = std::min(array_.latest(), options_.max_cycles.value);
      if (starved && last < options_.max_cycles.value) return deadlock(last);
      return limit(Fault::Kind::cycle_limit, options_.max_cycles.value,
                   "not finished after the cycles allowed");
    }
  }

 private:
  // Simulated time stays at the last event if nothing can happen any more.
  static void simulate_until(std::int64_t cycle) {
    if (!sc_core::sc_pending_activity() || ticks(cycle, Phase::requests) <= now_ticks()) return;
    const sc_core::sc_time duration = at(cycle, Phase::requests) - sc_core::sc_time_stamp();
    const bool quiet = sc_core::sc_time_to_pending_activity() > duration;
    sc_core::sc_start(duration, quiet ? sc_core::SC_RUN_TO_TIME : sc_core::SC_EXIT_ON_STARVATION);
  }

  // First cycle that need not be simulated any more, as far as is known now.
  [[nodiscard]] std::int64_t stop_cycle() const { return std::max(array_.stop_cycle(), now_cycle()); }

  void tell_progress() {
    if (!options_.progress || seconds_since(last_progress_) < 0.1) return;
    last_progress_ = Clock::now();
    options_.progress({arch::Cycles(now_cycle()), array_.output_words(), expected_words_});
  }

  [[nodiscard]] bool wall_limit_passed() const {
    return options_.max_wall_seconds > 0 && seconds_since(start_) > options_.max_wall_seconds;
  }

  [[nodiscard]] std::string missing() const {
    return fmt::format("{} of {} output words are there", array_.output_words(), expected_words_);
  }
  [[nodiscard]] Fault deadlock(std::int64_t cycle) const {
    return array_.blocked(Fault::Kind::deadlock, cycle, "nothing can happen any more, " + missing());
  }
  [[nodiscard]] Fault limit(Fault::Kind kind, std::int64_t cycle, const std::string& what) const {
    return array_.blocked(kind, cycle, what + ", " + missing());
  }

  Array& array_;
  const RunOptions& options_;
  Clock::time_point start_, last_progress_;
  std::int64_t expected_words_{};
};

}  // namespace

std::string_view to_string(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::deadlock:
      return "deadlock";
    case Fault::Kind::core:
      return "core";
    case Fault::Kind::lock:
      return "lock";
    case Fault::Kind::stream:
      return "stream";
    case Fault::Kind::dma:
      return "dma";
    case Fault::Kind::cycle_limit:
      return "cycle limit";
    case Fault::Kind::wall_limit:
      return "wall limit";
  }
  return "?";
}

std::int64_t words_per_iteration(const arch::Image& image, std::size_t plio) {
  return image.host_words(plio);
}

MachineResult run(const arch::Device& device, const arch::Image& image,
                  const std::vector<std::vector<std::uint32_t>>& plio_inputs, const RunOptions& options) {
  arch::throw_if_any(image.model, image.validate(device));
  check_inputs(image, plio_inputs, options.iterations);
  const auto start = Clock::now();
  const Simulation simulation;
  Array array(device, image, plio_inputs, options);
  Run run(image, array, options);
  const std::optional<Fault> fault = run.go();
  MachineResult result = array.finish();
  if (fault) result.fault = fault;
  result.statistics.wall_seconds = seconds_since(start);
  return result;
}

}  // namespace aie4ml::sim
