#include "sim/app/compare/comparison.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "arch/host/port_map.hpp"
#include "sim/app/progress_line.hpp"
#include "sim/machine/machine.hpp"
#include "traces/report/make_report.hpp"

namespace aie4ml::sim::comparison {
namespace {

std::string fault_text(const Design& design, const Fault& fault) {
  std::string text = fmt::format("{} at cycle {}, {}: {}", to_string(fault.kind), fault.cycle.value,
                                 design.loaded.device.tile_name(fault.tile), fault.message);
  for (const std::string& wait : fault.waits) text += "\n  " + wait;
  return text;
}

}  // namespace

bool ComparedDesign::differs() const {
  return std::any_of(outputs.begin(), outputs.end(),
                     [](const auto& output) { return output.second.differing > 0; });
}

DesignComparison run_designs(const std::vector<Design>& designs, const app::Inputs& inputs,
                             double max_seconds) {
  const arch::Image& model = designs.front().loaded.image;
  DesignComparison comparison{
      model.model, model.model_sha256, inputs.note, inputs.iterations, inputs.seed, {}, {}};
  for (const arch::GraphPort& port : model.ports) comparison.tensors.push_back(port.tensor);
  arch::PortArrays reference;  // of the first design
  for (const Design& design : designs) {
    const arch::Image& image = design.loaded.image;
    RunOptions options;
    options.iterations = static_cast<int>(inputs.iterations);
    options.max_wall_seconds = max_seconds;
    app::ProgressLine progress;
    options.progress = progress.callback();
    const MachineResult result = sim::run(
        design.loaded.device, image, words_from_inputs(image, inputs.arrays, inputs.iterations), options);
    ComparedDesign& compared = comparison.designs.emplace_back();
    compared.name = design.name;
    compared.firmware = design.firmware;
    compared.measured =
        measure(design.loaded, traces::make_report(design.loaded.device, image, result.statistics));
    if (result.fault) {
      compared.fault = fault_text(design, *result.fault);
      continue;
    }
    arch::PortArrays outputs = outputs_from_words(image, result.plio_outputs, inputs.iterations);
    if (&design == &designs.front()) {
      for (auto& [port, array] : outputs) array.source = design.firmware;
      reference = std::move(outputs);
      continue;
    }
    for (const auto& [port, expected] : reference) {
      compared.outputs[port] = compare(expected, outputs.at(port).array, image.ports[port]);
    }
  }
  return comparison;
}

std::vector<Slowdown> slowdowns(const DesignComparison& comparison, double percent) {
  using Value = std::optional<double>;
  const auto times = [](const traces::Report& report) {
    return std::array<std::pair<const char*, Value>, 3>{{{"first output", report.latency.first_output_ns},
                                                         {"last output", report.latency.last_output_ns},
                                                         {"interval", report.interval.ns}}};
  };
  const auto first = times(comparison.designs.front().measured.report);
  std::vector<Slowdown> slower;
  for (const ComparedDesign& design : comparison.designs) {
    const auto own = times(design.measured.report);
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (!own[i].second || !first[i].second) continue;
      const Slowdown time{design.name, own[i].first, *own[i].second, *first[i].second};
      if (time.percent() > percent) slower.push_back(time);
    }
  }
  return slower;
}

}  // namespace aie4ml::sim::comparison
