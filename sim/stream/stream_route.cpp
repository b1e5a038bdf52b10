#include "sim/stream/stream_route.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "sim/check.hpp"

namespace aie4ml::sim {

StreamRoute::StreamRoute(std::vector<RouteNode> nodes, int words_per_cycle, int source_window)
    : nodes_(std::move(nodes)),
      children_(nodes_.size()),
      words_per_cycle_(words_per_cycle),
      passed_(nodes_.size(), 0),
      passes_(nodes_.size()) {
  check(!nodes_.empty() && nodes_[0].parent == -1 && words_per_cycle_ >= 1, "a route starts with its root");
  const int count = static_cast<int>(nodes_.size());
  for (int n = 1; n < count; ++n) {
    const RouteNode& node = nodes_[static_cast<std::size_t>(n)];
    check(node.parent >= 0 && node.parent < n && node.capacity >= 1 && node.back_cycles >= 0 &&
              node.latency >= 0,
          "parents come before their children, and a segment stores a word");
    children_[static_cast<std::size_t>(node.parent)].push_back(n);
  }
  for (int n = 0; n < count; ++n) {
    const std::size_t at = static_cast<std::size_t>(n);
    if (n > 0 && children_[at].empty()) {
      leaves_.push_back(n);
    } else {
      inner_.push_back(n);
    }
    // How far back a pass may be asked for: by the node's parent and its children, by the rate limit, and at
    // the root by the source.
    std::int64_t history = std::max<std::int64_t>(nodes_[at].capacity, n == 0 ? source_window : 0);
    for (const int child : children_[at]) {
      history = std::max<std::int64_t>(history, nodes_[static_cast<std::size_t>(child)].capacity);
    }
    passes_[at].resize(std::bit_ceil(static_cast<std::size_t>(history + words_per_cycle_ + 1)));
  }
}

StreamRoute::Pass& StreamRoute::pass(int node, std::int64_t index) {
  std::vector<Pass>& ring = passes_[static_cast<std::size_t>(node)];
  return ring[static_cast<std::size_t>(index) & (ring.size() - 1)];
}

void StreamRoute::push(std::span<const StreamWord> words, std::span<const std::int64_t> ready,
                       std::int64_t gap, const RouteEvent& by) {
  check(words.size() == ready.size() && !words.empty(), "every word has its cycle");
  check(entries_.empty() || ready.front() >= entries_.back().ready, "words are pushed in order of time");
  for (std::size_t i = 0; i < words.size(); ++i) {
    words_.push_back(words[i]);
    ++pushed_;
    if (nodes_.size() == 2 && entries_.empty() && line_has_room()) {
      pass_line(ready[i], gap, by.in(ready[i]));
    } else {
      entries_.push_back({ready[i], gap, by.in(ready[i])});
    }
    gap = 0;
  }
  if (!entries_.empty()) advance();
}

const RouteEvent& StreamRoute::why_left(std::int64_t index) const {
  return pass(0, index).why;
}

const RouteEvent& StreamRoute::why_arrived(int receiver, std::int64_t index) const {
  return pass(nodes_[static_cast<std::size_t>(leaf(receiver))].parent, index).why;
}

std::int64_t StreamRoute::latency(int receiver) const {
  std::int64_t cycles = 0;
  for (int node = leaf(receiver); node > 0; node = nodes_[static_cast<std::size_t>(node)].parent) {
    cycles += nodes_[static_cast<std::size_t>(node)].latency;
  }
  return cycles;
}

void StreamRoute::pop(int receiver, std::span<const std::int64_t> cycles, const RouteEvent& by) {
  const auto at = static_cast<std::size_t>(leaf(receiver));
  std::int64_t& passed = passed_[at];
  std::vector<Pass>& ring = passes_[at];
  const std::size_t mask = ring.size() - 1;
  const Arrivals arrived = arrivals(receiver);
  check(arrived.known(passed + std::ssize(cycles) - 1), "words are taken when they are there");
  std::int64_t earliest = passed == 0 ? std::numeric_limits<std::int64_t>::min()
                                      : ring[static_cast<std::size_t>(passed - 1) & mask].time;
  for (const std::int64_t cycle : cycles) {
    check(earliest <= cycle && arrived[passed] <= cycle,
          "words are taken in order of time, when they are there");
    ring[static_cast<std::size_t>(passed) & mask] = {cycle, by.in(cycle)};
    earliest = cycle;
    ++passed;
  }
  drop_words();
  advance();
}

std::optional<std::int64_t> StreamRoute::space() const {
  if (pushed_ > passed_[0] || leaves_.empty()) return std::nullopt;
  const std::optional<Pass> free = free_from(0);
  return free ? std::optional(free->time) : std::nullopt;
}

RouteEvent StreamRoute::why_space() const {
  return free_from(0)->why;
}

std::optional<StreamRoute::Pass> StreamRoute::free_from(int node) const {
  const std::size_t at = static_cast<std::size_t>(node);
  const std::int64_t index = passed_[at];
  Pass free;
  if (index >= 1) free = pass(node, index - 1);
  if (index >= words_per_cycle_) {
    const Pass& before = pass(node, index - words_per_cycle_);
    free.not_before(before.time + 1, before.why);
  }
  for (const int child : children_[at]) {
    const RouteNode& below = nodes_[static_cast<std::size_t>(child)];
    const std::int64_t freed = index - below.capacity;
    if (freed < 0) continue;
    if (freed >= passed_[static_cast<std::size_t>(child)]) return std::nullopt;
    free.not_before(pass(child, freed).time + below.back_cycles, pass(child, freed).why);
  }
  return free;
}

bool StreamRoute::pass_next(int node) {
  const std::size_t at = static_cast<std::size_t>(node);
  const std::int64_t index = passed_[at];
  const auto known = [this](int n, std::int64_t i) -> const Pass& { return std::as_const(*this).pass(n, i); };
  Pass next;
  if (node == 0) {
    if (index >= pushed_ || leaves_.empty()) return false;
    const Entry& entry = entries_.front();
    next = {entry.ready, entry.by};
    if (index >= 1) next.not_before(known(0, index - 1).time + entry.gap, known(0, index - 1).why);
  } else {
    const int parent = nodes_[at].parent;
    if (index >= passed_[static_cast<std::size_t>(parent)]) return false;
    next = known(parent, index);
    next.time += nodes_[at].latency;
  }
  const std::optional<Pass> free = free_from(node);
  if (!free) return false;
  next.not_before(free->time, free->why);
  pass(node, index) = next;
  ++passed_[at];
  if (node == 0) entries_.pop_front();
  return true;
}

// The next word at the root of a line with room for it.
void StreamRoute::pass_line(std::int64_t ready, std::int64_t gap, const RouteEvent& by) {
  std::vector<Pass>& root = passes_[0];
  const std::size_t mask = root.size() - 1;
  const std::int64_t index = passed_[0]++;
  Pass next{ready, by};
  if (index >= 1) {
    const Pass& before = root[static_cast<std::size_t>(index - 1) & mask];
    next.not_before(before.time + gap, before.why);
  }
  if (index >= words_per_cycle_) {
    const Pass& before = root[static_cast<std::size_t>(index - words_per_cycle_) & mask];
    next.not_before(before.time + 1, before.why);
  }
  const RouteNode& segment = nodes_[1];
  if (index >= segment.capacity) {
    const std::vector<Pass>& leaf = passes_[1];
    const Pass& freed = leaf[static_cast<std::size_t>(index - segment.capacity) & (leaf.size() - 1)];
    next.not_before(freed.time + segment.back_cycles, freed.why);
  }
  root[static_cast<std::size_t>(index) & mask] = next;
}

void StreamRoute::advance_line() {
  while (!entries_.empty() && line_has_room()) {
    const Entry& entry = entries_.front();
    pass_line(entry.ready, entry.gap, entry.by);
    entries_.pop_front();
  }
}

void StreamRoute::advance() {
  if (nodes_.size() == 2) {
    advance_line();
    return;
  }
  for (bool any = true; any;) {
    any = false;
    for (const int node : inner_) {
      while (pass_next(node)) any = true;
    }
  }
}

void StreamRoute::drop_words() {
  std::int64_t needed = pushed_;
  for (const int node : leaves_) needed = std::min(needed, passed_[static_cast<std::size_t>(node)]);
  while (first_word_ < needed) {
    words_.pop_front();
    ++first_word_;
  }
}

int StreamRoute::blocking_receiver() const {
  int node = 0;
  for (;;) {
    const std::int64_t index = passed_[static_cast<std::size_t>(node)];
    int full = -1;
    for (const int child : children_[static_cast<std::size_t>(node)]) {
      const std::int64_t freed = index - nodes_[static_cast<std::size_t>(child)].capacity;
      if (freed >= passed_[static_cast<std::size_t>(child)]) full = child;
    }
    if (full < 0) return -1;
    const auto found = std::find(leaves_.begin(), leaves_.end(), full);
    if (found != leaves_.end()) return static_cast<int>(found - leaves_.begin());
    node = full;
  }
}

}  // namespace aie4ml::sim
