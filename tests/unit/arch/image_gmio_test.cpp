// Buffers in external memory: what an image says of them, and what is refused.
#include <functional>

#include <gmock/gmock.h>

#include "arch/image/image_io.hpp"
#include "tests/unit/arch/image_sample.hpp"

namespace aie4ml::arch {
namespace {

using test::sample_device;
using test::sample_image;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using enum PortSide;
using Direction = PlioChannel::Direction;

constexpr std::int16_t kColumn = 14;

// The sample, and a graph input of 8 words in external memory.
Image gmio_image() {
  Image image = sample_image();
  TileImage shim;
  shim.tile = {kColumn, 0};
  BufferDescriptor bd;
  bd.id = BdId(15);
  bd.address_words = 2;
  bd.length_words = 3;
  bd.iteration = {2, 3};
  shim.descriptors = {bd};
  shim.channels = {{{DmaDirection::mm2s, 1}, {{BdId(15), 2}}, -1}};
  shim.connections = {{{south, 7}, {north, 0}}};
  image.tiles.push_back(shim);
  image.gmios = {{"weights", Direction::input, kColumn, 1}};
  GraphPort port;
  port.tensor = "w";
  port.direction = Direction::input;
  port.shape = {8};
  port.type = ElementType::int32;
  port.slices = {{2, 0, 1, 1, 0, 8, 8}};
  image.ports.push_back(port);
  return image;
}

std::vector<std::string> problems(const Image& image) {
  std::vector<std::string> all;
  for (const Problem& p : image.validate(sample_device())) all.push_back(p.where + ": " + p.what);
  return all;
}

TEST(ImageGmio, ReadsBackAsWritten) {
  const Image image = gmio_image();
  EXPECT_THAT(problems(image), IsEmpty());
  std::vector<std::uint8_t> blob;
  const nlohmann::json json = to_json(image, blob);
  EXPECT_EQ(image_from_json(json, blob, "image.json"), image);
  EXPECT_EQ(json["gmios"][0].dump(), R"({"channel":1,"column":14,"direction":"input","name":"weights"})");
}

TEST(ImageGmio, HostEndsAreThePliosAndThenTheGmios) {
  const Image image = gmio_image();
  ASSERT_EQ(image.host_ends(), 3U);
  EXPECT_EQ(image.host_name(1), "y");
  EXPECT_EQ(image.host_name(2), "weights");
  EXPECT_EQ(image.host_direction(2), Direction::input);
  EXPECT_EQ(image.host_words(2), 8);
  EXPECT_EQ(image.shim_channel_at(sample_device(), kColumn, 7, false), (ChannelId{DmaDirection::mm2s, 1}));
  EXPECT_EQ(image.shim_channel_at(sample_device(), kColumn, 3, false), std::nullopt);
  EXPECT_EQ(image.shim_channel_at(sample_device(), kColumn, 3, true), std::nullopt);
}

struct BadGmio {
  std::function<void(Image&)> spoil;
  std::string problem;
};
class GmioProblems : public ::testing::TestWithParam<BadGmio> {};

TEST_P(GmioProblems, AreFound) {
  Image image = gmio_image();
  GetParam().spoil(image);
  EXPECT_THAT(problems(image), Contains(HasSubstr(GetParam().problem)));
}

INSTANTIATE_TEST_SUITE_P(
    Gmio, GmioProblems,
    ::testing::Values(
        BadGmio{[](Image& i) { i.gmios[0].name = "x"; }, "gmios[0]: the name 'x' is empty or used twice"},
        BadGmio{[](Image& i) { i.gmios[0].channel = 2; }, "gmios[0]: there is no MM2S 2"},
        BadGmio{[](Image& i) { i.gmios[0].channel = 0; },
                "gmios[0]: the shim switch does not connect South 3 of column 14"},
        BadGmio{[](Image& i) { i.gmios[0].channel = 0; },
                "tiles[4].channels[0]: shim 14: MM2S 1 moves no GMIO"},
        BadGmio{[](Image& i) { i.tiles[4].channels.clear(); }, "gmios[0]: MM2S 1 of column 14 has no task"},
        BadGmio{[](Image& i) {
                  i.tiles[4].tile.col = 16;
                  i.gmios[0].column = 16;
                },
                "gmios[0]: column 16 has no NoC DMA"},
        BadGmio{[](Image& i) {
                  i.plios.push_back({"z", Direction::input, kColumn, 7, 64, 100});
                },
                "gmios[0]: input channel 7 of column 14 is used twice"},
        BadGmio{[](Image& i) { i.tiles[4].descriptors[0].next = BdId(15); },
                "tiles[4].channels[0].tasks[0]: shim 14: the chain never ends, but the host starts it once"},
        BadGmio{[](Image& i) { i.tiles[4].descriptors[0].address_words = 3; },
                "shim 14: BD 15 goes to word 8 of 'weights', which has 8 an iteration"},
        BadGmio{[](Image& i) { i.ports[2].slices[0].plio = 3; }, "ports[2].slices[0]: there is no PLIO 3"},
        BadGmio{[](Image& i) { i.gmios[0].direction = Direction::output; },
                "ports[2].slices[0]: PLIO 2 goes in the other direction"}));

}  // namespace
}  // namespace aie4ml::arch
