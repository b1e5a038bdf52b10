// The 512-bit link between two cores, as a FIFO with time stamps (AM020-2): the writer need not wait
// for the reader's clock, nor the reader for the writer's. Times are AIE cycles.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/core/core_engine.hpp"

namespace aie4ml::sim {

// What the writer or the reader did; tag: as push() or pop() was given.
struct CascadeEvent {
  std::int64_t cycle{};
  std::int32_t tag{};
};

class CascadeLink {
 public:
  // depth: words in both FIFOs; hop_cycles: from a write to the first cycle in which the word can be read.
  CascadeLink(int depth, int hop_cycles);

  // Writer: first cycle in which the next word can be written; nullopt: the reader has to take one first.
  [[nodiscard]] std::optional<std::int64_t> space() const;
  // The pop that made this space; only if a word was popped for it.
  [[nodiscard]] const CascadeEvent& why_space() const;
  void push(const CascadeWord& word, std::int64_t cycle, std::int32_t tag = 0);

  // Reader: first cycle in which the next word can be read; nullopt: nothing was written yet.
  [[nodiscard]] std::optional<std::int64_t> available() const;
  [[nodiscard]] const CascadeEvent& why_available() const { return entries_.front().written; }
  [[nodiscard]] const CascadeWord& front() const { return entries_.front().word; }
  void pop(std::int64_t cycle, std::int32_t tag = 0);

 private:
  struct Entry {
    CascadeWord word;
    std::int64_t readable{};
    CascadeEvent written;
  };
  std::int64_t hop_cycles_;
  std::deque<Entry> entries_;
  std::vector<CascadeEvent> pops_;  // ring: the latest `depth` pops
  std::int64_t pushed_{}, popped_{};
};

}  // namespace aie4ml::sim
