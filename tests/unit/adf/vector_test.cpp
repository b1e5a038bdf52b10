// The bookkeeping of vectors and accumulators: which element lies where.
#include <aie4ml_adf/kernel_fault.hpp>

#include <gtest/gtest.h>

#include "tests/unit/adf/exact.hpp"

namespace aie4ml::adf {
namespace {

using namespace testing;

template <class T, unsigned N>
aie::vector<T, N> counting(int first = 0) {
  aie::vector<T, N> v;
  for (unsigned i = 0; i < N; ++i) v.set(static_cast<T>(first + static_cast<int>(i)), i);
  return v;
}

TEST(Vector, PartsGoWhereTheyCameFrom) {
  const auto v = counting<int16, 32>();
  for (unsigned i = 0; i < 8; ++i) EXPECT_EQ((v.extract<16>(1).get(i)), 16 + static_cast<int>(i));
  aie::vector<int16, 32> w;
  w.insert(1, v.extract<16>(0));
  EXPECT_EQ(w.get(0), 0);
  EXPECT_EQ(w.get(31), 15);
  w.insert<8>(1, v.extract<8>(3));
  EXPECT_EQ(w.get(8), 24);
  EXPECT_EQ(w.get(15), 31);
  const auto both = aie::concat(v.extract<16>(1), v.extract<16>(0));
  EXPECT_EQ(both.get(0), 16);
  EXPECT_EQ(both.get(31), 15);
  EXPECT_EQ((v.extract<16>(1).grow<32>(1).get(17)), 17);
  EXPECT_EQ((v.extract<16>(1).grow_replicate<64>().get(49)), 17);
}

TEST(Vector, ElementsAreReadAndWrittenByIndex) {
  auto v = counting<int8, 16>();
  v[3] = 77;
  v[4] = v[3];
  const int sum = v[3] + v[4];
  EXPECT_EQ(sum, 154);
  v.push(-5);
  EXPECT_EQ(v.get(0), -5);
  EXPECT_EQ(v.get(1), 0);
  EXPECT_EQ(v.get(15), 14);
  const aie::vector<int32, 4> listed(4, 3, 2);
  EXPECT_EQ(listed[0], 4);
  EXPECT_EQ(listed[3], 0);
  EXPECT_THROW((void)v.get(16), KernelFault);
  EXPECT_THROW((void)v.extract<16>(1), KernelFault);
}

TEST(Vector, CastKeepsBits) {
  const aie::vector<int32, 4> v(0x04030201, -1, 0, 0x7f800000);
  const auto bytes = v.cast_to<uint8>();
  EXPECT_EQ(bytes.size(), 16U);
  EXPECT_EQ(bytes.get(0), 1);
  EXPECT_EQ(bytes.get(3), 4);
  EXPECT_EQ(bytes.get(7), 255);
  EXPECT_EQ(aie::vector_cast<float>(v).get(3), std::numeric_limits<float>::infinity());
  const auto nibbles = v.cast_to<int4>();
  EXPECT_EQ(nibbles.size(), 32U);
  EXPECT_EQ(nibbles.get(0), 1);
  EXPECT_EQ(nibbles.get(1), 0);
  EXPECT_EQ(nibbles.get(4), 3);
  EXPECT_EQ(nibbles.get(8), -1);
}

TEST(Vector, FourBitElementsLieTwoInAByte) {
  std::mt19937_64 random(3);
  aie::vector<int4, 32> v;
  aie::vector<uint4, 32> u;
  for (unsigned i = 0; i < 32; ++i) {
    v[i] = static_cast<int>(i) % 16 - 8;
    u[i] = static_cast<int>(i) % 16;
  }
  EXPECT_EQ(v.bits(), 128U);
  EXPECT_EQ(sizeof v, 16U);
  for (unsigned i = 0; i < 32; ++i) {
    EXPECT_EQ(v.get(i), static_cast<int>(i) % 16 - 8);
    EXPECT_EQ(u.get(i), static_cast<int>(i) % 16);
    EXPECT_EQ(v.unpack().get(i), static_cast<int>(i) % 16 - 8);
  }
  EXPECT_EQ(u.bytes()[0], 0x10);
}

TEST(Vector, ZerosAndBroadcast) {
  const auto zeros = aie::zeros<int32, 8>();
  const auto lanes = aie::zeros<acc32, 8>();
  const auto fives = aie::broadcast<int16, 16>(5);
  const auto halves = aie::broadcast<bfloat16, 16>(0.5F);
  for (unsigned i = 0; i < 8; ++i) {
    EXPECT_EQ(zeros.get(i), 0);
    EXPECT_EQ(lanes.data()[i], 0);
    EXPECT_EQ(fives.get(i), 5);
    EXPECT_EQ(halves.get(i), 0.5F);
  }
}

TEST(Accum, PartsAndTags) {
  const auto v = counting<int32, 16>(100);
  const auto acc = aie::from_vector<acc64>(v, 8);
  EXPECT_EQ(acc.extract<8>(1).data()[0], 108 * 256);
  aie::accum<acc64, 32> two;
  two.insert(1, acc);
  EXPECT_EQ(two.data()[16], 100 * 256);
  EXPECT_EQ(two.data()[15], 0);
  const aie::accum<acc48, 16> same_lanes = acc;
  EXPECT_EQ(aie::to_vector<int32>(same_lanes, 8).get(15), 115);
  EXPECT_EQ(acc.cast_to<acc32>().size(), 32U);
  EXPECT_EQ(acc.cast_to<acc32>().data()[2], 101 * 256);
  EXPECT_EQ(aie::concat(acc, acc).data()[31], 115 * 256);
}

TEST(Accum, FloatLanesTakeFloatsAndGiveThem) {
  const ScopedModes modes;
  aie::vector<float, 8> v;
  for (unsigned i = 0; i < 8; ++i) v[i] = 1.0F + static_cast<float>(i) / 256.0F;
  const aie::accum<accfloat, 8> acc(v);
  EXPECT_EQ(acc.to_vector<float>().get(3), 1.01171875F);
  aie::set_rounding(aie::rounding_mode::conv_even);
  EXPECT_EQ(acc.to_vector<bfloat16>().get(1), 1.0F) << "a tie of steps of 1/128";
  EXPECT_EQ(acc.to_vector<bfloat16>().get(3), 1.015625F);
  aie::set_rounding(aie::rounding_mode::floor);
  EXPECT_EQ(acc.to_vector<bfloat16>().get(3), 1.0078125F);
  EXPECT_THROW((void)acc.to_vector<float>(1), KernelFault);
}

}  // namespace
}  // namespace aie4ml::adf
