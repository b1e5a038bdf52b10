#include "sim/shim/external_bus.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/check.hpp"

namespace aie4ml::sim {
namespace {

std::int64_t cycles_of(double ns, double mhz) {
  return static_cast<std::int64_t>(std::ceil(ns * mhz / 1000 - 1e-9));
}

}  // namespace

ExternalBus::ExternalBus(const arch::ClockFacts& clock, const arch::ExternalMemoryFacts& facts)
    : numerator_(std::llround(clock.aie_mhz * 1000)),
      denominator_(std::llround(facts.megabytes_per_second * 1000)),
      read_cycles_(cycles_of(facts.read_latency_ns, clock.aie_mhz)),
      write_cycles_(cycles_of(facts.write_latency_ns, clock.aie_mhz)) {
  check(numerator_ > 0 && denominator_ > 0, "clock and memory have a rate");
  const std::int64_t common = std::gcd(numerator_, denominator_);
  numerator_ /= common;
  denominator_ /= common;
}

std::int64_t ExternalBus::transfer(std::int64_t bytes, std::int64_t cycle) {
  free_ = std::max(free_, cycle * denominator_) + bytes * numerator_;
  return (free_ + denominator_ - 1) / denominator_;
}

}  // namespace aie4ml::sim
