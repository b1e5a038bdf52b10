// A network from file to outputs in one process: imported, planned, generated, simulated.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "arch/device/device.hpp"
#include "arch/host/port_array.hpp"
#include "arch/image/image.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/plan_options.hpp"
#include "sim/machine/machine.hpp"

namespace aie4ml::test {

struct ModelCase {
  std::string folder;            // with model.onnx, in_<tensor>.npy, out_<tensor>.npy
  std::string directives{"{}"};  // JSON
  std::string device{"ve2802"};
  std::optional<std::int64_t> batch{};
  compiler::HostPorts host_ports{};
  // Names of the files where they are not in_<graph input>.npy and out_<graph output>.npy.
  std::map<std::string, std::string> files{};
};

struct ModelRun {
  arch::Device device;
  compiler::Graph graph;
  compiler::Plan plan;
  arch::Image image;
  std::int64_t iterations{};
  sim::MachineResult result;
  arch::PortArrays outputs;  // empty after a fault
};

// Where models committed here lie, and those that are not ours to commit: need not be there.
std::filesystem::path own_models();
std::filesystem::path shared_models();
// Folder of one of them: nullopt when it is not there.
std::filesystem::path own_model(const std::string& name);
std::optional<std::filesystem::path> shared_model(const std::string& name);

// At most one call per process (sim::run).
ModelRun run_model(const std::filesystem::path& folder, const ModelCase& model);

// One line per output that differs from the folder's file, "y: 12 of 3600 differ, first ..."; empty:
// bit-exact.
std::string differences(const std::filesystem::path& folder, const ModelCase& model, const ModelRun& run);

// What must hold for any run that ended well, as lines of what does not: words and locks that balance
// (tests/support/conservation.hpp), stalls that add up to the run, no warnings,
// a design that was proved to go on for ever.
std::string broken_invariants(const ModelRun& run);

}  // namespace aie4ml::test
