#include "traces/report/report_text.hpp"

#include <gmock/gmock.h>

#include "tests/unit/traces/small_run.hpp"
#include "traces/report/make_report.hpp"

namespace aie4ml::traces::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The figures are those of make_report_test.cpp.
TEST(ReportText, SaysWhatPeopleAskFor) {
  Report report = make_report(small_device(), small_image(), small_statistics());
  report.outputs = {{"y", 60, 3}, {"z", std::nullopt, std::nullopt}};
  report.warnings = {"reads of memory that nobody wrote"};
  EXPECT_EQ(to_text(report), R"(tiny on small: 3 tiles, 1 memory tile, AIE clock 1000 MHz (1 cycle = 1 ns)
6 of 6 iterations completed in 1000 cycles, 1000.0 ns

                cycles     ns
  first output     210  210.0  from the first input beat to the first output beat
  last output      240  240.0  to the last output beat of the first iteration
  interval       116.7  116.7  between outputs, mean of 3 on PLIO out0, 100..140 cycles
  throughput  8.57 M iterations/s, 40.59 G MAC/s, 7.0 % of the 576 MAC/cycle of the tiles used

bottleneck: tile (1,0) core (layer fc1) computes for 105.0 of the 116.7 cycles between outputs (90.0 %)

layers
  layer  op     tiles  calls  cycles/call  ns/call  cycles/iteration  of peak %  busy %  lock %  stream %  cascade %  bank %  idle %
  fc1    dense      1      6         70.0     70.0              70.0       22.9    60.0    20.0       0.0        5.0     3.0    12.0
  fc2    dense      1     12         20.0     20.0              40.0       25.0    24.0    70.0       0.0        0.0     0.0     6.0
  sum    add        1      6         10.0     10.0              10.0          -     9.0    80.0       1.0        0.0     0.0    10.0

critical path to the first output: 210 cycles, 210.0 ns; core 150 (71.4 %), plio 30 (14.3 %), stream 30 (14.3 %)
  at cycle  cycles     ns     %  layer  unit                    what it waits for or does
         0      30   30.0  14.3         PLIO in0                sends words
        30      10   10.0   4.8  fc1    in0 -> fc1              switch hops
        40     150  150.0  71.4  fc1    tile (1,0) core         kernel call
       190      20   20.0   9.5         fc1.out -> memory tile  switch hops

busiest DMA channels
  channel                   layer  words  BDs  busy %  lock %  stream %  cascade %  bank %  idle %
  memory tile (1,0) MM2S 0  fc2      480   12    48.0    30.0      12.0        0.0     0.0    10.0

busiest routes
  route                   words in  words out  receivers  hops  used %  source waits  receivers wait
  fc1.out -> memory tile        96         96          1     3     9.6            40              12
  in0 -> fc1                    96        192          2     2     9.6             0             700

banks with most conflicts (1 of 2)
  bank               accesses  conflicts  conflicts %
  tile (1,0) bank 0      1000         30          3.0

warning: reads of memory that nobody wrote

results saturated on 1 tile (sticky overflow flag)

output y: 3 of 60 values differ from the expected ones
output z: nothing to compare with

simulated in 0.500 s, 2.00 k cycles/s
)");
}

TEST(ReportText, ALongCriticalPathShowsItsLongestPieces) {
  RunStatistics run = small_statistics();
  run.critical_path.clear();
  for (std::int64_t i = 0; i < 45; ++i) {  // 1 cycle and 9 cycles in turns
    const std::int64_t begin = 10 + i / 2 * 10 + i % 2;
    run.critical_path.push_back(
        {begin, begin + (i % 2 == 0 ? 1 : 9), PathKind::core, 0, i % 2 == 0 ? "short" : "long", "works"});
  }
  const std::string text = to_text(make_report(small_device(), small_image(), run));
  EXPECT_THAT(text, HasSubstr("\n         0       1  1.0  0.5  fc1    short  works\n"
                              "         1       9  9.0  4.1  fc1    long   works\n"));
  EXPECT_THAT(text, HasSubstr("\n  and 5 shorter pieces, 5 cycles\n"));
}

TEST(ReportText, CyclesAndNanosecondsAreNotConfused) {
  arch::Device device = small_device();
  device.clock.aie_mhz = 1250;
  const std::string text = to_text(make_report(device, small_image(), small_statistics()));
  EXPECT_THAT(text, HasSubstr("AIE clock 1250 MHz (1 cycle = 0.8 ns)\n"));
  EXPECT_THAT(text, HasSubstr("  first output     210  168.0  from"));
  EXPECT_THAT(text, HasSubstr("  interval       116.7   93.3  between"));
}

TEST(ReportText, OneIterationHasNoInterval) {
  RunStatistics run = small_statistics();
  run.iterations = 1;
  run.plios[1].last_beat.resize(1);
  const std::string text = to_text(make_report(small_device(), small_image(), run));
  EXPECT_THAT(text, HasSubstr("  interval           -      -  needs at least two iterations\n"));
  EXPECT_THAT(text, Not(HasSubstr("throughput")));
  EXPECT_THAT(text, HasSubstr("computes for 630.0 cycles an iteration, 63.0 % of the run"));
}

TEST(ReportText, AFaultComesFirst) {
  RunStatistics run = small_statistics();
  run.plios[1].last_beat.clear();
  Report report = make_report(small_device(), small_image(), run);
  report.fault = FaultReport{"deadlock", 950, "tile (1,0)", "nothing can happen", {"core waits for lock 3"}};
  EXPECT_THAT(to_text(report), HasSubstr("0 of 6 iterations completed in 1000 cycles, 1000.0 ns\n"
                                         "\n"
                                         "FAULT: deadlock at cycle 950, tile (1,0): nothing can happen\n"
                                         "  core waits for lock 3\n"));
}

TEST(ReportText, LongTablesShowTheWorst) {
  RunStatistics run = small_statistics();
  run.banks.clear();
  for (int bank = 0; bank < 8; ++bank) run.banks.push_back({kFc1, bank, 1000, std::int64_t{10} * bank});
  const std::string text = to_text(make_report(small_device(), small_image(), run));
  EXPECT_THAT(text, HasSubstr("banks with most conflicts (5 of 8)\n"));
  EXPECT_THAT(text, HasSubstr("tile (1,0) bank 7      1000         70          7.0\n  tile (1,0) bank 6"));
  EXPECT_THAT(text, Not(HasSubstr("bank 2 ")));
}

}  // namespace
}  // namespace aie4ml::traces::testing
