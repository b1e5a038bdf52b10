// Arithmetic of the summary; expected values worked out by hand.
#include "sim/app/validate/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/app/validate/design.hpp"
#include "sim/app/validate/output.hpp"

namespace aie4ml::sim::validate {
namespace {

using testing::DoubleNear;

// Errors +10, -5, +1, 0 and +2 %.
std::vector<Row> five_rows() {
  return {{"a/0", "a", "m", 100, 110},
          {"b/0", "b", "m", 200, 190},
          {"a/1", "a", "m", 100, 101},
          {"a/2", "a", "m", 50, 50},
          {"b/1", "b", "m", 1000, 1020}};
}

TEST(Summary, OfFiveRows) {
  const Summary summary = summarize(five_rows());
  EXPECT_EQ(5U, summary.rows);
  EXPECT_THAT(summary.median_abs_percent, DoubleNear(2, 1e-9));
  EXPECT_THAT(summary.p90_abs_percent, DoubleNear(8, 1e-9));  // rank 3.6: 5 + 0.6 * (10 - 5)
  EXPECT_THAT(summary.worst_abs_percent, DoubleNear(10, 1e-9));
  EXPECT_THAT(summary.mean_signed_percent, DoubleNear(1.6, 1e-9));
}

TEST(Summary, OfAnEvenNumberOfRowsTakesTheMiddle) {
  std::vector<Row> rows = five_rows();
  rows.pop_back();
  EXPECT_THAT(summarize(rows).median_abs_percent, DoubleNear(3, 1e-9));  // 0 1 | 5 10
}

TEST(Summary, OfOneAndOfNoRows) {
  const Summary one = summarize({{"a", "a", "m", 200, 150}});
  EXPECT_DOUBLE_EQ(25, one.median_abs_percent);
  EXPECT_DOUBLE_EQ(25, one.p90_abs_percent);
  EXPECT_DOUBLE_EQ(25, one.worst_abs_percent);
  EXPECT_DOUBLE_EQ(-25, one.mean_signed_percent);
  EXPECT_EQ(0U, summarize({}).rows);
}

TEST(Summary, ByNetworkInOrderOfAppearance) {
  const auto networks = summarize_networks(five_rows());
  ASSERT_EQ(2U, networks.size());
  EXPECT_EQ("a", networks[0].network);
  EXPECT_EQ(3U, networks[0].summary.rows);
  EXPECT_THAT(networks[0].summary.mean_signed_percent, DoubleNear(11.0 / 3, 1e-9));
  EXPECT_EQ("b", networks[1].network);
  EXPECT_THAT(networks[1].summary.worst_abs_percent, DoubleNear(5, 1e-9));
}

TEST(Output, JsonHasTheContractsKeys) {
  const auto json = to_json(Validation{five_rows(), {{"c/0", "does not fit"}}});
  EXPECT_EQ(R"({"id":"b/0","metric":"m","published":200.0,"predicted":190.0,"error_percent":-5.0})",
            json["cases"][1].dump());
  EXPECT_EQ(R"({"id":"c/0","reason":"does not fit"})", json["failed"][0].dump());
  EXPECT_EQ(
      R"({"rows":5,"median_abs_percent":2.0,"p90_abs_percent":8.0,"worst_abs_percent":10.0,"mean_signed_percent":1.6})",
      json["summary"].dump());
  EXPECT_TRUE(to_json(Validation{})["summary"]["median_abs_percent"].is_null());
}

TEST(Output, CsvQuotesWhatNeedsIt) {
  EXPECT_EQ("id,metric,published,predicted,error_percent\n\"a,\"\"b\"\"\",m,100,110.5,10.500\n",
            to_csv(Validation{{{"a,\"b\"", "a", "m", 100, 110.5}}, {}}));
}

TEST(DeviceEdit, MovesByAQuarterOrOne) {
  EXPECT_DOUBLE_EQ(10, edited(8, 0.25));
  EXPECT_DOUBLE_EQ(6, edited(8, -0.25));
  EXPECT_DOUBLE_EQ(3, edited(2, 0.25));
  EXPECT_DOUBLE_EQ(0, edited(1, -0.25));
  EXPECT_DOUBLE_EQ(0, edited(0, -0.25));
  EXPECT_DOUBLE_EQ(0.625, edited(0.5, 0.25));
}

}  // namespace
}  // namespace aie4ml::sim::validate
