// What a stream carries in a lane and cycle.
#pragma once

#include <cstdint>

namespace aie4ml::sim {

struct StreamWord {
  std::uint32_t bits{};
  bool last{};  // TLAST: the last word of a packet

  constexpr StreamWord() = default;
  constexpr StreamWord(std::uint32_t word, bool is_last = false) : bits(word), last(is_last) {}
  friend constexpr bool operator==(const StreamWord&, const StreamWord&) = default;
};

}  // namespace aie4ml::sim
