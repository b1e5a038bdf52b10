#include "compiler/plan/token_network.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace aie4ml::compiler {
namespace {

using Action = TokenNetwork::Action;
using Kind = Action::Kind;
using Role = TokenNetwork::Unit::Role;

constexpr int kMostRounds = 64;                  // ping and pong come back after two
constexpr std::int64_t kMostSteps = 20'000'000;  // some seconds

class Execution {
 public:
  explicit Execution(const TokenNetwork& network)
      : network_(network),
        at_(network.units.size()),
        queued_(network.units.size()),
        acquirer_(network.locks.size(), -1) {
    for (const TokenNetwork::Lock& lock : network.locks) values_.push_back(lock.value);
    for (const TokenNetwork::Stream& stream : network.streams) {
      streams_.push_back({0, std::vector<std::int64_t>(stream.receivers.size())});
    }
    for (int u = 0; u < static_cast<int>(network.units.size()); ++u) {
      for (const Action& action : unit(u).actions) {
        if (action.kind != Kind::acquire) continue;
        int& user = acquirer_[index(action.target)];
        if (user >= 0 && user != u) shared_ = action.target;
        user = u;
      }
    }
  }

  TokenOutcome run() {
    TokenOutcome outcome;
    outcome.end = TokenOutcome::End::unknown;
    if (shared_ >= 0) {
      outcome.reason = fmt::format("{} is acquired by several: what happens depends on who comes first",
                                   network_.locks[index(shared_)].name);
      return outcome;
    }
    for (int u = 0; u < static_cast<int>(at_.size()); ++u) wake(u);
    std::set<std::vector<std::int64_t>> seen;
    for (int round = 0; round <= kMostRounds; ++round) {
      settle();
      outcome.rounds = round;
      if (!failure_.empty()) {
        outcome.reason = failure_;
        return outcome;
      }
      if (!sinks_have(round)) {
        outcome.end = TokenOutcome::End::stuck;
        outcome.waits = waits(round);
        return outcome;
      }
      if (!seen.insert(state(round)).second) {
        outcome.end = TokenOutcome::End::repeats;
        return outcome;
      }
      for (int u = 0; u < static_cast<int>(at_.size()); ++u) {
        if (unit(u).role != Role::source) continue;
        ++at_[index(u)].allowed;
        wake(u);
      }
    }
    outcome.reason = fmt::format("it is in no state twice in {} iterations", kMostRounds);
    return outcome;
  }

 private:
  struct Position {
    std::size_t action{};
    std::int64_t done{}, forwarded{};  // words of the action received (or sent), and sent on
    std::int64_t rounds{}, allowed{};
  };
  struct Flow {
    std::int64_t sent{};
    std::vector<std::int64_t> received;
  };

  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] const TokenNetwork::Unit& unit(int u) const { return network_.units[index(u)]; }
  [[nodiscard]] const Action& action_of(int u) const { return unit(u).actions[at_[index(u)].action]; }
  // Whether it has something to do, now or when somebody helps.
  [[nodiscard]] bool active(int u) const {
    const Position& at = at_[index(u)];
    if (unit(u).actions.empty()) return false;
    const bool begins = at.action == 0 && at.done == 0;
    return unit(u).role != Role::source || !begins || at.rounds < at.allowed;
  }

  void wake(int u) {
    if (u < 0 || queued_[index(u)]) return;
    queued_[index(u)] = true;
    queue_.push_back(u);
  }
  void settle() {
    while (!queue_.empty() && failure_.empty()) {
      const int u = queue_.front();
      queue_.pop_front();
      queued_[index(u)] = false;
      while (active(u) && step(u) && failure_.empty()) {
      }
    }
  }

  // One action, as far as it goes; true: it is done.
  bool step(int u) {
    if (++steps_ > kMostSteps) failure_ = fmt::format("it takes more than {} steps", kMostSteps);
    const Action& action = action_of(u);
    Position& at = at_[index(u)];
    switch (action.kind) {
      case Kind::acquire: {
        std::int64_t& value = values_[index(action.target)];
        if (value < action.amount) return false;
        value -= action.amount;
        break;
      }
      case Kind::release: {
        const TokenNetwork::Lock& lock = network_.locks[index(action.target)];
        std::int64_t& value = values_[index(action.target)];
        value += action.amount;
        if (value > lock.max_value) {
          failure_ = fmt::format("{} may be released beyond {}", lock.name, lock.max_value);
        }
        wake(acquirer_[index(action.target)]);
        break;
      }
      case Kind::send:
        at.done += send(action.target, action.amount - at.done);
        if (at.done < action.amount) return false;
        break;
      case Kind::receive:
        at.done += receive(u, action.target, action.amount - at.done);
        if (at.done < action.amount) return false;
        break;
      case Kind::forward:
        if (!forward(u, action, at)) return false;
        break;
    }
    at.done = 0;
    at.forwarded = 0;
    if (++at.action == unit(u).actions.size()) {
      at.action = 0;
      ++at.rounds;
    }
    return true;
  }

  bool forward(int u, const Action& action, Position& at) {
    for (;;) {
      // With nothing to hold them, words are taken when they can be sent.
      const std::int64_t room = action.holds > 0 ? action.holds - (at.done - at.forwarded) : free(action.to);
      const std::int64_t taken =
          receive(u, action.target, std::min(action.amount - at.done, std::max<std::int64_t>(room, 0)));
      at.done += taken;
      const std::int64_t sent = send(action.to, at.done - at.forwarded);
      at.forwarded += sent;
      if (at.forwarded == action.amount) return true;
      if (taken == 0 && sent == 0) return false;
    }
  }

  [[nodiscard]] int receiver_of(int stream, int u) const {
    const auto& receivers = network_.streams[index(stream)].receivers;
    const auto found = std::find_if(receivers.begin(), receivers.end(),
                                    [u](const TokenNetwork::Receiver& r) { return r.unit == u; });
    return static_cast<int>(found - receivers.begin());
  }
  // Words that can be sent now: a multicast stops when any branch is full.
  [[nodiscard]] std::int64_t free(int stream) const {
    const Flow& flow = streams_[index(stream)];
    const auto& receivers = network_.streams[index(stream)].receivers;
    std::int64_t room = receivers.empty() ? 0 : std::numeric_limits<std::int64_t>::max();
    for (std::size_t r = 0; r < receivers.size(); ++r) {
      room = std::min(room, receivers[r].capacity - (flow.sent - flow.received[r]));
    }
    return room;
  }
  std::int64_t send(int stream, std::int64_t words) {
    const auto& receivers = network_.streams[index(stream)].receivers;
    Flow& flow = streams_[index(stream)];
    // What receivers are waiting for goes through at once, however little the stream holds.
    std::int64_t room = receivers.empty() ? 0 : words;
    for (std::size_t r = 0; r < receivers.size(); ++r) {
      const std::int64_t level = flow.sent - flow.received[r];
      room = std::min(room, receivers[r].capacity - level + wanted(receivers[r].unit, stream));
    }
    if (room <= 0) return 0;
    flow.sent += room;
    for (const TokenNetwork::Receiver& receiver : receivers) wake(receiver.unit);
    return room;
  }
  // Words a unit's present action will take from the stream whatever else happens.
  [[nodiscard]] std::int64_t wanted(int u, int stream) const {
    if (u < 0 || !active(u)) return 0;
    const Action& action = action_of(u);
    if (action.kind != Kind::receive || action.target != stream) return 0;
    return action.amount - at_[index(u)].done;
  }
  std::int64_t receive(int u, int stream, std::int64_t words) {
    Flow& flow = streams_[index(stream)];
    std::int64_t& received = flow.received.at(index(receiver_of(stream, u)));
    const std::int64_t taken = std::min(words, flow.sent - received);
    received += taken;
    if (taken > 0) wake(network_.streams[index(stream)].sender);
    return taken;
  }

  [[nodiscard]] bool sinks_have(int rounds) const {
    for (int u = 0; u < static_cast<int>(at_.size()); ++u) {
      if (unit(u).role == Role::sink && at_[index(u)].rounds < rounds) return false;
    }
    return true;
  }
  // Everything that decides what happens next; rounds are counted from the present one.
  [[nodiscard]] std::vector<std::int64_t> state(int round) const {
    std::vector<std::int64_t> all = values_;
    for (std::size_t s = 0; s < streams_.size(); ++s) {
      for (const std::int64_t received : streams_[s].received) all.push_back(streams_[s].sent - received);
    }
    for (std::size_t u = 0; u < at_.size(); ++u) {
      const Position& at = at_[u];
      all.insert(all.end(), {static_cast<std::int64_t>(at.action), at.done, at.forwarded});
      if (network_.units[u].role != Role::inner) all.push_back(at.rounds - round);
    }
    return all;
  }

  [[nodiscard]] std::vector<TokenWait> waits(int round) const {
    std::vector<TokenWait> result;
    for (int u = 0; u < static_cast<int>(at_.size()); ++u) {
      const bool served = unit(u).role == Role::sink && at_[index(u)].rounds >= round;
      if (active(u) && !served) result.push_back(wait_of(u));
    }
    return result;
  }
  [[nodiscard]] TokenWait wait_of(int u) const {
    const Action& action = action_of(u);
    const Position& at = at_[index(u)];
    switch (action.kind) {
      case Kind::acquire: {
        TokenWait wait{
            u,
            fmt::format("waits for {} to be at least {}, it is {}", network_.locks[index(action.target)].name,
                        action.amount, values_[index(action.target)]),
            {}};
        for (int other = 0; other < static_cast<int>(at_.size()); ++other) {
          const auto& actions = unit(other).actions;
          const bool releases = std::any_of(actions.begin(), actions.end(), [&](const Action& a) {
            return a.kind == Kind::release && a.target == action.target;
          });
          if (releases && other != u) wait.helpers.push_back(other);
        }
        return wait;
      }
      case Kind::send:
        return room_wait(u, action.target);
      case Kind::receive:
        return words_wait(u, action.target);
      case Kind::forward: {
        const bool empty = streams_[index(action.target)].sent ==
                           streams_[index(action.target)].received.at(index(receiver_of(action.target, u)));
        return at.done < action.amount && empty ? words_wait(u, action.target) : room_wait(u, action.to);
      }
      case Kind::release:
        break;
    }
    return {u, "waits", {}};
  }
  [[nodiscard]] TokenWait words_wait(int u, int stream) const {
    const TokenNetwork::Stream& s = network_.streams[index(stream)];
    TokenWait wait{u, fmt::format("waits for words on '{}'", s.name), {}};
    if (s.sender >= 0) wait.helpers.push_back(s.sender);
    return wait;
  }
  [[nodiscard]] TokenWait room_wait(int u, int stream) const {
    const TokenNetwork::Stream& s = network_.streams[index(stream)];
    TokenWait wait{u, fmt::format("waits for room on '{}'", s.name), {}};
    const Flow& flow = streams_[index(stream)];
    for (std::size_t r = 0; r < s.receivers.size(); ++r) {
      const bool full = s.receivers[r].capacity <= flow.sent - flow.received[r];
      if (full && s.receivers[r].unit >= 0) wait.helpers.push_back(s.receivers[r].unit);
    }
    return wait;
  }

  const TokenNetwork& network_;
  std::vector<Position> at_;
  std::vector<std::int64_t> values_;  // of locks
  std::vector<Flow> streams_;
  std::deque<int> queue_;
  std::vector<bool> queued_;
  std::vector<int> acquirer_;  // by lock
  int shared_{-1};             // a lock that several acquire
  std::int64_t steps_{};
  std::string failure_;
};

}  // namespace

TokenOutcome execute(const TokenNetwork& network) {
  return Execution(network).run();
}

}  // namespace aie4ml::compiler
