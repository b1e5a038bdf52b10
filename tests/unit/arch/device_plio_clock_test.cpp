#include <gmock/gmock.h>

#include "arch/device/plio_clock.hpp"

namespace aie4ml::arch {
namespace {

TEST(PlioClock, QuarterOfTheArrayClock) {
  const PlioClock clock(1250, 312.5);
  for (std::int64_t edge = 0; edge < 100; ++edge) EXPECT_EQ(clock.cycle_of(edge), 4 * edge);
}

TEST(PlioClock, OddRatioRoundsUp) {
  const PlioClock clock(1000, 300);  // 10/3 cycles a beat
  EXPECT_EQ(clock.cycle_of(0), 0);
  EXPECT_EQ(clock.cycle_of(1), 4);
  EXPECT_EQ(clock.cycle_of(2), 7);
  EXPECT_EQ(clock.cycle_of(3), 10);
  EXPECT_EQ(clock.cycle_of(3'000'000'000), 10'000'000'000);
}

TEST(PlioClock, EdgeFromIsTheFirstThatIsNotBefore) {
  for (const double pl : {625.0, 312.5, 300.0, 333.333, 1250.0}) {
    const PlioClock clock(1250, pl);
    for (std::int64_t cycle = 0; cycle < 500; ++cycle) {
      const std::int64_t edge = clock.edge_from(cycle);
      EXPECT_GE(clock.cycle_of(edge), cycle);
      if (edge > 0) {
        EXPECT_LT(clock.cycle_of(edge - 1), cycle);
      }
    }
  }
}

}  // namespace
}  // namespace aie4ml::arch
