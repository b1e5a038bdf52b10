#include "traces/report/report_json.hpp"

#include <gmock/gmock.h>

#include "tests/unit/traces/small_run.hpp"
#include "traces/report/make_report.hpp"

namespace aie4ml::traces::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Report full_report() {
  Report report = make_report(small_device(), small_image(), small_statistics());
  report.outputs = {{"y", 60, 3}, {"z", std::nullopt, std::nullopt}};
  report.fault = FaultReport{"deadlock", 950, "tile (1,0)", "all wait", {"a waits for b", "b waits for a"}};
  report.warnings = {"a read of what nobody wrote"};
  return report;
}

// What scripts of users build on (docs/report.md); a change here needs a new schema number.
TEST(ReportJson, Contract) {
  const auto json = to_json(full_report());
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["model"], "tiny");
  EXPECT_EQ(json["device"], "small");
  EXPECT_EQ(json["tiles"], 3);
  EXPECT_EQ(json["latency"]["first_output_cycles"], 210);
  EXPECT_EQ(json["latency"]["first_output_ns"], 210.0);
  EXPECT_EQ(json["latency"]["last_output_cycles"], 240);
  EXPECT_EQ(json["latency"]["last_output_ns"], 240.0);
  EXPECT_EQ(json["interval"]["cycles"], 116.667);
  EXPECT_EQ(json["interval"]["ns"], 116.667);
  EXPECT_EQ(json["layers"][0]["name"], "fc1");
  EXPECT_EQ(json["layers"][0]["cycles"]["lock"], 200);
  EXPECT_EQ(json["bottleneck"]["unit"], "tile (1,0) core");
  EXPECT_EQ(json["outputs"][0], nlohmann::ordered_json({{"name", "y"}, {"expected", 60}, {"differing", 3}}));
  EXPECT_TRUE(json["outputs"][1]["expected"].is_null());
  EXPECT_EQ(json["fault"]["waits"][1], "b waits for a");
  EXPECT_EQ(json["host"]["wall_seconds"], 0.5);
}

TEST(ReportJson, TopLevelKeysInOrder) {
  std::vector<std::string> keys;
  const auto json = to_json(full_report());
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys,
              ElementsAre("schema", "model", "model_sha256", "device", "tiles", "memory_tiles", "iterations",
                          "completed_iterations", "total_cycles", "total_ns", "clocks", "latency",
                          "critical_path", "interval", "throughput", "bottleneck", "outputs", "fault",
                          "warnings", "layers", "cores", "dma", "routes", "banks", "plios", "host"));
}

TEST(ReportJson, UnknownValuesAreNull) {
  RunStatistics run = small_statistics();
  run.iterations = 1;
  run.plios[1].last_beat.resize(1);
  const auto json = to_json(make_report(small_device(), small_image(), run));
  EXPECT_TRUE(json["interval"]["cycles"].is_null());
  EXPECT_TRUE(json["throughput"]["iterations_per_second"].is_null());
  EXPECT_TRUE(json["fault"].is_null());
}

TEST(ReportJson, DeterministicReportsAreEqualByteForByte) {
  RunStatistics run = small_statistics();
  Report first = make_report(small_device(), small_image(), run);
  run.wall_seconds = 7;
  Report second = make_report(small_device(), small_image(), run);
  EXPECT_NE(to_json(first).dump(), to_json(second).dump());
  first.host.reset();
  second.host.reset();
  EXPECT_EQ(to_json(first).dump(), to_json(second).dump());
  EXPECT_FALSE(to_json(first).contains("host"));
}

TEST(ReportJson, RoundTrip) {
  const Report report = full_report();
  EXPECT_EQ(report_from_json(to_json(report), "r.json"), report);

  const TemporaryDirectory directory;
  Report deterministic = report;
  deterministic.host.reset();
  write_report(directory / "r.json", deterministic);
  EXPECT_EQ(read_report(directory / "r.json"), deterministic);
}

std::string error_of(const nlohmann::ordered_json& json) {
  try {
    report_from_json(json, "r.json");
  } catch (const arch::InputError& error) {
    const std::string what = error.what();
    return what.substr(0, what.find(';'));
  }
  return "none";
}

TEST(ReportJson, ErrorsNameTheField) {
  const auto good = to_json(full_report());
  auto json = good;
  json["schema"] = 2;
  EXPECT_EQ(error_of(json), "r.json: schema: is 2, known is 1");
  json = good;
  json["layers"][1]["cycles"].erase("lock");
  EXPECT_EQ(error_of(json), "r.json: layers[1].cycles.lock: is missing");
  json = good;
  json["tiles"] = "three";
  EXPECT_EQ(error_of(json), "r.json: tiles: is not an integer");
  json = good;
  json["tiles"] = 5'000'000'000;
  EXPECT_EQ(error_of(json), "r.json: tiles: is not in range");
  json = good;
  json["cores"][0]["srs_overflow"] = 1;
  EXPECT_EQ(error_of(json), "r.json: cores[0].srs_overflow: is not true or false");
  EXPECT_EQ(error_of(nlohmann::ordered_json::array()), "r.json: is not a report");
  json = good;
  json["later"] = 1;
  EXPECT_EQ(error_of(json), "none");
}

TEST(ReportValidate, FindsAllProblems) {
  EXPECT_THAT(validate(full_report()), IsEmpty());
  Report report = full_report();
  report.cores[0].cycles.lock += 1;
  report.outputs[0].differing = 61;
  report.latency.last_output_cycles = 100;
  report.completed_iterations = 7;
  const arch::Problems problems = validate(report);
  ASSERT_THAT(problems, SizeIs(4));
  EXPECT_EQ(problems[0].where, "completed_iterations");
  EXPECT_EQ(problems[1].where, "latency.last_output_cycles");
  EXPECT_EQ(problems[2].where, "outputs[0].differing");
  EXPECT_EQ(problems[2].what, "is 61 of 60");
  EXPECT_EQ(problems[3].where, "cores[0].cycles");
  EXPECT_EQ(problems[3].what, "adds up to 1001 cycles, not to 1000");
}

}  // namespace
}  // namespace aie4ml::traces::testing
