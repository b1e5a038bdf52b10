#include "sim/module/stream_channel.hpp"

#include <algorithm>

namespace aie4ml::sim {

StreamChannel::StreamChannel(int index, Ends ends, StreamRoute route)
    : index_(index), ends_(std::move(ends)), route_(std::move(route)) {
  for (int r = 0; r < route_.receivers(); ++r) receivers_.push_back(std::make_unique<Waiter>());
}

void StreamChannel::push(std::span<const StreamWord> words, std::int64_t ready, std::int64_t gap,
                         const RouteEvent& by) {
  route_.push(words, ready, gap, by);
  wake();
}

void StreamChannel::pop(int receiver, std::span<const std::int64_t> cycles, const RouteEvent& by) {
  route_.pop(receiver, cycles, by);
  wake();
}

std::int64_t StreamChannel::wait_left(std::int64_t index, UnitLog& log, std::int64_t from) {
  if (const auto known = route_.left(index)) return *known;
  source_.index = index;
  const WaitScope scope(
      log, {.reason = traces::StallReason::stream, .what = WaitCause::What::room, .link = index_}, from);
  while (source_.index >= 0) sc_core::wait(source_.known);
  return *route_.left(index);
}

std::int64_t StreamChannel::wait_space(UnitLog& log, std::int64_t from) {
  if (const auto known = route_.space()) return *known;
  wants_space_ = true;
  const WaitScope scope(
      log, {.reason = traces::StallReason::stream, .what = WaitCause::What::room, .link = index_}, from);
  while (wants_space_) sc_core::wait(source_.known);
  return *route_.space();
}

std::int64_t StreamChannel::wait_arrival(int receiver, std::int64_t index, UnitLog& log, std::int64_t from) {
  if (const auto known = route_.arrival(receiver, index)) return *known;
  Waiter& waiter = *receivers_[static_cast<std::size_t>(receiver)];
  waiter.index = index;
  const WaitScope scope(
      log, {.reason = traces::StallReason::stream, .what = WaitCause::What::words, .link = index_}, from);
  while (waiter.index >= 0) sc_core::wait(waiter.known);
  return *route_.arrival(receiver, index);
}

Ending StreamChannel::why_left(std::int64_t index) const {
  return {place(route_.why_left(index)), *route_.left(index), 0};
}

Ending StreamChannel::why_space() const {
  return {place(route_.why_space()), *route_.space(), 0};
}

Ending StreamChannel::why_arrived(int receiver, std::int64_t index) const {
  const RouteEvent& why = route_.why_arrived(receiver, index);
  const std::int64_t arrival = *route_.arrival(receiver, index);
  const std::int64_t latency = route_.latency(receiver);
  // Words that a receiver held back did not cross the route since.
  const bool held = std::binary_search(ends_.takers.begin(), ends_.takers.end(), why.unit);
  return {place(why), arrival, held || arrival - why.cycle < latency ? 0 : latency};
}

void StreamChannel::wake() {
  for (StreamListener* listener : listeners_) listener->stream_changed();
  if (source_.index >= 0 && route_.left(source_.index)) {
    source_.index = -1;
    source_.known.notify();
  }
  if (wants_space_ && route_.space()) {
    wants_space_ = false;
    source_.known.notify();
  }
  for (int r = 0; r < route_.receivers(); ++r) {
    Waiter& waiter = *receivers_[static_cast<std::size_t>(r)];
    if (waiter.index >= 0 && route_.arrival(r, waiter.index)) {
      waiter.index = -1;
      waiter.known.notify();
    }
  }
}

}  // namespace aie4ml::sim
