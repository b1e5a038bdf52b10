#include "sim/lock/lock_bank.hpp"

#include <gmock/gmock.h>

namespace aie4ml::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

LockOperation at_least(int lock, int amount) {
  return {.acquire = true, .lock = lock, .amount = amount, .equal = false};
}
LockOperation exactly(int lock, int amount) {
  return {.acquire = true, .lock = lock, .amount = amount, .equal = true};
}
LockOperation release(int lock, int amount) {
  return {.acquire = false, .lock = lock, .amount = amount, .equal = false};
}

TEST(LockBank, AcquireWaitsAtOneLessAndGoesOnAtTheAmount) {
  LockBank locks(16, 63);
  locks.set(3, 1);
  locks.post(0, at_least(3, 2), 10);
  EXPECT_THAT(locks.decide(10).served, IsEmpty());
  locks.post(1, release(3, 1), 11);
  EXPECT_THAT(locks.decide(11).served, ElementsAre(1, 0));
  EXPECT_EQ(locks.value(3), 0);
}

TEST(LockBank, AcquireEqualRefusesMore) {
  LockBank locks(16, 63);
  locks.set(0, 2);
  locks.post(0, exactly(0, 1), 0);
  EXPECT_THAT(locks.decide(0).served, IsEmpty());
  locks.post(1, at_least(0, 1), 1);
  EXPECT_THAT(locks.decide(1).served, ElementsAre(1));
  EXPECT_THAT(locks.decide(2).served, ElementsAre(0));
  EXPECT_EQ(locks.value(0), 0);
}

TEST(LockBank, OrderOfPostingWithinACycleDoesNotMatter) {
  for (const bool swapped : {false, true}) {
    LockBank locks(16, 63);
    locks.set(5, 1);
    locks.post(swapped ? 9 : 4, at_least(5, 1), 7);
    locks.post(swapped ? 4 : 9, at_least(5, 1), 7);
    EXPECT_THAT(locks.decide(7).served, ElementsAre(4));
  }
}

TEST(LockBank, WhoWaitsLongerIsServedFirst) {
  LockBank locks(16, 63);
  locks.post(9, at_least(5, 1), 6);
  EXPECT_THAT(locks.decide(6).served, IsEmpty());
  locks.post(4, at_least(5, 1), 7);
  locks.post(1, release(5, 1), 7);
  EXPECT_THAT(locks.decide(7).served, ElementsAre(1, 9));
}

TEST(LockBank, RequestsForLaterCyclesWait) {
  LockBank locks(16, 63);
  locks.post(0, release(0, 1), 5);
  EXPECT_THAT(locks.decide(4).served, IsEmpty());
  EXPECT_EQ(locks.value(0), 0);
  EXPECT_THAT(locks.decide(5).served, ElementsAre(0));
}

TEST(LockBank, ReleaseBeyondTheLargestValueIsAFault) {
  LockBank locks(16, 63);
  locks.set(0, 62);
  locks.post(2, release(0, 1), 0);
  EXPECT_FALSE(locks.decide(0).fault.has_value());
  locks.post(2, release(0, 1), 1);
  const LockBank::Decision decision = locks.decide(1);
  EXPECT_EQ(decision.fault, "releasing 1 would move the lock from 63 out of 0 to 63");
  EXPECT_THAT(decision.faulty, ElementsAre(2));
}

TEST(LockBank, OthersAreServedAndGoOnWaitingInTheCycleOfAFault) {
  LockBank locks(16, 63);
  locks.set(0, 63);
  locks.post(7, at_least(2, 2), 0);
  locks.post(2, release(0, 1), 0);
  locks.post(3, release(1, 1), 0);
  locks.post(4, release(0, 2), 0);
  const LockBank::Decision decision = locks.decide(0);
  EXPECT_THAT(decision.faulty, ElementsAre(2, 4));
  EXPECT_THAT(decision.served, ElementsAre(3));
  EXPECT_EQ(locks.value(0), 63);
  locks.post(2, release(2, 2), 1);
  EXPECT_THAT(locks.decide(1).served, ElementsAre(2, 7));
}

}  // namespace
}  // namespace aie4ml::sim
