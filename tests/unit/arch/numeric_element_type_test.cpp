#include <limits>

#include <gtest/gtest.h>

#include "arch/numeric/element_type.hpp"

namespace aie4ml::arch {
namespace {

TEST(ElementType, WidthsAndSignedness) {
  EXPECT_EQ(bits(ElementType::uint8), 8);
  EXPECT_EQ(bits(ElementType::bfloat16), 16);
  EXPECT_EQ(bytes(ElementType::float32), 4);
  EXPECT_EQ(bytes(ElementType::int64), 8);
  EXPECT_TRUE(is_signed(ElementType::int16));
  EXPECT_FALSE(is_signed(ElementType::uint16));
  EXPECT_TRUE(is_float(ElementType::bfloat16));
}

TEST(ElementType, Ranges) {
  EXPECT_EQ(min_value(ElementType::int8), -128);
  EXPECT_EQ(max_value(ElementType::int8), 127);
  EXPECT_EQ(min_value(ElementType::uint16), 0);
  EXPECT_EQ(max_value(ElementType::uint16), 65535);
  EXPECT_EQ(min_value(ElementType::int64), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(max_value(ElementType::int64), std::numeric_limits<std::int64_t>::max());
}

TEST(ElementType, NamesGoBothWays) {
  for (int i = 0; i < kElementTypeCount; ++i) {
    const auto type = static_cast<ElementType>(i);
    EXPECT_EQ(element_type_from_string(to_string(type)), type);
    EXPECT_EQ(element_type_from_suffix(asm_suffix(type)), type);
  }
  EXPECT_EQ(to_string(ElementType::uint8), "uint8");
  EXPECT_EQ(asm_suffix(ElementType::int32), "s32");
  EXPECT_EQ(element_type_from_string("int4"), std::nullopt);
}

}  // namespace
}  // namespace aie4ml::arch
