#include <gtest/gtest.h>

#include "sim/host/accuracy.hpp"
#include "sim/host/compare.hpp"
#include "tests/support/host_files.hpp"

namespace aie4ml::sim {
namespace {

using test::array_of_values;

arch::GraphPort output(std::vector<std::int64_t> shape, bool is_float = false, int frac = 0) {
  arch::GraphPort port;
  port.tensor = "y";
  port.direction = arch::PlioChannel::Direction::output;
  port.shape = std::move(shape);
  port.type = arch::ElementType::int8;
  port.is_float = is_float;
  port.frac = frac;
  return port;
}

TEST(Compare, CountsAndNamesTheFirst) {
  const arch::NpyArray got =
      array_of_values<std::int8_t>(arch::NpyType::int8, {2, 2, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  arch::NpyArray expected = got;
  const Comparison same = compare({"e", expected}, got, output({2, 3}));
  EXPECT_EQ(same.compared, 12);
  EXPECT_EQ(same.differing, 0);
  EXPECT_EQ(to_text(same), "12 values, bit-exact");
  expected.bytes[7] = static_cast<std::uint8_t>(-4);  // (1, 0, 1)
  expected.bytes[11] = 0;
  const Comparison other = compare({"e", expected}, got, output({2, 3}));
  EXPECT_EQ(other.differing, 2);
  EXPECT_EQ(to_text(other), "2 of 12 differ, first at [1,0,1]: expected -4, got 7");
}

TEST(Compare, WiderExpectedIntegersAreCompareByValue) {
  const arch::NpyArray got = array_of_values<std::int8_t>(arch::NpyType::int8, {1, 3}, {-1, 1, 44});
  const arch::NpyArray expected =
      array_of_values<std::int64_t>(arch::NpyType::int64, {1, 3}, {-1, 1, 300});  // 300 = 44 mod 256
  EXPECT_EQ(to_text(compare({"e", expected}, got, output({3}))),
            "1 of 3 differ, first at [0,2]: expected 300, got 44");
}

TEST(Compare, FloatsBitForBit) {
  const arch::NpyArray got = array_of_values<float>(arch::NpyType::float32, {1, 3}, {0.0F, 0.25F, -1.5F});
  const arch::NpyArray expected =
      array_of_values<float>(arch::NpyType::float32, {1, 3}, {-0.0F, 0.25F, -1.75F});
  const Comparison result = compare({"e", expected}, got, output({3}, true, 2));
  EXPECT_EQ(to_text(result), "2 of 3 differ, first at [0,0]: expected -0, got 0");
}

TEST(Compare, CodesOfAFloatOutput) {
  const arch::NpyArray got = array_of_values<float>(arch::NpyType::float32, {1, 3}, {0.0F, 0.25F, -1.5F});
  const arch::NpyArray expected = array_of_values<std::int64_t>(arch::NpyType::int64, {1, 3}, {0, 1, -5});
  EXPECT_EQ(to_text(compare({"e", expected}, got, output({3}, true, 2))),
            "1 of 3 differ, first at [0,2]: expected -5, got -6");
}

TEST(Accuracy, FirstOfEqualLargestValuesCounts) {
  const arch::NpyArray values =
      array_of_values<std::int8_t>(arch::NpyType::int8, {3, 1, 3}, {1, 5, 5, -3, -2, -1, 7, 0, 0});
  const arch::PortArray labels{"l", array_of_values<std::uint8_t>(arch::NpyType::uint8, {3, 1}, {1, 2, 2})};
  check_labels(labels, output({1, 3}), 3);
  EXPECT_EQ(to_text(top1(labels, values)), "2/3 = 66.67 %");
}

TEST(Accuracy, LabelsMayEndBeforeTheRun) {
  const arch::NpyArray values =
      array_of_values<float>(arch::NpyType::float32, {2, 2}, {0.5F, 0.25F, 0.0F, 1.0F});
  const arch::PortArray labels{"l", array_of_values<std::int64_t>(arch::NpyType::int64, {1}, {0})};
  check_labels(labels, output({2}, true), 2);
  EXPECT_EQ(to_text(top1(labels, values)), "1/1 = 100.00 %");
}

}  // namespace
}  // namespace aie4ml::sim
