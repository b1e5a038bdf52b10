// The way from the array to external memory and its bandwidth, on the time axis of the array, in integers.
#pragma once

#include <cstdint>

#include "arch/device/device.hpp"

namespace aie4ml::sim {

// One transfer at a time, each as long as its bytes take at the bandwidth. What comes first is served first;
// callers see to the order.
class ExternalBus {
 public:
  ExternalBus(const arch::ClockFacts& clock, const arch::ExternalMemoryFacts& facts);

  // A transfer that is asked for in `cycle`, not before those asked for earlier: when its last byte is there.
  // Read: at the array; write: in memory.
  std::int64_t read(std::int64_t bytes, std::int64_t cycle) { return transfer(bytes, cycle) + read_cycles_; }
  std::int64_t write(std::int64_t bytes, std::int64_t cycle) {
    return transfer(bytes, cycle) + write_cycles_;
  }

 private:
  std::int64_t transfer(std::int64_t bytes, std::int64_t cycle);

  // A byte takes numerator / denominator cycles.
  std::int64_t numerator_, denominator_;
  std::int64_t read_cycles_, write_cycles_;
  std::int64_t free_{};  // in 1 / denominator cycles
};

}  // namespace aie4ml::sim
