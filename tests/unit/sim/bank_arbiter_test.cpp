#include "sim/bank/bank_arbiter.hpp"

#include <array>

#include <gmock/gmock.h>

namespace aie4ml::sim {
namespace {

TEST(BankArbiter, DifferentBanksAreAllGranted) {
  BankArbiter arbiter(8, 3);
  arbiter.request(0, 0b0001);
  arbiter.request(1, 0b0110);
  arbiter.request(2, 0b1000);
  arbiter.decide();
  EXPECT_EQ(arbiter.granted(0), 0b0001U);
  EXPECT_EQ(arbiter.granted(1), 0b0110U);
  EXPECT_EQ(arbiter.granted(2), 0b1000U);
}

TEST(BankArbiter, TakesTurnsOnOneBank) {
  BankArbiter arbiter(8, 3);
  std::array<int, 3> wins{};
  int latest = -1;
  for (int cycle = 0; cycle < 9; ++cycle) {
    for (int r = 0; r < 3; ++r) arbiter.request(r, 1);
    arbiter.decide();
    int winners = 0;
    for (int r = 0; r < 3; ++r) {
      if (arbiter.granted(r) == 0) continue;
      ++winners;
      ++wins[static_cast<std::size_t>(r)];
      EXPECT_NE(r, latest);
      latest = r;
    }
    EXPECT_EQ(winners, 1);
  }
  EXPECT_EQ(wins, (std::array{3, 3, 3}));
}

TEST(BankArbiter, LoserWaitsOneCycle) {
  BankArbiter arbiter(8, 2);
  arbiter.request(0, 1);
  arbiter.request(1, 1);
  arbiter.decide();
  const int loser = arbiter.granted(0) != 0 ? 1 : 0;
  EXPECT_EQ(arbiter.granted(loser), 0U);
  arbiter.request(0, 1);
  arbiter.request(1, 1);
  arbiter.decide();
  EXPECT_EQ(arbiter.granted(loser), 1U);
}

TEST(BankArbiter, UseWithoutRequestCountsAsATurn) {
  for (const int user : {0, 1}) {
    BankArbiter arbiter(8, 2);
    arbiter.used(user, 0b101);
    for (int r = 0; r < 2; ++r) arbiter.request(r, 0b111);
    arbiter.decide();
    EXPECT_EQ(arbiter.granted(user), 0b010U & (user == 0 ? ~0U : 0U));
    EXPECT_EQ(arbiter.granted(1 - user), user == 0 ? 0b101U : 0b111U);
  }
}

TEST(BankArbiter, RequestsDoNotOutliveTheirCycle) {
  BankArbiter arbiter(8, 2);
  arbiter.request(0, 1);
  arbiter.decide();
  arbiter.decide();
  EXPECT_EQ(arbiter.granted(0), 0U);
}

}  // namespace
}  // namespace aie4ml::sim
