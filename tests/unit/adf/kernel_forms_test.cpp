// Kernels in the forms that are written for the device's compiler (its qualifiers, loop hints, iterators,
// constants of modes), run whole against plain loops over integers.
#include <adf.h>
#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/adf/exact.hpp"

namespace aie4ml::adf {
namespace {

using namespace testing;

// A dense layer of int8: 2 x 2 blocks of multiplies, bias first, ReLU last. A lies as [row tile][k
// tile][M][K], B as [k tile][n tile][K][N], C as [row tile][n tile][M][N].
struct Dense {
  static constexpr unsigned kRows = 16, kInner = 32, kColumns = 32;
  static constexpr int SHIFT = 7;
  static constexpr auto ROUNDING = aie::rounding_mode::conv_even;
  static constexpr auto SATURATION = aie::saturation_mode::saturate;
#if __AIE_ARCH__ == 20
  using MMUL = aie::mmul<4, 8, 8, int8, int8, acc32>;
#else
  using MMUL = aie::mmul<8, 8, 8, int8, int8, acc32>;
#endif

  Dense() {
    aie::set_rounding(ROUNDING);
    aie::set_saturation(SATURATION);
  }

  static void run(const int8* __restrict a, const int8* __restrict b, const int32* __restrict bias,
                  int8* __restrict c) {
    constexpr unsigned kKTiles = kInner / MMUL::K;
    constexpr unsigned kNTiles = kColumns / MMUL::N;
    for (unsigned z = 0; z < kRows / MMUL::M; z += 2) chess_loop_range(1, ) {
        for (unsigned j = 0; j < kNTiles; j += 2) {
          const int8 __aie_dm_resource_a* __restrict a0 = a + z * kKTiles * MMUL::size_A;
          const int8 __aie_dm_resource_a* __restrict a1 = a0 + kKTiles * MMUL::size_A;
          const int8 __aie_dm_resource_b* __restrict b0 = b + j * MMUL::size_B;
          const aie::vector<int32, MMUL::N> bias0 = aie::load_v<MMUL::N>(bias + j * MMUL::N);
          const aie::vector<int32, MMUL::N> bias1 = aie::load_v<MMUL::N>(bias + (j + 1) * MMUL::N);
          MMUL c00(bias0.grow_replicate<MMUL::size_C>());
          MMUL c10 = c00;
          MMUL c01;
          c01 = aie::from_vector<acc32>(bias1.grow_replicate<MMUL::size_C>());
          MMUL c11(c01.to_accum());
          for (unsigned i = 0; i < kKTiles; ++i) chess_prepare_for_pipelining chess_flatten_loop {
              const auto va0 = aie::load_v<MMUL::size_A>(a0);
              a0 += MMUL::size_A;
              const auto va1 = aie::load_v<MMUL::size_A>(a1);
              a1 += MMUL::size_A;
              const aie::vector<int8, MMUL::size_B> vb0 = aie::load_v<MMUL::size_B>(b0);
              const aie::vector<int8, MMUL::size_B> vb1 = aie::load_v<MMUL::size_B>(b0 + MMUL::size_B);
              b0 += kNTiles * MMUL::size_B;
              c00.mac(va0, vb0);
              c01.mac(va0, vb1);
              c10.mac(va1, vb0);
              c11.mac(va1, vb1);
            }
          auto out = aie::begin_restrict_vector<MMUL::size_C>(c + (z * kNTiles + j) * MMUL::size_C);
          *out++ = aie::max(c00.template to_vector<int8>(SHIFT), int8{0});
          *out = aie::max(c01.template to_vector<int8>(SHIFT), aie::zeros<int8, MMUL::size_C>());
          out += kNTiles - 1;
          *out++ = aie::max(c10.template to_vector<int8>(SHIFT), int8{0});
          *out = aie::max(c11.template to_vector<int8>(SHIFT), int8{0});
        }
      }
  }
};

TEST(KernelForms, DenseLayer) {
  const ScopedModes modes;
  std::mt19937_64 random(1);
  using D = Dense;
  using MMUL = D::MMUL;
  std::vector<int8> a(D::kRows * D::kInner);
  std::vector<int8> b(D::kInner * D::kColumns);
  for (auto& x : a) x = static_cast<int8>(random());
  for (auto& x : b) x = static_cast<int8>(random());
  alignas(aie::vector_decl_align) int8 a_tiled[D::kRows * D::kInner];
  alignas(aie::vector_decl_align) int8 b_tiled[D::kInner * D::kColumns];
  alignas(aie::vector_decl_align) int32 bias[D::kColumns];
  alignas(aie::vector_decl_align) int8 c_tiled[D::kRows * D::kColumns];
  for (auto& x : bias) x = static_cast<int32>(random() % 40000) - 20000;
  const auto tiled = [](unsigned row, unsigned column, unsigned columns, unsigned r, unsigned c) {
    return ((row / r * (columns / c) + column / c) * r + row % r) * c + column % c;
  };
  for (unsigned r = 0; r < D::kRows; ++r)
    for (unsigned k = 0; k < D::kInner; ++k)
      a_tiled[tiled(r, k, D::kInner, MMUL::M, MMUL::K)] = a[r * D::kInner + k];
  for (unsigned k = 0; k < D::kInner; ++k)
    for (unsigned c = 0; c < D::kColumns; ++c)
      b_tiled[tiled(k, c, D::kColumns, MMUL::K, MMUL::N)] = b[k * D::kColumns + c];

  const Dense kernel;
  kernel.run(a_tiled, b_tiled, bias, c_tiled);
  for (unsigned r = 0; r < D::kRows; ++r) {
    for (unsigned c = 0; c < D::kColumns; ++c) {
      Wide sum = bias[c];
      for (unsigned k = 0; k < D::kInner; ++k) sum += a[r * D::kInner + k] * b[k * D::kColumns + c];
      const Wide y = exact_fit(exact_round(sum, D::SHIFT, D::ROUNDING), 8, true, D::SATURATION);
      ASSERT_EQ(c_tiled[tiled(r, c, D::kColumns, MMUL::M, MMUL::N)], std::max<Wide>(y, 0)) << r << ", " << c;
    }
  }
}

// Statistics over rows as normalisations have them: sums in accumulators, a product of 16 x 16 bit into
// acc32, a segmented sum by shifts, masks and selects, a scratch array that stays.
int32 statistics(const int8* in, int16* out) {
  constexpr unsigned VEC = 32;
  static int16 scratch alignas(aie::vector_decl_align)[VEC];
  auto it = aie::cbegin_vector<VEC>(in);
  aie::accum<acc32, VEC> sum = aie::zeros<acc32, VEC>();
  aie::accum<acc32, VEC> squares = aie::zeros<acc32, VEC>();
  aie::vector<int8, VEC> greatest = aie::broadcast<int8, VEC>(-128);
  for (int row = 0; row < 3; ++row) chess_prepare_for_pipelining {
      const aie::vector<int8, VEC> x = *it++;
      sum = aie::add(sum, x);
      squares = aie::mac_square(squares, x);
      greatest = aie::max(greatest, x);
    }
  aie::vector<int32, VEC> lanes = sum.to_vector<int32>(0);
  for (unsigned half = VEC / 2; half > 0; half /= 2) lanes = aie::add(lanes, aie::shuffle_down(lanes, half));
  const int32 total = lanes[0];

  const aie::vector<int16, VEC> wide = greatest.unpack();
  const aie::vector<int16, VEC> weight = aie::broadcast<int16, VEC>(300);
  const aie::accum<acc32, VEC> scaled = aie::mul(wide, weight);
  const auto odd = aie::ge(aie::bit_and(wide, aie::broadcast<int16, VEC>(1)), int16{1});
  aie::store_v(scratch, aie::select(scaled.to_vector<int16>(4), aie::downshift(weight, 1), odd));
  const auto [low, high] =
      aie::interleave_zip(aie::load_v<VEC / 2>(scratch), aie::load_v<VEC / 2>(scratch + VEC / 2), 1);
  aie::store_v(out, aie::concat(low, high));
  return total + aie::reduce_add(squares.to_vector<int32>());
}

TEST(KernelForms, Statistics) {
  const ScopedModes modes;
  std::mt19937_64 random(2);
  alignas(aie::vector_decl_align) int8 in[3 * 32];
  alignas(aie::vector_decl_align) int16 out[32];
  for (auto& x : in) x = static_cast<int8>(random());
  const int32 total = statistics(in, out);
  int32 expected = 0;
  for (const int8 x : in) expected += x + x * x;
  EXPECT_EQ(total, expected);
  for (unsigned i = 0; i < 32; ++i) {
    const int greatest = std::max({in[i], in[i + 32], in[i + 64]});
    const Wide y = greatest % 2 != 0 ? Wide{150} : exact_round(greatest * 300, 4, aie::rounding_mode::floor);
    EXPECT_EQ(out[i < 16 ? 2 * i : 2 * (i - 16) + 1], y) << i;
  }
}

// Functions of projects that place buffers take a port by reference.
static_assert(
    std::is_same_v<decltype(std::declval<::adf::kernel&>().in[0]), ::adf::port<::adf::direction::in>&>);

}  // namespace
}  // namespace aie4ml::adf
