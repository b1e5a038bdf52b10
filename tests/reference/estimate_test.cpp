// The estimate by formula against the simulated machine: whole designs, no kernel or transfer on its own.
#include "compiler/estimate/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "compiler/plan/planner.hpp"
#include "sim/app/validate/design.hpp"
#include "sim/app/validate/validation.hpp"

namespace aie4ml::sim::validate {
namespace {

namespace fs = std::filesystem;

constexpr double kMedianPercent = 5;
constexpr double kWorstPercent = 15;

// Estimates every case, simulates it, and bounds the difference, in percent of what was simulated.
void compare(const std::vector<Case>& cases) {
  const int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const Validation simulated = validate_cases(cases, {{}}, {"", {jobs, 200}, {}}).front();
  for (const auto& failed : simulated.failed) ADD_FAILURE() << failed.id << ": " << failed.reason;
  std::vector<double> differences;
  for (const Case& design : cases) {
    const arch::Device device = device_of(design, "", {});
    const compiler::Plan plan = compiler::make_plan(graph_of(design), directives_of(design), device);
    const compiler::Estimate estimated = compiler::estimate(plan, device);
    for (const auto& row : simulated.rows) {
      if (row.id != design.id) continue;
      const bool latency = row.metric == to_string(Metric::first_output_latency);
      const double cycles = latency ? estimated.latency_cycles : estimated.interval_cycles;
      differences.push_back(100 * std::abs(cycles / row.predicted - 1));
      std::printf("%-28s %-28s estimated %7.0f simulated %7.0f %+5.1f %%\n", row.id.c_str(),
                  row.metric.c_str(), cycles, row.predicted, 100 * (cycles / row.predicted - 1));
    }
  }
  ASSERT_FALSE(differences.empty());
  std::sort(differences.begin(), differences.end());
  EXPECT_LE(differences[differences.size() / 2], kMedianPercent);
  EXPECT_LE(differences.back(), kWorstPercent);
}

Case random_case(int index, std::mt19937& random) {
  const auto pick = [&](std::initializer_list<int> of) {
    return *(of.begin() + static_cast<std::ptrdiff_t>(random() % of.size()));
  };
  Case design;
  design.id = "random/" + std::to_string(index);
  design.device = "ve2802";
  design.aie_clock_mhz = 1250;
  design.pl_clock_mhz = 312.5;
  design.plio_bits = 128;
  design.batch = pick({8, 16});
  design.input = "int8";
  design.route = "memtile";
  design.iterations = 8;
  int k = pick({16, 32, 64, 128});
  for (int layers = pick({1, 2, 3}); layers > 0; --layers) {
    CaseLayer layer;
    layer.op = "dense";
    layer.weights = layer.output = "int8";
    layer.k = k;
    layer.n = k = pick({16, 32, 64, 128});
    layer.bias = true;
    layer.relu = pick({0, 1}) == 1;
    layer.cas_len = layer.k >= 64 ? pick({1, 2}) : 1;
    layer.cas_num = layer.n >= 64 ? pick({1, 2}) : 1;
    design.layers.push_back(layer);
  }
  design.expect = {{Metric::first_output_latency, 1}, {Metric::interval, 1}};
  return design;
}

TEST(Estimate, IsNearTheSimulationOfRandomDesigns) {
  const unsigned seed = 7;
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  std::vector<Case> cases;
  for (int i = 0; i < 8; ++i) cases.push_back(random_case(i, random));
  compare(cases);
}

TEST(Estimate, IsNearTheSimulationOfPublishedDesigns) {
  const fs::path file = fs::path(AIE4ML_SOURCE_DIR) / ".." / "shared" / "reference" / "timing_cases.json";
  if (!fs::exists(file)) GTEST_SKIP() << "no published cases";
  compare(read_cases(file));
}

}  // namespace
}  // namespace aie4ml::sim::validate
