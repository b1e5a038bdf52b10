// When the words of a circuit-switched route pass each point of it: exact (max, +) arithmetic on time stamps,
// so that source and receivers need no common clock (a Kahn network).
//
// A route is a tree. Its inner nodes are the places where a word enters a switch, its leaves the receivers;
// what lies between a node and its parent stores `capacity` words and takes `latency` cycles to cross. Word i
// passes
//   node n      at max(its arrival there, `words_per_cycle` words earlier + 1, and for every child c, because
//   a
//               multicast stops when any branch is full, the time word i - capacity(c) passed c, + back(c))
//   a receiver  when the receiver says so, not before it arrived.
// Times are known as soon as everything they depend on is; until then queries give nullopt, and the caller
// waits for a push or pop at another end. Times are AIE cycles, words are 32 bit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/check.hpp"
#include "sim/ring.hpp"
#include "sim/stream/stream_word.hpp"

namespace aie4ml::sim {

struct RouteNode {
  int parent{-1};  // index, smaller than the node's own; -1: the root, where the source feeds words in
  std::int64_t latency{};       // from passing the parent to arriving here
  std::int32_t capacity{};      // words that passed the parent and did not pass here, at most; at least 1
  std::int64_t back_cycles{1};  // until a place that a word left can be taken by one that passes the parent
};

// What settled when a word passed: something its source or a receiver did, or whoever made them wait.
struct RouteEvent {
  std::int64_t cycle{-1};  // as given to push() or pop(): negative means the cycle of the push or pop itself
  std::int32_t step{};     // of the unit's history
  std::int32_t unit{-1};

  [[nodiscard]] RouteEvent in(std::int64_t otherwise) const {
    return {cycle < 0 ? otherwise : cycle, step, unit};
  }
};

class StreamRoute {
  // When a word passed a node, and the event that settled it.
  struct Pass {
    std::int64_t time{};
    RouteEvent why;
    // Whatever is asked first wins where several are as late.
    void not_before(std::int64_t cycle, const RouteEvent& cause) {
      if (cycle <= time) return;
      time = cycle;
      why = cause;
    }
  };

 public:
  // nodes[0] is the root. Nodes without children are the receivers, counted in order of their index; a root
  // alone has none and never moves a word. words_per_cycle: of every point of the route (stream width / 32).
  // source_window: how far behind the last pushed word the source may ask left().
  StreamRoute(std::vector<RouteNode> nodes, int words_per_cycle, int source_window);

  [[nodiscard]] int receivers() const { return static_cast<int>(leaves_.size()); }

  // Source: the next word, which can enter the first switch from `ready` on, and no earlier than `gap` cycles
  // after the word before it. Never refused; a source that has limited storage asks left() first. `ready`
  // does not decrease. `by`: what why_left() and why_arrived() tell, not after `ready`.
  void push(StreamWord word, std::int64_t ready, std::int64_t gap = 0, const RouteEvent& by = {}) {
    push({&word, 1}, {&ready, 1}, gap, by);
  }
  // Several words, each with its cycle; the gap comes before the first one.
  void push(std::span<const StreamWord> words, std::span<const std::int64_t> ready, std::int64_t gap,
            const RouteEvent& by = {});
  // First cycle in which the next word could enter the first switch, were it ready; nullopt: that is not
  // known before the words below moved on. For a source without storage, which pushes nothing before.
  [[nodiscard]] std::optional<std::int64_t> space() const;
  [[nodiscard]] RouteEvent why_space() const;  // once space() is known
  [[nodiscard]] std::int64_t pushed() const { return pushed_; }
  // Cycle in which word `index` passed the root.
  [[nodiscard]] std::optional<std::int64_t> left(std::int64_t index) const {
    if (index >= passed_[0]) return std::nullopt;
    return pass(0, index).time;
  }
  // The event that settled left(index): a push, or what made room. Where two are as late, the push of the
  // word.
  [[nodiscard]] const RouteEvent& why_left(std::int64_t index) const;
  [[nodiscard]] std::int64_t left_count() const { return passed_[0]; }

  // Receiver: cycle from which word `index` can be taken; index >= popped().
  [[nodiscard]] std::optional<std::int64_t> arrival(int receiver, std::int64_t index) const {
    const RouteNode& node = nodes_[static_cast<std::size_t>(leaf(receiver))];
    if (index >= passed_[static_cast<std::size_t>(node.parent)]) return std::nullopt;
    return pass(node.parent, index).time + node.latency;
  }
  // The same of several words, quicker. Good until something is pushed or popped.
  class Arrivals {
   public:
    [[nodiscard]] bool known(std::int64_t index) const { return index < known_; }
    [[nodiscard]] std::int64_t operator[](std::int64_t index) const;  // if known

   private:
    friend class StreamRoute;
    const std::vector<Pass>* ring_{};
    std::int64_t known_{}, latency_{};
  };
  [[nodiscard]] Arrivals arrivals(int receiver) const;
  [[nodiscard]] const RouteEvent& why_arrived(int receiver, std::int64_t index) const;
  // Cycles from leaving the source to arrival if nothing is in the way.
  [[nodiscard]] std::int64_t latency(int receiver) const;
  [[nodiscard]] StreamWord word(std::int64_t index) const {
    check(index >= first_word_ && index < pushed_, "a word that is read was pushed and is not gone");
    return words_[static_cast<std::size_t>(index - first_word_)];
  }
  // Takes the next words, word by word in these cycles, none before it arrived nor before the word before it.
  void pop(int receiver, std::span<const std::int64_t> cycles, const RouteEvent& by = {});
  [[nodiscard]] std::int64_t popped(int receiver) const {
    return passed_[static_cast<std::size_t>(leaf(receiver))];
  }

  // The receiver whose full branch holds back the next word at the root, -1: it waits for the source alone.
  [[nodiscard]] int blocking_receiver() const;

 private:
  [[nodiscard]] int leaf(int receiver) const { return leaves_[static_cast<std::size_t>(receiver)]; }
  [[nodiscard]] Pass& pass(int node, std::int64_t index);
  [[nodiscard]] const Pass& pass(int node, std::int64_t index) const {
    const std::vector<Pass>& ring = passes_[static_cast<std::size_t>(node)];
    check(index >= 0 && index < passed_[static_cast<std::size_t>(node)] &&
              index >= passed_[static_cast<std::size_t>(node)] - static_cast<std::int64_t>(ring.size()),
          "a pass that is asked for is known and not forgotten");
    return ring[static_cast<std::size_t>(index) & (ring.size() - 1)];
  }
  // When the switch and what lies below let the next word pass; nullopt: not known yet.
  [[nodiscard]] std::optional<Pass> free_from(int node) const;
  bool pass_next(int node);  // computes the next pass of an inner node if everything is known
  void advance();
  void advance_line();  // the same for a route of one receiver and no fork
  [[nodiscard]] bool line_has_room() const { return passed_[0] - nodes_[1].capacity < passed_[1]; }
  void pass_line(std::int64_t ready, std::int64_t gap, const RouteEvent& by);
  void drop_words();

  std::vector<RouteNode> nodes_;
  std::vector<std::vector<int>> children_;
  std::vector<int> leaves_;
  std::vector<int> inner_;  // inner nodes, parents first
  int words_per_cycle_;
  std::vector<std::int64_t> passed_;       // by node: words whose pass is known
  std::vector<std::vector<Pass>> passes_;  // by node: rings of the latest, sizes powers of two
  struct Entry {
    std::int64_t ready{}, gap{};
    RouteEvent by;
  };
  Ring<Entry> entries_;  // of words passed_[0] ... pushed_ - 1
  std::int64_t pushed_{};
  Ring<StreamWord> words_;  // from first_word_ on: those that some receiver did not take
  std::int64_t first_word_{};
};

inline std::int64_t StreamRoute::Arrivals::operator[](std::int64_t index) const {
  return (*ring_)[static_cast<std::size_t>(index) & (ring_->size() - 1)].time + latency_;
}

inline StreamRoute::Arrivals StreamRoute::arrivals(int receiver) const {
  const RouteNode& node = nodes_[static_cast<std::size_t>(leaf(receiver))];
  const auto parent = static_cast<std::size_t>(node.parent);
  Arrivals all;
  all.ring_ = &passes_[parent];
  all.known_ = passed_[parent];
  all.latency_ = node.latency;
  return all;
}

}  // namespace aie4ml::sim
