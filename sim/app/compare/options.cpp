#include "sim/app/compare/options.hpp"

#include <cmath>
#include <limits>

#include <CLI/CLI.hpp>

#include "arch/command_line.hpp"
#include "arch/error.hpp"

namespace aie4ml::sim::comparison {
namespace {

constexpr const char* kFooter =
    R"(All firmware is of one model, the same ONNX file with the same batch, compiled for other devices or cut in other
ways. Each runs on the model of the device it was compiled for, on the same inputs: --inputs as for aie4ml-sim, else
those in the data directory of the first firmware, else random ones. Their outputs must be equal bit for bit. Ratios
are to the first.

Examples:
  aie4ml-compare fw_ve2802/ fw_what_if/                 what does the other device give for this model?
  aie4ml-compare before/ after/ --fail-if-slower 0      did a bit change, or is anything slower? (CI)
  aie4ml-compare a/ b/ c/ --inputs x.npy --report comparison.json

Exit codes: 0 ok, 2 bad input (options, files, firmware of different models), 3 the modelled machine failed, 4 outputs
differ, 5 slower than --fail-if-slower allows; anything else is a defect of this program.)";

}  // namespace

std::variant<Options, int> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App app{
      "Runs firmware of one model on the same inputs and prints what each design takes and gives, side by "
      "side.",
      "aie4ml-compare"};
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("aie4ml-compare ") + AIE4ML_VERSION,
                       "print the version and exit");
  app.add_option("FIRMWARE", options.firmware, "two or more directories that aie4ml-compile wrote")
      ->option_text(" ")
      ->required()
      ->expected(2, std::numeric_limits<int>::max());
  app.add_option("--inputs", options.inputs, "arrays for the graph's inputs")
      ->option_text("[NAME=]FILE.npy ...");
  app.add_option("--iterations", options.iterations,
                 "run the first N iterations of the inputs; random inputs have 8 without it")
      ->option_text("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{std::numeric_limits<int>::max()}));
  app.add_option("--seed", options.seed, "seed of random inputs (default: 1)")->option_text("N");
  app.add_option(
         "--fail-if-slower", options.fail_if_slower,
         "exit with 5 if first output, last output or interval of a design takes, in ns, more than PERCENT "
         "longer than of the first")
      ->option_text("PERCENT")
      ->check(CLI::Range(0.0, 1e9));
  app.add_option("--report", options.report, "write all figures as JSON (docs/report.md)")
      ->option_text("FILE.json");
  app.add_flag("--json", options.json, "print the figures as JSON, and everything else on stderr");
  app.add_option("--max-seconds", options.max_seconds, "a simulation that takes longer is a fault")
      ->option_text("S")
      ->check(CLI::Range(1e-3, 1e9));
  if (const auto done = arch::parse_command_line(app, argc, argv)) return *done;
  for (const double number : {options.max_seconds, options.fail_if_slower.value_or(0)}) {
    if (std::isnan(number))  // passes every range check
      throw arch::InputError("command line", "nan is no number", "see aie4ml-compare --help");
  }
  return options;
}

}  // namespace aie4ml::sim::comparison
