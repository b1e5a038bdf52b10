// Why words pass when they do: the event that a route names is what made it so late, and nothing else.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/stream/stream_route.hpp"

namespace aie4ml::sim {
namespace {

constexpr int kSource = 7;
constexpr int kReceiver = 20;  // and the following

RouteEvent by(int unit, std::int32_t step) {
  return {-1, step, unit};
}
void expect_event(const RouteEvent& event, int unit, std::int32_t step, std::int64_t cycle) {
  EXPECT_EQ(event.unit, unit);
  EXPECT_EQ(event.step, step);
  EXPECT_EQ(event.cycle, cycle);
}

TEST(RouteCauses, AWordWaitsForItsPushOrForTheWordsBeforeIt) {
  StreamRoute route({{}, {.parent = 0, .latency = 4, .capacity = 8}}, 1, 16);
  route.push(0, 10, 0, by(kSource, 1));
  route.push(1, 10, 0, by(kSource, 2));  // leaves in 11, because of the one before
  route.push(2, 12, 0, by(kSource, 3));  // as late as the words before it make it: the push counts
  route.push(3, 20, 5, by(kSource, 4));
  route.push(4, 20, 5, by(kSource, 5));  // leaves in 25, five cycles behind the one before
  EXPECT_EQ(route.left(1), 11);
  EXPECT_EQ(route.left(2), 12);
  EXPECT_EQ(route.left(4), 25);
  const std::array<std::pair<std::int32_t, std::int64_t>, 5> causes = {
      {{1, 10}, {1, 10}, {3, 12}, {4, 20}, {4, 20}}};
  for (std::int64_t i = 0; i < 5; ++i) {
    const auto& [step, cycle] = causes[static_cast<std::size_t>(i)];
    expect_event(route.why_left(i), kSource, step, cycle);
    expect_event(route.why_arrived(0, i), kSource, step, cycle);
  }
}

TEST(RouteCauses, AFullRouteNamesTheWordTaken) {
  StreamRoute route({{}, {.parent = 0, .latency = 4, .capacity = 2}}, 1, 16);
  for (std::uint32_t i = 0; i < 4; ++i) route.push(i, 0, 0, by(kSource, 0));
  EXPECT_EQ(route.left(2), std::nullopt);
  route.pop(0, std::array<std::int64_t, 2>{30, 40}, by(kReceiver, 3));
  expect_event(route.why_left(2), kReceiver, 3, 30);
  expect_event(route.why_left(3), kReceiver, 3, 40);
  EXPECT_EQ(route.left(3), 41);
  // A word that is ready as late as there is room waits for nobody's room.
  route.pop(0, std::array<std::int64_t, 1>{49}, by(kReceiver, 4));
  route.push(4, 50, 0, by(kSource, 9));
  EXPECT_EQ(route.left(4), 50);
  expect_event(route.why_left(4), kSource, 9, 50);
}

TEST(RouteCauses, AMulticastNamesTheReceiverThatHeldItBack) {
  StreamRoute route(
      {{}, {.parent = 0, .latency = 4, .capacity = 8}, {.parent = 0, .latency = 3, .capacity = 1}}, 1, 16);
  for (std::uint32_t i = 0; i < 2; ++i) route.push(i, 0, 0, by(kSource, 0));
  route.pop(0, std::array<std::int64_t, 1>{90}, by(kReceiver, 1));  // later, but there was room
  route.pop(1, std::array<std::int64_t, 1>{60}, by(kReceiver + 1, 2));
  EXPECT_EQ(route.arrival(0, 1), 65);
  expect_event(route.why_arrived(0, 1), kReceiver + 1, 2, 60);
}

TEST(RouteCauses, RoomForASourceWithoutStorageNamesTheWordTaken) {
  StreamRoute route({{}, {.parent = 0, .latency = 3, .capacity = 1}}, 1, 1);
  route.push(0, 4, 0, by(kSource, 1));
  EXPECT_EQ(route.space(), std::nullopt);
  route.pop(0, std::array<std::int64_t, 1>{20}, by(kReceiver, 5));
  EXPECT_EQ(route.space(), 21);
  expect_event(route.why_space(), kReceiver, 5, 20);
}

// A packet switch hands on what settled the word before it: an event with a cycle of its own.
TEST(RouteCauses, AnEarlierEventIsHandedOn) {
  StreamRoute route({{}, {.parent = 0, .latency = 3, .capacity = 4}}, 1, 1);
  route.push(0, 40, 0, {12, 2, kSource});
  expect_event(route.why_arrived(0, 0), kSource, 2, 12);
}

// A random tree with fixed times of pushes and pops, and when words pass by the definition in the header of
// StreamRoute, evaluated as it stands there.
struct Network {
  std::vector<RouteNode> nodes{{}};
  int rate{1};
  std::vector<std::int64_t> ready;
  std::map<int, std::vector<std::int64_t>> pops;  // by leaf

  [[nodiscard]] bool is_leaf(int node) const {
    return node > 0 &&
           std::none_of(nodes.begin(), nodes.end(), [node](const RouteNode& n) { return n.parent == node; });
  }
  [[nodiscard]] std::vector<int> leaves() const {
    std::vector<int> all;
    for (int n = 1; n < static_cast<int>(nodes.size()); ++n) {
      if (is_leaf(n)) all.push_back(n);
    }
    return all;
  }
  std::int64_t pass(int node, int word) {
    if (is_leaf(node)) return pops.at(node).at(static_cast<std::size_t>(word));
    const auto [place, is_new] = known.try_emplace({node, word}, 0);
    if (!is_new) return place->second;
    const RouteNode& n = nodes[static_cast<std::size_t>(node)];
    std::int64_t time = node == 0 ? ready[static_cast<std::size_t>(word)] : pass(n.parent, word) + n.latency;
    if (word >= 1) time = std::max(time, pass(node, word - 1));
    if (word >= rate) time = std::max(time, pass(node, word - rate) + 1);
    for (int c = node + 1; c < static_cast<int>(nodes.size()); ++c) {
      const RouteNode& child = nodes[static_cast<std::size_t>(c)];
      if (child.parent == node && word >= child.capacity)
        time = std::max(time, pass(c, word - child.capacity) + child.back_cycles);
    }
    return known[{node, word}] = time;
  }
  std::int64_t arrival(int leaf, int word) {
    const RouteNode& n = nodes[static_cast<std::size_t>(leaf)];
    return pass(n.parent, word) + n.latency;
  }
  std::map<std::pair<int, int>, std::int64_t> known{};
};

// In (max, +) arithmetic a time moves with its cause, cycle for cycle, and with nothing that is no cause.
TEST(RouteCauses, TimesMoveWithTheEventsNamed) {
  constexpr int kWords = 40;
  constexpr std::int64_t kLater = 100;
  int rooms = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    const auto pick = [&random](int low, int high) {
      return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
    };
    Network net;
    net.rate = pick(1, 2);
    for (int n = pick(1, 6); n > 0; --n) {
      net.nodes.push_back({.parent = pick(0, static_cast<int>(net.nodes.size()) - 1),
                           .latency = pick(0, 4),
                           .capacity = pick(5, 12),
                           .back_cycles = pick(1, 3)});
    }
    StreamRoute route(net.nodes, net.rate, kWords);
    std::int64_t cycle = 0;
    for (std::int32_t i = 0; i < kWords; ++i) {
      cycle += pick(0, 5) == 0 ? pick(0, 12) : pick(0, 1);
      net.ready.push_back(cycle);
      route.push(static_cast<std::uint32_t>(i), cycle, 0, by(kSource, i));
    }
    const std::vector<int> leaves = net.leaves();
    struct Seen {
      std::int64_t arrival{};
      RouteEvent why;
    };
    std::map<std::pair<int, int>, Seen> seen;  // by receiver and word
    for (bool any = true; any;) {
      any = false;
      for (int r = 0; r < route.receivers(); ++r) {
        std::vector<std::int64_t>& pops = net.pops[leaves[static_cast<std::size_t>(r)]];
        const auto word = static_cast<int>(pops.size());
        const auto arrival = route.arrival(r, word);
        if (word == kWords || !arrival) continue;
        seen[{r, word}] = {*arrival, route.why_arrived(r, word)};
        const std::int64_t wait = pick(0, 4) == 0 ? pick(0, 15) : 0;
        pops.push_back(std::max(*arrival, pops.empty() ? 0 : pops.back()) + wait);
        route.pop(r, std::span(&pops.back(), 1), by(kReceiver + r, word));
        any = true;
      }
    }
    ASSERT_EQ(seen.size(), leaves.size() * kWords);
    for (const auto& [which, what] : seen) {
      const int leaf = leaves[static_cast<std::size_t>(which.first)];
      ASSERT_EQ(net.arrival(leaf, which.second), what.arrival);
      Network later = net;
      later.known.clear();
      const auto step = static_cast<std::size_t>(what.why.step);
      if (what.why.unit == kSource) {
        EXPECT_EQ(what.why.cycle, net.ready[step]);
        later.ready[step] += kLater;
        for (std::size_t i = step; i < later.ready.size(); ++i)
          later.ready[i] = std::max(later.ready[i], later.ready[step]);
      } else {
        ++rooms;
        std::int64_t& pop = later.pops[leaves[static_cast<std::size_t>(what.why.unit - kReceiver)]][step];
        EXPECT_EQ(what.why.cycle, pop);
        pop += kLater;
      }
      ASSERT_EQ(later.arrival(leaf, which.second), what.arrival + kLater)
          << "word " << which.second << " at receiver " << which.first;
    }
  }
  EXPECT_GT(rooms, 500);
}

}  // namespace
}  // namespace aie4ml::sim
