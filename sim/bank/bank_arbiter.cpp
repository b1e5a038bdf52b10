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
  BankMask all = 0;
  for (const BankMask banks : wanted_) all |= banks;
  std::fill(granted_.begin(), granted_.end(), 0);
  const int requesters = static_cast<int>(wanted_.size());
  for (; all != 0; all &= all - 1) {
    const int bank = std::countr_zero(all);
    const BankMask bit = BankMask{1} << bank;
    int& latest = latest_winner_[static_cast<std::size_t>(bank)];
    for (int i = 1; i <= requesters; ++i) {
      const int candidate = (latest + i) % requesters;
      if ((wanted_[static_cast<std::size_t>(candidate)] & bit) == 0) continue;
      granted_[static_cast<std::size_t>(candidate)] |= bit;
      latest = candidate;
      break;
    }
  }
  std::fill(wanted_.begin(), wanted_.end(), 0);
}

void BankArbiter::used(int requester, BankMask banks) {
  for (; banks != 0; banks &= banks - 1)
    latest_winner_[static_cast<std::size_t>(std::countr_zero(banks))] = requester;
}

}  // namespace aie4ml::sim
