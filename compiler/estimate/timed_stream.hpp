// When words pass a stream, and when locks are free: times alone, no data. Everything here is told in the
// order in which it becomes known, not in the order in which it happens; a question whose answer is not known
// yet gets kUnknown, and who asked comes back when its neighbours have moved on (timed_unit.hpp).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace aie4ml::compiler {

using Time = std::int64_t;  // cycles of the AIE clock
inline constexpr Time kUnknown = -1;

// From one sender to its receivers: a tree. Its inner nodes are the sender and the forks of a multicast, its
// leaves the receivers. A word passes an inner node when it has come there, the word before it is gone, and
// every branch below has room: a multicast stops when any of its branches is full.
class TimedStream {
 public:
  // The way to a node from the one above it.
  struct Node {
    int parent{-1};  // index, smaller than its own; -1: the sender
    Time latency{};
    std::int64_t words{1};  // on that way at most
    Time back{1};           // until another word can begin it in the place of one that has passed the node
  };
  // nodes[0] is the sender. leaves: the nodes of the receivers.
  TimedStream(std::vector<Node> nodes, std::vector<int> leaves, std::int64_t words_per_cycle);

  // Sender: the next word, ready at `ready` and no sooner than `gap` cycles after the word before it. Never
  // refused; who can hold only so many words asks left().
  void send(Time ready, Time gap = 0) {
    waiting_.push_back({ready, gap});
    ++sent_;
    settle();
  }
  // Of word `index`: the cycle in which it left the sender.
  [[nodiscard]] Time left(std::int64_t index) const { return passed(0, index); }
  [[nodiscard]] std::int64_t sent() const { return sent_; }

  // Receiver: the cycle in which word `index` can be taken.
  [[nodiscard]] Time arrival(std::size_t receiver, std::int64_t index) const {
    const Node& leaf = nodes_[static_cast<std::size_t>(leaves_[receiver])];
    const Time at = passed(leaf.parent, index);
    return at == kUnknown ? kUnknown : at + leaf.latency;
  }
  // Takes the next word.
  void take(std::size_t receiver, Time cycle) {
    passes_[static_cast<std::size_t>(leaves_[receiver])].push_back(cycle);
    settle();
  }
  [[nodiscard]] std::int64_t taken(std::size_t receiver) const {
    return std::ssize(passes_[static_cast<std::size_t>(leaves_[receiver])]);
  }

 private:
  struct Word {
    Time ready{}, gap{};
  };
  [[nodiscard]] Time passed(int node, std::int64_t index) const {
    const std::vector<Time>& passes = passes_[static_cast<std::size_t>(node)];
    return index < std::ssize(passes) ? passes[static_cast<std::size_t>(index)] : kUnknown;
  }
  void settle();
  bool pass_next(int node);

  std::vector<Node> nodes_;
  std::vector<int> leaves_;
  std::vector<int> inner_;                  // nodes that are no leaves, parents first
  std::vector<std::vector<int>> children_;  // of every node
  std::int64_t words_per_cycle_;
  std::vector<std::vector<Time>> passes_;  // of every node, word by word
  std::vector<Word> waiting_;              // those before front_ have left
  std::size_t front_{};
  std::int64_t sent_{};
};

// A counting lock that one unit acquires.
class TimedLock {
 public:
  explicit TimedLock(int value) : free_(static_cast<std::size_t>(value), 0) {}

  void release(int amount, Time cycle) {
    // Releases become known out of order.
    for (int i = 0; i < amount; ++i) free_.insert(std::upper_bound(first(), free_.end(), cycle), cycle);
  }
  // The first cycle, `from` at the earliest, in which so much can be had; takes it.
  Time acquire(int amount, Time from) {
    if (free_.end() - first() < amount) return kUnknown;
    acquired_ += amount;
    return std::max(from, free_[static_cast<std::size_t>(acquired_) - 1]);
  }

 private:
  [[nodiscard]] std::vector<Time>::iterator first() { return free_.begin() + acquired_; }
  std::vector<Time> free_;  // since when each unit of it is there; those before acquired_ are gone
  std::ptrdiff_t acquired_{};
};

}  // namespace aie4ml::compiler
