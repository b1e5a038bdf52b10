// What AIE-MLv2 has and AIE-ML has not: wider accesses and floats of eight bits.
#include <aie4ml_adf/kernel_fault.hpp>

#include <gtest/gtest.h>

#include "tests/unit/adf/exact.hpp"

namespace aie4ml::adf {
namespace {

TEST(Mlv2, AccessesAreAlignedToTheWiderLoad) {
  alignas(64) int8 bytes[256] = {};
  static_assert(aie::vector_decl_align == 64);
  EXPECT_NO_THROW((void)aie::load_v<32>(bytes + 32));
  EXPECT_THROW((void)aie::load_v<64>(bytes + 32), KernelFault);
  EXPECT_THROW((void)aie::load_v<128>(bytes + 32), KernelFault);
}

TEST(Mlv2, Float8ToAndFromLanes) {
  const testing::ScopedModes modes;
  aie::vector<float, 16> v;
  const float values[] = {1.0F, 1.0625F, -1.1875F, 500.0F, 0.001953125F, 0.0F};
  for (unsigned i = 0; i < 6; ++i) v[i] = values[i];
  const aie::accum<accfloat, 16> acc(v);
  aie::set_rounding(aie::rounding_mode::conv_even);
  aie::set_saturation(aie::saturation_mode::saturate);
  const auto out = acc.to_vector<float8>();
  const float expected[] = {1.0F, 1.0F, -1.25F, 448.0F, 0.001953125F, 0.0F};
  for (unsigned i = 0; i < 6; ++i) EXPECT_EQ(static_cast<float>(out.get(i)), expected[i]);
  EXPECT_EQ(static_cast<float>(acc.to_vector<bfloat8>().get(3)), 512.0F);
  EXPECT_EQ(aie::from_vector<accfloat>(out).to_vector<float>().get(2), -1.25F);
  aie::set_rounding(aie::rounding_mode::symmetric_floor);
  EXPECT_EQ(static_cast<float>(acc.to_vector<float8>().get(2)), -1.125F);
  EXPECT_EQ(float8(3.3F).bits, 0x45) << "3.25";
}

}  // namespace
}  // namespace aie4ml::adf
