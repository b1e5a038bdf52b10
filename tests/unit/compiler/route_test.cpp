// The router, and the verifier that follows the switches of an image.
#include <algorithm>
#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "arch/error.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/plan/planner.hpp"
#include "compiler/route/router.hpp"
#include "compiler/route/verify_routes.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

using arch::PortSide;
using compiler::Net;
using compiler::Route;
using compiler::StreamEnd;

StreamEnd dma(arch::TileCoord tile, int channel) {
  return {tile, {PortSide::dma, static_cast<std::uint8_t>(channel)}};
}

// Every master once, every connection legal, every slave reached before it is used, all sinks reached.
void expect_legal(const std::vector<Net>& nets, const std::vector<Route>& routes) {
  const arch::Device& device = ve2802();
  std::set<StreamEnd> driven;
  for (std::size_t i = 0; i < nets.size(); ++i) {
    std::set<StreamEnd> reached{nets[i].source};
    std::set<StreamEnd> ends;
    for (const compiler::Hop& hop : routes[i]) {
      const auto& [slave, master] = hop.connection;
      EXPECT_TRUE(arch::legal_connection(device.kind(hop.tile), slave, master));
      EXPECT_LT(slave.index, device.ports(device.kind(hop.tile), slave.side, false));
      EXPECT_LT(master.index, device.ports(device.kind(hop.tile), master.side, true));
      EXPECT_TRUE(reached.contains({hop.tile, slave})) << nets[i].name;
      EXPECT_TRUE(driven.insert({hop.tile, master}).second) << nets[i].name;
      ends.insert({hop.tile, master});
      if (arch::is_local(master.side)) continue;
      if (const auto there = device.neighbour(hop.tile, master.side)) {
        reached.insert({*there, {arch::opposite(master.side), master.index}});
      }
    }
    for (const StreamEnd& sink : nets[i].sinks) EXPECT_TRUE(ends.contains(sink)) << nets[i].name;
  }
}

TEST(Route, StraightUpKeepsTheChannelThroughMemoryTiles) {
  const arch::Device& device = ve2802();
  const std::vector<Net> nets = {
      {"up", 0, {device.shim_tile(8), {PortSide::south, 3}}, {dma(device.core_tile(8, 0), 0)}, 1}};
  const auto routes = compiler::route_nets(nets, device);
  expect_legal(nets, routes);
  ASSERT_EQ(routes[0].size(), 4U);  // shim, two memory tiles, core
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(routes[0][i].connection.slave.index, routes[0][i].connection.master.index);
  }
}

TEST(Route, MulticastSharesTheTrunk) {
  const arch::Device& device = ve2802();
  Net net{"many", 0, dma(device.memory_tile_at(8, 0), 0), {}, 1};
  for (int row = 0; row < 8; ++row) net.sinks.push_back(dma(device.core_tile(8, row), 0));
  const auto routes = compiler::route_nets({net}, device);
  expect_legal({net}, routes);
  // One connection in each of two memory tiles, in every core one to the DMA, and in all but the last one to
  // the north.
  EXPECT_EQ(routes[0].size(), 2U + 8U + 7U);
}

TEST(Route, CongestionIsResolved) {
  // Six streams leave one memory tile northwards, and as many come back; a column has 6 north and 4 south.
  const arch::Device& device = ve2802();
  std::vector<Net> nets;
  for (int i = 0; i < 6; ++i) {
    nets.push_back({"up", 0, dma(device.memory_tile_at(8, 1), i), {dma(device.core_tile(8, i), 0)}, 1});
    nets.push_back({"down", 0, dma(device.core_tile(8, i), 0), {dma(device.memory_tile_at(8, 1), i)}, 1});
  }
  expect_legal(nets, compiler::route_nets(nets, device));
}

TEST(Route, SeventhStreamIntoAMemoryTileIsRefused) {
  const arch::Device& device = ve2802();
  std::vector<Net> nets;
  for (int i = 0; i < 2; ++i) {  // two streams for one port
    nets.push_back({"clash", 0, dma(device.core_tile(8, i), 0), {dma(device.memory_tile_at(8, 1), 0)}, 1});
  }
  EXPECT_THROW(compiler::route_nets(nets, device), arch::InputError);
  nets = {{"nowhere", 0, dma(device.core_tile(8, 0), 0), {dma(device.memory_tile_at(8, 1), 6)}, 1}};
  EXPECT_THROW(compiler::route_nets(nets, device), arch::InputError);
}

struct Design {
  compiler::Plan plan;
  arch::Image image;
};
const Design& design() {
  static const Design d = [] {
    const std::vector<DenseSpec> layers = {{64, true, true, 2, 4}, {64, true, true, 4, 2}};
    const auto graph = make_dense_graph(8, 64, layers);
    Design made{compiler::make_plan(graph, make_directives(layers), ve2802()), {}};
    made.image = compiler::generate_image(graph, made.plan, ve2802());
    return made;
  }();
  return d;
}

arch::TileImage& tile_with_connections(arch::Image& image, arch::TileKind kind) {
  for (arch::TileImage& tile : image.tiles) {
    if (ve2802().kind(tile.tile) == kind && tile.connections.size() > 1) return tile;
  }
  throw std::runtime_error("no such tile");
}

struct Broken {
  const char* name;
  std::function<void(arch::Image&)> damage;
  const char* message;
};
void PrintTo(const Broken& broken, std::ostream* out) {
  *out << broken.name;
}
class RouteVerify : public ::testing::TestWithParam<Broken> {};

TEST_P(RouteVerify, Rejects) {
  arch::Image image = design().image;
  GetParam().damage(image);
  std::string all;
  for (const arch::Problem& problem : compiler::verify_routes(image, design().plan.nets, ve2802())) {
    all += problem.where + ": " + problem.what + "\n";
  }
  EXPECT_NE(all.find(GetParam().message), std::string::npos) << all;
}

TEST(RouteVerify, AcceptsWhatTheRouterMakes) {
  EXPECT_TRUE(compiler::verify_routes(design().image, design().plan.nets, ve2802()).empty());
}

INSTANTIATE_TEST_SUITE_P(
    Damage, RouteVerify,
    ::testing::Values(
        Broken{"lost_connection",
               [](arch::Image& i) { tile_with_connections(i, arch::TileKind::core).connections.pop_back(); },
               "does not reach"},
        Broken{"lost_at_the_shim",
               [](arch::Image& i) { tile_with_connections(i, arch::TileKind::shim).connections.clear(); },
               "sends a stream that is not routed"},
        Broken{"driven_twice",
               [](arch::Image& i) {
                 auto& connections = tile_with_connections(i, arch::TileKind::core).connections;
                 connections.push_back(connections.front());
               },
               "is driven twice"},
        Broken{"illegal_in_memory_tile",
               [](arch::Image& i) {
                 tile_with_connections(i, arch::TileKind::memory)
                     .connections.push_back({{PortSide::south, 0}, {PortSide::north, 5}});
               },
               "cannot be connected to slave South 0"},
        Broken{"no_such_port",
               [](arch::Image& i) {
                 tile_with_connections(i, arch::TileKind::core)
                     .connections.push_back({{PortSide::north, 4}, {PortSide::east, 0}});
               },
               "does not exist"},
        Broken{"stray_branch",
               [](arch::Image& i) {
                 auto& tile = tile_with_connections(i, arch::TileKind::core);
                 tile.connections.push_back({tile.connections.front().slave, {PortSide::east, 3}});
               },
               "is where a stream ends without a receiver"},
        Broken{"unfed_connection",
               [](arch::Image& i) {
                 tile_with_connections(i, arch::TileKind::core)
                     .connections.push_back({{PortSide::east, 3}, {PortSide::west, 3}});
               },
               "no stream comes in there"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace aie4ml::tests
