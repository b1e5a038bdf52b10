// The words a buffer descriptor visits, in order (AM020 chapters 2 and 5; arch/image/dma.hpp says what the
// fields mean). No time in it.
#pragma once

#include <array>
#include <cstdint>

#include "arch/image/dma.hpp"

namespace aie4ml::sim {

// Words that one memory access moves: all in the same line of memory, or all padding.
struct WordGroup {
  static constexpr int kMaxWords = 8;  // 256 bit, the widest access of both generations
  int count{};
  bool padding{};                                   // zero words that are not in memory
  bool consecutive{};                               // every address is the one after the one before it
  std::array<std::int32_t, kMaxWords> addresses{};  // in words; unset for padding
};

class BdWalker {
 public:
  // run: how often the descriptor ran before, which its iteration dimension counts. The descriptor must
  // outlive the walker.
  BdWalker(const arch::BufferDescriptor& descriptor, std::int64_t run);

  [[nodiscard]] bool done() const { return remaining_ == 0; }
  [[nodiscard]] std::int64_t remaining() const { return remaining_; }  // stream words, padding included

  // The next words in order: as many as lie in one line of `line_words` (a power of two), at most line_words.
  WordGroup next_group(int line_words);

 private:
  static constexpr std::size_t kMaxDimensions = 5;
  struct Dimension {
    std::int64_t size{1}, before{}, after{}, stride{}, at{};
    [[nodiscard]] bool in_padding() const { return at < before || at >= before + size; }
  };
  // Steps of the first dimension from here on that are all padding, or all not.
  [[nodiscard]] std::int64_t run_length() const;
  void step(std::int64_t words);
  // What the dimensions beyond the first one say.
  void update_outer();

  std::array<Dimension, kMaxDimensions> dimensions_{};
  std::size_t count_{};
  std::int64_t base_{};
  std::int64_t outer_address_{};
  bool outer_padding_{};
  std::int64_t remaining_{1};
};

// Lowest and highest word address the descriptor visits in any of its runs.
struct WordRange {
  std::int64_t first{}, last{};
};
WordRange word_range(const arch::BufferDescriptor& descriptor);

}  // namespace aie4ml::sim
