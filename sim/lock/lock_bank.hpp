// The semaphore locks of one tile (AM020 chapter 2, AM020, RT): values, waiting requests, and who is
// served first. Time comes in as the cycle of a decision.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aie4ml::sim {

struct LockOperation {
  bool acquire{};
  int lock{};
  int amount{};  // subtracted by an acquire, added by a release; not negative
  bool equal{};  // acquire: wait for exactly `amount` instead of at least
};

class LockBank {
 public:
  LockBank(int locks, int max_value);

  [[nodiscard]] int size() const { return static_cast<int>(values_.size()); }
  [[nodiscard]] int value(int lock) const { return values_[static_cast<std::size_t>(lock)]; }
  void set(int lock, int value);

  // requester: an id that orders requesters of the same cycle; one request at a time each.
  void post(int requester, const LockOperation& operation, std::int64_t cycle);

  struct Decision {
    std::vector<int> served;           // requesters, in the order they were served
    std::optional<std::string> fault;  // a release out of the range of values; of several the first one
    // Whose releases were out of range, the one of `fault` first. They are forgotten, the lock keeps its
    // value.
    std::vector<int> faulty;
  };
  // Decides on everything posted for `cycle` or before. Releases first, then waiting acquires: first come
  // first served, requesters of the same cycle by their id. APPROX: order of service is not documented;
  // nothing limits how many requests a lock serves in a cycle.
  Decision decide(std::int64_t cycle);

  [[nodiscard]] static bool satisfied(int value, const LockOperation& operation) {
    return operation.equal ? value == operation.amount : value >= operation.amount;
  }

 private:
  struct Request {
    int requester{};
    LockOperation operation;
    std::int64_t cycle{};
  };
  int max_value_;
  std::vector<int> values_;
  std::vector<Request> waiting_;
};

}  // namespace aie4ml::sim
