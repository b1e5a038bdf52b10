// Every shape of aie::mmul against a triple loop over wide integers, or the exact definition for floats. The
// lists of shapes are written apart from the header's, from the books.
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "arch/device/device.hpp"
#include "arch/device/device_loader.hpp"
#include "tests/unit/adf/exact_float.hpp"

namespace aie4ml::adf {
namespace {

using namespace testing;
using detail::Factor;

using Key = std::tuple<Factor, Factor, unsigned, unsigned, unsigned>;
std::set<Key> tested;

template <class Mmul, class A, class B>
void note_tested() {
  tested.insert({detail::factor_of<A>(), detail::factor_of<B>(), Mmul::M, Mmul::K, Mmul::N});
}

template <class Mmul, class A, class B>
void check_integers(std::mt19937_64& random) {
  note_tested<Mmul, A, B>();
  constexpr int kBits = static_cast<int>(Mmul::accum_type::value_bits());
  for (int round = 0; round < 4; ++round) {
    const auto start = interesting_vector<int32, Mmul::size_C>(random);
    Mmul m(start);
    std::vector<Wide> expected(Mmul::size_C);
    for (unsigned i = 0; i < Mmul::size_C; ++i) expected[i] = start.get(i);
    for (int step = 0; step < 3; ++step) {
      const auto a = interesting_vector<A, Mmul::size_A>(random);
      const auto b = interesting_vector<B, Mmul::size_B>(random);
      if (step == 1 && round % 2 == 1) {  // mul forgets what was there
        m.mul(a, b);
        std::fill(expected.begin(), expected.end(), 0);
      } else {
        m.mac(a, b);
      }
      for (unsigned row = 0; row < Mmul::M; ++row)
        for (unsigned column = 0; column < Mmul::N; ++column)
          for (unsigned k = 0; k < Mmul::K; ++k)
            expected[row * Mmul::N + column] +=
                static_cast<Wide>(a.get(row * Mmul::K + k)) * static_cast<Wide>(b.get(k * Mmul::N + column));
    }
    const auto c = m.to_accum();
    for (unsigned i = 0; i < Mmul::size_C; ++i)
      ASSERT_EQ(static_cast<Wide>(c.data()[i]), exact_wrap(expected[i], kBits, true))
          << Mmul::M << "x" << Mmul::K << "x" << Mmul::N << " lane " << i;
  }
}

// All the mixes of signs.
template <unsigned M, unsigned K, unsigned N, class A, class B, class Tag>
void integers() {
  std::mt19937_64 random(M * 100 + K * 10 + N);
  using UA = std::conditional_t<std::is_same_v<A, int8>, uint8,
                                std::conditional_t<std::is_same_v<A, int16>, uint16, uint32>>;
  using UB =
      std::conditional_t<std::is_same_v<B, int4>, uint4,
                         std::conditional_t<std::is_same_v<B, int8>, uint8,
                                            std::conditional_t<std::is_same_v<B, int16>, uint16, uint32>>>;
  static_assert(std::is_same_v<typename aie::mmul<M, K, N, A, B>::accum_tag, Tag>, "the default");
  check_integers<aie::mmul<M, K, N, A, B, Tag>, A, B>(random);
  check_integers<aie::mmul<M, K, N, UA, B, Tag>, UA, B>(random);
  check_integers<aie::mmul<M, K, N, A, UB, Tag>, A, UB>(random);
  check_integers<aie::mmul<M, K, N, UA, UB, Tag>, UA, UB>(random);
}
// The shape with an accumulator that is not its default.
template <unsigned M, unsigned K, unsigned N, class A, class B, class Tag>
void also() {
  std::mt19937_64 random(5);
  check_integers<aie::mmul<M, K, N, A, B, Tag>, A, B>(random);
}

template <unsigned M, unsigned K, unsigned N, class T>
void floats(int bits, int range) {
  using Mmul = aie::mmul<M, K, N, T, T>;
  static_assert(std::is_same_v<typename Mmul::accum_tag, accfloat>);
  note_tested<Mmul, T, T>();
  const ScopedModes modes;
  std::mt19937_64 random(M * 100 + K * 10 + N);
  for (const auto mode : {aie::rounding_mode::floor, aie::rounding_mode::conv_even}) {
    aie::set_rounding(mode);
    for (int round = 0; round < 6; ++round) {
      aie::vector<T, Mmul::size_A> a;
      aie::vector<T, Mmul::size_B> b;
      aie::vector<float, Mmul::size_C> c;
      for (unsigned i = 0; i < a.size(); ++i) a.set(T(interesting_float(random, bits, range)), i);
      for (unsigned i = 0; i < b.size(); ++i) b.set(T(interesting_float(random, bits, range)), i);
      for (unsigned i = 0; i < c.size(); ++i) c.set(interesting_float(random, 24, 8), i);
      Mmul m(c);
      m.mac(a, b);
      const auto out = m.template to_vector<float>();
      for (unsigned row = 0; row < M; ++row) {
        for (unsigned column = 0; column < N; ++column) {
          double expected = c.get(row * N + column);
          for (unsigned first = 0; first < K; first += 8) {
            std::vector<Product> products;
            for (unsigned k = first; k < std::min(first + 8, K); ++k)
              products.push_back(
                  {static_cast<float>(a.get(row * K + k)), static_cast<float>(b.get(k * N + column))});
            expected = std::is_same_v<T, float> ? exact_fp32_products(expected, products, mode, 9)
                                                : exact_float_sum(expected, products);
          }
          ASSERT_EQ(static_cast<double>(out.get(row * N + column)), expected)
              << M << "x" << K << "x" << N << " row " << row << " column " << column;
        }
      }
    }
  }
}

#if __AIE_ARCH__ == 20

void int8_shapes() {
  integers<4, 16, 8, int8, int4, acc32>();
  integers<8, 16, 8, int8, int4, acc32>();
  integers<4, 32, 8, int8, int4, acc32>();
  integers<4, 8, 8, int8, int8, acc32>();
  integers<2, 8, 8, int8, int8, acc32>();
  integers<2, 16, 8, int8, int8, acc32>();
  integers<4, 8, 4, int8, int8, acc32>();
  also<4, 8, 4, int8, int8, acc64>();
  integers<4, 16, 4, int8, int8, acc32>();
  integers<4, 16, 8, int8, int8, acc32>();
  integers<8, 8, 4, int8, int8, acc32>();
  integers<8, 8, 8, int8, int8, acc32>();
  integers<1, 16, 8, int8, int8, acc32>();
}
void int16_shapes() {
  integers<4, 4, 8, int16, int8, acc32>();
  integers<2, 8, 8, int16, int8, acc32>();
  also<2, 8, 8, int16, int8, acc64>();
  integers<4, 4, 4, int16, int8, acc32>();
  integers<4, 8, 4, int16, int8, acc32>();
  also<4, 8, 4, int16, int8, acc64>();
  integers<8, 4, 4, int16, int8, acc32>();
  integers<8, 4, 8, int16, int8, acc32>();
  integers<4, 4, 8, int8, int16, acc64>();
  integers<4, 4, 4, int8, int16, acc64>();
  also<4, 4, 4, int8, int16, acc32>();
  integers<4, 4, 4, int16, int16, acc64>();
  also<4, 4, 4, int16, int16, acc48>();
  integers<2, 4, 8, int16, int16, acc64>();
  integers<4, 4, 8, int16, int16, acc64>();
  integers<4, 2, 8, int16, int16, acc32>();
  integers<8, 2, 8, int16, int16, acc32>();
  integers<8, 1, 8, int16, int16, acc32>();
}
void int32_shapes() {
  integers<4, 2, 4, int32, int16, acc64>();
  integers<2, 4, 8, int32, int16, acc64>();
  integers<4, 4, 4, int32, int16, acc64>();
  integers<4, 4, 8, int32, int16, acc64>();
  integers<4, 1, 8, int32, int16, acc64>();
  integers<2, 4, 8, int16, int32, acc64>();
  integers<4, 4, 4, int16, int32, acc64>();
  integers<4, 2, 4, int32, int32, acc64>();
  integers<4, 4, 4, int32, int32, acc64>();
  integers<8, 2, 4, int32, int32, acc64>();
  integers<4, 1, 8, int32, int32, acc64>();
  integers<8, 1, 8, int32, int32, acc64>();
}
void float_shapes() {
  floats<4, 8, 4, bfloat16>(8, 20);
  floats<8, 8, 4, bfloat16>(8, 20);
  floats<4, 8, 8, bfloat16>(8, 20);
  floats<4, 16, 8, bfloat16>(8, 20);
  floats<8, 8, 8, bfloat16>(8, 20);
  floats<8, 1, 8, bfloat16>(8, 20);
  floats<4, 8, 4, float>(24, 8);
  floats<4, 1, 4, float>(24, 8);
  floats<4, 1, 8, float>(24, 8);
}

void all_shapes() {
  int8_shapes();
  int16_shapes();
  int32_shapes();
  float_shapes();
}

#else

void integer_shapes() {
  integers<8, 8, 8, int8, int8, acc32>();
  integers<4, 8, 8, int8, int8, acc32>();
  integers<4, 8, 16, int8, int8, acc32>();
  integers<4, 4, 8, int16, int8, acc32>();
  also<4, 4, 8, int16, int8, acc64>();
  integers<8, 2, 8, int16, int8, acc32>();
  integers<4, 4, 8, int8, int16, acc32>();
  also<4, 4, 8, int8, int16, acc64>();
  integers<8, 2, 8, int8, int16, acc32>();
  integers<8, 2, 8, int16, int16, acc32>();
  integers<4, 4, 8, int16, int16, acc64>();
  integers<4, 2, 8, int32, int16, acc64>();
}
void float_shapes() {
  floats<4, 8, 8, bfloat16>(8, 20);
  floats<4, 8, 4, float>(24, 8);
  floats<8, 8, 8, float8>(4, 5);
  floats<8, 8, 8, bfloat8>(3, 10);
}

void all_shapes() {
  integer_shapes();
  float_shapes();
}

#endif

template <Factor a, Factor b>
void collect(std::set<Key>& all) {
  for (const auto& shape : detail::MmulPair<a, b>::kShapes)
    all.insert({shape.a, shape.b, shape.m, shape.k, shape.n});
}
std::set<Key> shapes_of_the_header() {
  std::set<Key> all;
#define COLLECT(A, B) collect<Factor::A, Factor::B>(all);
  AIE4ML_ADF_MMUL_PAIRS(COLLECT)
#undef COLLECT
  return all;
}

TEST(Mmul, EveryShapeGivesExactSums) {
  all_shapes();
  EXPECT_EQ(tested, shapes_of_the_header());
}

// What the machine model multiplies in one instruction, kernels can say.
TEST(Mmul, HasTheShapesOfTheDevices) {
  const std::string generation = __AIE_ARCH__ == 20 ? "aie_ml" : "aie_mlv2";
  const auto factor = [](arch::ElementType type) {
    if (type == arch::ElementType::bfloat16) return Factor::BF16;
    if (type == arch::ElementType::float32) return Factor::F32;
    return arch::bits(type) == 8 ? Factor::I8 : arch::bits(type) == 16 ? Factor::I16 : Factor::I32;
  };
  const auto header = shapes_of_the_header();
  int seen = 0;
  for (const std::string& name : arch::builtin_device_names()) {
    const arch::Device device = arch::load_device(name);
    if (device.generation != generation) continue;
    for (const arch::MultiplyMode& mode : device.core.multiply) {
      ++seen;
      EXPECT_EQ(header.count({factor(mode.a), factor(mode.b), static_cast<unsigned>(mode.rows),
                              static_cast<unsigned>(mode.inner), static_cast<unsigned>(mode.columns)}),
                1U)
          << name << ": " << mode.rows << "x" << mode.inner << "x" << mode.columns;
    }
  }
  EXPECT_GT(seen, 0) << "no device of " << generation;
}

TEST(Mmul, BeginsWithWhatItIsGiven) {
  const ScopedModes modes;
  using Mmul = aie::mmul<4, 8, 8, int8, int8>;
  const auto bias = aie::broadcast<int32, Mmul::size_C>(5);
  Mmul m;
  m = bias;
  EXPECT_EQ(m.to_accum().data()[1], 5);
  m.mac(aie::broadcast<int8, Mmul::size_A>(2), aie::broadcast<int8, Mmul::size_B>(-3));
  EXPECT_EQ(m.to_accum().data()[3], 5 - 6 * static_cast<int>(Mmul::K));
  Mmul other(m.to_accum());
  EXPECT_EQ(other.to_vector<int16>(1).get(0), (5 - 6 * static_cast<int>(Mmul::K)) >> 1);
  m = aie::from_vector<acc32>(bias, 2);
  const aie::accum<acc32, Mmul::size_C> acc = m;
  EXPECT_EQ(acc.data()[0], 20);
}

}  // namespace
}  // namespace aie4ml::adf
