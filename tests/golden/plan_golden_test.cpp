// Plans as people see them: a change in cutting, placing or connecting shows up as a diff.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/planner.hpp"
#include "tests/golden/golden_file.hpp"

namespace aie4ml::tests {
namespace {

std::string plan_of(const std::string& model, const char* directives_json, const char* device_name) {
  const arch::Device device = arch::load_device(device_name);
  const auto graph =
      compiler::import_onnx(std::string(AIE4ML_SOURCE_DIR) + "/tests/models/" + model + "/model.onnx");
  const auto directives =
      compiler::directives_from_json(nlohmann::json::parse(directives_json), graph, "directives");
  compiler::Plan plan = compiler::make_plan(graph, directives, device);
  // Schedules change more often than plans.
  for (compiler::LayerPlan& layer : plan.layers) layer.kernel_cycles.clear();
  return compiler::to_text(plan, device);
}

TEST(PlanGolden, DigitsMlp) {
  expect_golden(plan_of("digits_mlp", "{}", "ve2802"), "plan/digits_mlp.txt");
}
TEST(PlanGolden, DigitsWideOnASmallDevice) {
  expect_golden(plan_of("digits_wide", "{}", "ve2302"), "plan/digits_wide_ve2302.txt");
}
TEST(PlanGolden, DigitsWideInParallel) {
  expect_golden(plan_of("digits_wide", R"({"layers": {"fc1": {"cas_len": 2, "cas_num": 5},
      "fc2": {"cas_len": 4, "cas_num": 2, "col": 20, "row": 3}, "#2": {"cas_len": 3}}})",
                        "ve2802"),
                "plan/digits_wide_parallel.txt");
}
// Rows split, then N, and blocks of one row.
TEST(PlanGolden, DigitsWideByRows) {
  expect_golden(plan_of("digits_wide", R"({"layers": {
      "fc1": {"cas_len": 2, "cas_num": 2, "contract": "outer", "block": [1, 4]},
      "fc2": {"cas_len": 2, "cas_num": 2, "block": [2, 4]}, "fc3": {"cas_num": 2, "contract": "outer", "block": [1, 2]}}})",
                        "ve2802"),
                "plan/digits_wide_rows.txt");
}
// A memory tile only where slices differ.
TEST(PlanGolden, DigitsWideDirectly) {
  expect_golden(
      plan_of("digits_wide", R"({"layers": {"fc1": {"cas_num": 2}, "fc2": {"cas_len": 2, "route": "direct"},
      "fc3": {"cas_len": 2}}})",
              "ve2802"),
      "plan/digits_wide_direct.txt");
}

}  // namespace
}  // namespace aie4ml::tests
