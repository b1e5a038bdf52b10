#include <algorithm>

#include <gtest/gtest.h>

#include "sim/memory/tile_memory.hpp"
#include "tests/unit/sim/core_bench_fixture.hpp"

namespace aie4ml::sim {
namespace {

using testing::ve2802;

TileMemory core_memory() {
  return {ve2802(), arch::TileKind::core};
}

TEST(TileMemory, IsZeroAndUnwrittenAtReset) {
  const TileMemory memory = core_memory();
  EXPECT_EQ(memory.size_bytes(), 64 * 1024);
  EXPECT_TRUE(
      std::all_of(memory.bytes().begin(), memory.bytes().end(), [](std::uint8_t b) { return b == 0; }));
  EXPECT_FALSE(memory.written(0, 1));
  EXPECT_FALSE(memory.written(0xffe0, 32));
}

TEST(TileMemory, RemembersEveryByteWritten) {
  TileMemory memory = core_memory();
  std::vector<bool> expected(static_cast<std::size_t>(memory.size_bytes()));
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    const auto address = static_cast<std::int32_t>(random() % 2000);
    const auto size = static_cast<std::size_t>(random() % 300);
    memory.write(address, std::vector<std::uint8_t>(size, 1));
    std::fill_n(expected.begin() + address, size, true);
    const auto from = static_cast<std::int32_t>(random() % 2300);
    const auto length = static_cast<std::int32_t>(1 + random() % 200);
    EXPECT_EQ(
        memory.written(from, length),
        std::all_of(expected.begin() + from, expected.begin() + from + length, [](bool b) { return b; }));
    const std::int32_t block = from / 32 * 32;
    EXPECT_EQ(memory.block_written(block, 0xffffffffU), memory.written(block, 32));
  }
}

TEST(TileMemory, ReadsBackWhatWasWritten) {
  TileMemory memory = core_memory();
  const auto data = testing::random_bytes(1000, 3);
  memory.write(0xfc00, data);
  std::vector<std::uint8_t> back(data.size());
  memory.read(0xfc00, back);
  EXPECT_EQ(back, data);
}

TEST(TileMemory, AccessBeyondTheEndIsNotContained) {
  const TileMemory memory = core_memory();
  EXPECT_TRUE(memory.contains(0xffff, 1));
  EXPECT_FALSE(memory.contains(0xffff, 2));
  EXPECT_FALSE(memory.contains(-1, 1));
}

// AM020-2: four banks of 16 KB, each two physical ones interleaved at 16 bytes.
TEST(TileMemory, CoreBanks) {
  const TileMemory memory = core_memory();
  EXPECT_EQ(memory.physical_bank_count(), 8);
  EXPECT_EQ(memory.physical_banks(0x0000, 16), 0b01U);
  EXPECT_EQ(memory.physical_banks(0x0010, 16), 0b10U);
  EXPECT_EQ(memory.physical_banks(0x0020, 16), 0b01U);
  EXPECT_EQ(memory.physical_banks(0x0000, 32), 0b11U);
  EXPECT_EQ(memory.physical_banks(0x3ff0, 4), 0b10U);
  EXPECT_EQ(memory.physical_banks(0x4000, 32), 0b1100U);
  EXPECT_EQ(memory.physical_banks(0x8010, 4), 0b100000U);
  EXPECT_EQ(memory.physical_banks(0xffe0, 32), 0b11000000U);
  EXPECT_EQ(memory.physical_banks(0x3ff0, 32), 0b0110U) << "across the border of two banks";
}

// AM020-5: 16 banks of 128 bit, all taking turns every 16 bytes.
TEST(TileMemory, MemoryTileBanks) {
  const TileMemory memory(ve2802(), arch::TileKind::memory);
  EXPECT_EQ(memory.size_bytes(), 512 * 1024);
  EXPECT_EQ(memory.physical_banks(0, 16), 1U);
  EXPECT_EQ(memory.physical_banks(0xf0, 16), 1U << 15);
  EXPECT_EQ(memory.physical_banks(0x100, 16), 1U);
  EXPECT_EQ(memory.physical_banks(0x7fff0, 16), 1U << 15);
}

TEST(TileMemory, RefusesOddGeometry) {
  EXPECT_THROW(TileMemory({65536, 16384, 8, 24}), arch::InputError);
  EXPECT_THROW(TileMemory({65536, 16384, 12, 16}), arch::InputError);
}

}  // namespace
}  // namespace aie4ml::sim
