// The words of a descriptor cut into bursts of external memory: consecutive words, as many as a burst holds.
#pragma once

#include <optional>

#include "sim/dma/bd_walker.hpp"

namespace aie4ml::sim {

struct BurstWords {
  std::int64_t first{};  // address, in words
  int count{};
};

class BurstWalker {
 public:
  // As BdWalker; most_words of a burst.
  BurstWalker(const arch::BufferDescriptor& descriptor, std::int64_t run, int most_words)
      : walker_(descriptor, run), most_words_(most_words) {
    take();
  }

  [[nodiscard]] bool done() const { return !next_; }
  BurstWords next() {
    BurstWords burst{*next_, 0};
    do {
      ++burst.count;
      take();
    } while (next_ && *next_ == burst.first + burst.count && burst.count < most_words_);
    return burst;
  }

 private:
  void take() {
    next_.reset();
    if (!walker_.done()) next_ = walker_.next_group(1).addresses[0];
  }

  BdWalker walker_;
  int most_words_;
  std::optional<std::int64_t> next_;
};

}  // namespace aie4ml::sim
