// Cases from file to rows, and the published ones within the committed bounds.
#include "sim/app/validate/validation.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/error.hpp"
#include "sim/app/validate/markdown.hpp"
#include "sim/app/validate/output.hpp"
#include "sim/app/validate/sensitivity.hpp"

namespace aie4ml::sim::validate {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kRoot = AIE4ML_SOURCE_DIR;
const fs::path kFolder = kRoot / "tests" / "reference";
constexpr double kAllowedPoints = 0.5;  // of percent, that a summary may get worse

ValidationOptions options() {
  return {"", {static_cast<int>(std::max(1U, std::thread::hardware_concurrency())), 200}, {}};
}

Validation validated(const fs::path& file) {
  return validate_cases(read_cases(file), {{}}, options()).front();
}

TEST(Validation, RunsACaseWithBothMetrics) {
  const Validation result = validated(kFolder / "cases" / "one_dense.json");
  EXPECT_THAT(result.failed, testing::IsEmpty());
  ASSERT_EQ(2U, result.rows.size());
  EXPECT_EQ("first_output_latency_cycles", result.rows[0].metric);
  EXPECT_EQ("interval_cycles", result.rows[1].metric);
  EXPECT_EQ("small", result.rows[0].network);
  // Two kernel calls and eight DMA passes cannot take less, nor a design of three tiles more.
  EXPECT_GT(result.rows[0].predicted, 150);
  EXPECT_LT(result.rows[0].predicted, 2000);
  EXPECT_LT(result.rows[1].predicted, result.rows[0].predicted);
}

TEST(Validation, WhatCannotRunIsListedAndTheRestRuns) {
  const Validation result = validated(kFolder / "cases" / "one_cannot.json");
  ASSERT_EQ(1U, result.rows.size());
  EXPECT_EQ("small/runs", result.rows[0].id);
  ASSERT_EQ(4U, result.failed.size());
  EXPECT_EQ("small/too_wide", result.failed[0].id);
  EXPECT_THAT(result.failed[0].reason, HasSubstr("dense_0"));
  EXPECT_EQ("small/unknown_operator: layers[0]: operator 'conv9d' is not supported; use dense",
            result.failed[1].reason);
  EXPECT_EQ("small/no_interval: one iteration has no interval; give it more iterations",
            result.failed[2].reason);
  EXPECT_THAT(result.failed[3].reason, HasSubstr("ve9999"));
}

TEST(Validation, AnEditedNumberMovesThePrediction) {
  const std::vector<Case> cases = read_cases(kFolder / "cases" / "one_dense.json");
  const auto results =
      validate_cases(cases, {{}, {{"shim.cdc_cycles", 4.0}}, {{"no.such.number", 1.0}}}, options());
  ASSERT_EQ(3U, results.size());
  EXPECT_GT(results[1].rows.at(0).predicted, results[0].rows.at(0).predicted);
  EXPECT_EQ(results[2].rows.at(0).predicted, results[0].rows.at(0).predicted);
}

TEST(Sensitivity, IsSortedByEffect) {
  const Sensitivity result = find_sensitivity(read_cases(kFolder / "cases" / "one_dense.json"), options());
  ASSERT_FALSE(result.influences.empty());
  EXPECT_GT(result.influences.front().effect(result.base), 0);
  for (std::size_t i = 1; i < result.influences.size(); ++i) {
    EXPECT_GE(result.influences[i - 1].effect(result.base), result.influences[i].effect(result.base));
  }
  EXPECT_THAT(to_text(result), HasSubstr("memory_tile"));
}

TEST(Markdown, ReplacesTheTableBetweenTheMarks) {
  const fs::path file = fs::path(testing::TempDir()) / "accuracy_test.md";
  write_text(file, "before\n<!-- begin accuracy -->\nold\n<!-- end accuracy -->\nafter\n");
  const Validation validation{{{"a/0", "a", "m", 100, 110}}, {}};
  update_markdown(file, validation);
  update_markdown(file, validation);
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ("before\n<!-- begin accuracy -->\n" + to_markdown(validation) + "<!-- end accuracy -->\nafter\n",
            text.str());
  EXPECT_THAT(text.str(), HasSubstr("| a/0 | m | 110.0 | 100.0 | +10.00 |\n"));
  write_text(file, "no marks");
  EXPECT_THROW(update_markdown(file, validation), arch::InputError);
}

// What of a summary is worse than the committed one by more than is allowed, a line each.
std::vector<std::string> worse(const Summary& summary, const nlohmann::json& bounds) {
  std::vector<std::string> result;
  const auto hold = [&](const char* key, double value) {
    const double committed = std::abs(bounds.at(key).get<double>());
    if (std::abs(value) <= committed + kAllowedPoints) return;
    result.push_back(fmt::format("{} is {:.2f}, committed {:.2f}", key, value, committed));
  };
  hold("median_abs_percent", summary.median_abs_percent);
  hold("p90_abs_percent", summary.p90_abs_percent);
  hold("worst_abs_percent", summary.worst_abs_percent);
  hold("mean_signed_percent", summary.mean_signed_percent);
  return result;
}

TEST(Bounds, HalfAPointIsAllowedAndNoMore) {
  // Errors of 1, 2 and 3 %: median 2, 90th percentile 2.8, worst 3, mean 2.
  const Summary summary =
      summarize({{"a/0", "a", "m", 100, 101}, {"a/1", "a", "m", 100, 102}, {"a/2", "a", "m", 100, 103}});
  const auto bounds = [](double median, double p90, double worst, double mean) {
    return nlohmann::json{{"median_abs_percent", median},
                          {"p90_abs_percent", p90},
                          {"worst_abs_percent", worst},
                          {"mean_signed_percent", mean}};
  };
  EXPECT_THAT(worse(summary, bounds(1.51, 2.31, 2.51, -1.51)), testing::IsEmpty());
  EXPECT_THAT(worse(summary, bounds(1.49, 2.29, 2.49, 1.49)), testing::SizeIs(4));
  EXPECT_THAT(worse(summary, bounds(2, 2.8, 2.4, 2)),
              testing::ElementsAre("worst_abs_percent is 3.00, committed 2.40"));
}

// See docs/accuracy.md for the command that renews the bounds.
TEST(Published, SummaryIsNotWorseThanTheCommittedOne) {
  const char* variable = std::getenv("AIE4ML_SHARED_REFERENCE");
  const fs::path folder = variable != nullptr ? fs::path(variable) : kRoot / ".." / "shared" / "reference";
  const fs::path file = folder / "timing_cases.json";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not there; set AIE4ML_SHARED_REFERENCE to its folder";
  std::ifstream in(kFolder / "accuracy_bounds.json");
  const Validation result = validated(file);
  EXPECT_THAT(result.failed, testing::IsEmpty()) << to_text(result);
  const Summary summary = summarize(result.rows);
  std::puts(to_text(summary).c_str());
  EXPECT_THAT(worse(summary, nlohmann::json::parse(in).at("summary")), testing::IsEmpty()) << to_text(result);
}

}  // namespace
}  // namespace aie4ml::sim::validate
