// How much of everything a tile has (AM020 and the runtime's tables): the last one is accepted, the next is
// not.
#include <algorithm>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::arch {
namespace {

constexpr TileCoord kShim{14, 0}, kMemory{14, 1}, kCore{14, 3};

struct Limit {
  std::string name;
  TileCoord tile;
  int last;  // that is legal
  std::function<void(TileImage&, int)> use;
};
void PrintTo(const Limit& limit, std::ostream* out) {
  *out << limit.name;
}

void lock(TileImage& tile, int index) {
  tile.locks.push_back({LockId(static_cast<std::uint8_t>(index)), 1, ""});
}
void lock_value(TileImage& tile, int value) {
  tile.locks.push_back({LockId(0), static_cast<std::uint8_t>(value), ""});
}
BufferDescriptor& descriptor(TileImage& tile, int id) {
  BufferDescriptor bd;
  bd.id = BdId(static_cast<std::uint8_t>(id));
  bd.length_words = 1;
  return tile.descriptors.emplace_back(bd);
}
void bd(TileImage& tile, int id) {
  descriptor(tile, id);
}
void dimensions(TileImage& tile, int count) {
  descriptor(tile, 0).dimensions.resize(static_cast<std::size_t>(count));
}
void tasks(TileImage& tile, int count) {
  descriptor(tile, 0);
  tile.channels.push_back({.channel = {DmaDirection::mm2s, 0}, .tasks = {}});
  tile.channels[0].tasks.resize(static_cast<std::size_t>(count), {BdId(0), 1});
}
void channel(TileImage& tile, DmaDirection direction, int index) {
  const int id = tile.tile == kMemory && index % 2 == 1 ? 24 : 0;  // odd channels have the upper half
  descriptor(tile, id);
  tile.channels.push_back({.channel = {direction, static_cast<std::uint8_t>(index)},
                           .tasks = {{BdId(static_cast<std::uint8_t>(id)), 1}}});
}
void s2mm(TileImage& tile, int index) {
  channel(tile, DmaDirection::s2mm, index);
}
void mm2s(TileImage& tile, int index) {
  channel(tile, DmaDirection::mm2s, index);
}
void even_bd(TileImage& tile, int id) {
  descriptor(tile, id);
  tile.channels.push_back(
      {.channel = {DmaDirection::s2mm, 2}, .tasks = {{BdId(static_cast<std::uint8_t>(id)), 1}}});
}
void neighbour(TileImage& tile, int channel_index) {
  channel(tile, DmaDirection::s2mm, channel_index);
  tile.descriptors[0].memory = LockAccess::Where::west;
}
void byte(TileImage& tile, int address) {
  tile.memory.push_back({.address = address, .data = {1}});
}

class Limits : public ::testing::TestWithParam<Limit> {};

TEST_P(Limits, TheLastIsAcceptedAndTheNextIsNot) {
  const Device device = load_device("ve2802");
  const Limit& limit = GetParam();
  const auto problems = [&](int count) {
    Image image;
    image.device = device.name;
    TileImage tile;
    tile.tile = limit.tile;
    limit.use(tile, count);
    image.tiles = {tile};
    Problems found = image.validate(device);
    // A shim's channels need a buffer of the host, which has tests of its own.
    std::erase_if(found, [](const Problem& p) { return p.what.find("GMIO") != std::string::npos; });
    return found;
  };
  const Problems last = problems(limit.last);
  EXPECT_TRUE(last.empty()) << last[0].where << ": " << last[0].what;
  EXPECT_FALSE(problems(limit.last + 1).empty());
}

INSTANTIATE_TEST_SUITE_P(
    Ve2802, Limits,
    ::testing::Values(Limit{"core locks", kCore, 15, lock}, Limit{"memory tile locks", kMemory, 63, lock},
                      Limit{"shim locks", kShim, 15, lock}, Limit{"lock value", kCore, 63, lock_value},
                      Limit{"core memory", kCore, 64 * 1024 - 1, byte},
                      Limit{"memory tile", kMemory, 512 * 1024 - 1, byte}, Limit{"core BDs", kCore, 15, bd},
                      Limit{"memory tile BDs", kMemory, 47, bd}, Limit{"shim BDs", kShim, 15, bd},
                      Limit{"core dimensions", kCore, 3, dimensions},
                      Limit{"memory tile dimensions", kMemory, 4, dimensions},
                      Limit{"shim dimensions", kShim, 3, dimensions}, Limit{"core S2MM", kCore, 1, s2mm},
                      Limit{"core MM2S", kCore, 1, mm2s}, Limit{"memory tile S2MM", kMemory, 5, s2mm},
                      Limit{"memory tile MM2S", kMemory, 5, mm2s}, Limit{"core queue", kCore, 4, tasks},
                      Limit{"memory tile queue", kMemory, 4, tasks},
                      Limit{"even channels' BDs", kMemory, 23, even_bd},
                      Limit{"channels that reach a neighbour", kMemory, 3, neighbour}),
    [](const ::testing::TestParamInfo<Limit>& limit) {
      std::string name = limit.param.name;
      std::erase_if(name, [](char c) { return c == ' ' || c == '\''; });
      return name;
    });

}  // namespace
}  // namespace aie4ml::arch
