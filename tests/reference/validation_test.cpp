// Cases from file to rows, and the published ones within the committed bounds.
#include "sim/app/validate/validation.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

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

// See docs/accuracy.md for the command that renews the bounds.
TEST(Published, SummaryIsNotWorseThanTheCommittedOne) {
  const char* variable = std::getenv("AIE4ML_SHARED_REFERENCE");
  const fs::path folder = variable != nullptr ? fs::path(variable) : kRoot / ".." / "shared" / "reference";
  const fs::path file = folder / "timing_cases.json";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not there; set AIE4ML_SHARED_REFERENCE to its folder";
  std::ifstream in(kFolder / "accuracy_bounds.json");
  const auto bounds = nlohmann::json::parse(in).at("summary");
  const Validation result = validated(file);
  EXPECT_THAT(result.failed, testing::IsEmpty()) << to_text(result);
  const Summary summary = summarize(result.rows);
  std::puts(to_text(summary).c_str());
  EXPECT_LE(summary.median_abs_percent, bounds.at("median_abs_percent").get<double>() + kAllowedPoints)
      << to_text(result);
  EXPECT_LE(summary.worst_abs_percent, bounds.at("worst_abs_percent").get<double>() + kAllowedPoints)
      << to_text(result);
}

}  // namespace
}  // namespace aie4ml::sim::validate
