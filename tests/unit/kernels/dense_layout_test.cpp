// Checks, layouts and the plain reference of the dense tile, against values worked out by hand.
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "kernels/dense/dense.hpp"
#include "kernels/dense/dense_program.hpp"
#include "kernels/dense/dense_reference.hpp"

namespace aie4ml::kernels {
namespace {

using arch::ElementType;

DenseTile small_tile() {
  DenseTile t;
  t.rows = 8;
  t.k = 16;
  t.n = 32;
  return t;
}

std::vector<std::int64_t> counted(std::size_t count) {
  std::vector<std::int64_t> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<std::int64_t>(i % 127);
  return values;
}

TEST(DenseLayout, WeightsAreBlocksOfInnerByColumns) {
  const DenseTile t = small_tile();
  const std::vector<std::int64_t> matrix = counted(16 * 32);
  const std::vector<std::uint8_t> packed = pack_weights(t, matrix, 16, 32);
  ASSERT_EQ(packed.size(), 512U);
  EXPECT_EQ(packed[0], matrix[0]);         // (0,0)
  EXPECT_EQ(packed[7], matrix[7]);         // (0,7)
  EXPECT_EQ(packed[8], matrix[32]);        // (1,0): next row of the block
  EXPECT_EQ(packed[64], matrix[8]);        // (0,8): next block to the right
  EXPECT_EQ(packed[256], matrix[8 * 32]);  // (8,0): next row of blocks
  EXPECT_EQ(packed[511], matrix[16 * 32 - 1]);
}

TEST(DenseLayout, MissingWeightsAreZero) {
  const DenseTile t = small_tile();
  const std::vector<std::int64_t> ones(10 * 20, -1);
  const std::vector<std::uint8_t> packed = pack_weights(t, ones, 10, 20);
  EXPECT_EQ(std::count(packed.begin(), packed.end(), 0xff), 200);
  EXPECT_EQ(std::count(packed.begin(), packed.end(), 0), 312);
  EXPECT_EQ(packed[256 + 8], 0xff);     // (9,0)
  EXPECT_EQ(packed[256 + 16], 0);       // (10,0)
  EXPECT_EQ(packed[2 * 64 + 3], 0xff);  // (0,19)
  EXPECT_EQ(packed[2 * 64 + 4], 0);     // (0,20)
}

TEST(DenseLayout, BiasIsLittleEndianInt32) {
  DenseTile t = small_tile();
  t.bias = true;
  const std::vector<std::int64_t> bias = {1, -2, 0x12345678};
  const std::vector<std::uint8_t> packed = pack_bias(t, bias);
  ASSERT_EQ(packed.size(), 768U);  // 4 rows of 32 columns, and of a block of 16 that is loaded in vain
  for (int row = 0; row < 4; ++row) {
    const auto at = packed.begin() + 8 * 4 * row;  // 8 columns in a row of an accumulator
    EXPECT_EQ(std::vector<std::uint8_t>(at, at + 13),
              (std::vector<std::uint8_t>{1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x78, 0x56, 0x34, 0x12, 0}));
  }
}

TEST(DenseLayout, CodesThatDoNotFitAreRefused) {
  const DenseTile t = small_tile();
  const std::vector<std::int64_t> wide = {1, 128};
  EXPECT_THROW(
      {
        try {
          pack_weights(t, wide, 1, 2);
        } catch (const arch::InputError& error) {
          EXPECT_STREQ(error.what(), "weights[0][1]: 128 is no int8; quantize them");
          throw;
        }
      },
      arch::InputError);
  const std::vector<std::int64_t> large = {std::int64_t{1} << 31};
  EXPECT_THROW(pack_bias(t, large), arch::InputError);
}

TEST(DenseLayout, SizesFollowTheRole) {
  DenseTile t = small_tile();
  t.bias = true;
  EXPECT_EQ(lhs_bytes(t), 128);
  EXPECT_EQ(weights_bytes(t), 512);
  EXPECT_EQ(bias_bytes(t), 512);
  EXPECT_EQ(out_bytes(t), 256);
  t.bias = false;
  t.role = CascadeRole::first;
  EXPECT_EQ(bias_bytes(t), 0);
  EXPECT_EQ(out_bytes(t), 0);
}

class DenseCheck : public testing::Test {
 protected:
  std::string first_problem() {
    const arch::Problems problems = check(t_, device_);
    return problems.empty() ? "" : problems[0].where + ": " + problems[0].what + "; " + problems[0].remedy;
  }
  arch::Device device_ = arch::load_device("ve2802");
  DenseTile t_ = small_tile();
};

TEST_F(DenseCheck, AcceptsWhatItCanDo) {
  EXPECT_EQ(first_problem(), "");
}
TEST_F(DenseCheck, RefusesRaggedSizes) {
  t_.rows = 12;
  EXPECT_EQ(first_problem(), "rows: 12 is not a positive multiple of 8; pad it to 16");
  t_ = small_tile();
  t_.k = 0;
  EXPECT_EQ(first_problem(), "k: 0 is not a positive multiple of 8; pad it to 8");
  t_ = small_tile();
  t_.n = 24;
  EXPECT_EQ(first_problem(), "n: 24 is not a positive multiple of 16; pad it to 32");
}
TEST_F(DenseCheck, RefusesNegativeShifts) {
  t_.shift = -2;
  EXPECT_EQ(
      first_problem(),
      "shift: shift -2 is negative: the output has more fraction bits than the sum; take 2 fraction bits off "
      "the output");
}
TEST_F(DenseCheck, RefusesForeignShapesAndTypes) {
  t_.mmul = {8, 8, 8};
  EXPECT_EQ(first_problem(), "mmul: ve2802 has no 8x8x8 multiply of 8 x 8 bit into 32 bit; use 4x8x8");
  t_ = small_tile();
  t_.lhs = ElementType::int16;
  EXPECT_EQ(first_problem(), "mmul: ve2802 has no 4x8x8 multiply of 16 x 8 bit into 32 bit; use 4x4x8");
  t_ = small_tile();
  t_.lhs = ElementType::int32;
  EXPECT_EQ(first_problem(), "lhs: int32 activations are not supported; quantize them to 8 or 16 bit");
  t_ = small_tile();
  t_.weights = ElementType::uint8;
  EXPECT_EQ(first_problem(), "weights: uint8 weights are not supported; quantize them to int8 or int16");
}
TEST_F(DenseCheck, RefusesWrappingReluIntoUnsigned) {
  t_.relu = true;
  t_.out = ElementType::uint8;
  EXPECT_EQ(first_problem(), "");
  t_.saturation = arch::SaturationMode::none;
  EXPECT_EQ(first_problem(),
            "saturation: negative sums would wrap in an unsigned output, which is no ReLU; saturate, or use "
            "a signed output");
}
TEST_F(DenseCheck, RefusesBiasInsideACascade) {
  t_.role = CascadeRole::middle;
  t_.bias = true;
  EXPECT_EQ(first_problem(),
            "role: middle has no output to give a bias or ReLU; set them on the last stage of the cascade");
}

TEST(DenseReference, RoundsSaturatesAndClips) {
  Codes lhs(1, 2), weights(2, 3), bias(1, 3);
  lhs << 3, -5;
  weights << 10, -7, 100, 2, 1, -100;
  bias << 0, 1, 0;
  // Sums: 20, -26 + 1 = -25, 800.
  const Codes sums = dense_sums(lhs, weights, bias);
  EXPECT_EQ(sums, (Codes(1, 3) << 20, -25, 800).finished());
  DenseOutput output{ElementType::int8, 3, arch::RoundingMode::conv_even, arch::SaturationMode::saturate,
                     false};
  // 2.5 -> 2, -3.125 -> -3, 100
  EXPECT_EQ(dense_outputs(sums, output), (Codes(1, 3) << 2, -3, 100).finished());
  output.relu = true;
  EXPECT_EQ(dense_outputs(sums, output), (Codes(1, 3) << 2, 0, 100).finished());
  output.shift = 2;
  // 5, -6.25 -> 0 by the ReLU, 200 -> 127
  EXPECT_EQ(dense_outputs(sums, output), (Codes(1, 3) << 5, 0, 127).finished());
  output.type = ElementType::uint8;
  EXPECT_EQ(dense_outputs(sums, output), (Codes(1, 3) << 5, 0, 200).finished());
}

TEST(DenseReference, SumsWrapAsInt32Lanes) {
  Codes lhs(1, 1), weights(1, 1), bias(1, 1);
  lhs << 1;
  weights << 1;
  bias << (std::int64_t{1} << 31) - 1;
  EXPECT_EQ(dense_sums(lhs, weights, bias)(0, 0), -(std::int64_t{1} << 31));
}

TEST(DenseReference, BlocksGoThereAndBack) {
  Codes matrix(8, 16);
  for (int r = 0; r < 8; ++r) {
    for (int c = 0; c < 16; ++c) matrix(r, c) = 16 * r + c - 64;
  }
  const std::vector<std::uint8_t> bytes = pack_blocks(matrix, 4, 8, ElementType::int8);
  EXPECT_EQ(static_cast<std::int8_t>(bytes[8]), matrix(1, 0));
  EXPECT_EQ(static_cast<std::int8_t>(bytes[32]), matrix(0, 8));
  EXPECT_EQ(static_cast<std::int8_t>(bytes[64]), matrix(4, 0));
  EXPECT_EQ(unpack_blocks(bytes, 8, 16, 4, 8, ElementType::int8), matrix);
}

TEST(DenseProgram, ReadsAsThePageDescribesIt) {
  DenseTile t = small_tile();
  t.role = CascadeRole::first;
  EXPECT_EQ(print(dense_program(t)),
            "dense_first(lhs: int8*, weights: int8*) rounding conv_even, saturation saturate\n"
            "  var lhs: int8*\n"
            "  var weights: int8*\n"
            "  var lhs1: int8*\n"
            "  var a0: int8[4x8]\n"
            "  var b0: int8[8x8]\n"
            "  var a1: int8[4x8]\n"
            "  var b1: int8[8x8]\n"
            "  var c00: acc int32[4x8]\n"
            "  var c01: acc int32[4x8]\n"
            "  var c10: acc int32[4x8]\n"
            "  var c11: acc int32[4x8]\n"
            "  lhs1 = lhs + 64\n"
            "  for rows in 0..1\n"
            "    for cols in 0..2\n"
            "      c00 = 0\n"
            "      c01 = 0\n"
            "      c10 = 0\n"
            "      c11 = 0\n"
            "      for k in 0..2 pipelined\n"
            "        a0 = load lhs += 32\n"
            "        a1 = load lhs1 += 32\n"
            "        b0 = load weights += 64\n"
            "        b1 = load weights += 192\n"
            "        c00 += a0 * b0\n"
            "        c01 += a0 * b1\n"
            "        c10 += a1 * b0\n"
            "        c11 += a1 * b1\n"
            "      cascade put c00\n"
            "      cascade put c01\n"
            "      cascade put c10\n"
            "      cascade put c11\n"
            "      lhs -= 64\n"
            "      lhs1 -= 64\n"
            "      weights -= 384\n"
            "    lhs += 128\n"
            "    lhs1 += 128\n"
            "    weights -= 256\n");
}

}  // namespace
}  // namespace aie4ml::kernels
