// What the machine works out from an image before it runs.
#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "arch/isa/assembly.hpp"
#include "sim/dma/channel_program.hpp"
#include "sim/machine/sharing.hpp"
#include "sim/machine/unit_table.hpp"

namespace aie4ml::sim {
namespace {

using namespace arch;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr unsigned kSouth = 1, kWest = 2, kNorth = 4, kOwn = 8;  // bits of MemoryWindow

class MachineTables : public ::testing::Test {
 protected:
  TileImage& tile(std::int16_t col, std::int16_t row) {
    image_.tiles.reserve(16);
    image_.tiles.emplace_back().tile = {col, row};
    return image_.tiles.back();
  }
  static void bd(TileImage& tile, int id, int address, int next, int acquire = -1, int release = -1) {
    BufferDescriptor& d = tile.descriptors.emplace_back();
    d.id = BdId(static_cast<std::uint8_t>(id));
    d.address_words = address;
    d.length_words = 4;
    if (next >= 0) d.next = BdId(static_cast<std::uint8_t>(next));
    if (acquire >= 0) d.acquire = LockAccess{.lock = LockId(static_cast<std::uint8_t>(acquire)), .value = 1};
    if (release >= 0) d.release = LockAccess{.lock = LockId(static_cast<std::uint8_t>(release)), .value = 1};
  }
  static void channel(TileImage& tile, DmaDirection direction, std::vector<DmaTask> tasks) {
    tile.channels.push_back({.channel = {direction, 0}, .tasks = std::move(tasks)});
  }
  unsigned windows_of(const std::string& assembly) {
    image_.tiles.clear();
    tile(8, 3).program = parse_assembly(assembly, "test");
    const UnitTable units(device_, image_);
    return Sharing(device_, image_, units).windows(units.core({8, 3}));
  }
  const Device device_ = load_device("ve2802");
  Image image_;
};

TEST_F(MachineTables, UnitsAreNumberedByTileThenChannel) {
  TileImage& memory = tile(8, 1);
  channel(memory, DmaDirection::mm2s, {{BdId(0), 1}});
  channel(memory, DmaDirection::s2mm, {{BdId(1), 1}});
  tile(8, 3).program = parse_assembly("done\n", "test");
  image_.plios.push_back({.name = "x", .column = 8, .width_bits = 128, .pl_clock_mhz = 312.5});
  const UnitTable units(device_, image_);
  std::vector<std::string> names;
  for (const UnitInfo& unit : units.all()) names.push_back(unit.name);
  EXPECT_THAT(names, ElementsAre("memory tile (8,0) S2MM 0", "memory tile (8,0) MM2S 0", "tile (8,0) core",
                                 "PLIO x"));
  EXPECT_EQ(units.core({8, 3}), 2);
  EXPECT_EQ(units.core({8, 4}), kNoUnit);
  EXPECT_EQ(units.plio(0), 3);
}

TEST_F(MachineTables, WindowsFollowFromThePointersAProgramMakes) {
  EXPECT_EQ(windows_of("movxm p0, #0x70000\ndone\n"), kOwn);
  EXPECT_EQ(windows_of("movxm p0, #0x5ffe0\nmovxm p1, #0x40000\ndone\n"), kOwn | kWest | kSouth);
  EXPECT_EQ(windows_of("movxm p0, #0x70000\nmov p1, p0\nmovxm m0, #0x60000\ndone\n"), kOwn);
  // Made from a number that is only known when it runs, or outside every memory.
  EXPECT_EQ(windows_of("mov p1, r0\ndone\n"), kOwn | kWest | kSouth | kNorth);
  EXPECT_EQ(windows_of("movxm p1, #0\ndone\n"), kOwn | kWest | kSouth | kNorth);
}

TEST_F(MachineTables, ReleasersAreCoresByTheirProgramAndChannelsByTheirChains) {
  TileImage& south = tile(8, 3);
  south.program = parse_assembly("rel #48, r0\nrel #49, r0\ndone\n", "test");
  bd(south, 0, 0, 1, -1, 1);
  bd(south, 1, 8, -1, -1, 2);
  bd(south, 2, 16, -1, -1, 3);  // in no chain
  channel(south, DmaDirection::s2mm, {{BdId(0), 1}});
  tile(8, 4).program = parse_assembly("rel #1, r0\ndone\n", "test");  // lock 1 of the tile to the south
  const UnitTable units(device_, image_);
  const Sharing sharing(device_, image_, units);
  const UnitId core = units.core({8, 3});
  const UnitId s2mm = units.channel({8, 3}, {DmaDirection::s2mm, 0});
  EXPECT_THAT(sharing.releasers({{8, 3}, 0}), ElementsAre(core));
  EXPECT_THAT(sharing.releasers({{8, 3}, 1}), ElementsAre(core, s2mm, units.core({8, 4})));
  EXPECT_THAT(sharing.releasers({{8, 3}, 2}), ElementsAre(s2mm));
  EXPECT_THAT(sharing.releasers({{8, 3}, 3}), IsEmpty());
}

TEST_F(MachineTables, LocksAsACoreSeesThem) {
  EXPECT_EQ(core_lock(device_, {8, 4}, 3), (LockAddress{{8, 3}, 3}));
  EXPECT_EQ(core_lock(device_, {8, 4}, 16), (LockAddress{{7, 4}, 0}));
  EXPECT_EQ(core_lock(device_, {8, 4}, 47), (LockAddress{{8, 5}, 15}));
  EXPECT_EQ(core_lock(device_, {8, 4}, 63), (LockAddress{{8, 4}, 15}));
  EXPECT_EQ(core_lock(device_, {8, 3}, 3), std::nullopt);  // south of it is a memory tile
}

TEST_F(MachineTables, ChannelProgramRunsTasksChainsAndRepetitions) {
  TileImage& memory = tile(8, 1);
  bd(memory, 0, 0, 1);
  bd(memory, 1, 8, -1);
  bd(memory, 2, 16, 3);
  bd(memory, 3, 24, 2);
  channel(memory, DmaDirection::s2mm, {{BdId(0), 2}, {BdId(2), 1}});
  ChannelProgram program(device_, memory, memory.channels[0]);
  std::vector<int> ids;
  for (int i = 0; i < 8; ++i) {
    ASSERT_NE(program.current(), nullptr);
    ids.push_back(program.current()->bd->id.value);
    ASSERT_NE(program.next(), nullptr);
    program.advance();
  }
  EXPECT_THAT(ids, ElementsAre(0, 1, 0, 1, 2, 3, 2, 3));
}

TEST_F(MachineTables, ChannelProgramLooksAheadOnceAtEverything) {
  TileImage& memory = tile(8, 1);
  bd(memory, 0, 0, 1);
  bd(memory, 1, 8, -1);
  bd(memory, 2, 16, 2);
  channel(memory, DmaDirection::s2mm, {{BdId(0), 5}, {BdId(2), 1}});
  ChannelProgram program(device_, memory, memory.channels[0]);
  program.advance();
  std::vector<int> ids;
  program.look_ahead([&ids](const ResolvedDescriptor& d) {
    ids.push_back(d.bd->id.value);
    return true;
  });
  EXPECT_THAT(ids, ElementsAre(1, 0, 2));
}

TEST_F(MachineTables, ChannelProgramKnowsTheBanksOfADescriptor) {
  TileImage& core = tile(8, 3);
  bd(core, 0, 0x4000 / 4 + 4, -1);  // 16 bytes in the second physical bank of the second programmer's bank
  channel(core, DmaDirection::s2mm, {{BdId(0), 1}});
  EXPECT_EQ(ChannelProgram(device_, core, core.channels[0]).current()->banks, 0b1000U);
  core.descriptors[0].address_words = 0x10000 / 4 - 2;
  EXPECT_THROW(ChannelProgram(device_, core, core.channels[0]), InputError);
}

}  // namespace
}  // namespace aie4ml::sim
