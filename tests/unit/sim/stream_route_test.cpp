#include "sim/stream/stream_route.hpp"

#include <algorithm>
#include <array>
#include <random>

#include <gmock/gmock.h>

#include "sim/stream/route_tracer.hpp"
#include "tests/unit/sim/fifo_network.hpp"

namespace aie4ml::sim {
namespace {

using test::FifoNetwork;

struct Case {
  std::vector<FifoNetwork::Node> nodes;
  std::vector<FifoNetwork::Receiver> receivers;
  std::vector<std::int64_t> ready;
  int rate{};
};

class CaseMaker {
 public:
  explicit CaseMaker(unsigned seed) : random_(seed) {}

  Case make() {
    Case c;
    c.rate = pick(1, 2);
    c.nodes.push_back({});
    grow(c, 0, pick(1, 5));
    int leaves = 0;
    for (std::size_t n = 1; n < c.nodes.size(); ++n) {
      leaves += std::none_of(c.nodes.begin(), c.nodes.end(),
                             [n](const FifoNetwork::Node& x) { return x.parent == static_cast<int>(n); });
    }
    for (int i = 0; i < leaves; ++i) c.receivers.push_back(receiver());
    std::int64_t cycle = 0;
    for (int words = pick(1, 12) * 8; words > 0; --words) {
      if (pick(0, 9) == 0) cycle += pick(0, 20);
      c.ready.push_back(cycle);
      if (pick(0, 3) == 0) ++cycle;
    }
    return c;
  }

 private:
  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  void grow(Case& c, int parent, int depth) {
    for (int branches = pick(0, 3) == 0 ? pick(2, 3) : 1; branches > 0; --branches) {
      const int latency = pick(0, 4);
      c.nodes.push_back({parent, latency, (latency + 1 + pick(0, 4)) * c.rate + 3});
      if (depth > 1) grow(c, static_cast<int>(c.nodes.size()) - 1, depth - 1);
    }
  }

  FifoNetwork::Receiver receiver() {
    FifoNetwork::Receiver r{.burst = 1 << pick(0, 2), .willing = {}};
    const int laziness = pick(0, 9);
    for (int cycle = pick(0, 300); cycle > 0; --cycle) r.willing.push_back(pick(0, 9) >= laziness);
    return r;
  }

  std::mt19937 random_;
};

// Runs the ends of a StreamRoute in an order of turns drawn from `seed`; returns when words left the root and
// when each receiver took them.
std::vector<std::vector<std::int64_t>> run(StreamRoute& route, const Case& c, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::vector<std::int64_t>> taken(static_cast<std::size_t>(route.receivers()));
  std::vector<int> turns(taken.size() + 1);
  for (std::size_t i = 0; i < turns.size(); ++i) turns[i] = static_cast<int>(i) - 1;
  for (bool any = true; any;) {
    any = false;
    std::shuffle(turns.begin(), turns.end(), random);
    for (const int turn : turns) {
      if (turn < 0) {
        const auto next = static_cast<std::size_t>(route.pushed());
        if (next == c.ready.size() || random() % 4 == 0) {
          any |= next != c.ready.size();
          continue;
        }
        route.push(static_cast<std::uint32_t>(next * 7), c.ready[next]);
        any = true;
        continue;
      }
      const FifoNetwork::Receiver& habits = c.receivers[static_cast<std::size_t>(turn)];
      std::vector<std::int64_t>& times = taken[static_cast<std::size_t>(turn)];
      const std::int64_t burst =
          std::min<std::int64_t>(habits.burst, static_cast<std::int64_t>(c.ready.size() - times.size()));
      if (burst == 0) continue;
      const auto arrival = route.arrival(turn, route.popped(turn) + burst - 1);
      if (!arrival) continue;
      std::int64_t cycle = std::max(*arrival, times.empty() ? 0 : times.back() + 1);
      while (static_cast<std::size_t>(cycle) < habits.willing.size() &&
             !habits.willing[static_cast<std::size_t>(cycle)]) {
        ++cycle;
      }
      for (std::int64_t i = 0; i < burst; ++i) {
        EXPECT_EQ(route.word(route.popped(turn) + i), static_cast<std::uint32_t>(times.size() * 7));
        times.push_back(cycle);
      }
      route.pop(turn, std::vector<std::int64_t>(static_cast<std::size_t>(burst), cycle));
      any = true;
    }
  }
  return taken;
}

void expect_equal(const Case& c, const std::vector<RouteNode>& nodes, unsigned seed) {
  FifoNetwork network(c.nodes, c.rate, c.ready, c.receivers);
  const auto& passes = network.run();
  StreamRoute route(nodes, c.rate, static_cast<int>(c.ready.size()));
  const auto taken = run(route, c, seed);
  ASSERT_EQ(taken.size(), c.receivers.size());
  std::size_t receiver = 0;
  for (std::size_t n = 1; n < c.nodes.size(); ++n) {
    const bool leaf = std::none_of(c.nodes.begin(), c.nodes.end(), [n](const FifoNetwork::Node& x) {
      return x.parent == static_cast<int>(n);
    });
    if (leaf) {
      EXPECT_EQ(taken[receiver++], passes[n]) << "seed " << seed << " node " << n;
    }
  }
  for (std::size_t i = 0; i < c.ready.size(); ++i) {
    EXPECT_EQ(route.left(static_cast<std::int64_t>(i)), passes[0][i]) << "seed " << seed << " word " << i;
  }
}

std::vector<RouteNode> route_nodes(const Case& c) {
  std::vector<RouteNode> nodes;
  for (const FifoNetwork::Node& n : c.nodes) {
    nodes.push_back({.parent = n.parent, .latency = n.latency, .capacity = n.capacity, .back_cycles = 1});
  }
  return nodes;
}

TEST(StreamRoute, EqualsFifosMovedCycleByCycle) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    const Case c = CaseMaker(seed).make();
    expect_equal(c, route_nodes(c), seed);
    if (HasFailure()) return;
  }
}

// With the storage that DMA channels and PLIOs have behind their port, from which they take several words at
// once.
TEST(StreamRoute, CollapsedEqualsFifosMovedCycleByCycle) {
  int merged = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    Case c = CaseMaker(seed).make();
    const std::vector<RouteNode> all = route_nodes(c);
    const std::vector<RouteNode> few = collapse(all);
    merged += static_cast<int>(all.size() - few.size());
    std::vector<ReceiverStorage> storage;
    for (const auto& receiver : c.receivers) storage.push_back({8, receiver.burst <= c.rate});
    for (std::size_t n = 1; n < all.size(); ++n) {
      const bool leaf = std::none_of(all.begin(), all.end(),
                                     [n](const RouteNode& x) { return x.parent == static_cast<int>(n); });
      if (leaf) c.nodes.push_back({static_cast<int>(n), 0, 8});
    }
    expect_equal(c, with_receiver_storage(few, storage), seed);
    if (HasFailure()) return;
  }
  EXPECT_GT(merged, 100);
}

TEST(StreamRoute, OneWordACycleWhenNobodyStalls) {
  StreamRoute route({{}, {.parent = 0, .latency = 4, .capacity = 8}}, 1, 256);
  for (std::uint32_t i = 0; i < 256; ++i) {
    route.push(i, 10);
    const auto arrival = route.arrival(0, i);
    ASSERT_EQ(arrival, 14 + std::int64_t{i});
    route.pop(0, std::array{*arrival});
  }
}

TEST(StreamRoute, FullRouteStopsTheSourceUntilAWordIsTaken) {
  StreamRoute route({{}, {.parent = 0, .latency = 4, .capacity = 8}}, 1, 16);
  for (std::uint32_t i = 0; i < 9; ++i) route.push(i, 0);
  EXPECT_EQ(route.left(7), 7);
  EXPECT_EQ(route.left(8), std::nullopt);
  EXPECT_EQ(route.blocking_receiver(), 0);
  route.pop(0, std::array{std::int64_t{100}});
  EXPECT_EQ(route.left(8), 101);
}

TEST(StreamRoute, MulticastStopsWhenAnyReceiverStalls) {
  StreamRoute route(
      {{}, {.parent = 0, .latency = 4, .capacity = 8}, {.parent = 0, .latency = 3, .capacity = 6}}, 1, 16);
  for (std::uint32_t i = 0; i < 8; ++i) route.push(i, 0);
  for (int i = 0; i < 6; ++i) route.pop(0, std::array{std::int64_t{4} + i});
  EXPECT_EQ(route.arrival(0, 6), std::nullopt);  // receiver 1 took nothing, its branch is full
  EXPECT_EQ(route.blocking_receiver(), 1);
  route.pop(1, std::array{std::int64_t{50}});
  EXPECT_EQ(route.arrival(0, 6), 55);
}

TEST(StreamRoute, GapKeepsAWordBehindTheOneBefore) {
  StreamRoute route({{}, {.parent = 0, .latency = 4, .capacity = 8}}, 1, 16);
  route.push(0, 10);
  route.push(1, 10, 6);
  route.push(2, 10);
  EXPECT_EQ(route.left(0), 10);
  EXPECT_EQ(route.left(1), 16);
  EXPECT_EQ(route.left(2), 17);
}

TEST(StreamRoute, WithoutReceiversNothingMoves) {
  StreamRoute route({{}}, 1, 16);
  route.push(1, 0);
  EXPECT_EQ(route.left(0), std::nullopt);
  EXPECT_EQ(route.blocking_receiver(), -1);
}

// A core writes when there is room, and not a cycle before: three places, the first word leaves in cycle 20.
TEST(StreamRoute, SourceWithoutStorageIsToldWhenThereIsRoom) {
  StreamRoute route({{}, {.parent = 0, .latency = 3, .capacity = 3}}, 1, 1);
  for (std::int64_t cycle : {4, 5, 6}) {
    ASSERT_TRUE(route.space());
    EXPECT_LE(*route.space(), cycle);
    route.push({static_cast<std::uint32_t>(cycle), cycle == 6}, cycle);
    EXPECT_EQ(route.left(route.pushed() - 1), cycle);
  }
  EXPECT_EQ(route.space(), std::nullopt);
  EXPECT_EQ(route.arrival(0, 0), 7);
  route.pop(0, std::array<std::int64_t, 1>{20});
  EXPECT_EQ(route.space(), 21);
  EXPECT_FALSE(route.word(1).last);
  EXPECT_EQ(route.word(2), StreamWord(6, true));
}

}  // namespace
}  // namespace aie4ml::sim
