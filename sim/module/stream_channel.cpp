#include "sim/module/stream_channel.hpp"

#include <algorithm>

namespace aie4ml::sim {

StreamChannel::StreamChannel(int index, Ends ends, StreamRoute route)
    : index_(index), ends_(std::move(ends)), route_(std::move(route)) {
  for (int r = 0; r < route_.receivers(); ++r) receivers_.push_back(std::make_unique<Waiter>());
}

void StreamChannel::push(std::span<const StreamWord> words, std::span<const std::int64_t> ready,
                         std::int64_t gap, const RouteEvent& by) {
  route_.push(words, ready, gap, by);
  wake();
}

void StreamChannel::pop(int receiver, std::span<const std::int64_t> cycles, const RouteEvent& by) {
  route_.pop(receiver, cycles, by);
  wake();
}

std::int64_t StreamChannel::wait_until_left(std::int64_t index, UnitLog& log, std::int64_t from) {
  source_.index = index;
  ++waiting_;
  const WaitScope scope(
      log, {.reason = traces::StallReason::stream, .what = WaitCause::What::room, .link = index_}, from);
  while (source_.index >= 0) sc_core::wait(source_.known);
  return *route_.left(index);
}

std::int64_t StreamChannel::wait_space(UnitLog& log, std::int64_t from) {
  if (const auto known = route_.space()) return *known;
  wants_space_ = true;
  ++waiting_;
  const WaitScope scope(
      log, {.reason = traces::StallReason::stream, .what = WaitCause::What::room, .link = index_}, from);
  while (wants_space_) sc_core::wait(source_.known);
  return *route_.space();
}

std::int64_t StreamChannel::wait_until_arrived(int receiver, std::int64_t index, UnitLog& log,
                                               std::int64_t from) {
  Waiter& waiter = *receivers_[static_cast<std::size_t>(receiver)];
  waiter.index = index;
  ++waiting_;
  const WaitScope scope(
      log, {.reason = traces::StallReason::stream, .what = WaitCause::What::words, .link = index_}, from);
  while (waiter.index >= 0) sc_core::wait(waiter.known);
  return *route_.arrival(receiver, index);
}

void StreamChannel::wait_words(int receiver, std::int64_t index, StreamTaker& taker, UnitLog& log,
                               std::int64_t from) {
  if (route_.arrival(receiver, index)) return;
  Waiter& waiter = *receivers_[static_cast<std::size_t>(receiver)];
  waiter.index = index;
  waiter.taker = &taker;
  ++waiting_;
  const WaitScope scope(
      log, {.reason = traces::StallReason::stream, .what = WaitCause::What::words, .link = index_}, from);
  while (waiter.index >= 0) sc_core::wait(waiter.known);
  waiter.taker = nullptr;
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

void StreamChannel::wake_waiters() {
  for (StreamListener* listener : listeners_) listener->stream_changed();
  if (source_.index >= 0 && route_.left(source_.index)) {
    source_.index = -1;
    --waiting_;
    source_.known.notify();
  }
  if (wants_space_ && route_.space()) {
    wants_space_ = false;
    --waiting_;
    source_.known.notify();
  }
  for (int r = 0; r < route_.receivers(); ++r) wake_receiver(r);
}

void StreamChannel::wake_receiver(int receiver) {
  // Takers that send on what they took, to takers that do the same: stacks are small.
  constexpr int kDeepest = 4;
  static int depth = 0;
  Waiter& waiter = *receivers_[static_cast<std::size_t>(receiver)];
  if (waiter.index < 0 || !route_.arrival(receiver, waiter.index)) return;
  waiter.index = -1;
  --waiting_;
  if (waiter.taker != nullptr && depth < kDeepest) {
    ++depth;
    waiter.index = waiter.taker->take_on();
    --depth;
    if (waiter.index >= 0) {
      ++waiting_;
      return;
    }
  }
  waiter.known.notify();
}

}  // namespace aie4ml::sim
