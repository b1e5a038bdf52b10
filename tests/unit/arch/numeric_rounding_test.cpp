#include <array>
#include <limits>
#include <random>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/numeric/rounding.hpp"
#include "tests/unit/arch/numeric_oracle.hpp"

namespace aie4ml::arch {
namespace {

constexpr std::array kModes = {RoundingMode::floor,    RoundingMode::ceil,    RoundingMode::sym_floor,
                               RoundingMode::sym_ceil, RoundingMode::neg_inf, RoundingMode::pos_inf,
                               RoundingMode::sym_zero, RoundingMode::sym_inf, RoundingMode::conv_even,
                               RoundingMode::conv_odd};
constexpr std::array kSaturations = {SaturationMode::none, SaturationMode::saturate,
                                     SaturationMode::symmetric};

std::string mode_name(const testing::TestParamInfo<RoundingMode>& info) {
  return std::string(to_string(info.param));
}

class EveryMode : public testing::TestWithParam<RoundingMode> {};
INSTANTIATE_TEST_SUITE_P(Srs, EveryMode, testing::ValuesIn(kModes), mode_name);

TEST_P(EveryMode, AllInt16AccumulatorsMatchTheDefinition) {
  for (int shift = 0; shift <= 17; ++shift) {
    for (int x = -32768; x <= 32767; ++x) {
      const tests::Wide rounded = tests::round_exact(x, shift, GetParam());
      for (const SaturationMode saturation : kSaturations) {
        for (const ElementType out : {ElementType::int8, ElementType::uint8, ElementType::int16}) {
          const Converted expected = tests::saturate_exact(rounded, saturation, bits(out), is_signed(out));
          if (srs(x, shift, GetParam(), saturation, out) != expected) {
            FAIL() << fmt::format("x={} shift={} {} {} -> {}, expected {}", x, shift, to_string(saturation),
                                  to_string(out), srs(x, shift, GetParam(), saturation, out).value,
                                  expected.value);
          }
        }
      }
    }
  }
}

std::vector<std::int64_t> wide_values() {
  std::vector<std::int64_t> values;
  std::mt19937_64 random(1);
  for (int exponent = 0; exponent < 64; ++exponent) {
    const std::uint64_t power = std::uint64_t{1} << exponent;
    for (const std::uint64_t near : {power - 1, power, power + 1, power + power / 2, random() % power}) {
      values.push_back(wrap64(near));
      values.push_back(wrap64(~near + 1));
    }
  }
  for (int i = 0; i < 200; ++i) values.push_back(wrap64(random()));
  return values;
}

TEST_P(EveryMode, WideAccumulatorsAndAllShiftsMatchTheDefinition) {
  for (const std::int64_t x : wide_values()) {
    for (int shift = kMinSrsShift; shift <= kMaxSrsShift; ++shift) {
      for (const SaturationMode saturation : kSaturations) {
        for (const auto& [width, is_signed] :
             {std::pair{8, true}, {8, false}, {16, true}, {16, false}, {32, true}}) {
          const Converted expected = tests::srs_exact(x, shift, GetParam(), saturation, width, is_signed);
          ASSERT_EQ(srs(x, shift, GetParam(), saturation, width, is_signed), expected) << fmt::format(
              "x={} shift={} {} {}{}", x, shift, to_string(saturation), is_signed ? 's' : 'u', width);
        }
      }
    }
  }
}

template <class Out>
void expect_lanes_equal_scalar(const std::vector<std::int32_t>& acc, int shift, RoundingMode mode,
                               SaturationMode saturation) {
  std::vector<Out> out(acc.size());
  const bool overflow = srs_lanes(acc, shift, mode, saturation, std::span<Out>(out));
  bool expected_overflow = false;
  for (std::size_t i = 0; i < acc.size(); ++i) {
    const Converted lane = srs(acc[i], shift, mode, saturation, 8 * sizeof(Out), std::is_signed_v<Out>);
    expected_overflow |= lane.overflow;
    if (out[i] != static_cast<Out>(lane.value)) {
      FAIL() << fmt::format("lane {} of {}: acc={} shift={} {}", i, acc.size(), acc[i], shift,
                            to_string(saturation));
    }
  }
  EXPECT_EQ(overflow, expected_overflow) << fmt::format("shift={} {}", shift, to_string(saturation));
}

void expect_all_types_equal_scalar(const std::vector<std::int32_t>& acc, int shift, RoundingMode mode) {
  for (const SaturationMode saturation : kSaturations) {
    expect_lanes_equal_scalar<std::int8_t>(acc, shift, mode, saturation);
    expect_lanes_equal_scalar<std::uint8_t>(acc, shift, mode, saturation);
    expect_lanes_equal_scalar<std::int16_t>(acc, shift, mode, saturation);
  }
}

TEST_P(EveryMode, LanesEqualScalarForAllInt16) {
  std::vector<std::int32_t> acc(65536);
  for (std::size_t i = 0; i < acc.size(); ++i) acc[i] = static_cast<std::int32_t>(i) - 32768;
  for (int shift = 0; shift <= 17; ++shift) expect_all_types_equal_scalar(acc, shift, GetParam());
}

TEST_P(EveryMode, LanesEqualScalarForExtremesAndOddLengths) {
  std::mt19937 random(2);
  std::vector<std::int32_t> acc;
  for (const std::int64_t x : wide_values()) acc.push_back(wrap32(x));
  for (int shift = kMinSrsShift; shift <= kMaxSrsShift; ++shift) {
    expect_all_types_equal_scalar(acc, shift, GetParam());
    std::vector<std::int32_t> few(static_cast<std::size_t>(shift - kMinSrsShift));
    for (std::int32_t& x : few) x = static_cast<std::int32_t>(random());
    expect_all_types_equal_scalar(few, shift, GetParam());
  }
}

// -2.5, 2.5, -1.75 and 1.25 by hand from the table of modes.
TEST(Srs, QuartersByHand) {
  struct Row {
    RoundingMode mode;
    std::array<std::int64_t, 4> expected;
  };
  constexpr std::array<std::int64_t, 4> quarters = {-10, 10, -7, 5};
  constexpr std::array<Row, 10> rows = {{{RoundingMode::floor, {-3, 2, -2, 1}},
                                         {RoundingMode::ceil, {-2, 3, -1, 2}},
                                         {RoundingMode::sym_floor, {-2, 2, -1, 1}},
                                         {RoundingMode::sym_ceil, {-3, 3, -2, 2}},
                                         {RoundingMode::neg_inf, {-3, 2, -2, 1}},
                                         {RoundingMode::pos_inf, {-2, 3, -2, 1}},
                                         {RoundingMode::sym_zero, {-2, 2, -2, 1}},
                                         {RoundingMode::sym_inf, {-3, 3, -2, 1}},
                                         {RoundingMode::conv_even, {-2, 2, -2, 1}},
                                         {RoundingMode::conv_odd, {-3, 3, -2, 1}}}};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < quarters.size(); ++i) {
      EXPECT_EQ(srs(quarters[i], 2, row.mode, SaturationMode::saturate, ElementType::int8).value,
                row.expected[i])
          << to_string(row.mode) << " of " << quarters[i] << "/4";
    }
  }
}

TEST(Srs, SaturationByHand) {
  const auto convert = [](std::int64_t x, SaturationMode saturation, ElementType out) {
    return srs(x, 0, RoundingMode::floor, saturation, out);
  };
  EXPECT_EQ(convert(128, SaturationMode::none, ElementType::int8), (Converted{-128, true}));
  EXPECT_EQ(convert(128, SaturationMode::saturate, ElementType::int8), (Converted{127, true}));
  EXPECT_EQ(convert(-128, SaturationMode::saturate, ElementType::int8), (Converted{-128, false}));
  EXPECT_EQ(convert(-128, SaturationMode::symmetric, ElementType::int8), (Converted{-127, true}));
  EXPECT_EQ(convert(-1, SaturationMode::saturate, ElementType::uint8), (Converted{0, true}));
  EXPECT_EQ(convert(-1, SaturationMode::none, ElementType::uint8), (Converted{255, true}));
  EXPECT_EQ(convert(255, SaturationMode::symmetric, ElementType::uint8), (Converted{255, false}));
}

TEST(Srs, NegativeShiftThatLeaves64BitsSaturatesByItsSign) {
  const std::int64_t big = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(srs(big, -4, RoundingMode::floor, SaturationMode::saturate, ElementType::int16),
            (Converted{32767, true}));
  EXPECT_EQ(srs(-big, -4, RoundingMode::floor, SaturationMode::saturate, ElementType::int16),
            (Converted{-32768, true}));
}

TEST(SrsDeath, ShiftOutsideTheHardwareRangeIsOurBug) {
  EXPECT_DEATH(srs(0, 60, RoundingMode::floor, SaturationMode::none, ElementType::int8), "");
  EXPECT_DEATH(srs(0, -5, RoundingMode::floor, SaturationMode::none, ElementType::int8), "");
}

TEST(Ups, MatchesTheDefinition) {
  for (const std::int64_t x : wide_values()) {
    for (int shift = 0; shift <= 59; ++shift) {
      for (const int acc_bits : {32, 64}) {
        for (const SaturationMode saturation : kSaturations) {
          const Converted expected =
              tests::saturate_exact(x * tests::power_of_two(shift), saturation, acc_bits, true);
          ASSERT_EQ(ups(x, shift, acc_bits, saturation), expected)
              << fmt::format("x={} shift={} bits={} {}", x, shift, acc_bits, to_string(saturation));
        }
      }
    }
  }
}

TEST(Wrap, KeepsLowBits) {
  EXPECT_EQ(wrap32(std::int64_t{1} << 31), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(wrap32(-(std::int64_t{1} << 31) - 1), std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ(wrapping_add(std::numeric_limits<std::int64_t>::max(), 1),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(wrapping_sub(std::numeric_limits<std::int64_t>::min(), 1),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(wrapping_mul(std::int64_t{1} << 62, 4), 0);
  EXPECT_EQ(wrap_to(0x1ff, 8, true), -1);
  EXPECT_EQ(wrap_to(0x1ff, 8, false), 255);
  EXPECT_EQ(wrap_to(-1, 64, true), -1);
}

// Codes of crRnd and crSat from UG1583.
TEST(Modes, CodesAndNamesGoBothWays) {
  const std::array<int, 10> codes = {0, 1, 2, 3, 8, 9, 10, 11, 12, 13};
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    EXPECT_EQ(rounding_mode_from_code(codes[i]), kModes[i]);
    EXPECT_EQ(rounding_mode_from_string(to_string(kModes[i])), kModes[i]);
  }
  for (const SaturationMode mode : kSaturations)
    EXPECT_EQ(saturation_mode_from_string(to_string(mode)), mode);
  EXPECT_EQ(saturation_mode_from_code(3), SaturationMode::symmetric);
  EXPECT_EQ(rounding_mode_from_code(4), std::nullopt);
  EXPECT_EQ(saturation_mode_from_code(2), std::nullopt);
  EXPECT_EQ(rounding_mode_from_string("conv"), std::nullopt);
  EXPECT_EQ(to_string(RoundingMode::conv_even), "conv_even");
}

}  // namespace
}  // namespace aie4ml::arch
