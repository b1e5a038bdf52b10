// The axis of simulated time. An AIE cycle is four ticks of the SystemC kernel, so that what happens in a
// cycle has an order that does not depend on which process runs first:
//   requests  accesses of memory banks in this cycle are known (posted here or earlier)
//   banks     each bank goes to one of those who want it
//   issue     the winners act: bundles issue, words move; lock requests of this cycle are posted
//   locks     lock values change, waiting requests are served; the answer is known in a later cycle
// A process may be ahead of kernel time, never behind.
#pragma once

#include <cstdint>

#include <systemc>

namespace aie4ml::sim {

enum class Phase : std::uint8_t { requests, banks, issue, locks };
inline constexpr std::int64_t kPhases = 4;

inline sc_core::sc_time at(std::int64_t cycle, Phase phase) {
  return sc_core::sc_time::from_value(
      static_cast<std::uint64_t>(cycle * kPhases + static_cast<std::int64_t>(phase)));
}
inline std::int64_t now_ticks() {
  return static_cast<std::int64_t>(sc_core::sc_time_stamp().value());
}
inline std::int64_t now_cycle() {
  return now_ticks() / kPhases;
}
inline std::int64_t ticks(std::int64_t cycle, Phase phase) {
  return cycle * kPhases + static_cast<std::int64_t>(phase);
}
// Of a thread: returns at once if that time has come.
inline void wait_until(std::int64_t cycle, Phase phase) {
  if (ticks(cycle, phase) > now_ticks()) sc_core::wait(at(cycle, phase) - sc_core::sc_time_stamp());
}
inline void notify_at(sc_core::sc_event& event, std::int64_t cycle, Phase phase) {
  event.notify(at(cycle, phase) - sc_core::sc_time_stamp());
}

}  // namespace aie4ml::sim
