#include <gmock/gmock.h>

#include "arch/device/device_loader.hpp"
#include "sim/dma/burst_walker.hpp"
#include "sim/shim/external_bus.hpp"

namespace aie4ml::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::vector<std::pair<std::int64_t, int>> bursts(const arch::BufferDescriptor& bd, int most,
                                                 std::int64_t run = 0) {
  std::vector<std::pair<std::int64_t, int>> all;
  for (BurstWalker walker(bd, run, most); !walker.done();) {
    const BurstWords burst = walker.next();
    all.emplace_back(burst.first, burst.count);
  }
  return all;
}

TEST(BurstWalker, CutsALinearDescriptor) {
  arch::BufferDescriptor bd;
  bd.address_words = 5;
  bd.length_words = 20;
  EXPECT_THAT(bursts(bd, 8), ElementsAre(Pair(5, 8), Pair(13, 8), Pair(21, 4)));
  EXPECT_THAT(bursts(bd, 64), ElementsAre(Pair(5, 20)));
}

TEST(BurstWalker, RowsThatFollowEachOtherAreOneBurstAndOthersAreNot) {
  arch::BufferDescriptor bd;
  bd.length_words = 12;
  bd.dimensions = {{4, 1}, {3, 4}};
  EXPECT_THAT(bursts(bd, 64), ElementsAre(Pair(0, 12)));
  bd.dimensions = {{4, 1}, {3, 10}};
  EXPECT_THAT(bursts(bd, 64), ElementsAre(Pair(0, 4), Pair(10, 4), Pair(20, 4)));
  bd.dimensions = {{2, 10}, {2, 1}};
  bd.length_words = 4;
  bd.iteration = {2, 100};
  EXPECT_THAT(bursts(bd, 64, 1), ElementsAre(Pair(100, 1), Pair(110, 1), Pair(101, 1), Pair(111, 1)));
}

// 1000 MHz and 3 bytes a cycle: 8 bytes take 2 2/3 cycles, and what is left over is not lost.
TEST(ExternalBus, CarriesFractionsOfCycles) {
  ExternalBus bus({.aie_mhz = 1000, .pl_mhz = 1, .pl_max_aie_ratio = 1}, {.megabytes_per_second = 3000,
                                                                          .read_latency_ns = 10,
                                                                          .write_latency_ns = 4,
                                                                          .burst = arch::Bytes(64),
                                                                          .outstanding_bursts = 1});
  EXPECT_EQ(bus.read(8, 0), 3 + 10);
  EXPECT_EQ(bus.read(8, 0), 6 + 10);
  EXPECT_EQ(bus.write(8, 0), 8 + 4);
  EXPECT_EQ(bus.write(8, 100), 103 + 4);  // idle time is lost
}

}  // namespace
}  // namespace aie4ml::sim
