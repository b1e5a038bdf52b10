#include "sim/app/session.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "arch/host/port_files.hpp"
#include "arch/host/port_map.hpp"
#include "arch/image/image_io.hpp"
#include "arch/program_exit.hpp"
#include "sim/app/data.hpp"
#include "sim/app/destinations.hpp"
#include "sim/app/progress_line.hpp"
#include "sim/host/accuracy.hpp"
#include "sim/host/compare.hpp"
#include "sim/host/output_files.hpp"
#include "sim/machine/machine.hpp"
#include "traces/output_file.hpp"
#include "traces/report/make_report.hpp"
#include "traces/report/report_json.hpp"
#include "traces/report/report_text.hpp"
#include "traces/sink.hpp"
#include "traces/trace_filter.hpp"

namespace aie4ml::sim::app {
namespace {

class Session {
 public:
  explicit Session(const Options& options)
      : options_(options),
        firmware_(arch::read_firmware(options.firmware)),
        data_(read_data(firmware_.image, options)) {}

  int run() {
    check_destinations(options_, firmware_);  // before a simulation that can take long
    say(fmt::format("inputs: {}\n", data_.inputs_note));
    const MachineResult result = simulate();
    if (!result.fault) take_outputs(result);
    traces::Report report = make_report(result);
    if (!options_.report.empty()) traces::write_report(options_.report, report);
    print(report);
    return exit_code(result);
  }

 private:
  // What people read goes to standard output, unless that is taken by JSON.
  void say(const std::string& text) const {
    std::FILE* stream = options_.json ? stderr : stdout;
    std::fwrite(text.data(), 1, text.size(), stream);
    std::fflush(stream);
  }

  MachineResult simulate() const {
    RunOptions run_options;
    run_options.iterations = static_cast<int>(data_.iterations);
    run_options.strict = !options_.no_strict;
    run_options.run_ahead = !options_.no_run_ahead;
    if (options_.max_cycles) run_options.max_cycles = arch::Cycles(*options_.max_cycles);
    run_options.max_wall_seconds = options_.max_seconds;
    const std::unique_ptr<traces::FilteredRecorder> recorder = make_recorder();
    run_options.recorder = recorder.get();
    const arch::PlioWords words = words_from_inputs(firmware_.image, data_.inputs, data_.iterations);
    ProgressLine progress;
    run_options.progress = progress.callback();
    MachineResult result = sim::run(firmware_.device, firmware_.image, words, run_options);
    if (recorder) {
      say(fmt::format("trace: {} ({} of {} tracks)\n", options_.trace, recorder->tracks_shown(),
                      recorder->tracks()));
    }
    return result;
  }

  // Null if nobody wants a trace.
  std::unique_ptr<traces::FilteredRecorder> make_recorder() const {
    if (options_.trace.empty()) return nullptr;
    return std::make_unique<traces::FilteredRecorder>(
        traces::make_sink(
            options_.trace_format, options_.trace,
            traces::make_run_info(firmware_.image, firmware_.device, static_cast<int>(data_.iterations))),
        options_.trace_filter, firmware_.device);
  }

  void take_outputs(const MachineResult& result) {
    outputs_ = outputs_from_words(firmware_.image, result.plio_outputs, data_.iterations);
    if (!options_.outputs.empty()) write_port_files(options_.outputs, firmware_.image, outputs_);
    for (const auto& [port, expected] : data_.expected) {
      comparisons_[port] = compare(expected, outputs_.at(port).array, firmware_.image.ports[port]);
    }
  }

  traces::Report make_report(const MachineResult& result) const {
    traces::Report report = traces::make_report(firmware_.device, firmware_.image, result.statistics);
    for (const std::size_t port : arch::ports_of(firmware_.image, arch::PlioChannel::Direction::output)) {
      traces::OutputReport& output = report.outputs.emplace_back();
      output.name = firmware_.image.ports[port].tensor;
      const auto found = comparisons_.find(port);
      if (found == comparisons_.end()) continue;
      output.expected = found->second.compared;
      output.differing = found->second.differing;
    }
    report.warnings = result.warnings;
    if (result.fault) {
      std::string kind(to_string(result.fault->kind));
      std::replace(kind.begin(), kind.end(), ' ', '_');  // a word, for scripts
      report.fault = traces::FaultReport{std::move(kind), result.fault->cycle.value,
                                         firmware_.device.tile_name(result.fault->tile),
                                         result.fault->message, result.fault->waits};
    }
    if (options_.deterministic) report.host.reset();
    return report;
  }

  void print(const traces::Report& report) const {
    if (options_.json) {
      const std::string json = traces::to_json(report).dump(2) + "\n";  // the bytes of --report
      std::fwrite(json.data(), 1, json.size(), stdout);
    } else {
      say("\n" + traces::to_text(report));
    }
    std::string text;
    for (const auto& [port, comparison] : comparisons_) {
      text += fmt::format("{}: {}\n", firmware_.image.ports[port].tensor, to_text(comparison));
    }
    for (const auto& [port, labels] : data_.labels) {
      if (outputs_.empty()) break;
      text += fmt::format("{}: top-1 accuracy {}", firmware_.image.ports[port].tensor,
                          to_text(top1(labels, outputs_.at(port).array)));
      const auto expected = data_.expected.find(port);
      if (expected != data_.expected.end()) {
        text += fmt::format(", of the expected outputs {}", to_text(top1(labels, expected->second.array)));
      }
      text += '\n';
    }
    if (!options_.outputs.empty() && !outputs_.empty())
      text += fmt::format("outputs: {}\n", options_.outputs);
    if (!options_.report.empty()) text += fmt::format("report: {}\n", options_.report);
    say(text);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      throw arch::InputError("standard output", "could not be written to its end", "check where it goes");
    }
  }

  int exit_code(const MachineResult& result) const {
    if (result.fault) {
      std::string text = fmt::format("aie4ml-sim: {} at cycle {}, {}: {}\n", to_string(result.fault->kind),
                                     result.fault->cycle.value,
                                     firmware_.device.tile_name(result.fault->tile), result.fault->message);
      for (const std::string& wait : result.fault->waits) text += "  " + wait + '\n';
      if (!result.fault->graph.empty()) text += draw_waits(*result.fault);
      std::fputs(text.c_str(), stderr);
      return arch::kExitFault;
    }
    const bool differs = std::any_of(comparisons_.begin(), comparisons_.end(),
                                     [](const auto& entry) { return entry.second.differing > 0; });
    return differs ? arch::kExitDiffers : arch::kExitOk;
  }

  // Writes the picture of the waits, or says how to get it.
  std::string draw_waits(const Fault& fault) const {
    if (options_.deadlock_graph.empty()) return "  --deadlock-graph FILE.dot draws these waits\n";
    traces::OutputFile file(options_.deadlock_graph);
    file.stream() << to_dot(
        fault.graph, fmt::format("{} on {}: {} at cycle {}", firmware_.image.model, firmware_.device.name,
                                 to_string(fault.kind), fault.cycle.value));
    file.commit();
    return fmt::format("  graph of these waits: {}\n", options_.deadlock_graph);
  }

  const Options& options_;
  arch::LoadedFirmware firmware_;
  Data data_;
  arch::PortArrays outputs_;
  std::map<std::size_t, Comparison> comparisons_;
};

}  // namespace

int run_session(const Options& options) {
  return Session(options).run();
}

}  // namespace aie4ml::sim::app
