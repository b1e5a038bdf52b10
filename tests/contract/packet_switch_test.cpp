// The packet-switched ports of one switch on a bench: who passes in which cycle.
#include "sim/module/packet_switch.hpp"

#include <gmock/gmock.h>
#include <systemc>

#include "arch/device/device_loader.hpp"
#include "sim/kernel/kernel_time.hpp"
#include "sim/kernel/simulation.hpp"

namespace aie4ml::sim {
namespace {

using arch::PortSide;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kWay = 2;  // cycles from a source to its slave port, and from a master port on

// Slaves DMA 0 and DMA 1, whose ids 0 to 15 go to master South 0 and 16 to 31 to South 1 as well.
class PacketBench : public ::testing::Test {
 protected:
  void SetUp() override {
    // To start without anything to do is not worth a warning here.
    sc_core::sc_report_handler::set_actions(sc_core::SC_ID_NO_SC_START_ACTIVITY_, sc_core::SC_DO_NOTHING);
    tile_.tile = {8, 3};
    for (std::uint8_t i = 0; i < 2; ++i) {
      tile_.packet_slaves.push_back({.slave = {PortSide::dma, i},
                                     .slots = {{.id = 0, .mask = 16, .arbiter = 1, .msel = 0},
                                               {.id = 16, .mask = 24, .arbiter = 1, .msel = 2}}});
    }
    tile_.packet_masters = {
        {.master = {PortSide::south, 0}, .arbiter = 1, .msels = 0b101, .drop_header = false},
        {.master = {PortSide::south, 1}, .arbiter = 1, .msels = 0b100, .drop_header = true}};
  }

  void build(int room = 1000) {
    for (int i = 0; i < 4; ++i) {
      StreamChannel::Ends ends;
      ends.receivers = {kNoUnit};
      const int words = i < 2 ? 1000 : room;
      streams_.push_back(std::make_unique<StreamChannel>(
          i, ends, StreamRoute({{}, {.parent = 0, .latency = kWay, .capacity = words}}, 1, 1)));
    }
    switch_ = std::make_unique<PacketSwitch>(
        "packets", device_, tile_,
        std::vector<PacketSwitch::Slave>{{&tile_.packet_slaves[0], streams_[0].get(), 0},
                                         {&tile_.packet_slaves[1], streams_[1].get(), 0}},
        std::vector<PacketSwitch::Master>{{&tile_.packet_masters[0], streams_[2].get()},
                                          {&tile_.packet_masters[1], streams_[3].get()}},
        [this](const std::string& what, std::int64_t cycle) {
          fault_ = what;
          fault_cycle_ = cycle;
        });
    run_until(0);
  }

  static void run_until(std::int64_t cycle) {
    if (cycle == 0) return sc_core::sc_start(sc_core::SC_ZERO_TIME);
    sc_core::sc_start(at(cycle, Phase::requests) - sc_core::sc_time_stamp());
  }
  // A header and `words` of data, the first of which is known when the header is.
  void packet(int slave, unsigned id, int words, std::int64_t ready) {
    streams_[static_cast<std::size_t>(slave)]->push(id, ready);
    for (int i = 0; i < words; ++i)
      streams_[static_cast<std::size_t>(slave)]->push({1000 * id + static_cast<unsigned>(i), i + 1 == words},
                                                      ready);
  }
  // Cycles in which words leave the switch at a master, and the words.
  std::vector<std::int64_t> cycles(int master) const {
    std::vector<std::int64_t> all;
    const StreamRoute& route = streams_[static_cast<std::size_t>(2 + master)]->route();
    for (std::int64_t i = 0; i < route.left_count(); ++i) all.push_back(*route.arrival(0, i) - kWay);
    return all;
  }
  std::vector<unsigned> words(int master) const {
    std::vector<unsigned> all;
    const StreamRoute& route = streams_[static_cast<std::size_t>(2 + master)]->route();
    for (std::int64_t i = 0; i < route.left_count(); ++i) all.push_back(route.word(i).bits);
    return all;
  }

  const Simulation simulation_;
  const arch::Device device_ = arch::load_device("ve2802");
  const std::int64_t arbitration_ = device_.stream_switch.packet_arbitration_cycles;
  arch::TileImage tile_;
  std::vector<std::unique_ptr<StreamChannel>> streams_;
  std::unique_ptr<PacketSwitch> switch_;
  std::string fault_;
  std::int64_t fault_cycle_{-1};
};

TEST_F(PacketBench, APacketAloneIsDelayedByTheArbitrationOnce) {
  build();
  packet(0, 1, 3, 10);
  run_until(100);
  const std::int64_t first = 10 + kWay + arbitration_;
  EXPECT_THAT(cycles(0), ElementsAre(first, first + 1, first + 2, first + 3));
  EXPECT_THAT(words(0), ElementsAre(1, 1000, 1001, 1002));
  EXPECT_THAT(cycles(1), ElementsAre());
}

// The loser of a tie waits for the winner's TLAST; a cycle earlier it would have been the winner.
TEST_F(PacketBench, TheArbiterIsHeldUntilTlast) {
  build();
  packet(0, 1, 4, 10);
  packet(1, 2, 1, 10);
  run_until(100);
  const std::int64_t tlast = 10 + kWay + arbitration_ + 4;
  EXPECT_THAT(words(0), ElementsAre(1, 1000, 1001, 1002, 1003, 2, 2000));
  EXPECT_EQ(cycles(0).at(4), tlast);
  EXPECT_EQ(cycles(0).at(5), tlast + 1 + arbitration_);
}
TEST_F(PacketBench, TheFirstHeaderWins) {
  build();
  packet(0, 1, 4, 10);
  packet(1, 2, 1, 9);
  run_until(100);
  EXPECT_THAT(words(0), ElementsAre(2, 2000, 1, 1000, 1001, 1002, 1003));
}

TEST_F(PacketBench, SlavesTakeTurns) {
  build();
  for (int i = 0; i < 3; ++i) packet(0, 1, 1, 10);
  for (int i = 0; i < 3; ++i) packet(1, 2, 1, 10);
  run_until(100);
  EXPECT_THAT(words(0), ElementsAre(1, 1000, 2, 2000, 1, 1000, 2, 2000, 1, 1000, 2, 2000));
}

// A packet that pauses keeps the arbiter, however late its next word is.
TEST_F(PacketBench, AHoledPacketIsNotInterrupted) {
  build();
  streams_[0]->push(1, 10);
  packet(1, 2, 1, 11);
  run_until(50);
  EXPECT_THAT(words(0), ElementsAre(1));
  streams_[0]->push({7, true}, 60);
  run_until(100);
  EXPECT_THAT(words(0), ElementsAre(1, 7, 2, 2000));
  EXPECT_THAT(cycles(0).at(1), 60 + kWay);
  EXPECT_THAT(cycles(0).at(2), 60 + kWay + 1 + arbitration_);
}

// Room for three words below: the fourth leaves the cycle after the first was taken, which is not before.
TEST_F(PacketBench, AFullMasterHoldsThePacketBack) {
  build(3);
  packet(0, 1, 4, 10);
  run_until(40);
  const std::int64_t first = 10 + kWay + arbitration_;
  EXPECT_THAT(cycles(0), ElementsAre(first, first + 1, first + 2));
  streams_[2]->pop(0, std::array<std::int64_t, 2>{45, 46});
  run_until(60);
  EXPECT_EQ(streams_[2]->route().left_count(), 5);
  EXPECT_EQ(*streams_[2]->route().arrival(0, 3), 46 + kWay);
  EXPECT_EQ(*streams_[2]->route().arrival(0, 4), 47 + kWay);
}

TEST_F(PacketBench, SeveralMastersGetAPacketAtOnceAndOneDropsTheHeader) {
  build();
  packet(1, 20, 2, 10);
  run_until(100);
  EXPECT_THAT(words(0), ElementsAre(20, 20000, 20001));
  EXPECT_THAT(words(1), ElementsAre(20000, 20001));
  EXPECT_EQ(cycles(0).at(1), cycles(1).at(0));
}

TEST_F(PacketBench, AnIdWithoutSlotIsAFaultAtItsCycle) {
  build();
  packet(0, 25, 2, 10);
  run_until(100);
  EXPECT_EQ(fault_, "no slot of slave port DMA 0 matches the header 0x00000019, id 25");
  EXPECT_EQ(fault_cycle_, 10 + kWay);
  EXPECT_THAT(words(0), ElementsAre());
}

// Two packets of DMA 1, then one of DMA 0, whoever comes first.
TEST_F(PacketBench, FixedOrderWaitsForWhoseTurnItIs) {
  tile_.merges = {
      {.arbiter = 1,
       .order = {{.slave = {PortSide::dma, 1}, .packets = 2}, {.slave = {PortSide::dma, 0}, .packets = 1}}}};
  build();
  for (int i = 0; i < 2; ++i) packet(0, 1, 1, 10);
  packet(1, 2, 1, 20);
  run_until(50);
  EXPECT_THAT(words(0), ElementsAre(2, 2000));
  EXPECT_EQ(cycles(0).at(0), 20 + kWay + arbitration_);
  for (int i = 0; i < 3; ++i) packet(1, 2, 1, 60);
  run_until(100);
  EXPECT_THAT(words(0), ElementsAre(2, 2000, 2, 2000, 1, 1000, 2, 2000, 2, 2000, 1, 1000));
}

}  // namespace
}  // namespace aie4ml::sim
