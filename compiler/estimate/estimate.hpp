// Latency and interval of a routed plan without simulating it. The plan's DMA channels, cores, PLIOs, locks
// and streams are a timed marked graph: every event happens at the largest of the times that it waits for,
// plus its own latency. The events of some iterations are worked out in the order in which they become known
// (timed_design.hpp), from the same numbers that the simulated machine takes. Data, instructions and banks
// are left out: what is lost to conflicts in memory is not in the estimate.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

struct LayerEstimate {
  std::string name;
  double start_cycles{};  // its last tile has what its first call needs
  double done_cycles{};   // its last tile has done its first call
  double busy_cycles{};   // of an iteration, in which its busiest tile does not wait
};

struct Estimate {
  double latency_cycles{};   // from the first input beat to the first beat of the first output
  double interval_cycles{};  // between iterations, in the steady state
  std::string bottleneck;    // who waits least: a layer, a stream or a PLIO
  std::vector<LayerEstimate> layers;
};

// The plan must have its routes.
Estimate estimate(const Plan& plan, const arch::Device& device);

nlohmann::ordered_json to_json(const Estimate& estimate, const arch::Device& device);
std::string to_text(const Estimate& estimate, const arch::Device& device);

}  // namespace aie4ml::compiler
