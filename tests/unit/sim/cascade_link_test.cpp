#include "sim/cascade/cascade_link.hpp"

#include <gmock/gmock.h>

namespace aie4ml::sim {
namespace {

CascadeWord word(std::uint8_t value) {
  CascadeWord w{};
  w.fill(value);
  return w;
}

TEST(CascadeLink, WordIsReadableAfterTheHop) {
  CascadeLink link(4, 2);
  EXPECT_EQ(link.available(), std::nullopt);
  link.push(word(7), 10);
  EXPECT_EQ(link.available(), 12);
  EXPECT_EQ(link.front(), word(7));
  link.pop(15);
  EXPECT_EQ(link.available(), std::nullopt);
}

TEST(CascadeLink, FourWordsFitAndTheFifthWaitsForAPop) {
  CascadeLink link(4, 1);
  for (std::uint8_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(link.space().has_value());
    link.push(word(i), i);
  }
  EXPECT_EQ(link.space(), std::nullopt);
  link.pop(20);
  EXPECT_EQ(link.space(), 21);
  link.push(word(4), 21);
  EXPECT_EQ(link.space(), std::nullopt);
  for (std::uint8_t i = 1; i < 5; ++i) {
    EXPECT_EQ(link.front(), word(i));
    link.pop(20 + i + 1);
  }
}

}  // namespace
}  // namespace aie4ml::sim
