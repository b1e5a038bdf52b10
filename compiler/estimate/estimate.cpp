#include "compiler/estimate/estimate.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/error.hpp"
#include "compiler/estimate/timed_design.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kKilo = 1000;
constexpr int kFirstIterations = 8;  // the second half of them is compared with the one before
constexpr int kMostIterations = 64;
constexpr double kSettled = 0.001;  // relative change of the interval
constexpr double kWaitsMuch = 0.1;  // nobody is busy all the time
constexpr double kPercent = 100;

double to_ns(double cycles, const arch::Device& device) {
  return cycles * kKilo / device.clock.aie_mhz;
}

// Mean distance of the ends of iterations first ... last at the slowest output.
double interval(const TimedDesign& design, int first, int last) {
  double slowest = 0;
  for (const TimedHostEnd* output : design.outputs()) {
    const std::vector<Time>& ends = output->last_beats();
    const Time cycles = ends[static_cast<std::size_t>(last)] - ends[static_cast<std::size_t>(first)];
    slowest = std::max(slowest, static_cast<double>(cycles) / (last - first));
  }
  return slowest;
}

// What each unit waited, up to now.
struct Progress {
  Time time{}, waited{};
};

std::vector<Progress> progress_of(const TimedDesign& design) {
  std::vector<Progress> result;
  for (const TimedDesign::Owned& owned : design.units())
    result.push_back({owned.unit->time(), owned.unit->waited()});
  return result;
}

}  // namespace

Estimate estimate(const Plan& plan, const arch::Device& device) {
  TimedDesign design(plan, device);
  std::vector<Progress> before;
  Estimate result;
  for (int iterations = kFirstIterations; iterations <= kMostIterations; iterations *= 2) {
    before = progress_of(design);
    design.run(iterations);
    const int last = iterations - 1;
    const int middle = last - iterations / 4;
    const double late = interval(design, middle, last);
    const double early = interval(design, middle - iterations / 4, middle);
    result.interval_cycles = late;
    if (std::abs(late - early) <= kSettled * late) break;
  }
  result.latency_cycles = static_cast<double>(design.outputs().front()->first_beats().front() -
                                              design.inputs().front()->first_beats().front());
  // Who waits least of the time since the last look.
  const std::vector<TimedDesign::Owned> units = design.units();
  double least = 2;
  for (std::size_t l = 0; l < plan.layers.size(); ++l) {
    LayerEstimate layer{plan.layers[l].name, 0, 0, 0};
    for (const TimedCore* core : design.cores(l)) {
      layer.start_cycles = std::max(layer.start_cycles, static_cast<double>(core->first_start()));
      layer.done_cycles = std::max(layer.done_cycles, static_cast<double>(core->first_end()));
    }
    result.layers.push_back(std::move(layer));
  }
  for (std::size_t u = 0; u < units.size(); ++u) {
    const TimedUnit& unit = *units[u].unit;
    const auto cycles = static_cast<double>(unit.time() - before[u].time);
    if (cycles <= 0) continue;
    const double waits = static_cast<double>(unit.waited() - before[u].waited) / cycles;
    const bool core = dynamic_cast<const TimedCore*>(&unit) != nullptr;
    if (core) {
      double& busy = result.layers[static_cast<std::size_t>(units[u].layer)].busy_cycles;
      busy = std::max(busy, (1 - waits) * result.interval_cycles);
    }
    if (waits >= least) continue;
    least = waits;
    result.bottleneck = (core ? "layer " : "") + unit.name();
  }
  if (least > kWaitsMuch) {
    result.bottleneck += fmt::format(
        ", which waits for others {:.0f} % of the time: paths of different length, or too few buffers",
        kPercent * least);
  }
  return result;
}

nlohmann::ordered_json to_json(const Estimate& estimate, const arch::Device& device) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const LayerEstimate& layer : estimate.layers) {
    layers.push_back({{"name", layer.name},
                      {"start_cycles", layer.start_cycles},
                      {"done_cycles", layer.done_cycles},
                      {"busy_cycles", layer.busy_cycles}});
  }
  return {
      {"latency",
       {{"first_output_cycles", estimate.latency_cycles},
        {"first_output_ns", to_ns(estimate.latency_cycles, device)}}},
      {"interval", {{"cycles", estimate.interval_cycles}, {"ns", to_ns(estimate.interval_cycles, device)}}},
      {"bottleneck", estimate.bottleneck},
      {"layers", std::move(layers)}};
}

std::string to_text(const Estimate& estimate, const arch::Device& device) {
  std::string text = fmt::format(
      "estimate, not simulated: first output after {:.0f} cycles ({:.0f} ns), an iteration every {:.0f} "
      "cycles "
      "({:.0f} ns), bound by {}\n",
      estimate.latency_cycles, to_ns(estimate.latency_cycles, device), estimate.interval_cycles,
      to_ns(estimate.interval_cycles, device), estimate.bottleneck);
  for (const LayerEstimate& layer : estimate.layers) {
    text += fmt::format("  {}: starts at {:.0f}, done at {:.0f}, busy for {:.0f} of an iteration\n",
                        layer.name, layer.start_cycles, layer.done_cycles, layer.busy_cycles);
  }
  return text;
}

}  // namespace aie4ml::compiler
