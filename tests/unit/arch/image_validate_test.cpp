#include <functional>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/arch/image_sample.hpp"

namespace aie4ml::arch {
namespace {

using test::sample_device;
using test::sample_image;
using enum PortSide;
using Where = LockAccess::Where;
using Direction = PlioChannel::Direction;

std::vector<std::string> problems(const Image& image) {
  std::vector<std::string> all;
  for (const Problem& p : image.validate(sample_device())) all.push_back(p.where + ": " + p.what);
  return all;
}

TEST(ImageValidate, TheSampleIsValid) {
  EXPECT_THAT(problems(sample_image()), testing::IsEmpty());
}

TEST(ImageValidate, FindsTiles) {
  const Image image = sample_image();
  for (const TileImage& tile : image.tiles) EXPECT_EQ(image.find(tile.tile), &tile);
  EXPECT_EQ(image.find({0, 0}), nullptr);
  EXPECT_EQ(image.find({300, 0}), nullptr);
}

TEST(ImageValidate, WordsOnTheStream) {
  BufferDescriptor bd;
  bd.length_words = 12;
  EXPECT_EQ(bd.stream_words(), 12);
  bd.padding = {{1, 0, 0}, {2, 0, 0}};
  EXPECT_EQ(bd.stream_words(), 15);
  // Rows of 1 + 4 + 3 words; 2 + 3 of them; 1 plane and 15 more.
  bd.dimensions = {{4, 1}, {3, 4}};
  bd.padding = {{1, 2, 0}, {3, 0, 15}};
  EXPECT_EQ(bd.stream_words(), 8 * 5 * 16);
}

struct BadImage {
  std::function<void(Image&)> change;
  const char* problem;
};
class ImageProblems : public testing::TestWithParam<BadImage> {};

TEST_P(ImageProblems, AreFound) {
  Image image = sample_image();
  GetParam().change(image);
  EXPECT_THAT(problems(image), testing::ElementsAre(GetParam().problem));
}

enum { kShim, kMemory, kFirst, kSecond };  // tiles of the sample

INSTANTIATE_TEST_SUITE_P(
    Tiles, ImageProblems,
    testing::Values(
        BadImage{[](Image& i) { i.device = "ve2302"; },
                 "device: the image is for ve2302, the device is ve2802"},
        BadImage{[](Image& i) { i.model_sha256 = "ABC"; },
                 "model_sha256: no SHA-256 in lower-case hexadecimal"},
        BadImage{[](Image& i) {
                   i.tiles.push_back({});
                   i.tiles.back().tile = {38, 1};
                 },
                 "tiles[4]: (38,1) outside the array of ve2802"},
        BadImage{[](Image& i) {
                   i.tiles.insert(i.tiles.begin() + 1, TileImage{});
                   i.tiles[1].tile = i.tiles[0].tile;
                 },
                 "tiles[1]: shim 8 is there twice or not in the order of columns and rows"},
        BadImage{[](Image& i) { i.tiles[kFirst].program->bundles[2].ops[0].regs[0].index = 32; },
                 "tiles[2].program.bundles[2]: tile (8,0): 'movxm r32, #70000': there is no register r32, "
                 "the device has 32 of class r"},
        BadImage{[](Image& i) { i.tiles[kMemory].program = Program{}; },
                 "tiles[1].program: memory tile (8,0): only core tiles run programs"},
        BadImage{[](Image& i) { i.tiles[kFirst].program->regions[1].layer = 1; },
                 "tiles[2].program.regions[1].layer: tile (8,0): there is no layer 1"},
        BadImage{[](Image& i) { i.tiles[kFirst].program->bundles[0].ops[0].imm = 3; },
                 "tiles[2].program.bundles[0]: tile (8,0): lock 3 is of a neighbour that is no core tile"},
        BadImage{[](Image& i) {
                   i.tiles[kSecond].cascade_in = CascadeDirection::none;
                   i.tiles[kFirst].cascade_out = CascadeDirection::none;
                   i.tiles[kFirst].program.reset();
                 },
                 "tiles[3].cascade_in: tile (9,0): the program reads a cascade that is not connected"},
        BadImage{[](Image& i) {
                   i.tiles[kSecond].cascade_in = CascadeDirection::none;
                   i.tiles[kFirst].cascade_out = CascadeDirection::none;
                   i.tiles[kSecond].program.reset();
                 },
                 "tiles[2].cascade_out: tile (8,0): the program writes a cascade that is not connected"},
        BadImage{
            [](Image& i) { i.tiles[kFirst].cascade_in = CascadeDirection::horizontal; },
            "tiles[2].cascade_in: tile (8,0): tile (7,0) at the other end is not set to the same direction"},
        BadImage{
            [](Image& i) { i.tiles[kFirst].cascade_in = CascadeDirection::vertical; },
            "tiles[2].cascade_in: tile (8,0): tile (8,1) at the other end is not set to the same direction"},
        BadImage{[](Image& i) { i.tiles[kSecond].cascade_out = CascadeDirection::vertical; },
                 "tiles[3].cascade_out: tile (9,0): there is no core tile on that side"},
        BadImage{[](Image& i) { i.tiles[kMemory].cascade_in = CascadeDirection::vertical; },
                 "tiles[1].cascade_in: memory tile (8,0): only core tiles have a cascade"},
        BadImage{[](Image& i) { i.tiles[kFirst].memory[1].address = 65536 - 255; },
                 "tiles[2].memory[1]: tile (8,0): bytes [65281, 65537) are not in its memory of 65536 bytes"},
        BadImage{[](Image& i) { i.tiles[kFirst].memory[1].address = 0x404; },
                 "tiles[2].memory: tile (8,0): two segments contain byte 1028"},
        BadImage{[](Image& i) { i.tiles[kFirst].memory[1].data.clear(); },
                 "tiles[2].memory[1]: tile (8,0): the segment is empty"},
        BadImage{[](Image& i) { i.tiles[kFirst].memory[0].buffer = 1; },
                 "tiles[2].memory[0].buffer: tile (8,0): there is no buffer 1"},
        BadImage{[](Image& i) { i.tiles[kFirst].locks[1].lock = LockId(16); },
                 "tiles[2].locks[1]: tile (8,0): there is no lock 16, the tile has 16"},
        BadImage{[](Image& i) { i.tiles[kFirst].locks[1].value = 64; },
                 "tiles[2].locks[1]: tile (8,0): lock 15 cannot be 64, at most 63"},
        BadImage{[](Image& i) { i.tiles[kFirst].locks[1].lock = LockId(0); },
                 "tiles[2].locks[1]: tile (8,0): lock 0 is set twice"}));

BufferDescriptor& bd_in(Image& image) {
  return image.tiles[kFirst].descriptors[0];
}
BufferDescriptor& bd_out(Image& image) {
  return image.tiles[kFirst].descriptors[1];
}
BufferDescriptor& bd_memory(Image& image) {
  return image.tiles[kMemory].descriptors[0];
}

INSTANTIATE_TEST_SUITE_P(
    Dma, ImageProblems,
    testing::Values(
        BadImage{[](Image& i) {
                   i.tiles[kShim].channels = {{{DmaDirection::mm2s, 0}, {}, -1}};
                 },
                 "tiles[0].channels: shim 8: the shim of this column has no NoC DMA"},
        BadImage{[](Image& i) {
                   i.tiles[kFirst].descriptors.push_back(bd_in(i));
                   i.tiles[kFirst].descriptors.back().id = BdId(16);
                 },
                 "tiles[2].descriptors[2]: tile (8,0): there is no BD 16, the DMA has 16"},
        BadImage{[](Image& i) { i.tiles[kFirst].descriptors.push_back(bd_in(i)); },
                 "tiles[2].descriptors[2]: tile (8,0): BD 0 is there twice"},
        BadImage{[](Image& i) { bd_in(i).memory = Where::west; },
                 "tiles[2].descriptors[0].memory: tile (8,0): the DMA reaches no memory on that side"},
        BadImage{[](Image& i) { bd_in(i).length_words = 0; },
                 "tiles[2].descriptors[0].length_words: tile (8,0): 0 is not in 1..16383"},
        BadImage{
            [](Image& i) { bd_in(i).address_words = 16384 - 63; },
            "tiles[2].descriptors[0]: tile (8,0): words 16321..16384 are not in the memory of 16384 words"},
        BadImage{
            [](Image& i) { bd_out(i).address_words = 16384 - 3 - 16 - 100 - 400; },
            "tiles[2].descriptors[1]: tile (8,0): words 15865..16384 are not in the memory of 16384 words"},
        BadImage{
            [](Image& i) { bd_out(i).dimensions[1].size = 4; },
            "tiles[2].descriptors[1].dimensions: tile (8,0): the sizes multiply to 32, the length is 24"},
        BadImage{[](Image& i) {
                   bd_out(i).dimensions = {{1, 1}, {1, 1}, {1, 1}, {24, 1}};
                 },
                 "tiles[2].descriptors[1].dimensions: tile (8,0): 4 dimensions, the DMA has 3"},
        BadImage{[](Image& i) { bd_out(i).dimensions[0].size = 256; },
                 "tiles[2].descriptors[1].dimensions: tile (8,0): dimension 0 has size 256, not in 1..255"},
        BadImage{[](Image& i) { bd_out(i).dimensions[0].stride_words = 0; },
                 "tiles[2].descriptors[1].dimensions: tile (8,0): dimension 0 has stride 0, not in 1..8192"},
        BadImage{[](Image& i) { bd_out(i).iteration.wrap = 65; },
                 "tiles[2].descriptors[1].iteration: tile (8,0): wrap 65 is not in 1..64"},
        BadImage{[](Image& i) { bd_out(i).iteration.stride_words = 8193; },
                 "tiles[2].descriptors[1].iteration: tile (8,0): stride 8193 is not in 1..8192"},
        BadImage{[](Image& i) { bd_out(i).padding.before[1] = 1; },
                 "tiles[2].descriptors[1].padding: tile (8,0): dimension 1 has padding 1, the DMA can do 0"},
        BadImage{[](Image& i) { bd_memory(i).padding.after[2] = 16; },
                 "tiles[1].descriptors[0].padding: memory tile (8,0): dimension 2 has padding 16, the DMA "
                 "can do 15"},
        BadImage{[](Image& i) { bd_in(i).acquire->lock = LockId(16); },
                 "tiles[2].descriptors[0].acquire: tile (8,0): there is no lock 16, the tile has 16"},
        BadImage{[](Image& i) { bd_in(i).acquire->value = 0; },
                 "tiles[2].descriptors[0].acquire: tile (8,0): amount 0 is not in 1..63"},
        BadImage{[](Image& i) { bd_in(i).acquire->where = Where::east; },
                 "tiles[2].descriptors[0].acquire: tile (8,0): the DMA reaches no lock on that side"},
        BadImage{[](Image& i) { bd_in(i).release->equal = true; },
                 "tiles[2].descriptors[0].release: tile (8,0): a release does not wait, it has no 'equal'"},
        BadImage{[](Image& i) { bd_in(i).buffer = -2; },
                 "tiles[2].descriptors[0].buffer: tile (8,0): there is no buffer -2"},
        BadImage{[](Image& i) { bd_in(i).next = BdId(5); },
                 "tiles[2].channels[0].tasks[0]: tile (8,0): the chain of BD 0 comes to BD 5, which is not "
                 "configured"},
        BadImage{[](Image& i) {
                   i.tiles[kFirst].channels[0].tasks.push_back({BdId(0), 1});
                 },
                 "tiles[2].channels[0].tasks[0]: tile (8,0): the chain never ends, and tasks follow it"},
        BadImage{[](Image& i) {
                   i.tiles[kFirst].channels[1].tasks.assign(5, {BdId(9), 1});
                 },
                 "tiles[2].channels[1].tasks: tile (8,0): 5 tasks, the queue holds 4"},
        BadImage{[](Image& i) { i.tiles[kFirst].channels[1].tasks[0].repeat = 257; },
                 "tiles[2].channels[1].tasks[0]: tile (8,0): repeat 257 is not in 1..256"},
        BadImage{[](Image& i) { i.tiles[kFirst].channels[1].tasks.clear(); },
                 "tiles[2].channels[1].tasks: tile (8,0): MM2S 1 has no task"},
        BadImage{[](Image& i) { i.tiles[kFirst].channels[1].layer = 1; },
                 "tiles[2].channels[1].layer: tile (8,0): there is no layer 1"},
        BadImage{[](Image& i) { i.tiles[kFirst].channels[1].channel.index = 2; },
                 "tiles[2].channels[1]: tile (8,0): there is no MM2S 2"},
        BadImage{[](Image& i) { i.tiles[kFirst].channels.push_back(i.tiles[kFirst].channels[1]); },
                 "tiles[2].channels[3]: tile (8,0): MM2S 1 is there twice"},
        BadImage{[](Image& i) { i.tiles[kMemory].channels[0].channel.index = 2; },
                 "tiles[1].channels[0].tasks[0]: memory tile (8,0): MM2S 2 cannot use BD 24"},
        BadImage{[](Image& i) { i.tiles[kMemory].channels[0].channel.index = 5; },
                 "tiles[1].channels[0].tasks[0]: memory tile (8,0): BD 24 uses a neighbour, which MM2S 5 "
                 "cannot reach"},
        BadImage{[](Image& i) { i.tiles[kMemory].channels[0].channel.direction = DmaDirection::s2mm; },
                 "tiles[1].channels[0].tasks[0]: memory tile (8,0): BD 24 pads, which S2MM 3 cannot do"}));

INSTANTIATE_TEST_SUITE_P(
    Switch, ImageProblems,
    testing::Values(
        BadImage{[](Image& i) { i.tiles[kFirst].connections[0].slave.index = 6; },
                 "tiles[2].connections[0]: tile (8,0): there is no slave port South 6, that side has 6"},
        BadImage{[](Image& i) {
                   i.tiles[kFirst].connections[1].master = {trace, 0};
                 },
                 "tiles[2].connections[1]: tile (8,0): there is no master port Trace 0, that side has 0"},
        BadImage{[](Image& i) { i.tiles[kMemory].connections[0].master.index = 4; },
                 "tiles[1].connections[0]: memory tile (8,0): the switch cannot connect South 3 to North 4"},
        BadImage{[](Image& i) {
                   i.tiles[kFirst].connections[1].master = {dma, 0};
                 },
                 "tiles[2].connections[1]: tile (8,0): master port DMA 0 has two drivers"},
        BadImage{[](Image& i) {
                   i.tiles[kShim].connections.push_back({{south, 5}, {north, 0}});
                 },
                 "tiles[0].connections[2]: shim 8: neither PLIO nor GMIO is at slave port South 5"},
        BadImage{[](Image& i) {
                   i.tiles.insert(i.tiles.begin(), TileImage{});
                   i.tiles[0].tile = {0, 4};
                   i.tiles[0].connections = {{{west, 0}, {dma, 0}}};
                 },
                 "tiles[0].connections[0]: tile (0,1): slave port West 0 leads out of the array"}));

INSTANTIATE_TEST_SUITE_P(
    Host, ImageProblems,
    testing::Values(
        BadImage{[](Image& i) { i.plios[1].name = "x"; }, "plios[1]: the name 'x' is empty or used twice"},
        BadImage{[](Image& i) { i.plios[0].width_bits = 48; }, "plios[0]: no PLIO is 48 bit wide"},
        BadImage{[](Image& i) { i.plios[0].pl_clock_mhz = 2000; },
                 "plios[0]: a PL clock of 2000 MHz is not above 0 and at most 625 MHz"},
        BadImage{[](Image& i) {
                   i.plios[0].index = 3;
                   i.tiles[kShim].connections[0].slave.index = 3;
                 },
                 "plios[0]: 128 bit do not fit at input channel 3, a column has 8"},
        BadImage{[](Image& i) {
                   i.plios.push_back({"z", Direction::input, i.plios[0].column, 3, 32, 100});
                   i.tiles[kShim].connections.push_back({{south, 3}, {north, 0}});
                 },
                 "plios[2]: input channel 3 of column 8 is used twice"},
        BadImage{[](Image& i) { i.tiles[kShim].connections.pop_back(); },
                 "plios[1]: the shim switch does not connect South 4 of column 8"},
        BadImage{[](Image& i) { i.ports[1].type = ElementType::float32; },
                 "ports[1]: float32 is no type of codes"},
        BadImage{[](Image& i) { i.ports[1].shape = {0}; }, "ports[1]: shape: axis 0 has size 0"},
        BadImage{[](Image& i) {
                   i.ports[1].shape = {1 << 20, 1 << 20, 7};
                 },
                 "ports[1]: shape: axis 1 has size 1048576"},
        BadImage{[](Image& i) { i.ports[1].shape.clear(); }, "ports[1]: the shape has no axis"},
        BadImage{[](Image& i) {
                   i.ports.push_back(i.ports[0]);
                   i.ports[2].tensor = "x2";
                   i.ports[2].slices.resize(1);
                   i.ports[2].slices[0] = {0, 0, 6, 6, 0, 10, 12};
                 },
                 "ports[2].slices[0]: PLIO 0 already carries ports[0]"},
        BadImage{[](Image& i) { i.ports[1].tensor.clear(); },
                 "ports[1]: the tensor name '' is empty or used twice"},
        BadImage{[](Image& i) { i.ports[1].slices[0].plio = 2; }, "ports[1].slices[0]: there is no PLIO 2"},
        BadImage{[](Image& i) { i.ports[1].slices[0].plio = 0; },
                 "ports[1].slices[0]: PLIO 0 goes in the other direction"},
        BadImage{[](Image& i) {
                   i.ports[0].slices[1].cols = 5;
                   i.ports[0].slices[1].cols_on_stream = 8;
                 },
                 "ports[0].slices[1]: rows 0+6, columns 6+5 are not in the tensor of 6 x 10"},
        BadImage{[](Image& i) { i.ports[0].slices[1].rows_on_stream = 5; },
                 "ports[0].slices[1]: 5 x 4 on the stream is smaller than the box of 6 x 4"},
        BadImage{[](Image& i) { i.ports[0].slices[0].cols_on_stream = 6; },
                 "ports[0].slices[0]: a row of 6 int8 is no whole number of words"},
        BadImage{[](Image& i) { i.ports[0].slices[1].col = 5; },
                 "ports[0]: two slices contain element (0, 5)"},
        BadImage{[](Image& i) { i.ports[0].slices[1].cols = 3; },
                 "ports[0]: the slices cover 54 of 60 elements"}));

INSTANTIATE_TEST_SUITE_P(
    Debug, ImageProblems,
    testing::Values(
        BadImage{[](Image& i) {
                   i.debug.layers[0].tiles[0] = {1, 11};
                 },
                 "debug.layers[0]: (1,11) outside the array"},
        BadImage{[](Image& i) { i.debug.layers[0].macs_per_iteration = -1; },
                 "debug.layers[0]: -1 multiply-accumulates"},
        BadImage{[](Image& i) { i.debug.buffers[0].layer = 1; }, "debug.buffers[0]: there is no layer 1"},
        BadImage{[](Image& i) { i.debug.buffers[0].size_bytes = 65536; },
                 "debug.buffers[0]: bytes [1024, 66560) are not in the memory of tile (8,0), 65536 bytes"},
        BadImage{[](Image& i) {
                   i.debug.routes[0].source = {south, 8};
                 },
                 "debug.routes[0]: shim 8 has no slave port South 8"},
        BadImage{[](Image& i) { i.debug.routes[0].layer = -2; }, "debug.routes[0]: there is no layer -2"}));

TEST(ImageValidate, EveryProblemIsReported) {
  Image image = sample_image();
  image.plios[0].width_bits = 48;
  image.tiles[kFirst].locks[0].value = 99;
  image.debug.routes[0].layer = 7;
  EXPECT_EQ(problems(image).size(), 3U);
}

}  // namespace
}  // namespace aie4ml::arch
