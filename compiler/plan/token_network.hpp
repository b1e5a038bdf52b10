// A design without time and data: units that do a list of things for ever, counting locks and streams between
// them. What waits for whom shows, what it computes does not.
//
// Every unit does its actions in order and waits where one cannot be done. A lock is acquired by one unit
// only and a stream has one sender, and every receiver gets all of its words: so no unit can take from
// another what it waits for, and where everybody comes to rest does not depend on who goes first (a Kahn
// network with bounded channels). That makes it enough to execute it once, in any order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aie4ml::compiler {

struct TokenNetwork {
  struct Action {
    enum class Kind : std::uint8_t { acquire, release, send, receive, forward };
    Kind kind{};
    int target{};           // lock, or stream
    std::int64_t amount{};  // of the lock; words
    int to{-1};             // forward: words received from `target` are sent on here ...
    std::int64_t holds{};   // ... of which it can hold so many
  };
  struct Unit {
    std::string name;
    std::vector<Action> actions;  // over and over
    // Sources begin a round when they are told to, sinks count theirs: the ends of the design.
    enum class Role : std::uint8_t { inner, source, sink };
    Role role{};
  };
  struct Lock {
    std::string name;
    std::int64_t value{}, max_value{};
  };
  struct Receiver {
    int unit{-1};             // -1: nobody takes words there
    std::int64_t capacity{};  // words on their way to it
  };
  struct Stream {
    std::string name;
    int sender{-1};  // -1: nobody
    std::vector<Receiver> receivers;
  };

  std::vector<Unit> units;
  std::vector<Lock> locks;
  std::vector<Stream> streams;
};

// A unit that waits, in words, and who could end that.
struct TokenWait {
  int unit{};
  std::string what;  // "waits for lock 'fc1.in full' of tile (8,1) to be at least 1, it is 0"
  std::vector<int> helpers;
};

struct TokenOutcome {
  enum class End : std::uint8_t {
    repeats,  // it is where it was before: goes on for ever
    stuck,    // the sinks do not get what belongs to a round
    unknown,  // see `reason`
  };
  End end{};
  int rounds{};                  // repeats: after which it was seen; stuck: in which
  std::string reason;            // unknown
  std::vector<TokenWait> waits;  // stuck: everybody who waits
};

// Gives the sources one round after the other and waits until nothing moves, until the network is in a state
// that it was in before. By the above it then gets all rounds done, however they come.
TokenOutcome execute(const TokenNetwork& network);

}  // namespace aie4ml::compiler
