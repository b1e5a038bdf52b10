#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"

namespace aie4ml::arch {
namespace {

using testing::ElementsAre;

const Device& ve2802() {
  static const Device device = load_device("ve2802");
  return device;
}

// 1 shim row, 2 memory rows, core rows 3-10 (mlir-aie target model).
TEST(Geometry, KindsByRow) {
  EXPECT_EQ(ve2802().kind({0, 0}), TileKind::shim);
  EXPECT_EQ(ve2802().kind({0, 1}), TileKind::memory);
  EXPECT_EQ(ve2802().kind({37, 2}), TileKind::memory);
  EXPECT_EQ(ve2802().kind({37, 3}), TileKind::core);
  EXPECT_TRUE(ve2802().contains({37, 10}));
  EXPECT_FALSE(ve2802().contains({38, 3}));
  EXPECT_FALSE(ve2802().contains({0, 11}));
  EXPECT_FALSE(ve2802().contains({-1, 3}));
  EXPECT_FALSE(ve2802().contains({0, -1}));
}

TEST(Geometry, RowsOfTheCoreGrid) {
  EXPECT_EQ(ve2802().core_row(0), 3);
  EXPECT_EQ(ve2802().core_tile(9, 1), (TileCoord{9, 4}));
  EXPECT_EQ(ve2802().core_grid_row({9, 4}), 1);
  EXPECT_EQ(ve2802().memory_tile_at(9, 1), (TileCoord{9, 2}));
  EXPECT_EQ(load_device("ve2302").core_row(0), 2);
}

TEST(Geometry, NamesArePositionsThatPeopleUse) {
  EXPECT_EQ(ve2802().tile_name({9, 4}), "tile (9,1)");
  EXPECT_EQ(ve2802().tile_name({9, 1}), "memory tile (9,0)");
  EXPECT_EQ(ve2802().tile_name({9, 0}), "shim 9");
  EXPECT_EQ(ve2802().tile_name({40, 2}), "(40,2) outside the array");
}

TEST(Geometry, Neighbours) {
  EXPECT_EQ(ve2802().neighbour({5, 5}, PortSide::north), (TileCoord{5, 6}));
  EXPECT_EQ(ve2802().neighbour({5, 5}, PortSide::south), (TileCoord{5, 4}));
  EXPECT_EQ(ve2802().neighbour({5, 5}, PortSide::west), (TileCoord{4, 5}));
  EXPECT_EQ(ve2802().neighbour({5, 5}, PortSide::east), (TileCoord{6, 5}));
  EXPECT_EQ(ve2802().neighbour({0, 5}, PortSide::west), std::nullopt);
  EXPECT_EQ(ve2802().neighbour({0, 0}, PortSide::south), std::nullopt);
  EXPECT_EQ(ve2802().neighbour({37, 10}, PortSide::north), std::nullopt);
  EXPECT_EQ(ve2802().neighbour({5, 5}, PortSide::dma), std::nullopt);
}

// A core reaches its own memory and those to the south, west and north, never a memory tile, never the east.
TEST(Geometry, ReachableMemories) {
  EXPECT_THAT(ve2802().reachable_memories({5, 5}),
              ElementsAre(TileCoord{5, 5}, TileCoord{5, 4}, TileCoord{4, 5}, TileCoord{5, 6}));
  EXPECT_THAT(ve2802().reachable_memories({0, 3}), ElementsAre(TileCoord{0, 3}, TileCoord{0, 4}));
  EXPECT_EQ(ve2802().window_of({5, 5}, {4, 5}), MemoryWindow::west);
  EXPECT_EQ(ve2802().window_of({5, 5}, {5, 5}), MemoryWindow::own);
  EXPECT_EQ(ve2802().window_of({5, 5}, {6, 5}), std::nullopt);
  EXPECT_EQ(ve2802().window_of({5, 3}, {5, 2}), std::nullopt);
  EXPECT_EQ(ve2802().window_tile({5, 2}, MemoryWindow::own), std::nullopt);
}

TEST(Geometry, InterfaceColumns) {
  EXPECT_TRUE(ve2802().is_noc_column(14));
  EXPECT_FALSE(ve2802().is_noc_column(13));
  EXPECT_TRUE(ve2802().is_plio_column(7));
  EXPECT_FALSE(ve2802().is_plio_column(37));
}

// aie-rt: even memory-tile channels use BD 0-23, odd ones 24-47; other DMAs have no such rule.
TEST(Geometry, BdsOfAChannel) {
  const DmaFacts& memory = ve2802().memory_tile_dma;
  EXPECT_TRUE(memory.bd_allowed({DmaDirection::mm2s, 0}, BdId(23)));
  EXPECT_FALSE(memory.bd_allowed({DmaDirection::mm2s, 0}, BdId(24)));
  EXPECT_TRUE(memory.bd_allowed({DmaDirection::s2mm, 5}, BdId(47)));
  EXPECT_FALSE(memory.bd_allowed({DmaDirection::s2mm, 5}, BdId(48)));
  EXPECT_TRUE(ve2802().tile_dma.bd_allowed({DmaDirection::s2mm, 1}, BdId(0)));
  EXPECT_FALSE(ve2802().tile_dma.bd_allowed({DmaDirection::s2mm, 1}, BdId(16)));
}

}  // namespace
}  // namespace aie4ml::arch
