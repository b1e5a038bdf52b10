#include "sim/stream/route_tracer.hpp"

#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"

namespace aie4ml::sim {
namespace {

using namespace arch;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RouteTracer : public ::testing::Test {
 protected:
  void connect(TileCoord tile, StreamPort slave, StreamPort master) {
    for (TileImage& t : image_.tiles) {
      if (t.tile == tile) {
        t.connections.push_back({slave, master});
        return;
      }
    }
    image_.tiles.emplace_back().tile = tile;
    image_.tiles.back().connections.push_back({slave, master});
  }
  std::vector<TracedRoute> trace() const { return trace_routes(device_, image_); }

  const Device device_ = load_device("ve2802");
  Image image_;
};

TEST_F(RouteTracer, StraightUpThroughTheMemoryTiles) {
  connect({8, 0}, {PortSide::south, 3}, {PortSide::north, 2});
  connect({8, 1}, {PortSide::south, 2}, {PortSide::north, 2});
  connect({8, 2}, {PortSide::south, 2}, {PortSide::north, 2});
  connect({8, 3}, {PortSide::south, 2}, {PortSide::dma, 1});
  const auto routes = trace();
  ASSERT_THAT(routes, SizeIs(1));
  const TracedRoute& route = routes[0];
  EXPECT_EQ(route.source.kind, RouteEnd::Kind::plio);
  EXPECT_EQ(route.hops, 4);
  ASSERT_THAT(route.receivers, SizeIs(1));
  EXPECT_EQ(route.receivers[0].kind, RouteEnd::Kind::dma);
  EXPECT_EQ(route.receivers[0].tile, (TileCoord{8, 3}));
  EXPECT_EQ(route.receivers[0].port, (StreamPort{PortSide::dma, 1}));
  // AM020-2: 4 cycles and 8 words a switch, 3 and 6 into a local port.
  const auto few = collapse(route.nodes);
  ASSERT_THAT(few, SizeIs(2));
  EXPECT_EQ(few[1].latency, 3 * 4 + 3);
  EXPECT_EQ(few[1].capacity, 3 * 8 + 6);
  EXPECT_EQ(few[1].back_cycles, 4);
}

TEST_F(RouteTracer, MulticastSplitsWhereItsBranchesPart) {
  connect({8, 3}, {PortSide::dma, 0}, {PortSide::east, 1});
  connect({9, 3}, {PortSide::west, 1}, {PortSide::dma, 0});
  connect({9, 3}, {PortSide::west, 1}, {PortSide::east, 1});
  connect({10, 3}, {PortSide::west, 1}, {PortSide::north, 0});
  connect({10, 4}, {PortSide::south, 0}, {PortSide::dma, 1});
  const auto routes = trace();
  ASSERT_THAT(routes, SizeIs(1));
  EXPECT_EQ(routes[0].hops, 4);
  EXPECT_THAT(routes[0].receivers,
              ElementsAre(Field(&RouteEnd::tile, TileCoord{9, 3}), Field(&RouteEnd::tile, TileCoord{10, 4})));
  const auto few = collapse(routes[0].nodes);
  ASSERT_THAT(few, SizeIs(4));  // root, the switch of (9,3), two receivers
  EXPECT_EQ(few[1].latency, 4);
  EXPECT_EQ(few[2].parent, 1);
  EXPECT_EQ(few[2].latency, 3);
  EXPECT_EQ(few[3].parent, 1);
  EXPECT_EQ(few[3].latency, 4 + 4 + 3);
  EXPECT_EQ(with_receiver_storage(few, {{48}, {12}}).back().parent, 3);
  // Without storage the first receiver stays what it was, and the first one.
  const auto mixed = with_receiver_storage(few, {{0}, {12}});
  ASSERT_THAT(mixed, SizeIs(5));  // root, the switch, port and storage of (10,4), port of (9,3)
  EXPECT_EQ(mixed[2].latency, 4 + 4 + 3);
  EXPECT_EQ(mixed[3].latency, 3);
  EXPECT_EQ(mixed[3].parent, 1);
  EXPECT_EQ(mixed[4].capacity, 12);
  EXPECT_EQ(mixed[4].parent, 2);
  // Storage that is filled and emptied at one rate is part of the way to it.
  const auto merged = with_receiver_storage(few, {{48, true}, {12}});
  ASSERT_THAT(merged, SizeIs(5));
  EXPECT_EQ(merged[3].latency, 3);
  EXPECT_EQ(merged[3].capacity, 6 + 48);
  EXPECT_EQ(merged[3].back_cycles, 2);
}

// AM020-2: 3 cycles and 6 words inside a switch, 4 and 8 to the next one, 3 and 6 out of it.
TEST_F(RouteTracer, CoreToNeighbouringCore) {
  connect({8, 3}, {PortSide::core, 0}, {PortSide::north, 5});
  connect({8, 4}, {PortSide::south, 5}, {PortSide::core, 0});
  const auto routes = trace();
  ASSERT_THAT(routes, SizeIs(1));
  EXPECT_EQ(routes[0].source.kind, RouteEnd::Kind::core);
  EXPECT_EQ(routes[0].receivers.at(0).kind, RouteEnd::Kind::core);
  const auto few = collapse(routes[0].nodes);
  ASSERT_THAT(few, SizeIs(2));
  EXPECT_EQ(few[1].latency, 4 + 3);
  EXPECT_EQ(few[1].capacity, 8 + 6);
}

TEST_F(RouteTracer, AnUnconnectedPortEndsTheRoute) {
  connect({8, 3}, {PortSide::dma, 0}, {PortSide::south, 1});
  const auto routes = trace();
  ASSERT_THAT(routes, SizeIs(1));
  EXPECT_EQ(routes[0].receivers.at(0).kind, RouteEnd::Kind::nothing);
}

TEST_F(RouteTracer, ConnectionsNobodyFeedsAreNoRoute) {
  connect({8, 3}, {PortSide::west, 0}, {PortSide::dma, 0});
  EXPECT_THAT(trace(), IsEmpty());
}

TEST_F(RouteTracer, RingsAndPortsWithoutModelAreRefused) {
  connect({8, 3}, {PortSide::dma, 0}, {PortSide::east, 0});
  connect({9, 3}, {PortSide::west, 0}, {PortSide::north, 0});
  connect({9, 4}, {PortSide::south, 0}, {PortSide::west, 0});
  connect({8, 4}, {PortSide::east, 0}, {PortSide::south, 0});
  connect({8, 3}, {PortSide::north, 0}, {PortSide::east, 0});
  EXPECT_THROW(trace(), InputError);
  image_.tiles.clear();
  connect({8, 3}, {PortSide::dma, 0}, {PortSide::ctrl, 0});
  EXPECT_THROW(trace(), InputError);
}

}  // namespace
}  // namespace aie4ml::sim
