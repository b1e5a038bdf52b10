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

// Each word waits for its own write, each write for the word whose place it takes.
TEST(CascadeLink, NamesTheWriteAndTheReadThatWereWaitedFor) {
  CascadeLink link(2, 3);
  link.push(word(0), 10, 100);
  link.push(word(1), 11, 101);
  EXPECT_EQ(link.why_available().cycle, 10);
  EXPECT_EQ(link.why_available().tag, 100);
  link.pop(20, 200);
  EXPECT_EQ(link.why_available().cycle, 11);
  EXPECT_EQ(link.why_available().tag, 101);
  link.pop(25, 201);
  EXPECT_EQ(link.space(), 21);
  EXPECT_EQ(link.why_space().cycle, 20);
  EXPECT_EQ(link.why_space().tag, 200);
  link.push(word(2), 30, 102);
  EXPECT_EQ(link.space(), 26);
  EXPECT_EQ(link.why_space().cycle, 25);
  EXPECT_EQ(link.why_space().tag, 201);
  EXPECT_EQ(link.why_available().tag, 102);
}

}  // namespace
}  // namespace aie4ml::sim
