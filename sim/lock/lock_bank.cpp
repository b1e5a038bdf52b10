#include "sim/lock/lock_bank.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "sim/check.hpp"

namespace aie4ml::sim {

LockBank::LockBank(int locks, int max_value)
    : max_value_(max_value), values_(static_cast<std::size_t>(locks), 0) {}

void LockBank::set(int lock, int value) {
  check(lock >= 0 && lock < size() && value >= 0 && value <= max_value_, "a lock exists and holds its value");
  values_[static_cast<std::size_t>(lock)] = value;
}

void LockBank::post(int requester, const LockOperation& operation, std::int64_t cycle) {
  check(operation.lock >= 0 && operation.lock < size(), "a lock exists");
  waiting_.push_back({requester, operation, cycle});
}

LockBank::Decision LockBank::decide(std::int64_t cycle) {
  Decision decision;
  // Releases before acquires, so that one of this cycle serves an acquire of this cycle whoever posted first.
  std::sort(waiting_.begin(), waiting_.end(), [](const Request& a, const Request& b) {
    return std::tuple(a.operation.acquire, a.cycle, a.requester) <
           std::tuple(b.operation.acquire, b.cycle, b.requester);
  });
  std::vector<Request> still_waiting;
  for (const Request& request : waiting_) {
    int& value = values_[static_cast<std::size_t>(request.operation.lock)];
    if (request.cycle > cycle || (request.operation.acquire && !satisfied(value, request.operation))) {
      still_waiting.push_back(request);
      continue;
    }
    const int released = value + request.operation.amount;
    if (!request.operation.acquire && (released > max_value_ || released < 0)) {
      decision.faulty.push_back(request.requester);
      if (decision.fault) continue;
      decision.fault = fmt::format("releasing {} would move the lock from {} out of 0 to {}",
                                   request.operation.amount, value, max_value_);
      continue;
    }
    value += request.operation.acquire ? -request.operation.amount : request.operation.amount;
    decision.served.push_back(request.requester);
  }
  waiting_ = std::move(still_waiting);
  return decision;
}

}  // namespace aie4ml::sim
