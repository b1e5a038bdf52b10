// Latency and interval of a routed plan without simulating it: the longest way through kernels, transfers and
// switches, each from the same numbers that the simulated machine takes (schedule lengths, words, hops, DMA
// and lock latencies). Banks, full FIFOs and waiting for one another in the steady state are left out.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

struct LayerEstimate {
  std::string name;
  double start_cycles{};  // its last operand is in its tiles
  double done_cycles{};   // its last tile has its output
  double call_cycles{};   // of one call of its slowest tile, lock operations included
};

struct Estimate {
  double latency_cycles{};   // from the first input beat to the first beat of the first output
  double interval_cycles{};  // between iterations, in the steady state
  std::string bottleneck;    // what the interval is made of: a layer or a stream
  std::vector<LayerEstimate> layers;
};

// The plan must have its routes.
Estimate estimate(const Plan& plan, const arch::Device& device);

nlohmann::ordered_json to_json(const Estimate& estimate, const arch::Device& device);
std::string to_text(const Estimate& estimate, const arch::Device& device);

}  // namespace aie4ml::compiler
