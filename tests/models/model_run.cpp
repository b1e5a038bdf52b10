#include "tests/models/model_run.hpp"

#include <cstdlib>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "arch/host/npy.hpp"
#include "arch/host/port_files.hpp"
#include "arch/host/port_map.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/planner.hpp"
#include "sim/host/compare.hpp"
#include "tests/support/conservation.hpp"

namespace aie4ml::test {
namespace {

using Direction = arch::PlioChannel::Direction;

std::filesystem::path file_of(const std::filesystem::path& folder, const ModelCase& model,
                              const arch::GraphPort& port) {
  const bool input = port.direction == Direction::input;
  const auto renamed = model.files.find(port.tensor);
  const std::string name = renamed == model.files.end() ? arch::file_name_of(port.tensor) : renamed->second;
  return folder / fmt::format("{}_{}.npy", input ? "in" : "out", name);
}

arch::PortArray read(const std::filesystem::path& file) {
  return {file.filename().string(), arch::read_npy(file)};
}

}  // namespace

std::filesystem::path own_models() {
  return std::filesystem::path(AIE4ML_SOURCE_DIR) / "tests/models";
}

std::filesystem::path shared_models() {
  const char* root = std::getenv("AIE4ML_SHARED_MODELS");
  return root != nullptr ? std::filesystem::path(root)
                         : std::filesystem::path(AIE4ML_SOURCE_DIR).parent_path() / "shared/models";
}

std::filesystem::path own_model(const std::string& name) {
  return own_models() / name;
}

std::optional<std::filesystem::path> shared_model(const std::string& name) {
  const auto folder = shared_models() / name;
  if (!std::filesystem::exists(folder / "model.onnx")) return std::nullopt;
  return folder;
}

ModelRun run_model(const std::filesystem::path& folder, const ModelCase& model) {
  ModelRun run;
  run.device = arch::load_device(model.device);
  run.graph = compiler::import_onnx(folder / "model.onnx", {model.batch});
  const compiler::Directives directives = compiler::directives_from_json(
      nlohmann::json::parse(model.directives), run.graph, "directives of the test");
  run.plan = compiler::make_plan(run.graph, directives, run.device, {.host_ports = model.host_ports});
  run.image = compiler::generate_image(run.graph, run.plan, run.device);

  arch::PortArrays inputs;
  for (const std::size_t port : arch::ports_of(run.image, Direction::input)) {
    inputs[port] = read(file_of(folder, model, run.image.ports[port]));
  }
  run.iterations = arch::check_inputs(run.image, inputs);
  sim::RunOptions options;
  options.iterations = static_cast<int>(run.iterations);
  options.max_cycles = arch::Cycles(20'000'000);
  run.result =
      sim::run(run.device, run.image, arch::words_from_inputs(run.image, inputs, run.iterations), options);
  if (!run.result.fault)
    run.outputs = arch::outputs_from_words(run.image, run.result.plio_outputs, run.iterations);
  return run;
}

std::string differences(const std::filesystem::path& folder, const ModelCase& model, const ModelRun& run) {
  std::string text;
  for (const std::size_t port : arch::ports_of(run.image, Direction::output)) {
    const arch::GraphPort& described = run.image.ports[port];
    const sim::Comparison comparison =
        sim::compare(read(file_of(folder, model, described)), run.outputs.at(port).array, described);
    if (comparison.differing != 0 || comparison.compared == 0) {
      text += described.tensor + ": " + sim::to_text(comparison) + "\n";
    }
  }
  return text;
}

std::string broken_invariants(const ModelRun& run) {
  std::string text;
  const traces::RunStatistics& statistics = run.result.statistics;
  for (const std::string& warning : run.result.warnings) text += "warning: " + warning + "\n";
  text += unconserved(run.device, run.image, run.result);
  const compiler::DeadlockCheck& deadlock = run.plan.deadlock;
  if (deadlock.verdict != compiler::DeadlockCheck::Verdict::cannot) {
    text += fmt::format("deadlock check: {} {}\n", to_string(deadlock.verdict), deadlock.story);
  }
  const auto check_sum = [&](const std::string& unit, const auto& cycles) {
    const auto sum = std::accumulate(cycles.begin(), cycles.end(), std::int64_t{0});
    if (sum != statistics.total_cycles) {
      text += fmt::format("{}: busy and stalls are {} cycles of {}\n", unit, sum, statistics.total_cycles);
    }
  };
  for (const traces::CoreStatistics& core : statistics.cores) {
    check_sum(run.device.tile_name(core.tile), core.cycles);
  }
  for (const traces::ChannelStatistics& channel : statistics.channels) {
    check_sum(run.device.tile_name(channel.tile) + " " + arch::to_string(channel.channel), channel.cycles);
  }
  return text;
}

}  // namespace aie4ml::test
