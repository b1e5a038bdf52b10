// aie4ml-compare: runs firmware of one model on the same inputs and shows it side by side.
#include <algorithm>
#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "arch/program_exit.hpp"
#include "sim/app/compare/comparison.hpp"
#include "sim/app/compare/comparison_json.hpp"
#include "sim/app/compare/comparison_text.hpp"
#include "sim/app/compare/options.hpp"
#include "sim/app/destinations.hpp"
#include "traces/output_file.hpp"

namespace {

using namespace aie4ml;
namespace comparison = sim::comparison;
using comparison::DesignComparison;

void print(std::FILE* stream, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

void write(const comparison::Options& options, const DesignComparison& designs) {
  const std::string json = comparison::to_json(designs).dump(2) + "\n";
  if (!options.report.empty()) {
    traces::OutputFile file(options.report);
    file.stream() << json;
    file.commit();
  }
  print(stdout, options.json ? json : comparison::to_text(designs));
  if (!options.report.empty())
    print(options.json ? stderr : stdout, fmt::format("\nreport: {}\n", options.report));
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    throw arch::InputError("standard output", "could not be written to its end", "check where it goes");
}

// One line on standard error for whatever is not as it should be.
int verdict(const comparison::Options& options, const DesignComparison& designs) {
  const auto complain = [](const std::string& firmware, const std::string& what) {
    print(stderr, fmt::format("aie4ml-compare: {}: {}\n", firmware, what));
  };
  int exit_code = arch::kExitOk;
  if (options.fail_if_slower) {
    for (const comparison::Slowdown& slow : comparison::slowdowns(designs, *options.fail_if_slower)) {
      const auto design = std::find_if(designs.designs.begin(), designs.designs.end(),
                                       [&](const auto& d) { return d.name == slow.design; });
      complain(design->firmware,
               fmt::format("{} {:.1f} ns is {:.2f} % longer than {:.1f} ns of {}, {:g} % are allowed",
                           slow.what, slow.ns, slow.percent(), slow.reference_ns,
                           designs.designs.front().firmware, *options.fail_if_slower));
      exit_code = arch::kExitSlower;
    }
  }
  for (const comparison::ComparedDesign& design : designs.designs) {
    for (const auto& [port, compared] : design.outputs) {
      if (compared.differing == 0) continue;
      complain(design.firmware,
               fmt::format("output '{}' differs from that of {} in {} of {} values", designs.tensors[port],
                           designs.designs.front().firmware, compared.differing, compared.compared));
      exit_code = arch::kExitDiffers;
    }
  }
  for (const comparison::ComparedDesign& design : designs.designs) {
    if (design.fault.empty()) continue;
    complain(design.firmware, design.fault);
    exit_code = arch::kExitFault;
  }
  return exit_code;
}

int run(const comparison::Options& options) {
  const std::vector<comparison::Design> designs = comparison::read_designs(options.firmware);
  const sim::app::Inputs inputs =
      sim::app::read_inputs(designs.front().loaded.image,
                            {options.firmware.front(), options.inputs, options.iterations, options.seed});
  for (const comparison::Design& design : designs) {
    if (options.report.empty()) break;
    sim::app::check_destination(options.report, "report", {design.firmware, design.loaded}, options.inputs);
  }
  const DesignComparison result = comparison::run_designs(designs, inputs, options.max_seconds);
  write(options, result);
  return verdict(options, result);
}

int parse_and_run(int argc, char** argv) {
  const auto parsed = comparison::parse_options(argc, argv);
  if (const int* done = std::get_if<int>(&parsed)) return *done;
  return run(std::get<comparison::Options>(parsed));
}

}  // namespace

int main(int argc, char** argv) {
  return arch::run_program("aie4ml-compare", [&] { return parse_and_run(argc, argv); });
}
