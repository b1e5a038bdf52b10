// A route with the processes at its ends: lets each wait until what it asks about is known.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <systemc>

#include "sim/machine/unit_table.hpp"
#include "sim/observe/unit_log.hpp"
#include "sim/stream/stream_route.hpp"

namespace aie4ml::sim {

// Who has no thread of its own and is told of everything that happens on a route.
class StreamListener {
 public:
  StreamListener() = default;
  StreamListener(const StreamListener&) = delete;
  StreamListener& operator=(const StreamListener&) = delete;
  virtual ~StreamListener() = default;
  virtual void stream_changed() = 0;
};

// A receiver that can go on taking words on behalf of whoever sent them, without its thread.
class StreamTaker {
 public:
  StreamTaker() = default;
  StreamTaker(const StreamTaker&) = delete;
  StreamTaker& operator=(const StreamTaker&) = delete;
  virtual ~StreamTaker() = default;
  // The word it waits for is known to arrive. Returns the index of the next one to wait for; -1: its thread
  // has to go on.
  virtual std::int64_t take_on() = 0;
};

class StreamChannel {
 public:
  // source, receivers: kNoUnit where no unit is, but a port in packet mode or nothing at all.
  struct Ends {
    std::string name;  // "fc1.out[0] -> memory tile (9,0)"
    UnitId source{kNoUnit};
    std::vector<UnitId> receivers;
    std::int32_t hops{};
    // Units whose words may come here, and those that words from here may go to, packet-switched ports on the
    // way included; ascending.
    std::vector<UnitId> feeders{}, takers{};
  };
  StreamChannel(int index, Ends ends, StreamRoute route);

  [[nodiscard]] int index() const { return index_; }
  [[nodiscard]] const Ends& ends() const { return ends_; }
  // Once all routes are there; see Ends.
  void set_partners(std::vector<UnitId> feeders, std::vector<UnitId> takers) {
    ends_.feeders = std::move(feeders);
    ends_.takers = std::move(takers);
  }
  void add_listener(StreamListener& listener) { listeners_.push_back(&listener); }
  [[nodiscard]] const StreamRoute& route() const { return route_; }

  // Source; `by` did it.
  void push(StreamWord word, std::int64_t ready, const RouteEvent& by = {}) {
    push({&word, 1}, {&ready, 1}, 0, by);
  }
  void push(StreamWord word, std::int64_t ready, const UnitLog& by) { push(word, ready, event(by)); }
  // Several words, each with its cycle.
  void push(std::span<const StreamWord> words, std::span<const std::int64_t> ready, const UnitLog& by,
            std::int64_t gap) {
    push(words, ready, gap, event(by));
  }
  void push(std::span<const StreamWord> words, std::span<const std::int64_t> ready, std::int64_t gap,
            const RouteEvent& by);
  // What wait_left() and wait_arrival() tell is known already.
  [[nodiscard]] bool has_left(std::int64_t index) const { return route_.left(index).has_value(); }
  [[nodiscard]] bool has_arrived(int receiver, std::int64_t index) const {
    return route_.arrival(receiver, index).has_value();
  }
  // Of the source's thread: the cycle in which word `index` left for the first switch. `from`: since when it
  // waits, should it have to.
  std::int64_t wait_left(std::int64_t index, UnitLog& log, std::int64_t from) {
    if (const auto known = route_.left(index)) return *known;
    return wait_until_left(index, log, from);
  }

  // Why word `index` did not leave before.
  [[nodiscard]] Ending why_left(std::int64_t index) const;

  // Of the thread of a source without storage: the first cycle in which the next word can enter the first
  // switch. `from`: since when it waits, should it have to.
  std::int64_t wait_space(UnitLog& log, std::int64_t from);
  [[nodiscard]] Ending why_space() const;

  // Receiver: the cycle in which word `index` arrives.
  std::int64_t wait_arrival(int receiver, std::int64_t index, UnitLog& log, std::int64_t from) {
    if (const auto known = route_.arrival(receiver, index)) return *known;
    return wait_until_arrived(receiver, index, log, from);
  }
  // The same for a receiver that takes words as they become known: its thread goes on when that is known of
  // word `index`, or of a later one if the taker went on by itself.
  void wait_words(int receiver, std::int64_t index, StreamTaker& taker, UnitLog& log, std::int64_t from);
  [[nodiscard]] Ending why_arrived(int receiver, std::int64_t index) const;
  [[nodiscard]] StreamWord word(std::int64_t index) const { return route_.word(index); }
  void pop(int receiver, std::span<const std::int64_t> cycles, const RouteEvent& by = {});
  void pop(int receiver, std::span<const std::int64_t> cycles, const UnitLog& by) {
    pop(receiver, cycles, event(by));
  }

 private:
  struct Waiter {
    std::int64_t index{-1};  // of the word whose time it waits for; -1: nobody waits
    StreamTaker* taker{};    // goes on by itself
    sc_core::sc_event known;
  };
  void wake_receiver(int receiver);
  std::int64_t wait_until_left(std::int64_t index, UnitLog& log, std::int64_t from);
  std::int64_t wait_until_arrived(int receiver, std::int64_t index, UnitLog& log, std::int64_t from);
  // After something happened on the route.
  void wake() {
    if (waiting_ > 0 || !listeners_.empty()) wake_waiters();
  }
  void wake_waiters();
  static RouteEvent event(const UnitLog& by) { return {-1, by.step(), by.unit().id}; }
  static Place place(const RouteEvent& event) { return {event.unit, event.step, event.cycle}; }

  int index_;
  Ends ends_;
  StreamRoute route_;
  Waiter source_;
  bool wants_space_{};  // the source waits for space()
  std::vector<std::unique_ptr<Waiter>> receivers_;
  int waiting_{};  // processes at the ends
  std::vector<StreamListener*> listeners_;
};

}  // namespace aie4ml::sim
