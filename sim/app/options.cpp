#include "sim/app/options.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "arch/command_line.hpp"
#include "arch/error.hpp"
#include "traces/sink.hpp"

namespace aie4ml::sim::app {
namespace {

constexpr const char* kFooter =
    R"(Arrays: the leading axis of an input counts iterations, the rest is the ONNX shape. The type is the graph
input's: integer codes, or float32 where ONNX has float. Outputs are <tensor>.npy in the graph output's own type.
NAME is the tensor's name, also with every character outside [A-Za-z0-9_] replaced by '_'; it can be left out
where the graph has one. Without --inputs, FIRMWARE/data/in_<NAME>.npy are used, else random ones.

A trace filter is KEY=VALUE;... of tile=COLUMNS,ROWS (core tiles), memory=COLUMNS (memory tiles), shim=COLUMNS,
kind=KIND,... and cycles=A..B. A range is N, N..M, N.., ..M or *, both ends included. Places add up, none means all.
Kinds are core, dma, s2mm, mm2s, plio, lock, bank, path.

Examples:
  aie4ml-sim firmware/                                     how fast is it? random inputs, 8 iterations
  aie4ml-sim firmware/ --inputs x.npy --outputs out/       run it on own data
  aie4ml-sim firmware/ --inputs x.npy --expect y.npy --labels labels.npy
                                                           is it bit-exact, and how often is it right?
  aie4ml-sim firmware/ --inputs a=a.npy b=b.npy --report run.json --deterministic
                                                           figures that a script can compare
  aie4ml-sim firmware/ --iterations 3 --trace=run.perfetto-trace
                                                           look at it in https://ui.perfetto.dev
  aie4ml-sim firmware/ --trace=run.vcd --trace-format vcd --trace-filter 'tile=7..10,0..3;kind=core,lock;cycles=1000..5000'
                                                           a part of it in GTKWave

Exit codes: 0 ok, 2 bad input (options, files, firmware), 3 the modelled machine failed (deadlock, illegal
access, limit), 4 outputs differ from the expected ones; anything else is a defect of this program.)";

// What a flag without a value is set to.
constexpr const char* kBareTrace = "true";

// Writes "--trace[=FILE]" as it is typed, where CLI11 would put a space.
class Help : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string text = option->get_option_text();
    return text.starts_with("[=") ? text : CLI::Formatter::make_option_opts(option);
  }
};

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const traces::SinkFormat& format : traces::sink_formats()) names.emplace_back(format.name);
  return names;
}

std::string default_trace(const std::string& format) {
  for (const traces::SinkFormat& known : traces::sink_formats()) {
    if (known.name == format) return fmt::format("trace{}", known.extension);
  }
  return "trace";
}

void declare_data(CLI::App& app, Options& options) {
  const std::string group = "Data";
  app.add_option("--inputs", options.inputs, "arrays for the graph's inputs")
      ->option_text("[NAME=]FILE.npy ...")
      ->group(group);
  app.add_option("--outputs", options.outputs, "directory to write the outputs to")
      ->option_text("DIR")
      ->group(group);
  app.add_option("--expect", options.expect, "arrays that the outputs must equal bit for bit")
      ->option_text("[NAME=]FILE.npy ...")
      ->group(group);
  app.add_option("--labels", options.labels, "integer class labels; prints top-1 accuracy")
      ->option_text("[NAME=]FILE.npy")
      ->group(group);
  app.add_option("--iterations", options.iterations,
                 "run the first N iterations of the inputs; random inputs have 8 without it")
      ->option_text("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{std::numeric_limits<int>::max()}))
      ->group(group);
}

void declare_observation(CLI::App& app, Options& options, std::string& trace_filter) {
  const std::string group = "What to see";
  app.add_flag("--trace", options.trace,
               "write what every unit does and waits for; without FILE to trace.perfetto-trace, trace.vcd or "
               "trace.csv")
      ->option_text("[=FILE]")
      ->group(group);
  app.add_option("--trace-format", options.trace_format,
                 fmt::format("format of the trace: {}", fmt::join(format_names(), ", ")))
      ->option_text("FORMAT")
      ->check(CLI::IsMember(format_names()))
      ->needs("--trace")
      ->group(group);
  app.add_option("--trace-filter", trace_filter, "trace this part of the run only (see below)")
      ->option_text("FILTER")
      ->needs("--trace")
      ->group(group);
  app.add_option("--report", options.report, "write all figures as JSON (docs/report.md)")
      ->option_text("FILE.json")
      ->group(group);
  app.add_option("--deadlock-graph", options.deadlock_graph,
                 "if the run gets stuck, write who waits for whom as Graphviz (dot -Tsvg draws it)")
      ->option_text("FILE.dot")
      ->group(group);
  app.add_flag("--json", options.json, "print the report as JSON, and everything else on stderr")
      ->group(group);
  app.add_flag("--deterministic", options.deterministic,
               "leave the figures of this computer out of the report: the same run gives the same bytes")
      ->group(group);
}

void declare_machine(CLI::App& app, Options& options) {
  const std::string group = "The machine";
  app.add_flag("--no-strict", options.no_strict, "a read of a register under a write in flight is no fault")
      ->group(group);
  app.add_flag("--no-run-ahead", options.no_run_ahead, "step every unit cycle by cycle: same result, slower")
      ->group(group);
  app.add_option("--max-cycles", options.max_cycles, "a run that takes longer is a fault")
      ->option_text("N")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max() / 4))
      ->group(group);
  app.add_option("--max-seconds", options.max_seconds, "a simulation that takes longer is a fault")
      ->option_text("S")
      ->check(CLI::Range(1e-3, 1e9))
      ->group(group);
}

}  // namespace

std::variant<Options, int> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App app{
      "Runs firmware for an AMD AIE-ML array on a cycle-level model of it: bit-exact outputs, latency, "
      "interval, bottleneck.",
      "aie4ml-sim"};
  app.formatter(std::make_shared<Help>());
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("aie4ml-sim ") + AIE4ML_VERSION,
                       "print the version and exit");
  app.add_option("FIRMWARE", options.firmware, "directory that aie4ml-compile wrote")
      ->option_text(" ")
      ->required();
  declare_data(app, options);
  std::string trace_filter;
  declare_observation(app, options, trace_filter);
  declare_machine(app, options);
  if (const auto done = arch::parse_command_line(app, argc, argv)) return *done;
  if (std::isnan(options.max_seconds)) {  // passes every range check
    throw arch::InputError("command line", "--max-seconds: nan is no number", "see aie4ml-sim --help");
  }
  if (app.count("--trace-filter") > 0) options.trace_filter = traces::TraceFilter::parse(trace_filter);
  if (options.trace == kBareTrace) options.trace = default_trace(options.trace_format);
  return options;
}

}  // namespace aie4ml::sim::app
