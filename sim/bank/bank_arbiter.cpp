#include "sim/bank/bank_arbiter.hpp"

#include <algorithm>
#include <bit>

#include "sim/check.hpp"

namespace aie4ml::sim {

BankArbiter::BankArbiter(int banks, int requesters)
    : latest_winner_(static_cast<std::size_t>(banks), requesters - 1),
      wanted_(static_cast<std::size_t>(requesters), 0),
      granted_(static_cast<std::size_t>(requesters), 0) {
  check(requesters >= 1 && requesters <= kMaxRequesters, "a memory has a sensible number of requesters");
}

void BankArbiter::decide() {
  for (; asked_ != 0; asked_ &= asked_ - 1) granted_[static_cast<std::size_t>(std::countr_zero(asked_))] = 0;
  BankMask all = 0;
  for (std::uint64_t left = asking_; left != 0; left &= left - 1)
    all |= wanted_[static_cast<std::size_t>(std::countr_zero(left))];
  for (; all != 0; all &= all - 1) {
    const int bank = std::countr_zero(all);
    std::uint64_t who = 0;
    for (std::uint64_t left = asking_; left != 0; left &= left - 1) {
      const int requester = std::countr_zero(left);
      if ((wanted_[static_cast<std::size_t>(requester)] >> bank & 1U) != 0)
        who |= std::uint64_t{1} << requester;
    }
    int& latest = latest_winner_[static_cast<std::size_t>(bank)];
    const std::uint64_t behind = who & ~((std::uint64_t{2} << latest) - 1);
    latest = std::countr_zero(behind != 0 ? behind : who);
    granted_[static_cast<std::size_t>(latest)] |= BankMask{1} << bank;
  }
  asked_ = asking_;
  asking_ = 0;
}

void BankArbiter::used(int requester, BankMask banks) {
  for (; banks != 0; banks &= banks - 1)
    latest_winner_[static_cast<std::size_t>(std::countr_zero(banks))] = requester;
}

}  // namespace aie4ml::sim
