// Oracle for StreamRoute: the same tree as real FIFOs, moved cycle by cycle. Shares no code with it.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

namespace aie4ml::sim::test {

class FifoNetwork {
 public:
  struct Node {
    int parent{-1};
    int latency{};
    int capacity{};
  };
  // A receiver's habits: in which cycles it is willing, and how many words it takes at once.
  struct Receiver {
    int burst{1};
    std::vector<bool> willing;  // by cycle; willing for ever after the end
  };

  FifoNetwork(std::vector<Node> nodes, int words_per_cycle, std::vector<std::int64_t> ready,
              std::vector<Receiver> receivers)
      : nodes_(std::move(nodes)),
        rate_(words_per_cycle),
        ready_(std::move(ready)),
        receivers_(std::move(receivers)),
        fifos_(nodes_.size()),
        freed_(nodes_.size(), 0),
        leaf_(nodes_.size(), true),
        passes_(nodes_.size()) {
    for (std::size_t n = 1; n < nodes_.size(); ++n) leaf_[static_cast<std::size_t>(nodes_[n].parent)] = false;
  }

  // Cycles in which each word passed each node.
  const std::vector<std::vector<std::int64_t>>& run() {
    for (std::int64_t cycle = 0; !finished() && cycle < 1'000'000; ++cycle) step(cycle);
    return passes_;
  }

 private:
  bool finished() const {
    for (std::size_t n = 0; n < nodes_.size(); ++n) {
      if (leaf_[n] && passes_[n].size() < ready_.size()) return false;
    }
    return true;
  }

  bool space_below(std::size_t node) const {
    for (std::size_t c = 1; c < nodes_.size(); ++c) {
      if (nodes_[c].parent != static_cast<int>(node)) continue;
      // Places freed in this cycle can be taken from the next one on.
      if (static_cast<int>(fifos_[c].size()) + freed_[c] >= nodes_[c].capacity) return false;
    }
    return true;
  }

  void step(std::int64_t cycle) {
    for (int& freed : freed_) freed = 0;
    std::size_t receiver = 0;
    for (std::size_t n = 0; n < nodes_.size(); ++n) {  // parents first: latency 0 crosses in the same cycle
      if (leaf_[n]) {
        take(n, receivers_[receiver++], cycle);
        continue;
      }
      for (int i = 0; i < rate_ && head_is_there(n, cycle) && space_below(n); ++i) {
        passes_[n].push_back(cycle);
        if (n != 0) {
          fifos_[n].pop_front();
          ++freed_[n];
        }
        for (std::size_t c = 1; c < nodes_.size(); ++c) {
          if (nodes_[c].parent == static_cast<int>(n)) fifos_[c].push_back(cycle + nodes_[c].latency);
        }
      }
    }
  }

  bool head_is_there(std::size_t n, std::int64_t cycle) const {
    if (n == 0) return passes_[0].size() < ready_.size() && ready_[passes_[0].size()] <= cycle;
    return !fifos_[n].empty() && fifos_[n].front() <= cycle;
  }

  void take(std::size_t n, const Receiver& receiver, std::int64_t cycle) {
    const std::size_t left = ready_.size() - passes_[n].size();
    const std::size_t burst = std::min(left, static_cast<std::size_t>(receiver.burst));
    const bool willing = static_cast<std::size_t>(cycle) >= receiver.willing.size() ||
                         receiver.willing[static_cast<std::size_t>(cycle)];
    if (burst == 0 || !willing || fifos_[n].size() < burst || fifos_[n][burst - 1] > cycle) return;
    for (std::size_t i = 0; i < burst; ++i) {
      fifos_[n].pop_front();
      ++freed_[n];
      passes_[n].push_back(cycle);
    }
  }

  std::vector<Node> nodes_;
  int rate_;
  std::vector<std::int64_t> ready_;
  std::vector<Receiver> receivers_;
  std::vector<std::deque<std::int64_t>> fifos_;  // by node: when each word in front of it is there
  std::vector<int> freed_;                       // by node: words taken in this cycle
  std::vector<bool> leaf_;
  std::vector<std::vector<std::int64_t>> passes_;
};

}  // namespace aie4ml::sim::test
