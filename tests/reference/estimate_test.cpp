// The estimate against the simulated machine: whole designs, no kernel or transfer on its own. What is shared
// between them are the numbers of the device, the kernels' bundles and the plan; the machine moves data and
// executes instructions, with all conflicts over banks.
#include "compiler/estimate/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "arch/error.hpp"
#include "arch/host/port_map.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/plan/planner.hpp"
#include "sim/app/validate/design.hpp"
#include "sim/machine/machine.hpp"
#include "tests/models/random_run.hpp"
#include "traces/report/make_report.hpp"

namespace aie4ml::sim::validate {
namespace {

namespace fs = std::filesystem;

constexpr double kMedianPercent = 5;
constexpr double kWorstPercent = 15;
// The second half is measured. Where paths of a join are of different length, outputs come in bursts of two
// or four, which the measured ones must be a multiple of.
constexpr std::int64_t kIterations = 16;

// Differences between estimate and simulation, printed one by one.
class Differences {
 public:
  void add(const std::string& what, const char* metric, double estimated, double simulated) {
    const double percent = 100 * (estimated / simulated - 1);
    percents_.push_back(std::abs(percent));
    std::printf("%-28s %-9s estimated %7.0f simulated %7.0f %+6.1f %%\n", what.c_str(), metric, estimated,
                simulated, percent);
  }
  void expect_small(std::size_t least_designs) {
    ASSERT_GE(percents_.size(), 2 * least_designs);
    std::sort(percents_.begin(), percents_.end());
    const double median = percents_[percents_.size() / 2];
    std::printf("%zu values: median %.2f %%, worst %.2f %%\n", percents_.size(), median, percents_.back());
    EXPECT_LE(median, kMedianPercent);
    EXPECT_LE(percents_.back(), kWorstPercent);
  }

 private:
  std::vector<double> percents_;
};

// Estimates and simulates a design with random inputs.
void compare(const std::string& what, const compiler::Graph& graph, const compiler::Plan& plan,
             const arch::Device& device, Differences& differences) {
  const compiler::Estimate estimated = compiler::estimate(plan, device);
  const arch::Image image = compiler::generate_image(graph, plan, device);
  RunOptions options;
  options.iterations = kIterations;
  const arch::PortArrays inputs = arch::random_inputs(image, kIterations, 1);
  const MachineResult result =
      run(device, image, arch::words_from_inputs(image, inputs, kIterations), options);
  ASSERT_FALSE(result.fault) << what << ": " << result.fault->message;
  const traces::Report report = traces::make_report(device, image, result.statistics);
  differences.add(what, "latency", estimated.latency_cycles,
                  static_cast<double>(report.latency.first_output_cycles.value()));
  differences.add(what, "interval", estimated.interval_cycles, report.interval.cycles.value());
}

// What the compiler refuses is said and left out.
template <class Make>
void try_compare(const std::string& what, const compiler::Graph& graph, const arch::Device& device,
                 Differences& differences, Make make_plan) {
  try {
    compare(what, graph, make_plan(), device, differences);
  } catch (const arch::InputError& error) {
    std::printf("%-28s refused: %s\n", what.c_str(), error.what());
  }
}

// Every `step`-th of the published designs.
void compare_published(std::size_t step) {
  const char* variable = std::getenv("AIE4ML_SHARED_REFERENCE");
  const fs::path folder =
      variable != nullptr ? fs::path(variable) : fs::path(AIE4ML_SOURCE_DIR) / ".." / "shared" / "reference";
  const fs::path file = folder / "timing_cases.json";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not there; set AIE4ML_SHARED_REFERENCE to its folder";
  const std::vector<Case> cases = read_cases(file);
  Differences differences;
  for (std::size_t i = 0; i < cases.size(); i += step) {
    const arch::Device device = device_of(cases[i], "", {});
    const compiler::Graph graph = graph_of(cases[i]);
    compare(cases[i].id, graph, compiler::make_plan(graph, directives_of(cases[i]), device), device,
            differences);
  }
  differences.expect_small(1);
}

std::optional<compiler::Graph> import(const fs::path& model) {
  for (const std::optional<std::int64_t> batch :
       {std::optional<std::int64_t>{}, std::optional<std::int64_t>{8}}) {
    try {
      return compiler::import_onnx(model, {batch});
    } catch (const arch::InputError& error) {
      const std::string what = error.what();
      if (!batch && what.find("give --batch") != std::string::npos) continue;
      std::printf("refused: %s\n", error.what());
      break;
    }
  }
  return std::nullopt;
}

// All models of this repository and the shared ones.
void compare_models(const compiler::PlanOptions& options, const std::string& device_name = "ve2802") {
  const char* variable = std::getenv("AIE4ML_SHARED_MODELS");
  const fs::path root = AIE4ML_SOURCE_DIR;
  const fs::path shared = variable != nullptr ? fs::path(variable) : root / ".." / "shared" / "models";
  std::vector<fs::path> models;
  for (const fs::path& folder : {root / "tests" / "models", shared}) {
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (fs::exists(entry.path() / "model.onnx")) models.push_back(entry.path());
    }
  }
  std::sort(models.begin(), models.end());
  const arch::Device device = arch::load_device(device_name);
  Differences differences;
  for (const fs::path& model : models) {
    const std::optional<compiler::Graph> graph = import(model / "model.onnx");
    if (!graph) continue;
    try_compare(model.filename().string(), *graph, device, differences,
                [&] { return compiler::make_plan(*graph, {}, device, options); });
  }
  differences.expect_small(5);
}

// cut: as the seed has it; otherwise by the compiler, for a goal that also comes from the seed.
void compare_random(std::uint64_t first, std::uint64_t count, bool cut, bool crowded) {
  const arch::Device device = arch::load_device("ve2802");
  Differences differences;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    tests::RandomModelOptions options = test::array_options(seed);
    if (crowded) options.max_layers = 14, options.max_features = 240;
    const compiler::Graph graph = test::graph_of(tests::random_model(seed, options));
    std::mt19937_64 random(seed + 1);
    compiler::PlanOptions goal;
    constexpr std::int64_t kTiles = 16;
    goal.goal = seed % 2 == 0 ? compiler::Goal::throughput : compiler::Goal::latency;
    goal.max_tiles = kTiles;
    try_compare("seed " + std::to_string(seed) +
                    (cut             ? ""
                     : seed % 2 == 0 ? " throughput"
                                     : " latency"),
                graph, device, differences, [&] {
                  return cut ? test::plan_of(graph, test::random_cuts(graph, device, crowded ? 8 : 4, random),
                                             device)
                             : compiler::make_plan(graph, {}, device, goal);
                });
  }
  differences.expect_small(count / 2);
}

TEST(Estimate, IsNearTheSimulationOfPublishedDesigns) {
  compare_published(4);
}
TEST(Estimate, IsNearTheSimulationOfModels) {
  compare_models({});
}
// Graph inputs and outputs in external memory.
TEST(Estimate, IsNearTheSimulationOfModelsOnTheNpu) {
  compare_models({}, "npu1");
}
TEST(Estimate, IsNearTheSimulationOfRandomNetworks) {
  compare_random(0, 8, true, false);
}
TEST(Estimate, IsNearTheSimulationForGoals) {
  compare_random(100, 2, false, false);
}

TEST(LongEstimate, IsNearTheSimulationOfPublishedDesigns) {
  compare_published(1);
}
TEST(LongEstimate, IsNearTheSimulationOfModelsForThroughput) {
  compiler::PlanOptions options;
  options.goal = compiler::Goal::throughput;
  compare_models(options);
}
TEST(LongEstimate, IsNearTheSimulationOfModelsForLatency) {
  compiler::PlanOptions options;
  options.goal = compiler::Goal::latency;
  compare_models(options);
}
class LongEstimateSweep : public ::testing::TestWithParam<std::uint64_t> {};
TEST_P(LongEstimateSweep, OfRandomCuts) {
  compare_random(GetParam() * 40, 40, true, false);
}
TEST_P(LongEstimateSweep, OfCrowdedNetworks) {
  compare_random(5000 + GetParam() * 20, 20, true, true);
}
TEST_P(LongEstimateSweep, OfGoals) {
  compare_random(1000 + GetParam() * 20, 20, false, false);
}
INSTANTIATE_TEST_SUITE_P(Long, LongEstimateSweep, ::testing::Range<std::uint64_t>(0, 5));

}  // namespace
}  // namespace aie4ml::sim::validate
