// Packets through whole designs: headers, TLAST, descriptors chosen by packets.
#include <numeric>

#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "sim/machine/machine.hpp"
#include "tests/contract/result_text.hpp"
#include "tests/support/image_builder.hpp"
#include "tests/support/packet_word.hpp"

namespace aie4ml::sim {
namespace {

using namespace arch;
using test::ImageBuilder;
using test::packet_word;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PacketDesign : public ::testing::Test {
 protected:
  // A core tile whose memory counts from 0 in words.
  TileImage& source() {
    TileImage& tile = builder_.core(8, 0);
    MemorySegment segment;
    for (std::uint32_t i = 0; i < 256; ++i) {
      for (int b = 0; b < 4; ++b) segment.data.push_back(static_cast<std::uint8_t>(i >> 8 * b));
    }
    tile.memory.push_back(segment);
    return tile;
  }
  static PacketSlot slot(int id, int arbiter, int msel) {
    return {static_cast<std::uint8_t>(id), 31, static_cast<std::uint8_t>(arbiter),
            static_cast<std::uint8_t>(msel)};
  }
  // From the tile's MM2S channels through one packet-switched master port down to a PLIO.
  int merged_output(TileImage& tile, int channels, int words, std::vector<PacketSlot> slots) {
    for (std::uint8_t c = 0; c < channels; ++c)
      tile.packet_slaves.push_back({.slave = {PortSide::dma, c}, .slots = slots});
    tile.packet_masters.push_back({.master = {PortSide::south, 0}, .arbiter = 0, .msels = 1});
    const int y = builder_.output("y", 8, 0, tile.tile, 0, 0);
    tile.connections.clear();  // the circuit that output() made in the tile itself
    builder_.words_port(y, words);
    return y;
  }
  MachineResult simulate(RunOptions options = {}) {
    const Image image = builder_.build();
    return run(device_, image, std::vector<std::vector<std::uint32_t>>(image.plios.size()), options);
  }

  const Device device_ = load_device("ve2802");
  ImageBuilder builder_{device_};
};

TEST_F(PacketDesign, TwoChannelsShareARouteInTurns) {
  TileImage& tile = source();
  builder_.bd(tile, {.id = 0, .address = 0, .words = 4}).packet = BdPacket{1, 5, 0};
  builder_.bd(tile, {.id = 1, .address = 100, .words = 2}).packet = BdPacket{2, 0, 0};
  builder_.task(tile, DmaDirection::mm2s, 0, 0, 2);
  builder_.task(tile, DmaDirection::mm2s, 1, 1, 2);
  const int y = merged_output(tile, 2, 2 * 5 + 2 * 3, {slot(1, 0, 0), slot(2, 0, 0)});
  const MachineResult result = simulate();
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  const std::uint32_t h1 = packet_word(1, tile.tile, 5);
  const std::uint32_t h2 = packet_word(2, tile.tile);
  EXPECT_THAT(result.plio_outputs.at(static_cast<std::size_t>(y)),
              ElementsAre(h1, 0, 1, 2, 3, h2, 100, 101, h1, 0, 1, 2, 3, h2, 100, 101));
  for (const auto& route : result.statistics.routes) {
    EXPECT_EQ(route.words_in * route.receivers, route.words_out) << route.name;
  }
}

// A descriptor without TLAST goes on in the next one's packet.
TEST_F(PacketDesign, SuppressedTlastJoinsDescriptors) {
  TileImage& tile = source();
  BufferDescriptor& first = builder_.bd(tile, {.id = 0, .address = 0, .words = 2, .next = 2});
  first.packet = BdPacket{1, 0, 0};
  first.suppress_tlast = true;
  builder_.bd(tile, {.id = 2, .address = 10, .words = 2});
  builder_.bd(tile, {.id = 1, .address = 100, .words = 2}).packet = BdPacket{2, 0, 0};
  builder_.task(tile, DmaDirection::mm2s, 0, 0);
  builder_.task(tile, DmaDirection::mm2s, 1, 1);
  const int y = merged_output(tile, 2, 5 + 3, {slot(1, 0, 0), slot(2, 0, 0)});
  const MachineResult result = simulate();
  ASSERT_FALSE(result.fault) << text_of(*result.fault);
  EXPECT_THAT(result.plio_outputs.at(static_cast<std::size_t>(y)),
              ElementsAre(packet_word(1, tile.tile), 0, 1, 10, 11, packet_word(2, tile.tile), 100, 101));
}

TEST_F(PacketDesign, AnIdNobodyHasASlotForIsAFault) {
  TileImage& tile = source();
  builder_.bd(tile, {.id = 0, .address = 0, .words = 4}).packet = BdPacket{9, 0, 0};
  builder_.task(tile, DmaDirection::mm2s, 0, 0);
  merged_output(tile, 1, 5, {slot(1, 0, 0)});
  for (const bool run_ahead : {true, false}) {
    const MachineResult result = simulate({.run_ahead = run_ahead});
    ASSERT_TRUE(result.fault);
    EXPECT_EQ(result.fault->kind, Fault::Kind::stream);
    EXPECT_EQ(result.fault->tile, tile.tile);
    EXPECT_THAT(result.fault->message,
                HasSubstr("tile (8,0): no slot of slave port DMA 0 matches the header"));
    // The header is at the switch when the first word would be, and at the end of the slave port.
    const DmaTiming& t = device_.tile_dma.timing;
    EXPECT_EQ(result.fault->cycle.value,
              t.bd_start_cycles + t.first_word_cycles + device_.stream_switch.slave_port_cycles);
  }
}

// A packet nobody takes holds the arbiter; the report looks through the switch.
TEST_F(PacketDesign, ADeadlockIsFollowedThroughTheSwitch) {
  TileImage& tile = source();
  builder_.bd(tile, {.id = 0, .address = 0, .words = 4, .acquire = 3}).packet = BdPacket{1, 0, 0};
  builder_.lock(tile, 3, 0, "never");
  builder_.task(tile, DmaDirection::mm2s, 0, 0);
  merged_output(tile, 1, 5, {slot(1, 0, 0)});
  const MachineResult result = simulate();
  ASSERT_TRUE(result.fault);
  EXPECT_THAT(
      result.fault->message,
      HasSubstr("PLIO y waits for words on 'tile (8,0) packets to South 0' <- tile (8,0) MM2S 0 waits "
                "for lock 3 'never'"));
}

// The PL makes packets as well: an iteration is one, its first word the header.
TEST_F(PacketDesign, PliosSendPacketsAndTheShimSplitsThem) {
  const TileCoord shim = device_.shim_tile(8);
  TileImage& tile = builder_.memory_tile(8, 0);
  builder_.words_port(builder_.plio("x", PlioChannel::Direction::input, 8, 0), 4);
  builder_.at(shim).packet_slaves.push_back(
      {.slave = {PortSide::south, 0}, .slots = {slot(6, 2, 0), slot(7, 3, 1)}});
  for (std::uint8_t c = 0; c < 2; ++c) {
    builder_.at(shim).packet_masters.push_back({.master = {PortSide::north, c},
                                                .arbiter = static_cast<std::uint8_t>(2 + c),
                                                .msels = static_cast<std::uint8_t>(1U << c),
                                                .drop_header = true});
    builder_.connect(tile.tile, {PortSide::south, c}, {PortSide::dma, c});
    builder_.bd(tile, {.id = 24 * c, .address = 100 * c, .words = 3, .next = 24 * c, .release = c});
    builder_.task(tile, DmaDirection::s2mm, c, 24 * c);
    builder_.bd(tile, {.id = 24 * c + 1, .address = 100 * c, .words = 3, .acquire = c});
    builder_.task(tile, DmaDirection::mm2s, c, 24 * c + 1);
    builder_.lock(tile, c, 0, "here");
  }
  for (int c = 0; c < 2; ++c)
    builder_.words_port(builder_.output("y" + std::to_string(c), 8, 2 * c, tile.tile, c, c), 3);
  const Image image = builder_.build();
  for (const std::uint32_t id : {6U, 7U}) {
    const std::uint32_t word = packet_word(id, {0, 0});
    const MachineResult result = run(device_, image, {{word, 1, 2, 3}, {}, {}}, {});
    ASSERT_TRUE(result.fault);  // the other output waits for ever
    EXPECT_EQ(result.fault->kind, Fault::Kind::deadlock);
    EXPECT_EQ(result.plio_outputs.at(1).size(), id == 6 ? 3U : 0U);
    EXPECT_EQ(result.plio_outputs.at(2).size(), id == 7 ? 3U : 0U);
    EXPECT_THAT(result.plio_outputs.at(id - 5), ElementsAre(1, 2, 3));
  }
}

// A core may be at both ends of packets: it takes the header with the words here, and sends it before others.
TEST_F(PacketDesign, CoresTakeAndSendPacketsOnTheirStreams) {
  TileImage& tile = builder_.core(8, 0);
  const StreamPort core{PortSide::core, 0};
  builder_.words_port(builder_.input("x", 8, 0, tile.tile, 0, 0), 4);
  builder_.words_port(builder_.output("y", 8, 0, tile.tile, 0, 1), 3);
  tile.connections.clear();  // the circuits of input() and output() in the tile itself
  tile.packet_slaves = {{.slave = {PortSide::south, 0}, .slots = {slot(5, 0, 0)}},
                        {.slave = core, .slots = {slot(5, 1, 0)}}};
  tile.packet_masters = {{.master = core, .arbiter = 0, .msels = 1},
                         {.master = {PortSide::south, 1}, .arbiter = 1, .msels = 1, .drop_header = true}};
  std::string program;
  for (int i = 0; i < 4; ++i) {
    program += "mov.ss r0\nnop\nnop\nnop\nnop\nnop\nnop\n";
    if (i > 0) program += "add.i r0, r0, #1\n";
    program += i < 3 ? "mov.ms r0\n" : "mov.ms.tlast r0\n";
  }
  builder_.program(tile, program + "done\n");
  const Image image = builder_.build();
  for (const bool run_ahead : {true, false}) {
    const MachineResult result =
        run(device_, image, {{packet_word(5, {0, 0}), 10, 20, 30}, {}}, {.run_ahead = run_ahead});
    ASSERT_FALSE(result.fault) << text_of(*result.fault);
    EXPECT_THAT(result.plio_outputs.at(1), ElementsAre(11, 21, 31));
  }
}

// Packets from the source tile to the tile above, whose MM2S 0 sends what arrived, in order of addresses.
class PacketReceiver : public PacketDesign {
 protected:
  TileImage& receiver(bool drop_header) {
    TileImage& from = source();
    TileImage& to = builder_.core(8, 1);
    from.packet_slaves.push_back({.slave = {PortSide::dma, 0}, .slots = {{0, 0, 0, 0}}});
    from.packet_masters.push_back({.master = {PortSide::north, 0}, .arbiter = 0, .msels = 1});
    to.packet_slaves.push_back({.slave = {PortSide::south, 0}, .slots = {{0, 0, 5, 3}}});
    to.packet_masters.push_back(
        {.master = {PortSide::dma, 0}, .arbiter = 5, .msels = 8, .drop_header = drop_header});
    builder_.lock(to, 0, 0, "here");
    return to;
  }
  // After `packets` descriptors of the S2MM released lock 0.
  void read_back(TileImage& to, int words, int packets, std::vector<BdDimension> dimensions = {}) {
    builder_.bd(to,
                {.id = 9, .words = words, .acquire = 0, .acquire_value = packets, .dimensions = dimensions});
    builder_.task(to, DmaDirection::mm2s, 0, 9);
    builder_.words_port(builder_.output("y", 8, 0, to.tile, 0, 0), words);
  }
};

TEST_F(PacketReceiver, OutOfOrderPacketsChooseTheirDescriptors) {
  TileImage& to = receiver(false);
  TileImage& from = builder_.core(8, 0);
  builder_.bd(from, {.id = 0, .address = 40, .words = 6, .next = 1}).packet = BdPacket{1, 0, 3};
  builder_.bd(from, {.id = 1, .address = 20, .words = 4}).packet = BdPacket{1, 0, 2};
  builder_.task(from, DmaDirection::mm2s, 0, 0);
  builder_.bd(to, {.id = 2, .address = 0, .words = 4, .release = 0});
  builder_.bd(to, {.id = 3, .address = 4, .words = 6, .release = 0});
  builder_.task(to, DmaDirection::s2mm, 0, 0, 2);
  to.channels.back().out_of_order = true;
  to.channels.back().tasks[0].token = 17;
  read_back(to, 10, 2);
  for (const bool run_ahead : {true, false}) {
    const MachineResult result = simulate({.run_ahead = run_ahead});
    ASSERT_FALSE(result.fault) << text_of(*result.fault);
    EXPECT_THAT(result.plio_outputs.at(0), ElementsAre(20, 21, 22, 23, 40, 41, 42, 43, 44, 45));
    for (const auto& channel : result.statistics.channels) {
      const bool in = channel.channel.direction == DmaDirection::s2mm;
      EXPECT_EQ(channel.tokens, in ? 1 : 0);
      EXPECT_EQ(channel.words, 10);
    }
  }
}

class PacketOfOtherLength : public PacketReceiver, public ::testing::WithParamInterface<int> {};

TEST_P(PacketOfOtherLength, IsAFault) {
  TileImage& to = receiver(false);
  TileImage& from = builder_.core(8, 0);
  builder_.bd(from, {.id = 0, .address = 0, .words = GetParam()}).packet = BdPacket{1, 0, 2};
  builder_.task(from, DmaDirection::mm2s, 0, 0);
  builder_.bd(to, {.id = 2, .address = 0, .words = 4, .release = 0});
  builder_.task(to, DmaDirection::s2mm, 0, 0, 1);
  to.channels.back().out_of_order = true;
  read_back(to, 4, 1);
  const MachineResult result = simulate();
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, Fault::Kind::dma);
  EXPECT_THAT(result.fault->message,
              HasSubstr(GetParam() < 4 ? "S2MM 0: a packet for BD 2 is shorter than the 4 words"
                                       : "S2MM 0: a packet for BD 2 is longer than the 4 words"));
}
INSTANTIATE_TEST_SUITE_P(Words, PacketOfOtherLength, ::testing::Values(3, 5));

TEST_F(PacketReceiver, APacketForADescriptorThatIsNotThereIsAFault) {
  TileImage& to = receiver(false);
  TileImage& from = builder_.core(8, 0);
  builder_.bd(from, {.id = 0, .address = 0, .words = 4}).packet = BdPacket{1, 0, 5};
  builder_.task(from, DmaDirection::mm2s, 0, 0);
  builder_.task(to, DmaDirection::s2mm, 0, 0, 1);
  to.channels.back().out_of_order = true;
  read_back(to, 4, 1);
  const MachineResult result = simulate();
  ASSERT_TRUE(result.fault);
  EXPECT_THAT(result.fault->message, HasSubstr("S2MM 0: a packet asks for BD 5, which is not there"));
}

// Descriptors of eight words get packets of five and of three: TLAST ends them early; the next starts anew.
TEST_F(PacketReceiver, FinishOnTlastEndsADescriptorEarly) {
  TileImage& to = receiver(true);
  TileImage& from = builder_.core(8, 0);
  builder_.bd(from, {.id = 0, .address = 40, .words = 5, .next = 1}).packet = BdPacket{1, 0, 0};
  builder_.bd(from, {.id = 1, .address = 20, .words = 3}).packet = BdPacket{1, 0, 0};
  builder_.task(from, DmaDirection::mm2s, 0, 0);
  builder_.bd(to, {.id = 2, .address = 0, .words = 8, .next = 3, .release = 0});
  builder_.bd(to, {.id = 3, .address = 8, .words = 8, .release = 0});
  builder_.task(to, DmaDirection::s2mm, 0, 2);
  to.channels.back().finish_on_tlast = true;
  read_back(to, 6, 2, {{3, 1}, {2, 8}});
  for (const bool run_ahead : {true, false}) {
    const MachineResult result = simulate({.run_ahead = run_ahead});
    ASSERT_FALSE(result.fault) << text_of(*result.fault);
    EXPECT_THAT(result.plio_outputs.at(0), ElementsAre(40, 41, 42, 20, 21, 22));
  }
  // Without it the first descriptor swallows both packets and the second one waits for ever.
  to.channels.front().finish_on_tlast = false;
  const MachineResult result = simulate();
  ASSERT_TRUE(result.fault);
  EXPECT_EQ(result.fault->kind, Fault::Kind::deadlock);
}

}  // namespace
}  // namespace aie4ml::sim
