// What DMA channels do beyond moving a buffer: queues, repetition, iteration, neighbours, padding.
#include <numeric>

#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/image_builder.hpp"

namespace aie4ml::sim {
namespace {

using namespace arch;
using test::ImageBuilder;
using ::testing::ElementsAre;

class DmaDesign : public ::testing::Test {
 protected:
  // Own memory counts from 0 in words.
  static void fill(TileImage& tile, std::uint32_t words) {
    MemorySegment segment;
    for (std::uint32_t i = 0; i < words; ++i) {
      for (int b = 0; b < 4; ++b) segment.data.push_back(static_cast<std::uint8_t>(i >> 8 * b));
    }
    tile.memory.push_back(segment);
  }
  MachineResult simulate(std::vector<std::uint32_t> input = {}) {
    const Image image = builder_.build();
    std::vector<std::vector<std::uint32_t>> inputs(image.plios.size());
    if (!input.empty()) inputs.at(0) = std::move(input);
    MachineResult result = run(device_, image, inputs, {});
    const MachineResult stepped = run(device_, image, inputs, {.run_ahead = false});
    EXPECT_EQ(text_of(result), text_of(stepped));
    return result;
  }
  const Device device_ = load_device("ve2802");
  ImageBuilder builder_{device_};
};

TEST_F(DmaDesign, FourQueuedTasksRunInOrderAndTellTheirEnd) {
  TileImage& tile = builder_.core(8, 0);
  fill(tile, 64);
  for (int id = 0; id < 4; ++id) {
    builder_.bd(tile, {.id = id, .address = 10 * id, .words = 2});
    builder_.task(tile, DmaDirection::mm2s, 0, id, id == 2 ? 3 : 1);
  }
  tile.channels[0].tasks[1].token = 4;
  tile.channels[0].tasks[2].token = 4;
  builder_.words_port(builder_.output("y", 8, 0, tile.tile, 0, 0), 12);
  const MachineResult result = simulate();
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  EXPECT_THAT(result.plio_outputs.at(0), ElementsAre(0, 1, 10, 11, 20, 21, 20, 21, 20, 21, 30, 31));
  ASSERT_EQ(result.statistics.channels.size(), 1U);
  EXPECT_EQ(result.statistics.channels[0].descriptors, 6);
  EXPECT_EQ(result.statistics.channels[0].tokens, 2);
}

// The iteration counts runs of the descriptor, across repetitions and tasks, and wraps.
TEST_F(DmaDesign, IterationMovesTheAddressEveryRun) {
  TileImage& tile = builder_.core(8, 0);
  fill(tile, 64);
  builder_.bd(tile, {.id = 0, .address = 1, .words = 2, .dimensions = {{2, 3}}}).iteration = {3, 10};
  builder_.task(tile, DmaDirection::mm2s, 0, 0, 2);
  builder_.task(tile, DmaDirection::mm2s, 0, 0, 3);
  builder_.words_port(builder_.output("y", 8, 0, tile.tile, 0, 0), 10);
  const MachineResult result = simulate();
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  EXPECT_THAT(result.plio_outputs.at(0), ElementsAre(1, 4, 11, 14, 21, 24, 1, 4, 11, 14));
}

// A channel of one memory tile fills the memory of the next, under that one's locks.
TEST_F(DmaDesign, AMemoryTileWritesIntoItsNeighbour) {
  for (const bool east : {true, false}) {
    ImageBuilder builder(device_);
    TileImage& writer = builder.memory_tile(8, 0);
    TileImage& owner = builder.memory_tile(east ? 9 : 7, 0);
    const auto side = east ? LockAccess::Where::east : LockAccess::Where::west;
    builder.lock(owner, 7, 0, "full");
    BufferDescriptor& in = builder.bd(writer, {.id = 24, .address = 100, .words = 6, .release = 7});
    in.memory = in.release->where = side;
    builder.task(writer, DmaDirection::s2mm, 3, 24);
    builder.bd(owner, {.id = 0, .address = 101, .words = 4, .acquire = 7});
    builder.task(owner, DmaDirection::mm2s, 4, 0);
    builder.words_port(builder.input("x", 8, 0, writer.tile, 3, 0), 6);
    builder.words_port(builder.output("y", owner.tile.col, 0, owner.tile, 4, 0), 4);
    const Image image = builder.build();
    const MachineResult result = run(device_, image, {{1, 2, 3, 4, 5, 6}, {}}, {});
    ASSERT_FALSE(result.fault) << text_of(*result.fault);
    EXPECT_THAT(result.plio_outputs.at(1), ElementsAre(2, 3, 4, 5));
  }
}

// Zeros before and after each of three dimensions, in words, rows and planes.
TEST_F(DmaDesign, AMemoryTilePadsThreeDimensions) {
  TileImage& tile = builder_.memory_tile(8, 0);
  fill(tile, 16);
  BufferDescriptor& bd =
      builder_.bd(tile, {.id = 0, .address = 1, .words = 4, .dimensions = {{2, 1}, {2, 4}}});
  bd.padding = {{1, 0, 1}, {0, 1, 0}};
  builder_.task(tile, DmaDirection::mm2s, 0, 0);
  ASSERT_EQ(bd.stream_words(), 3 * 3 * 2);
  builder_.words_port(builder_.output("y", 8, 0, tile.tile, 0, 0), 18);
  const MachineResult result = simulate();
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  EXPECT_THAT(result.plio_outputs.at(0), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 5, 6, 0, 0, 0));
  EXPECT_EQ(result.statistics.channels[0].words, 18);
}

}  // namespace
}  // namespace aie4ml::sim
