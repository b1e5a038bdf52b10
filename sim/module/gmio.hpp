// A buffer of the host in external memory, as one channel of a shim DMA sees it: the words of all iterations,
// and when they were moved.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "arch/image/image.hpp"
#include "traces/statistics.hpp"

namespace aie4ml::sim {

class Gmio {
 public:
  // words: of all iterations, of an input; an output starts with zeros.
  Gmio(const arch::GmioChannel& gmio, std::int64_t words_per_iteration, int iterations,
       std::vector<std::uint32_t> words)
      : words_per_iteration_(words_per_iteration), iterations_(iterations), words_(std::move(words)) {
    words_.resize(static_cast<std::size_t>(words_per_iteration * iterations));
    statistics_.name = gmio.name;
    statistics_.input = gmio.direction == arch::PlioChannel::Direction::input;
  }

  [[nodiscard]] std::int64_t words_per_iteration() const { return words_per_iteration_; }
  [[nodiscard]] std::uint32_t& word(std::int64_t iteration, std::int64_t address) {
    return words_[static_cast<std::size_t>(iteration * words_per_iteration_ + address)];
  }
  [[nodiscard]] const std::vector<std::uint32_t>& words() const { return words_; }

  // A burst of the iteration at hand: `begin` when it was asked for (input) or was in memory (output).
  // Returns whether it was the iteration's first.
  bool moved(std::int64_t begin, std::int64_t words) {
    const bool first = statistics_.first_beat.size() == statistics_.last_beat.size();
    if (first) statistics_.first_beat.push_back(begin);
    statistics_.words += words;
    latest_ = std::max(latest_, begin);
    return first;
  }
  // The tasks of an iteration are done.
  void iteration_done() { statistics_.last_beat.push_back(latest_); }
  [[nodiscard]] bool complete() const {
    return static_cast<int>(statistics_.last_beat.size()) == iterations_;
  }
  [[nodiscard]] const traces::PlioStatistics& statistics() const { return statistics_; }

 private:
  std::int64_t words_per_iteration_;
  int iterations_;
  std::vector<std::uint32_t> words_;
  std::int64_t latest_{};
  traces::PlioStatistics statistics_;
};

}  // namespace aie4ml::sim
