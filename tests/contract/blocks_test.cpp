// One block of the machine on a bench, proved at N-1 and N.
#include <gmock/gmock.h>
#include <systemc>

#include "arch/device/device_loader.hpp"
#include "sim/kernel/kernel_time.hpp"
#include "sim/kernel/simulation.hpp"
#include "sim/module/bank_module.hpp"
#include "sim/module/lock_module.hpp"

namespace aie4ml::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Bench : public ::testing::Test {
 protected:
  void run_until(std::int64_t cycle) {
    if (at(cycle, Phase::requests) > sc_core::sc_time_stamp()) {
      sc_core::sc_start(at(cycle, Phase::requests) - sc_core::sc_time_stamp());
    }
  }
  const Simulation simulation_;
};

class LockBench : public Bench {
 protected:
  LockModule module_{"locks", arch::LockFacts{.max_value = 63, .service_cycles = 1}, 16,
                     [](int, int, const std::string&, std::int64_t) { FAIL(); }};
  LockTicket waiter_{0}, other_{1};
};

TEST_F(LockBench, AcquireIsBlockedAtTheCycleBeforeTheReleaseAndServedInIt) {
  module_.post(waiter_, {.acquire = true, .lock = 3, .amount = 2, .equal = false}, 5);
  module_.post(other_, {.acquire = false, .lock = 3, .amount = 1, .equal = false}, 8);
  run_until(20);
  EXPECT_TRUE(waiter_.open);  // one is not two
  module_.post(other_, {.acquire = false, .lock = 3, .amount = 1, .equal = false}, 29);
  run_until(29);
  EXPECT_TRUE(waiter_.open);
  run_until(30);
  EXPECT_FALSE(waiter_.open);
  EXPECT_EQ(waiter_.answer_cycle, 30);
  EXPECT_EQ(module_.value(3), 0);
}

TEST_F(LockBench, FreeLockAnswersAfterTheServiceTime) {
  module_.set(0, 1);
  module_.post(waiter_, {.acquire = true, .lock = 0, .amount = 1, .equal = false}, 5);
  run_until(6);
  EXPECT_EQ(waiter_.answer_cycle, 6);
}

class Requester final : public BankClient {
 public:
  Requester(BankModule& module, int slot) : module_(module), slot_(slot) { module.connect(slot, *this); }
  void want(BankMask bank, std::int64_t cycle) {
    bank_ = bank;
    module_.request(slot_, bank, cycle);
  }
  void bank_granted(BankMask banks, std::int64_t cycle) override {
    if (banks != 0) {
      granted.push_back(cycle);
      if (asks_once) quiet = kNever;
    } else {
      module_.request(slot_, bank_, cycle + 1);
    }
  }
  [[nodiscard]] std::int64_t quiet_until(BankMask /*banks*/) const override { return quiet; }
  std::vector<std::int64_t> granted;
  std::int64_t quiet{0};
  bool asks_once{false};

 private:
  BankModule& module_;
  int slot_;
  BankMask bank_{};
};

class BankBench : public Bench {
 protected:
  const arch::Device device_ = arch::load_device("ve2802");
  TileMemory memory_{device_, arch::TileKind::core};
  std::int64_t limit_{BankClient::kNever};
  BankModule module_{"banks", memory_, 3, limit_};
  Requester a_{module_, 0}, b_{module_, 1}, c_{module_, 2};
};

TEST_F(BankBench, LoserWaitsOneCycle) {
  b_.want(0b10, 7);
  a_.want(0b10, 7);
  run_until(20);
  EXPECT_THAT(a_.granted, ElementsAre(7));
  EXPECT_THAT(b_.granted, ElementsAre(8));
}

TEST_F(BankBench, NeighbouringCyclesAndOtherBanksDoNotCollide) {
  a_.want(0b001, 7);
  b_.want(0b001, 8);
  c_.want(0b010, 7);
  run_until(20);
  EXPECT_THAT(a_.granted, ElementsAre(7));
  EXPECT_THAT(b_.granted, ElementsAre(8));
  EXPECT_THAT(c_.granted, ElementsAre(7));
}

TEST_F(BankBench, ThreeTakeTurns) {
  for (Requester* r : {&a_, &b_, &c_}) r->want(1, 7);
  run_until(10);
  for (Requester* r : {&a_, &b_, &c_}) r->want(1, 10);
  run_until(20);
  EXPECT_THAT(a_.granted, ElementsAre(7, 10));
  EXPECT_THAT(b_.granted, ElementsAre(8, 11));
  EXPECT_THAT(c_.granted, ElementsAre(9, 12));
}

// A bank may be used unasked while all others are known to keep off it.
TEST_F(BankBench, FreeUntilSomebodyElseMayCome) {
  b_.quiet = 9;
  c_.quiet = BankClient::kNever;
  EXPECT_EQ(module_.free_until(0, 1), 9);
  c_.quiet = 8;
  EXPECT_EQ(module_.free_until(0, 1), 8);
  limit_ = 5;
  EXPECT_EQ(module_.free_until(0, 1), 5);
}

// Who has posted a request wants those banks then, and may want others afterwards.
TEST_F(BankBench, FreeUntilWhatWasPosted) {
  c_.quiet = BankClient::kNever;
  a_.quiet = 0;
  b_.want(0b11, 9);
  EXPECT_EQ(module_.free_until(0, 0b10), 9);
  EXPECT_EQ(module_.free_until(0, 0b100), 10);
  run_until(20);
  EXPECT_THAT(b_.granted, ElementsAre(9));
}

// Whose turn it is afterwards is as if everybody had asked.
TEST_F(BankBench, UseWithoutAskingTakesATurn) {
  module_.used(0, 1);
  for (Requester* r : {&a_, &b_}) r->want(1, 7);
  run_until(20);
  EXPECT_THAT(b_.granted, ElementsAre(7));
  EXPECT_THAT(a_.granted, ElementsAre(8));
}

TEST_F(BankBench, DecidedAheadOnceNobodyElseCanCome) {
  b_.quiet = 7;
  c_.quiet = BankClient::kNever;
  a_.want(1, 7);
  EXPECT_THAT(a_.granted, IsEmpty());
  b_.quiet = 8;
  module_.settle();
  EXPECT_THAT(a_.granted, ElementsAre(7));
}

TEST_F(BankBench, ARequestThatAllHavePostedForIsDecidedAtOnce) {
  for (Requester* r : {&a_, &b_, &c_}) r->asks_once = true;
  a_.want(1, 7);
  c_.want(1, 8);
  EXPECT_THAT(a_.granted, IsEmpty());
  b_.want(1, 7);  // a and b meet, the loser meets c
  EXPECT_THAT(a_.granted, ElementsAre(7));
  EXPECT_THAT(b_.granted, ElementsAre(8));
  EXPECT_THAT(c_.granted, ElementsAre(9));
}

TEST_F(BankBench, NothingIsDecidedAheadBeyondTheLimit) {
  for (Requester* r : {&b_, &c_}) r->quiet = BankClient::kNever;
  limit_ = 7;
  a_.want(1, 7);
  EXPECT_THAT(a_.granted, IsEmpty());
  run_until(20);
  EXPECT_THAT(a_.granted, ElementsAre(7));
}

}  // namespace
}  // namespace aie4ml::sim
