// aie4ml-validate: published timings against those of our compiler and simulator.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "arch/command_line.hpp"
#include "arch/error.hpp"
#include "arch/program_exit.hpp"
#include "sim/app/validate/markdown.hpp"
#include "sim/app/validate/output.hpp"
#include "sim/app/validate/plot.hpp"
#include "sim/app/validate/sensitivity.hpp"
#include "sim/app/validate/validation.hpp"

namespace {

using namespace aie4ml;
namespace validate = sim::validate;

constexpr const char* kFooter =
    R"(Every case is built from its description with random weights, compiled with the parallelism, clocks and PLIO
width it gives, and simulated. Errors are in percent of what was published: positive, the model is slower.

Exit codes: 0 all cases ran, 2 bad input (options, files), 3 some cases could not run and are listed; anything
else is a defect of this program.)";

struct Options {
  std::string cases, json, csv, plot, markdown, only, device_file;
  bool sensitivity{};
  int jobs{static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))};
  double timeout{600};
};

std::vector<validate::Case> chosen_cases(const Options& options) {
  std::vector<validate::Case> cases = validate::read_cases(options.cases);
  std::erase_if(cases,
                [&](const auto& published) { return published.id.find(options.only) == std::string::npos; });
  if (cases.empty()) throw arch::InputError("--only", fmt::format("no id contains '{}'", options.only), "");
  return cases;
}

// A line on a terminal that says how far the runs are.
std::function<void(std::size_t, std::size_t)> progress() {
  if (::isatty(STDERR_FILENO) == 0) return {};
  return [](std::size_t done, std::size_t runs) {
    std::fputs(done < runs ? fmt::format("\r{}/{} runs", done, runs).c_str() : "\r\x1b[K", stderr);
  };
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int run(const Options& options) {
  const std::vector<validate::Case> cases = chosen_cases(options);
  validate::ValidationOptions how{options.device_file, {options.jobs, options.timeout}, progress()};
  const validate::Validation validation = validate::validate_cases(cases, {{}}, how).front();
  print(validate::to_text(validation));
  nlohmann::ordered_json json = validate::to_json(validation);
  if (!options.csv.empty()) validate::write_text(options.csv, validate::to_csv(validation));
  if (!options.plot.empty()) validate::write_text(options.plot, validate::plot_svg(validation.rows));
  if (!options.markdown.empty()) validate::update_markdown(options.markdown, validation);
  if (options.sensitivity) {
    const validate::Sensitivity sensitivity = validate::find_sensitivity(cases, how);
    print("\n" + validate::to_text(sensitivity));
    json["sensitivity"] = validate::to_json(sensitivity);
  }
  if (!options.json.empty()) validate::write_text(options.json, json.dump(1) + "\n");
  return validation.failed.empty() ? arch::kExitOk : arch::kExitFault;
}

int parse_and_run(int argc, char** argv) {
  Options options;
  CLI::App app{"Compares published timings of whole designs with those of compiler and simulator.",
               "aie4ml-validate"};
  app.footer(kFooter);
  app.add_option("cases", options.cases, "published timings")->option_text("CASES.json")->required();
  app.add_option("--json", options.json, "write rows and summary")->option_text("FILE");
  app.add_option("--csv", options.csv, "write rows")->option_text("FILE");
  app.add_option("--plot", options.plot, "draw predicted against published")->option_text("FILE.svg");
  app.add_option("--markdown", options.markdown, "put the tables between the accuracy marks of this file")
      ->option_text("FILE.md");
  app.add_flag("--sensitivity", options.sensitivity,
               "change every assumed number of the device in turn, and show how the summary moves");
  app.add_option("--only", options.only, "run the cases whose id contains this")->option_text("TEXT");
  app.add_option("--device-file", options.device_file, "device facts in place of those the cases name")
      ->option_text("FILE.json");
  app.add_option("--jobs", options.jobs, "cases at a time (default: one per core)")
      ->option_text("N")
      ->check(arch::above_zero());
  app.add_option("--timeout", options.timeout, "wall seconds a case may take (default: 600)")
      ->option_text("SECONDS")
      ->check(arch::above_zero());
  if (const auto done = arch::parse_command_line(app, argc, argv)) return *done;
  return run(options);
}

}  // namespace

int main(int argc, char** argv) {
  return aie4ml::arch::run_program("aie4ml-validate", [&] { return parse_and_run(argc, argv); });
}
