// Who may use which single-port bank in a cycle (AM020 chapter 2: one access a cycle and bank, round robin).
// Decides on the set of requests, whatever order they came in.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/memory/tile_memory.hpp"

namespace aie4ml::sim {

class BankArbiter {
 public:
  static constexpr int kMaxRequesters = 64;
  BankArbiter(int banks, int requesters);

  // requester wants these banks this cycle; a second call replaces the first.
  void request(int requester, BankMask banks) {
    wanted_[static_cast<std::size_t>(requester)] = banks;
    asking_ |= std::uint64_t{1} << requester;
  }
  // Gives each bank to one of those who want it: to the next one after the bank's latest winner. Forgets the
  // requests; granted(requester) tells the outcome until the next decision.
  void decide();
  // requester used these banks when nobody else could want them, and was not asked to queue: what a decision
  // would have remembered.
  void used(int requester, BankMask banks);
  [[nodiscard]] BankMask granted(int requester) const {
    return granted_[static_cast<std::size_t>(requester)];
  }

 private:
  std::uint64_t asking_{}, asked_{};  // bit: requester; for the next decision and at the latest one
  std::vector<int> latest_winner_;    // by bank
  std::vector<BankMask> wanted_, granted_;
};

}  // namespace aie4ml::sim
