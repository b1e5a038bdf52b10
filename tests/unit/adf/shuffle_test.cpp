// Where elements go, against loops over plain arrays.
#include <aie4ml_adf/kernel_fault.hpp>
#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/adf/exact.hpp"

namespace aie4ml::adf {
namespace {

template <class T, unsigned N>
aie::vector<T, N> counting(int first) {
  aie::vector<T, N> v;
  for (unsigned i = 0; i < N; ++i) v.set(static_cast<T>(first + static_cast<int>(i)), i);
  return v;
}
template <class T, unsigned N>
std::vector<int> list(const aie::vector<T, N>& v) {
  std::vector<int> out;
  for (unsigned i = 0; i < N; ++i) out.push_back(static_cast<int>(v.get(i)));
  return out;
}

template <class T, unsigned N>
void check_transposes() {
  const auto v = counting<T, N>(0);
  for (unsigned rows = 1; rows <= N; rows *= 2) {
    const unsigned columns = N / rows;
    const auto t = aie::transpose(v, rows, columns);
    for (unsigned r = 0; r < rows; ++r)
      for (unsigned c = 0; c < columns; ++c)
        ASSERT_EQ(t.get(c * rows + r), v.get(r * columns + c)) << rows << "x" << columns;
  }
  EXPECT_THROW((void)aie::transpose(v, N, 2), KernelFault);
}
TEST(Shuffle, TransposesOfEveryShape) {
  check_transposes<int8, 16>();
  check_transposes<int8, 64>();
  check_transposes<uint8, 128>();
  check_transposes<int16, 32>();
  check_transposes<int32, 16>();
  check_transposes<float, 32>();
  check_transposes<bfloat16, 64>();
}

// `around` is what lies below v, v, and what lies above it.
template <class T, unsigned N>
void check_shifts(std::mt19937_64& random) {
  const auto v = counting<T, N>(1);
  const auto fill = testing::interesting_vector<T, N>(random);
  for (unsigned n = 0; n <= N; ++n) {
    for (unsigned i = 0; i < N; ++i) {
      const bool above = i + n >= N;
      const bool below = i < n;
      ASSERT_EQ(aie::shuffle_down_fill(v, fill, n).get(i), above ? fill.get(i + n - N) : v.get(i + n));
      ASSERT_EQ(aie::shuffle_up_fill(v, fill, n).get(i), below ? fill.get(N + i - n) : v.get(i - n));
      ASSERT_EQ(aie::shuffle_down_rotate(v, n).get(i), v.get((i + n) % N));
      ASSERT_EQ(aie::shuffle_up_rotate(v, n).get(i), v.get((i + N - n) % N));
      ASSERT_EQ(aie::shuffle_down_replicate(v, n).get(i), above ? v.get(N - 1) : v.get(i + n));
      ASSERT_EQ(aie::shuffle_up_replicate(v, n).get(i), below ? v.get(0) : v.get(i - n));
      if (!above) {
        ASSERT_EQ(aie::shuffle_down(v, n).get(i), v.get(i + n));
      }
      if (!below) {
        ASSERT_EQ(aie::shuffle_up(v, n).get(i), v.get(i - n));
      }
    }
  }
  EXPECT_THROW((void)aie::shuffle_down(v, N + 1), KernelFault);
}
TEST(Shuffle, ShiftsByElements) {
  std::mt19937_64 random(1);
  check_shifts<int8, 32>(random);
  check_shifts<uint16, 16>(random);
  check_shifts<int32, 8>(random);
}

template <class T, unsigned N>
void check_interleaves() {
  const auto a = counting<T, N>(0);
  const auto b = counting<T, N>(static_cast<int>(N));
  for (unsigned step = 1; step <= N; step *= 2) {
    std::vector<int> zipped;
    for (unsigned group = 0; group < N; group += step) {
      for (unsigned i = 0; i < step; ++i) zipped.push_back(static_cast<int>(group + i));
      for (unsigned i = 0; i < step; ++i) zipped.push_back(static_cast<int>(N + group + i));
    }
    const auto [low, high] = aie::interleave_zip(a, b, step);
    ASSERT_EQ(list(aie::concat(low, high)), zipped) << "step " << step;
    const auto [even, odd] = aie::interleave_unzip(low, high, step);
    ASSERT_EQ(list(even), list(a)) << "step " << step;
    ASSERT_EQ(list(odd), list(b));
    const auto both = aie::concat(low, high);
    ASSERT_EQ(list(aie::filter_even(both, step)), list(a));
    ASSERT_EQ(list(aie::filter_odd(both, step)), list(b));
  }
}
TEST(Shuffle, InterleavesAndFilters) {
  check_interleaves<int8, 32>();
  check_interleaves<int16, 16>();
  check_interleaves<int32, 4>();
  EXPECT_EQ(list(aie::filter_even(counting<int16, 16>(0))), (std::vector<int>{0, 2, 4, 6, 8, 10, 12, 14}));
  EXPECT_EQ(list(aie::filter_odd(counting<int16, 16>(0), 4)), (std::vector<int>{4, 5, 6, 7, 12, 13, 14, 15}));
  EXPECT_EQ(list(aie::reverse(counting<int32, 4>(0))), (std::vector<int>{3, 2, 1, 0}));
  EXPECT_THROW((void)aie::filter_even(counting<int16, 16>(0), 16), KernelFault);
}

}  // namespace
}  // namespace aie4ml::adf
