// Times of words and locks in the estimate; expected values counted by hand.
#include "compiler/estimate/timed_stream.hpp"

#include <gtest/gtest.h>

namespace aie4ml::compiler {
namespace {

TEST(TimedStream, AWordACycleAndItsWay) {
  TimedStream stream({{}, {0, 5, 4, 2}}, {1}, 1);
  for (int i = 0; i < 4; ++i) stream.send(10);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(stream.left(i), 10 + i);
    EXPECT_EQ(stream.arrival(0, i), 15 + i);
  }
  EXPECT_EQ(stream.left(4), kUnknown);
  EXPECT_EQ(stream.arrival(0, 4), kUnknown);
}

TEST(TimedStream, TwoWordsACycle) {
  TimedStream stream({{}, {0, 5, 8, 1}}, {1}, 2);
  for (int i = 0; i < 6; ++i) stream.send(0);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(stream.left(i), i / 2);
}

TEST(TimedStream, AGapComesOnce) {
  TimedStream stream({{}, {0, 1, 8, 1}}, {1}, 1);
  stream.send(0);
  stream.send(0, 6);
  stream.send(0);
  EXPECT_EQ(stream.left(1), 6);
  EXPECT_EQ(stream.left(2), 7);
}

TEST(TimedStream, AFullWayHoldsTheSender) {
  TimedStream stream({{}, {0, 5, 4, 2}}, {1}, 1);
  for (int i = 0; i < 6; ++i) stream.send(0);
  EXPECT_EQ(stream.left(3), 3);
  EXPECT_EQ(stream.left(4), kUnknown);  // until the first is taken
  stream.take(0, 100);
  EXPECT_EQ(stream.left(4), 102);
  EXPECT_EQ(stream.left(5), kUnknown);
  stream.take(0, 101);
  EXPECT_EQ(stream.left(5), 103);
}

// sender -4 words-> fork -2 words-> a, -8 words-> b. As nobody takes anything from a, two words pass the fork
// and four wait before it; b gets no more than the two, although it has room.
TEST(TimedStream, AFullBranchHoldsTheOthers) {
  TimedStream stream({{}, {0, 3, 4, 1}, {1, 1, 2, 1}, {1, 1, 8, 1}}, {2, 3}, 1);
  for (int i = 0; i < 8; ++i) stream.send(0);
  EXPECT_EQ(stream.arrival(1, 1), 1 + 3 + 1);
  EXPECT_EQ(stream.arrival(1, 2), kUnknown);
  EXPECT_EQ(stream.left(5), 5);
  EXPECT_EQ(stream.left(6), kUnknown);
  stream.take(0, 50);
  EXPECT_EQ(stream.arrival(1, 2), 51 + 1);  // passes the fork in cycle 51
  EXPECT_EQ(stream.left(6), 52);
}

TEST(TimedLock, CountsAndWaits) {
  TimedLock lock(1);
  EXPECT_EQ(lock.acquire(1, 7), 7);
  EXPECT_EQ(lock.acquire(1, 8), kUnknown);
  lock.release(1, 20);
  EXPECT_EQ(lock.acquire(1, 8), 20);
  lock.release(1, 30);
  EXPECT_EQ(lock.acquire(1, 35), 35);
}

TEST(TimedLock, TheLastOfSeveralDecidesWhoeverIsToldFirst) {
  TimedLock lock(0);
  lock.release(1, 40);
  EXPECT_EQ(lock.acquire(2, 0), kUnknown);
  lock.release(1, 15);
  EXPECT_EQ(lock.acquire(2, 0), 40);
}

}  // namespace
}  // namespace aie4ml::compiler
