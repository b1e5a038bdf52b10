// Ports in packet mode, and what channels do with packets: what is refused.
#include <functional>

#include <gmock/gmock.h>

#include "tests/unit/arch/image_sample.hpp"

namespace aie4ml::arch {
namespace {

using test::sample_device;
using test::sample_image;
using enum PortSide;

constexpr std::size_t kFirst = 2;  // of the sample's tiles, the first core

BufferDescriptor& bd_out(Image& image) {
  return image.tiles[kFirst].descriptors[1];
}
PacketSlot& slot(Image& image) {
  return image.tiles[kFirst].packet_slaves[0].slots[0];
}

struct BadImage {
  std::function<void(Image&)> spoil;
  std::string problem;
};
class PacketProblems : public testing::TestWithParam<BadImage> {};

// One mistake may have consequences, which are reported as well.
TEST_P(PacketProblems, AreFound) {
  Image image = sample_image();
  GetParam().spoil(image);
  std::vector<std::string> all;
  for (const Problem& p : image.validate(sample_device())) all.push_back(p.where + ": " + p.what);
  EXPECT_THAT(all, testing::Contains(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    Packets, PacketProblems,
    testing::Values(
        BadImage{[](Image& i) { i.tiles[kFirst].packet_slaves[0].slave.index = 2; },
                 "tiles[2].packet_slaves[0]: tile (8,0): there is no slave port DMA 2, that side has 2"},
        BadImage{[](Image& i) {
                   i.tiles[kFirst].packet_slaves[0].slave = {dma, 1};
                 },
                 "tiles[2].packet_slaves[0]: tile (8,0): slave port DMA 1 is in circuit mode already"},
        BadImage{[](Image& i) {
                   i.tiles[kFirst].packet_slaves[1].slave = {dma, 0};
                 },
                 "tiles[2].packet_slaves[1]: tile (8,0): slave port DMA 0 is there twice"},
        BadImage{[](Image& i) { i.tiles[kFirst].packet_slaves[1].slots.assign(5, {}); },
                 "tiles[2].packet_slaves[1].slots: tile (8,0): 5 slots, a port has 1 to 4"},
        BadImage{[](Image& i) { i.tiles[kFirst].packet_slaves[1].slots.clear(); },
                 "tiles[2].packet_slaves[1].slots: tile (8,0): 0 slots, a port has 1 to 4"},
        BadImage{[](Image& i) { slot(i).mask = 32; },
                 "tiles[2].packet_slaves[0].slots[0]: tile (8,0): id 3 or mask 32 is above 31"},
        BadImage{[](Image& i) { slot(i).msel = 4; },
                 "tiles[2].packet_slaves[0].slots[0]: tile (8,0): arbiter 0, msel 4 are not below 6, 4"},
        BadImage{
            [](Image& i) { slot(i).msel = 2; },
            "tiles[2].packet_slaves[0].slots[0]: tile (8,0): no master port listens to arbiter 0, msel 2"},
        BadImage{[](Image& i) { slot(i).id = 9; },
                 "tiles[2].packet_slaves[0].slots[1]: tile (8,0): an id matches slot 0 as well"},
        BadImage{[](Image& i) {
                   i.tiles[kFirst].packet_masters[1].master = {north, 5};
                 },
                 "tiles[2].packet_masters[1]: tile (8,0): master port North 5 has two drivers"},
        BadImage{
            [](Image& i) {
              i.tiles[kFirst].packet_masters[1].master = {north, 0};
              i.tiles[kFirst].packet_slaves[1].slave = {north, 1};
            },
            "tiles[2].packet_slaves[1].slots[0]: tile (8,0): the switch cannot connect North 1 to North 0"},
        BadImage{[](Image& i) { i.tiles[kFirst].packet_masters[0].arbiter = 6; },
                 "tiles[2].packet_masters[0]: tile (8,0): there is no arbiter 6, the switch has 6"},
        BadImage{[](Image& i) { i.tiles[kFirst].packet_masters[0].msels = 0; },
                 "tiles[2].packet_masters[0]: tile (8,0): msels are not some of 0..3"},
        BadImage{[](Image& i) { i.tiles[kFirst].merges[0].arbiter = 2; },
                 "tiles[2].merges[0]: tile (8,0): arbiter 2 merges in no fixed order, only those below 2 do"},
        BadImage{[](Image& i) { i.tiles[kFirst].merges[0].order[1].packets = 64; },
                 "tiles[2].merges[0].order[1]: tile (8,0): 64 packets are not in 1..63"},
        BadImage{[](Image& i) { i.tiles[kFirst].merges[0].arbiter = 0; },
                 "tiles[2].merges[0].order[1]: tile (8,0): slave port North 0 has no slot for arbiter 0"},
        BadImage{[](Image& i) { i.tiles[kFirst].channels[0].tasks[0].first = BdId(9); },
                 "tiles[2].channels[0].tasks[0]: tile (8,0): BD 9 makes packets, which S2MM 0 cannot do"},
        BadImage{
            [](Image& i) { bd_out(i).packet->id = 32; },
            "tiles[2].descriptors[1].packet: tile (8,0): id 32, type 7, BD 63 do not fit into 5, 3, 6 bits"},
        BadImage{
            [](Image& i) { i.tiles[kFirst].channels[1].out_of_order = true; },
            "tiles[2].channels[1]: tile (8,0): MM2S 1 sends, it neither finishes on TLAST nor works out of "
            "order"},
        BadImage{[](Image& i) { i.tiles[kFirst].channels[2].finish_on_tlast = true; },
                 "tiles[2].channels[2]: tile (8,0): out of order, every BD ends with its packet: leave "
                 "finish_on_tlast out"}));

}  // namespace
}  // namespace aie4ml::arch
