// From a case to what the compiler takes: device, graph with random weights, directives.
#pragma once

#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/directives.hpp"
#include "sim/app/validate/cases.hpp"

namespace aie4ml::sim::validate {

// A "what if": one number of the device, made larger or smaller by this share of itself, a whole number by at
// least 1 and none below 0. Devices without that number stay as they are.
struct DeviceEdit {
  std::string path;  // as arch::SourcedNumber::path
  double share{};    // 0.25: a quarter more
};
// What the edit makes of a value.
double edited(double value, double share);

// The device of the case with its clocks and PLIO width, then the edits. device_file: facts that take the
// place of the device the case names; empty: none. Throws arch::InputError for facts that contradict.
arch::Device device_of(const Case& published, const std::string& device_file,
                       const std::vector<DeviceEdit>& edits);

// Weights and biases are random codes of a fixed seed: their values do not matter for timing. Layers are
// named "dense_0" and so on. Throws arch::InputError for an operator, a type or a route that cannot be had,
// and for layers that do not fit each other.
compiler::Graph graph_of(const Case& published);
compiler::Directives directives_of(const Case& published);

}  // namespace aie4ml::sim::validate
