#include "compiler/estimate/timed_external.hpp"

#include <algorithm>
#include <cmath>

namespace aie4ml::compiler {
namespace {

constexpr int kWordBytes = 4;

}  // namespace

TimedExternal::TimedExternal(std::string name, std::int64_t words_per_iteration, const arch::Device& device,
                             int sharing, TimedStream& stream)
    : TimedHostEnd(std::move(name), words_per_iteration, stream),
      device_(device),
      cycles_per_word_(kWordBytes * sharing * device.clock.aie_mhz /
                       device.external_memory.megabytes_per_second),
      burst_(device.external_memory.burst.value / kWordBytes) {}

Time TimedExternal::transfer(Time cycle, std::int64_t words) {
  bus_free_ = std::max(bus_free_, cycle) +
              static_cast<Time>(std::ceil(static_cast<double>(words) * cycles_per_word_));
  return bus_free_;
}

Time TimedExternal::cycles_of(double ns) const {
  return static_cast<Time>(std::ceil(ns * device_.clock.aie_mhz / 1000));
}

bool TimedRead::advance() {
  const arch::DmaTiming& timing = device_.shim.dma.timing;
  const std::int64_t held =
      device_.external_memory.burst.value / kWordBytes * device_.external_memory.outstanding_bursts;
  bool moved = false;
  while (!done()) {
    const std::int64_t words = burst_words();
    if (const std::int64_t before = moved_ + words - 1 - held; before >= 0) {
      const Time left = stream_.left(before);
      if (left == kUnknown) return moved;
      wait_until(left + 1);
    }
    // The host starts an iteration when the one before is done.
    if (begins_iteration()) time_ = std::max(time_, fetched_) + timing.bd_start_cycles;
    fetched_ = transfer(time_, words) + cycles_of(device_.external_memory.read_latency_ns);
    count_words(words, time_);
    for (std::int64_t i = 0; i < words; ++i) stream_.send(fetched_ + timing.first_word_cycles);
    ++time_;
    moved = true;
  }
  return moved;
}

bool TimedWrite::advance() {
  const arch::DmaTiming& timing = device_.shim.dma.timing;
  bool moved = false;
  while (!done()) {
    if (left_ == 0) {
      left_ = burst_words();
      if (begins_iteration()) time_ = std::max(time_, written_) + timing.bd_start_cycles;
    }
    for (; left_ > 0; --left_) {
      const Time arrival = stream_.arrival(branch_, stream_.taken(branch_));
      if (arrival == kUnknown) return moved;
      wait_until(arrival);
      stream_.take(branch_, time_++);
      moved = true;
    }
    const std::int64_t words = burst_words();
    written_ = transfer(time_ - 1 + std::max(1, timing.write_cycles), words) +
               cycles_of(device_.external_memory.write_latency_ns);
    count_words(words, written_);
  }
  return moved;
}

}  // namespace aie4ml::compiler
