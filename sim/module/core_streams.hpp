// The stream ports of a core in time: what CoreTile asks when a bundle reads or writes a stream. The core has
// no storage of its own there (AM020-2): a read takes a word from its master port of the switch, a write puts
// one into its slave port, both in the cycle in which the bundle issues; it stalls until that is possible.
// One word a cycle each way.
#pragma once

#include "sim/module/stream_channel.hpp"

namespace aie4ml::sim {

class CoreStreams {
 public:
  // Null where the port is not connected. receiver: which of the receivers of `in` the core is.
  struct Ends {
    StreamChannel* in{};
    int receiver{};
    StreamChannel* out{};
  };
  explicit CoreStreams(const Ends& ends) : ends_(ends) {}

  [[nodiscard]] bool can_read() const { return ends_.in != nullptr; }
  [[nodiscard]] bool can_write() const { return ends_.out != nullptr; }
  // Indices of the routes, of ports that are connected.
  [[nodiscard]] int link_in() const { return ends_.in->index(); }
  [[nodiscard]] int link_out() const { return ends_.out->index(); }

  // Of the core's thread: the first cycle in which the next word can be read. `from`: since when it waits,
  // should it have to.
  std::int64_t wait_word(UnitLog& log, std::int64_t from) {
    return ends_.in->wait_arrival(ends_.receiver, next(), log, from);
  }
  // The word, once wait_word() returned.
  [[nodiscard]] StreamWord front() const { return ends_.in->word(next()); }
  // For a read that does not wait: whether a word can be read in `cycle`. Exact once simulated time has come
  // to phase `issue` of that cycle: every word that arrives in it is known then.
  [[nodiscard]] bool has_word(std::int64_t cycle) const {
    const auto arrival = ends_.in->route().arrival(ends_.receiver, next());
    return arrival && *arrival <= cycle;
  }
  // Why the word was not there before.
  [[nodiscard]] Ending why_word() const { return ends_.in->why_arrived(ends_.receiver, next()); }
  void pop(std::int64_t cycle, const UnitLog& by) { ends_.in->pop(ends_.receiver, {&cycle, 1}, by); }

  // Of the core's thread: the first cycle in which a word can be written.
  std::int64_t wait_room(UnitLog& log, std::int64_t from) { return ends_.out->wait_space(log, from); }
  // For a write that does not wait; exact as has_word().
  [[nodiscard]] bool has_room(std::int64_t cycle) const {
    const auto space = ends_.out->route().space();
    return space && *space <= cycle;
  }
  [[nodiscard]] Ending why_room() const { return ends_.out->why_space(); }
  void push(StreamWord word, std::int64_t cycle, const UnitLog& by) { ends_.out->push(word, cycle, by); }

 private:
  [[nodiscard]] std::int64_t next() const { return ends_.in->route().popped(ends_.receiver); }
  Ends ends_;
};

}  // namespace aie4ml::sim
