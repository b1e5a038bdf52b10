// Element-wise arithmetic, products, comparisons, shifts and reductions, lane by lane against wide integers
// and, for floats, the exact definition.
#include <aie4ml_adf/kernel_fault.hpp>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/adf/exact_float.hpp"

namespace aie4ml::adf {
namespace {

using namespace testing;

constexpr unsigned kLanes = 16;

template <class T>
class Integers : public ::testing::Test {};
using IntegerTypes = ::testing::Types<int8, uint8, int16, uint16, int32, uint32>;
TYPED_TEST_SUITE(Integers, IntegerTypes);

// The lanes of out are of(lane number), wrapped to T.
template <class T, unsigned N, class Of>
void expect_lanes(const aie::vector<T, N>& out, Of of) {
  for (unsigned i = 0; i < N; ++i)
    ASSERT_EQ(static_cast<Wide>(out.get(i)), exact_wrap(of(i), out.type_bits(), out.is_signed()))
        << "lane " << i;
}
template <class Tag, unsigned N, class Of>
void expect_lanes(const aie::accum<Tag, N>& out, Of of) {
  for (unsigned i = 0; i < N; ++i)
    ASSERT_EQ(static_cast<Wide>(out.data()[i]), exact_wrap(of(i), out.value_bits(), true)) << "lane " << i;
}

TYPED_TEST(Integers, SumsAndExtremesWrap) {
  using T = TypeParam;
  std::mt19937_64 random(1);
  for (int round = 0; round < 50; ++round) {
    const auto a = interesting_vector<T, kLanes>(random);
    const auto b = interesting_vector<T, kLanes>(random);
    const T s = interesting<T>(random);
    const auto x = [&](unsigned i) { return static_cast<Wide>(a.get(i)); };
    const auto y = [&](unsigned i) { return static_cast<Wide>(b.get(i)); };
    expect_lanes(aie::add(a, b), [&](unsigned i) { return x(i) + y(i); });
    expect_lanes(aie::add(a, s), [&](unsigned i) { return x(i) + s; });
    expect_lanes(aie::add(s, a), [&](unsigned i) { return x(i) + s; });
    expect_lanes(aie::sub(a, b), [&](unsigned i) { return x(i) - y(i); });
    expect_lanes(aie::sub(s, b), [&](unsigned i) { return s - y(i); });
    expect_lanes(aie::neg(a), [&](unsigned i) { return -x(i); });
    expect_lanes(aie::abs(a), [&](unsigned i) { return x(i) < 0 ? -x(i) : x(i); });
    expect_lanes(aie::max(a, b), [&](unsigned i) { return std::max(x(i), y(i)); });
    expect_lanes(aie::max(a, s), [&](unsigned i) { return std::max(x(i), static_cast<Wide>(s)); });
    expect_lanes(aie::min(a, b), [&](unsigned i) { return std::min(x(i), y(i)); });
    expect_lanes(aie::min(s, b), [&](unsigned i) { return std::min(y(i), static_cast<Wide>(s)); });
    expect_lanes(aie::maxdiff(a, b), [&](unsigned i) { return std::max(x(i) - y(i), Wide{0}); });
    using namespace aie::operators;
    expect_lanes(a + b, [&](unsigned i) { return x(i) + y(i); });
    expect_lanes(-(a - b), [&](unsigned i) { return y(i) - x(i); });
  }
}

TYPED_TEST(Integers, ComparisonsGiveMasksThatSelect) {
  using T = TypeParam;
  std::mt19937_64 random(2);
  for (int round = 0; round < 50; ++round) {
    auto a = interesting_vector<T, kLanes>(random);
    const auto b = interesting_vector<T, kLanes>(random);
    a[3] = b.get(3);
    for (unsigned i = 0; i < kLanes; ++i) {
      const Wide x = a.get(i);
      const Wide y = b.get(i);
      ASSERT_EQ(aie::eq(a, b).test(i), x == y);
      ASSERT_EQ(aie::neq(a, b).test(i), x != y);
      ASSERT_EQ(aie::lt(a, b).test(i), x < y);
      ASSERT_EQ(aie::le(a, b).test(i), x <= y);
      ASSERT_EQ(aie::gt(a, b).test(i), x > y);
      ASSERT_EQ(aie::ge(a, b).test(i), x >= y);
      ASSERT_EQ(aie::ge(a, T{1}).test(i), x >= 1);
      ASSERT_EQ(aie::select(a, b, aie::lt(a, b)).get(i), static_cast<T>(std::max(x, y)));
      ASSERT_EQ(aie::select(T{7}, b, aie::lt(a, b)).get(i), x < y ? b.get(i) : T{7});
    }
    ASSERT_TRUE(aie::equal(a, a));
    ASSERT_EQ(aie::not_equal(a, b), !aie::equal(a, b));
  }
}

TYPED_TEST(Integers, BitsAndShifts) {
  using T = TypeParam;
  constexpr unsigned kBits = 8 * sizeof(T);
  std::mt19937_64 random(3);
  for (int round = 0; round < 20; ++round) {
    const auto a = interesting_vector<T, kLanes>(random);
    const auto b = interesting_vector<T, kLanes>(random);
    const T s = interesting<T>(random);
    expect_lanes(aie::bit_and(a, b), [&](unsigned i) { return static_cast<Wide>(a.get(i) & b.get(i)); });
    expect_lanes(aie::bit_and(a, s), [&](unsigned i) { return static_cast<Wide>(a.get(i) & s); });
    expect_lanes(aie::bit_or(a, b), [&](unsigned i) { return static_cast<Wide>(a.get(i) | b.get(i)); });
    expect_lanes(aie::bit_xor(s, b), [&](unsigned i) { return static_cast<Wide>(s ^ b.get(i)); });
    expect_lanes(aie::bit_not(a), [&](unsigned i) { return -static_cast<Wide>(a.get(i)) - 1; });
    for (const unsigned places : {0U, 1U, 3U, kBits - 1, kBits, kBits + 5, 40U}) {
      const Wide power = Wide{1} << places;
      expect_lanes(aie::downshift(a, places), [&](unsigned i) {
        return exact_round(a.get(i), static_cast<int>(places), aie::rounding_mode::floor);
      });
      expect_lanes(aie::logical_downshift(a, places),
                   [&](unsigned i) { return exact_wrap(a.get(i), kBits, false) / power; });
      expect_lanes(aie::upshift(a, places), [&](unsigned i) { return static_cast<Wide>(a.get(i)) * power; });
    }
  }
}

TYPED_TEST(Integers, Reductions) {
  using T = TypeParam;
  std::mt19937_64 random(4);
  for (int round = 0; round < 50; ++round) {
    const auto a = interesting_vector<T, kLanes>(random);
    Wide sum = 0;
    Wide low = a.get(0);
    Wide high = a.get(0);
    for (unsigned i = 0; i < kLanes; ++i) {
      sum += a.get(i);
      low = std::min<Wide>(low, a.get(i));
      high = std::max<Wide>(high, a.get(i));
    }
    ASSERT_EQ(static_cast<Wide>(aie::reduce_add(a)), exact_wrap(sum, 8 * sizeof(T), std::is_signed_v<T>));
    ASSERT_EQ(static_cast<Wide>(aie::reduce_min(a)), low);
    ASSERT_EQ(static_cast<Wide>(aie::reduce_max(a)), high);
  }
}

// Products of A and B in the default accumulator, which is Tag, and in one of 64 bits.
template <class A, class B, class Tag>
void check_products(std::mt19937_64& random) {
  const auto a = interesting_vector<A, kLanes>(random);
  const auto b = interesting_vector<B, kLanes>(random);
  const B s = interesting<B>(random);
  const auto product = [&](unsigned i) { return static_cast<Wide>(a.get(i)) * static_cast<Wide>(b.get(i)); };
  const aie::accum<Tag, kLanes> mul = aie::mul(a, b);
  static_assert(std::is_same_v<decltype(aie::mul(a, b)), aie::accum<Tag, kLanes>>);
  expect_lanes(mul, product);
  expect_lanes(aie::mul<acc64>(a, b), product);
  expect_lanes(aie::mul(a, s),
               [&](unsigned i) { return static_cast<Wide>(a.get(i)) * static_cast<Wide>(s); });
  expect_lanes(aie::mul(s, a),
               [&](unsigned i) { return static_cast<Wide>(a.get(i)) * static_cast<Wide>(s); });
  expect_lanes(aie::negmul(a, b), [&](unsigned i) { return -product(i); });
  expect_lanes(aie::mul_square(a), [&](unsigned i) { return static_cast<Wide>(a.get(i)) * a.get(i); });
  const auto start = interesting_vector<int32, kLanes>(random);
  const aie::accum<Tag, kLanes> acc(start);
  const auto lane = [&](unsigned i) { return static_cast<Wide>(start.get(i)); };
  expect_lanes(aie::mac(acc, a, b), [&](unsigned i) { return lane(i) + product(i); });
  expect_lanes(aie::msc(acc, a, b), [&](unsigned i) { return lane(i) - product(i); });
  expect_lanes(aie::mac(acc, a, s),
               [&](unsigned i) { return lane(i) + static_cast<Wide>(a.get(i)) * static_cast<Wide>(s); });
  expect_lanes(aie::mac_square(acc, a),
               [&](unsigned i) { return lane(i) + static_cast<Wide>(a.get(i)) * a.get(i); });
  expect_lanes(aie::msc_square(acc, a),
               [&](unsigned i) { return lane(i) - static_cast<Wide>(a.get(i)) * a.get(i); });
  expect_lanes(aie::add(acc, start), [&](unsigned i) { return lane(i) + lane(i); });
  expect_lanes(aie::sub(acc, start), [&](unsigned) { return Wide{0}; });
  expect_lanes(aie::add(acc, mul), [&](unsigned i) { return lane(i) + product(i); });
  expect_lanes(aie::sub(acc, mul), [&](unsigned i) { return lane(i) - product(i); });
  expect_lanes(aie::neg(acc), [&](unsigned i) { return -lane(i); });
}

TEST(Products, WrapInTheLanesOfTheirAccumulator) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 30; ++round) {
    check_products<int8, int8, acc32>(random);
    check_products<uint8, int8, acc32>(random);
    check_products<int8, int16, acc32>(random);
    check_products<int16, int16, acc32>(random);
    check_products<uint16, uint16, acc32>(random);
    check_products<int32, int16, acc64>(random);
    check_products<int16, int32, acc64>(random);
    check_products<int32, int32, acc64>(random);
    check_products<uint32, int32, acc64>(random);
  }
}

template <class T, unsigned N>
aie::vector<T, N> interesting_floats(std::mt19937_64& random, int bits) {
  aie::vector<T, N> v;
  for (unsigned i = 0; i < N; ++i) v.set(T(interesting_float(random, bits, 12)), i);
  return v;
}

TEST(Floats, SumsAndProductsAreThoseOfTheAccumulator) {
  const ScopedModes modes;
  std::mt19937_64 random(6);
  for (const auto mode : kRoundings) {
    aie::set_rounding(mode);
    const auto a = interesting_floats<float, kLanes>(random, 24);
    const auto b = interesting_floats<float, kLanes>(random, 24);
    const auto p = interesting_floats<bfloat16, kLanes>(random, 8);
    const auto q = interesting_floats<bfloat16, kLanes>(random, 8);
    const aie::accum<accfloat, kLanes> acc(a);
    double tree[kLanes];
    for (unsigned i = 0; i < kLanes; ++i) {
      const double x = a.get(i);
      const double y = b.get(i);
      const double u = p.get(i);
      const double w = q.get(i);
      tree[i] = x;
      ASSERT_EQ(aie::add(a, b).get(i), exact_float_sum(x, {{y, 1}}));
      ASSERT_EQ(aie::sub(a, b).get(i), exact_float_sum(x, {{-y, 1}}));
      ASSERT_EQ(aie::sub(acc, aie::accum<accfloat, kLanes>(b)).data()[i], exact_float_sum(x, {{-y, 1}}));
      ASSERT_EQ(static_cast<float>(aie::add(p, q).get(i)),
                exact_float_round(exact_float_sum(u, {{w, 1}}), 8, mode));
      ASSERT_EQ(aie::mul(p, q).data()[i], u * w);
      ASSERT_EQ(aie::negmul(p, q).data()[i], -(u * w));
      ASSERT_EQ(aie::mac(acc, p, q).data()[i], exact_float_sum(x, {{u, w}}));
      ASSERT_EQ(aie::msc(acc, p, q).data()[i], exact_float_sum(x, {{-u, w}}));
      ASSERT_EQ(aie::mul(a, b).data()[i], exact_fp32_products(0, {{x, y}}, mode, 9));
      ASSERT_EQ(aie::mac(acc, a, b).data()[i], exact_fp32_products(x, {{x, y}}, mode, 9));
      ASSERT_NEAR(aie::mul(a, b).data()[i], x * y, std::abs(x * y) * 0x1p-20);
      ASSERT_EQ(aie::max(a, b).get(i), std::max(x, y));
      ASSERT_EQ(aie::min(a, 0.25F).get(i), std::min(x, 0.25));
      ASSERT_EQ(aie::abs(a).get(i), std::abs(x));
      ASSERT_EQ(aie::neg(p).get(i), -u);
      ASSERT_EQ(aie::lt(a, b).test(i), x < y);
      ASSERT_EQ(acc.to_vector<bfloat16>().get(i), exact_float_round(x, 8, mode));
    }
    for (unsigned half = kLanes / 2; half > 0; half /= 2)
      for (unsigned i = 0; i < half; ++i) tree[i] = exact_float_sum(tree[i], {{tree[i + half], 1}});
    ASSERT_EQ(aie::reduce_add(a), tree[0]);
  }
}

template <unsigned Outputs, unsigned Points, unsigned StepC, unsigned StepX, unsigned StepY, class C, class D>
void check_sliding(unsigned coeff_start, unsigned data_start, std::mt19937_64& random) {
  using Ops = aie::sliding_mul_ch_ops<Outputs, 8, Points, StepC, StepX, StepY, C, D, acc32>;
  const auto coeff = interesting_vector<C, 64>(random);
  const auto data = interesting_vector<D, 128>(random);
  const auto start = interesting_vector<int32, Ops::lanes>(random);
  const typename Ops::accum_type acc(start);
  std::vector<Wide> sum(Ops::lanes);
  for (unsigned output = 0; output < Outputs; ++output)
    for (unsigned point = 0; point < Points; ++point)
      for (unsigned channel = 0; channel < 8; ++channel)
        sum[output * 8 + channel] +=
            static_cast<Wide>(coeff.get(8 * (coeff_start + point * StepC) + channel)) *
            static_cast<Wide>(data.get(8 * (data_start + point * StepX + output * StepY) + channel));
  expect_lanes(Ops::mul(coeff, coeff_start, data, data_start), [&](unsigned i) { return sum[i]; });
  expect_lanes(Ops::negmul(coeff, coeff_start, data, data_start), [&](unsigned i) { return -sum[i]; });
  expect_lanes(Ops::mac(acc, coeff, coeff_start, data, data_start),
               [&](unsigned i) { return start.get(i) + sum[i]; });
  expect_lanes(Ops::msc(acc, coeff, coeff_start, data, data_start),
               [&](unsigned i) { return start.get(i) - sum[i]; });
  EXPECT_THROW((void)Ops::mul(coeff, 8, data, data_start), KernelFault);
}
TEST(Products, SlidingOverChannels) {
  std::mt19937_64 random(7);
  check_sliding<4, 4, 1, 1, 1, int8, int8>(0, 0, random);
  check_sliding<4, 4, 2, 1, 1, int8, uint8>(1, 5, random);
  check_sliding<4, 3, 1, 2, 1, uint8, int8>(5, 2, random);
  check_sliding<8, 8, 1, 1, 1, int8, int8>(0, 1, random);
}

TEST(Mask, BitsAreLanes) {
  const auto m = aie::mask<16>::from_uint32(0x1234);
  EXPECT_EQ(m.to_uint32(), 0x1234U);
  EXPECT_EQ(m.count(), 5U);
  EXPECT_EQ(m.ctz(), 2U);
  EXPECT_EQ(m.clz(), 3U);
  EXPECT_EQ((~m).to_uint32(), 0xedcbU);
  EXPECT_EQ((m << 5).to_uint32(), 0x4680U);
  EXPECT_EQ((m >> 20).to_uint32(), 0U);
  EXPECT_EQ((m >> 4).to_uint32(), 0x123U);
  EXPECT_EQ((m & aie::mask<16>::from_uint32(0xff)).to_uint32(), 0x34U);
  EXPECT_EQ((m | aie::mask<16>::from_uint32(0xff)).to_uint32(), 0x12ffU);
  EXPECT_EQ((m ^ aie::mask<16>::from_uint32(0xff)).to_uint32(), 0x12cbU);
  EXPECT_EQ(m.extract<8>(1).to_uint32(), 0x12U);
  aie::mask<64> wide;
  EXPECT_TRUE(wide.empty());
  wide.insert(3, m);
  EXPECT_EQ(wide.to_uint64(), 0x1234000000000000U);
  wide.set();
  EXPECT_TRUE(wide.full());
  wide.clear(5);
  wide.toggle(6);
  EXPECT_EQ(wide.to_uint64(), ~std::uint64_t{0x60});
  EXPECT_THROW((void)m.test(16), KernelFault);
}

}  // namespace
}  // namespace aie4ml::adf
