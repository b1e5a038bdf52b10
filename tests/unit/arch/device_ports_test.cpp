#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"

namespace aie4ml::arch {
namespace {

using enum PortSide;

int total(const Device& device, TileKind kind, bool master) {
  int sum = 0;
  for (int side = 0; side < kPortSideCount; ++side)
    sum += device.ports(kind, static_cast<PortSide>(side), master);
  return sum;
}

// Totals of the aie-rt tables (RT), AM020-2 for the core tile.
TEST(Ports, TotalsPerSwitch) {
  const Device d = load_device("ve2802");
  EXPECT_EQ(total(d, TileKind::core, true), 23);
  EXPECT_EQ(total(d, TileKind::core, false), 25);
  EXPECT_EQ(total(d, TileKind::memory, true), 17);
  EXPECT_EQ(total(d, TileKind::memory, false), 18);
  EXPECT_EQ(total(d, TileKind::shim, true), 22);
  EXPECT_EQ(total(d, TileKind::shim, false), 23);
  EXPECT_EQ(d.ports(TileKind::core, north, true), 6);
  EXPECT_EQ(d.ports(TileKind::core, south, true), 4);
  EXPECT_EQ(d.ports(TileKind::memory, east, true), 0);
}

// AM020-2.
TEST(Ports, LatencyAndBuffering) {
  const Device d = load_device("ve2802");
  EXPECT_EQ(d.switch_latency({dma, 0}, {dma, 0}), 3);
  EXPECT_EQ(d.switch_latency({south, 0}, {dma, 0}), 3);
  EXPECT_EQ(d.switch_latency({dma, 0}, {north, 0}), 4);
  EXPECT_EQ(d.switch_latency({south, 0}, {north, 0}), 4);
  EXPECT_EQ(d.switch_buffering({south, 0}, {dma, 0}), 6);
  EXPECT_EQ(d.switch_buffering({south, 0}, {north, 0}), 8);
}

TEST(Ports, Names) {
  EXPECT_EQ(to_string(StreamPort{north, 3}), "North 3");
  EXPECT_EQ(to_string(StreamPort{dma, 0}), "DMA 0");
  for (int i = 0; i < kPortSideCount; ++i) {
    const auto side = static_cast<PortSide>(i);
    EXPECT_EQ(port_side_from_string(to_string(side)), side);
  }
  EXPECT_EQ(port_side_from_string("north"), std::nullopt);
  EXPECT_EQ(opposite(north), south);
  EXPECT_EQ(opposite(opposite(west)), west);
}

struct Case {
  TileKind kind;
  StreamPort slave;
  StreamPort master;
  bool legal;
};

// Written out from TM, RT line by line.
TEST(LegalConnection, Core) {
  constexpr TileKind k = TileKind::core;
  const Case cases[] = {
      {k, {dma, 0}, {dma, 0}, true},     {k, {dma, 0}, {dma, 1}, false},
      {k, {dma, 0}, {core, 0}, true},    {k, {dma, 1}, {north, 5}, true},
      {k, {north, 2}, {north, 2}, true}, {k, {north, 2}, {north, 3}, false},
      {k, {south, 5}, {north, 0}, true}, {k, {west, 1}, {east, 3}, true},
      {k, {east, 0}, {east, 1}, false},  {k, {core, 0}, {core, 0}, false},
      {k, {core, 0}, {dma, 1}, true},    {k, {core, 0}, {ctrl, 0}, true},
      {k, {ctrl, 0}, {ctrl, 0}, false},  {k, {ctrl, 0}, {dma, 0}, false},
      {k, {ctrl, 0}, {south, 1}, true},  {k, {trace, 0}, {fifo, 0}, true},
      {k, {trace, 1}, {south, 3}, true}, {k, {trace, 0}, {dma, 0}, true},
      {k, {trace, 0}, {dma, 1}, false},  {k, {trace, 0}, {east, 0}, false},
      {k, {fifo, 0}, {fifo, 0}, true},   {k, {dma, 0}, {trace, 0}, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(legal_connection(c.kind, c.slave, c.master), c.legal)
        << to_string(c.slave) << " -> " << to_string(c.master);
  }
}

TEST(LegalConnection, Memory) {
  constexpr TileKind k = TileKind::memory;
  const Case cases[] = {
      {k, {dma, 3}, {dma, 3}, true},     {k, {dma, 3}, {dma, 4}, false},
      {k, {dma, 3}, {north, 0}, true},   {k, {dma, 3}, {south, 1}, true},
      {k, {dma, 3}, {ctrl, 0}, true},    {k, {south, 4}, {dma, 0}, true},
      {k, {south, 4}, {north, 4}, true}, {k, {south, 4}, {north, 3}, false},
      {k, {north, 2}, {south, 2}, true}, {k, {north, 2}, {south, 1}, false},
      {k, {north, 1}, {north, 1}, true}, {k, {north, 1}, {ctrl, 0}, true},
      {k, {ctrl, 0}, {dma, 5}, true},    {k, {ctrl, 0}, {dma, 4}, false},
      {k, {ctrl, 0}, {north, 2}, true},  {k, {ctrl, 0}, {ctrl, 0}, false},
      {k, {trace, 0}, {dma, 5}, true},   {k, {trace, 0}, {dma, 0}, false},
      {k, {trace, 0}, {south, 3}, true}, {k, {trace, 0}, {north, 0}, false},
      {k, {dma, 0}, {east, 0}, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(legal_connection(c.kind, c.slave, c.master), c.legal)
        << to_string(c.slave) << " -> " << to_string(c.master);
  }
}

TEST(LegalConnection, Shim) {
  constexpr TileKind k = TileKind::shim;
  const Case cases[] = {
      {k, {south, 7}, {north, 0}, true},  {k, {south, 3}, {south, 1}, true},
      {k, {fifo, 0}, {fifo, 0}, true},    {k, {south, 0}, {ctrl, 0}, true},
      {k, {west, 0}, {west, 0}, true},    {k, {west, 0}, {west, 1}, false},
      {k, {north, 3}, {south, 5}, true},  {k, {north, 3}, {north, 2}, false},
      {k, {east, 1}, {fifo, 0}, true},    {k, {ctrl, 0}, {ctrl, 0}, false},
      {k, {ctrl, 0}, {north, 1}, true},   {k, {trace, 0}, {west, 0}, true},
      {k, {trace, 0}, {west, 1}, false},  {k, {trace, 0}, {east, 0}, true},
      {k, {trace, 0}, {north, 0}, false}, {k, {trace, 0}, {fifo, 0}, true},
      {k, {south, 0}, {dma, 0}, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(legal_connection(c.kind, c.slave, c.master), c.legal)
        << to_string(c.slave) << " -> " << to_string(c.master);
  }
}

}  // namespace
}  // namespace aie4ml::arch
