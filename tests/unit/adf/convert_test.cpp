// SRS, UPS and pack of the headers against quotients of 128-bit integers: every mode, every type.
#include <aie4ml_adf/kernel_fault.hpp>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/adf/exact.hpp"

namespace aie4ml::adf {
namespace {

using namespace testing;

template <class Lane>
std::vector<Lane> lanes_to_try(int shift, std::mt19937_64& random) {
  std::vector<Lane> lanes = {0, 1, -1, std::numeric_limits<Lane>::min(), std::numeric_limits<Lane>::max()};
  // Around ties and around the ends of every output type.
  for (const int place : {shift - 1, shift, shift + 7, shift + 8, shift + 15, shift + 16, shift + 31}) {
    if (place < 0 || place >= std::numeric_limits<Lane>::digits) continue;
    for (const Lane add : {-1, 0, 1}) {
      lanes.push_back(static_cast<Lane>((Lane{1} << place) + add));
      lanes.push_back(static_cast<Lane>(-(Lane{1} << place) + add));
      lanes.push_back(static_cast<Lane>(static_cast<Wide>(Lane{1} << place) * 3 + add));
      lanes.push_back(static_cast<Lane>(static_cast<Wide>(Lane{1} << place) * -3 + add));
    }
  }
  while (lanes.size() % 32 != 0 || lanes.size() < 96)
    lanes.push_back(static_cast<Lane>(static_cast<std::int64_t>(random()) >> random() % 64));
  return lanes;
}

template <class Tag, class T>
void check_srs(int shift, std::mt19937_64& random) {
  const auto lanes = lanes_to_try<aie4ml::adf::detail::accum_lane_t<Tag>>(shift, random);
  for (std::size_t at = 0; at < lanes.size(); at += 32) {
    aie::accum<Tag, 32> acc;
    std::copy_n(lanes.begin() + static_cast<std::ptrdiff_t>(at), 32, acc.data());
    const auto out = acc.template to_vector<T>(shift);
    for (unsigned i = 0; i < 32; ++i) {
      const Wide expected = exact_fit(exact_round(acc.data()[i], shift, aie::get_rounding()), out.type_bits(),
                                      out.is_signed(), aie::get_saturation());
      ASSERT_EQ(static_cast<Wide>(out.get(i)), expected)
          << acc.data()[i] << " >> " << shift << " rounding " << static_cast<int>(aie::get_rounding())
          << " saturation " << static_cast<int>(aie::get_saturation());
    }
  }
}

template <class Tag>
void check_srs_types(std::initializer_list<int> shifts) {
  const ScopedModes modes;
  std::mt19937_64 random(7);
  for (const auto rounding : kRoundings) {
    for (const auto saturation : kSaturations) {
      aie::set_rounding(rounding);
      aie::set_saturation(saturation);
      for (const int shift : shifts) {
        check_srs<Tag, int8>(shift, random);
        check_srs<Tag, uint8>(shift, random);
        check_srs<Tag, int16>(shift, random);
        check_srs<Tag, uint16>(shift, random);
        check_srs<Tag, int32>(shift, random);
        check_srs<Tag, uint32>(shift, random);
      }
    }
  }
}

TEST(Srs, LanesOf32Bits) {
  check_srs_types<acc32>({0, 1, 2, 7, 8, 15, 30, 31, 32, 59});
}
TEST(Srs, LanesOf64Bits) {
  check_srs_types<acc64>({0, 1, 5, 16, 31, 32, 33, 47, 58, 59});
}
TEST(Srs, Acc48HasLanesOf64Bits) {
  check_srs_types<acc48>({0, 3, 40});
}

template <class T, class Tag>
void check_ups(int shift, std::mt19937_64& random) {
  const auto v = interesting_vector<T, 16>(random);
  const aie::accum<Tag, 16> acc(v, shift);
  for (unsigned i = 0; i < 16; ++i) {
    const Wide exact = static_cast<Wide>(v.get(i)) * (Wide{1} << shift);
    ASSERT_EQ(static_cast<Wide>(acc.data()[i]),
              exact_fit(exact, acc.value_bits(), true, aie::get_saturation()));
  }
}

TEST(Ups, ShiftsUpAndSaturates) {
  const ScopedModes modes;
  std::mt19937_64 random(8);
  for (const auto saturation : kSaturations) {
    aie::set_saturation(saturation);
    for (int round = 0; round < 8; ++round) {
      for (const int shift : {0, 1, 4, 15, 24, 31, 40, 63}) {
        check_ups<int8, acc32>(shift, random);
        check_ups<uint8, acc32>(shift, random);
        check_ups<int16, acc32>(shift, random);
        check_ups<uint16, acc64>(shift, random);
        check_ups<int32, acc32>(shift, random);
        check_ups<int32, acc64>(shift, random);
        check_ups<uint32, acc64>(shift, random);
      }
    }
  }
}

template <class T>
void check_pack(std::mt19937_64& random) {
  const auto v = interesting_vector<T, 32>(random);
  const auto packed = v.pack();
  for (unsigned i = 0; i < 32; ++i) {
    ASSERT_EQ(static_cast<Wide>(packed.get(i)),
              exact_fit(v.get(i), packed.type_bits(), packed.is_signed(), aie::get_saturation()));
  }
  const auto wide = packed.unpack();
  static_assert(std::is_same_v<decltype(wide.get(0)), T>);
  for (unsigned i = 0; i < 32; ++i) ASSERT_EQ(wide.get(i), packed.get(i));
}

TEST(Pack, ToTheOtherSign) {
  const ScopedModes modes;
  std::mt19937_64 random(10);
  for (const auto saturation : kSaturations) {
    aie::set_saturation(saturation);
    const auto v = interesting_vector<int16, 32>(random);
    const auto u = interesting_vector<uint8, 32>(random);
    for (unsigned i = 0; i < 32; ++i) {
      ASSERT_EQ(static_cast<Wide>(v.pack<uint8>().get(i)), exact_fit(v.get(i), 8, false, saturation));
      ASSERT_EQ(u.unpack<int16>().get(i), u.get(i));
      ASSERT_EQ(aie::pack<uint8>(aie::unpack<int16>(u)).get(i), u.get(i));
    }
  }
}

TEST(Pack, SaturatesAndUnpackWidens) {
  const ScopedModes modes;
  std::mt19937_64 random(9);
  for (const auto saturation : kSaturations) {
    aie::set_saturation(saturation);
    for (int round = 0; round < 20; ++round) {
      check_pack<int8>(random);
      check_pack<uint8>(random);
      check_pack<int16>(random);
      check_pack<uint16>(random);
      check_pack<int32>(random);
      check_pack<uint32>(random);
    }
  }
}

TEST(Modes, AreThoseOfTheResetCoreAndBelongToACore) {
  const ScopedModes modes;
  EXPECT_EQ(aie::get_rounding(), aie::rounding_mode::floor);
  EXPECT_EQ(aie::get_saturation(), aie::saturation_mode::none);
  EXPECT_EQ(aie::swap_rounding(aie::rounding_mode::conv_even), aie::rounding_mode::floor);
  EXPECT_EQ(aie::swap_saturation(aie::saturation_mode::symmetric), aie::saturation_mode::none);
  CoreModes other;
  CoreModes* const mine = use_core_modes(&other);
  EXPECT_EQ(aie::get_rounding(), aie::rounding_mode::floor) << "another core";
  aie::tile::current().set_rounding(aie::rounding_mode::ceil);
  EXPECT_EQ(use_core_modes(mine), &other);
  EXPECT_EQ(other.rounding, 1);
  EXPECT_EQ(aie::get_rounding(), aie::rounding_mode::conv_even);
  EXPECT_EQ(aie::get_saturation(), aie::saturation_mode::symmetric);
}

TEST(Srs, ShiftOutOfRangeIsAFault) {
  const aie::accum<acc32, 8> acc;
  try {
    (void)acc.to_vector<int16>(60);
  } catch (const KernelFault& fault) {
    EXPECT_STREQ(fault.what(), "aie::accum::to_vector: shift 60 is not within -4..59");
    return;
  }
  FAIL() << "no fault";
}

}  // namespace
}  // namespace aie4ml::adf
