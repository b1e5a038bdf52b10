// Every number is calculated by hand from the run in small_run.hpp.
#include "traces/report/make_report.hpp"

#include <gmock/gmock.h>

#include "tests/unit/traces/small_run.hpp"

namespace aie4ml::traces::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Report small_report() {
  return make_report(small_device(), small_image(), small_statistics());
}

TEST(MakeReport, Header) {
  const Report report = small_report();
  EXPECT_EQ(report.schema, 1);
  EXPECT_EQ(report.model, "tiny");
  EXPECT_EQ(report.device, "small");
  EXPECT_EQ(report.tiles, 3);
  EXPECT_EQ(report.memory_tiles, 1);
  EXPECT_EQ(report.iterations, 6);
  EXPECT_EQ(report.completed_iterations, 6);
  EXPECT_EQ(report.total_cycles, 1000);
  EXPECT_THAT(validate(report), IsEmpty());
}

TEST(MakeReport, LatencyIsFromFirstInputBeat) {
  const Report report = small_report();
  EXPECT_EQ(report.latency.first_output_cycles, 220 - 10);
  EXPECT_EQ(report.latency.last_output_cycles, 250 - 10);
}

TEST(MakeReport, LastOutputIsThatOfTheSlowestOutput) {
  RunStatistics run = small_statistics();
  run.plios.push_back({"out1", false, 6, {215}, {300}});
  const Report report = make_report(small_device(), small_image(), run);
  EXPECT_EQ(report.latency.first_output_cycles, 210);  // still of out0
  EXPECT_EQ(report.latency.last_output_cycles, 290);
}

TEST(MakeReport, CriticalPathFillsTheLatency) {
  const Report report = small_report();
  ASSERT_TRUE(report.critical_path);
  const CriticalPathReport& path = *report.critical_path;
  EXPECT_EQ(path.cycles, 210);
  ASSERT_EQ(path.pieces.size(), 4U);
  EXPECT_EQ(path.pieces[2],
            (PathPieceReport{40, 150, 150.0, 71.43, "core", "fc1", "tile (1,0) core", "kernel call"}));
  EXPECT_EQ(path.pieces[3].layer, "");
  EXPECT_THAT(path.by_kind, ElementsAre(PathShareReport{"core", 150, 150.0, 71.43},
                                        PathShareReport{"plio", 30, 30.0, 14.29},
                                        PathShareReport{"stream", 30, 30.0, 14.29}));

  Report gap = report;
  gap.critical_path->pieces.erase(gap.critical_path->pieces.begin() + 1);
  EXPECT_THAT(validate(gap), ::testing::SizeIs(3));  // two begin elsewhere, and the sum
  Report shares = report;
  shares.critical_path->by_kind.pop_back();
  EXPECT_THAT(validate(shares), ::testing::SizeIs(1));
  Report latency = report;
  ++latency.critical_path->cycles;
  EXPECT_THAT(validate(latency), ::testing::SizeIs(3));

  RunStatistics run = small_statistics();
  run.critical_path.clear();
  EXPECT_FALSE(make_report(small_device(), small_image(), run).critical_path);
}

TEST(MakeReport, UtilisationIsAgainstWhatCouldHaveBeen) {
  const Report report = small_report();
  EXPECT_EQ(report.dma.at(0).utilisation_percent, 48.0);    // 480 words in 1000 cycles of one word
  EXPECT_EQ(report.routes.at(1).utilisation_percent, 9.6);  // words in, however many receivers
  EXPECT_EQ(report.routes.at(1).source_wait_cycles, 0);
  EXPECT_EQ(report.routes.at(1).receiver_wait_cycles, 700);
  EXPECT_EQ(report.banks.at(0).utilisation_percent, 100.0);  // 1000 accesses
  EXPECT_EQ(report.banks.at(1).utilisation_percent, 50.0);
  EXPECT_EQ(report.plios.at(0).utilisation_percent, 9.6);
  EXPECT_EQ(report.plios.at(1).utilisation_percent, 24.0);  // 60 words of 250
  EXPECT_EQ(report.plios.at(1).wait_cycles, 840);
}

TEST(MakeReport, NanosecondsFollowTheClock) {
  arch::Device device = small_device();
  device.clock.aie_mhz = 1250;
  const Report report = make_report(device, small_image(), small_statistics());
  EXPECT_EQ(report.clocks.ns_per_cycle, 0.8);
  EXPECT_EQ(report.latency.first_output_ns, 168.0);  // 210 * 0.8
  EXPECT_EQ(report.latency.last_output_ns, 192.0);
  EXPECT_EQ(report.interval.ns, 93.333);  // 350 / 3 * 0.8
  EXPECT_EQ(report.total_ns, 800.0);
}

TEST(MakeReport, IntervalLeavesTheFillingOut) {
  const IntervalReport interval = small_report().interval;
  EXPECT_EQ(interval.skipped, 2);
  EXPECT_EQ(interval.measured, 3);
  EXPECT_EQ(interval.cycles, 116.667);  // (140 + 110 + 100) / 3
  EXPECT_EQ(interval.min_cycles, 100);
  EXPECT_EQ(interval.max_cycles, 140);
  EXPECT_EQ(interval.plio, "out0");
}

TEST(MakeReport, FewIntervalsAreAllTaken) {
  RunStatistics run = small_statistics();
  run.iterations = 4;
  run.plios[1].last_beat = {250, 450, 600, 740};
  const IntervalReport interval = make_report(small_device(), small_image(), run).interval;
  EXPECT_EQ(interval.skipped, 0);
  EXPECT_EQ(interval.cycles, 163.333);  // (740 - 250) / 3
}

TEST(MakeReport, OneIterationHasNoInterval) {
  RunStatistics run = small_statistics();
  run.iterations = 1;
  for (PlioStatistics& plio : run.plios) {
    plio.first_beat.resize(1);
    plio.last_beat.resize(1);
  }
  const Report report = make_report(small_device(), small_image(), run);
  EXPECT_FALSE(report.interval.cycles.has_value());
  EXPECT_FALSE(report.throughput.iterations_per_second.has_value());
  ASSERT_TRUE(report.bottleneck.has_value());
  EXPECT_EQ(report.bottleneck->of, "run");
  EXPECT_EQ(report.bottleneck->load.percent, 63.0);  // 630 of 1000 cycles
  EXPECT_THAT(validate(report), IsEmpty());
}

TEST(MakeReport, Throughput) {
  RunStatistics run = small_statistics();
  run.plios[1].last_beat = {100, 200, 300, 400, 500, 600};  // interval 100
  const ThroughputReport throughput = make_report(small_device(), small_image(), run).throughput;
  EXPECT_EQ(throughput.macs_per_iteration, 4736);
  // fc1 int8 256, fc2 int16 64; the add multiplies nothing and counts with the larger of them.
  EXPECT_EQ(throughput.peak_macs_per_cycle, 256 + 64 + 256);
  EXPECT_EQ(throughput.iterations_per_second, 1e7);  // 1 GHz / 100
  EXPECT_EQ(throughput.macs_per_second, 4.736e10);
  EXPECT_EQ(throughput.efficiency_percent, 8.22);  // 4736 / (100 * 576)
}

TEST(MakeReport, Layers) {
  const Report report = small_report();
  ASSERT_EQ(report.layers.size(), 3U);
  const LayerReport& fc1 = report.layers[0];
  EXPECT_EQ(fc1.name, "fc1");
  EXPECT_EQ(fc1.op, "dense");
  EXPECT_THAT(fc1.tiles, ElementsAre("tile (1,0)"));
  EXPECT_EQ(fc1.kernel_calls, 6);
  EXPECT_EQ(fc1.cycles_per_call, 70.0);
  EXPECT_EQ(fc1.cycles_per_iteration, 70.0);
  EXPECT_EQ(fc1.efficiency_percent, 22.86);  // 4096 * 6 / (256 * 420)
  EXPECT_EQ(fc1.busy_percent, 60.0);
  EXPECT_EQ(fc1.cycles, (Activity{600, 200, 0, 50, 30, 120}));
  const LayerReport& fc2 = report.layers[1];
  EXPECT_EQ(fc2.cycles_per_call, 20.0);
  EXPECT_EQ(fc2.cycles_per_iteration, 40.0);  // two calls each
  EXPECT_EQ(fc2.efficiency_percent, 25.0);    // 640 * 6 / (64 * 240)
  EXPECT_FALSE(report.layers[2].efficiency_percent.has_value());
}

TEST(MakeReport, ALayerOnSeveralTiles) {
  RunStatistics run = small_statistics();
  run.cores[2].layer = 0;  // the tile of the add belongs to fc1 now: 60 kernel cycles in 6 calls
  const LayerReport fc1 = make_report(small_device(), small_image(), run).layers[0];
  EXPECT_EQ(fc1.kernel_calls, 12);
  EXPECT_EQ(fc1.cycles_per_call, 40.0);       // 480 / 12
  EXPECT_EQ(fc1.cycles_per_iteration, 70.0);  // the slower of the two
  EXPECT_EQ(fc1.peak_macs_per_cycle, 512);
  EXPECT_EQ(fc1.cycles.total(), 2000);
  EXPECT_EQ(fc1.busy_percent, 34.5);  // 690 of 2000
}

TEST(MakeReport, BottleneckIsTheMostOccupiedUnit) {
  const auto bottleneck = small_report().bottleneck;
  ASSERT_TRUE(bottleneck.has_value());
  EXPECT_EQ(bottleneck->load.kind, "core");
  EXPECT_EQ(bottleneck->load.unit, "tile (1,0) core");
  EXPECT_EQ(bottleneck->load.layer, "fc1");
  EXPECT_EQ(bottleneck->load.cycles_per_iteration, 105.0);  // (600 + 30 bank) / 6
  EXPECT_EQ(bottleneck->load.percent, 90.0);                // of 116.667
  EXPECT_EQ(bottleneck->of, "interval");
  EXPECT_EQ(bottleneck->sentence,
            "tile (1,0) core (layer fc1) computes for 105.0 of the 116.7 cycles between outputs (90.0 %)");
  std::vector<std::string> next;
  for (const UnitLoad& load : bottleneck->runners_up) next.push_back(load.unit);
  // 480 / 6 = 80; core fc2 240 / 6 = 40 ties with out0, 60 words of 4 cycles / 6 = 40; in0 and add: 16, 15.
  EXPECT_THAT(next, ElementsAre("memory tile (1,0) MM2S 0", "tile (2,0) core", "PLIO out0", "PLIO in0"));
}

TEST(MakeReport, BottleneckCanBeADmaChannel) {
  RunStatistics run = small_statistics();
  run.channels[0].cycles = {690, 200, 10, 0, 0, 100};
  const auto bottleneck = make_report(small_device(), small_image(), run).bottleneck;
  EXPECT_EQ(bottleneck->load.kind, "dma");
  EXPECT_EQ(bottleneck->sentence,
            "memory tile (1,0) MM2S 0 (layer fc2) moves data for 115.0 of the 116.7 cycles between outputs "
            "(98.6 %)");
}

TEST(MakeReport, BottleneckCanBeAPlio) {
  RunStatistics run = small_statistics();
  run.plios[1].words = 174;  // 29 an iteration, 4 cycles each
  const auto bottleneck = make_report(small_device(), small_image(), run).bottleneck;
  EXPECT_EQ(bottleneck->load.kind, "plio");
  EXPECT_EQ(bottleneck->load.unit, "PLIO out0");
  EXPECT_EQ(bottleneck->load.cycles_per_iteration, 116.0);
}

TEST(MakeReport, AnIdleArraySaysWhatItWaitsFor) {
  RunStatistics run = small_statistics();
  run.channels.clear();
  run.cores[0].cycles = {300, 500, 0, 50, 30, 120};
  const auto bottleneck = make_report(small_device(), small_image(), run).bottleneck;
  EXPECT_EQ(bottleneck->sentence,
            "tile (1,0) core (layer fc1) computes for 55.0 of the 116.7 cycles between outputs (47.1 %); no "
            "unit is "
            "busier, its longest wait is lock (50.0 % of the run)");
}

TEST(MakeReport, APlioIsNoFasterThanItsStream) {
  arch::Image image = small_image();
  image.plios[0].width_bits = 128;  // 2 words a cycle on the PL side
  const Report report = make_report(small_device(), image, small_statistics());
  EXPECT_EQ(report.plios[0].words_per_cycle, 1.0);
  EXPECT_EQ(report.plios[1].words_per_cycle, 0.25);
}

TEST(MakeReport, TilesChannelsBanks) {
  const Report report = small_report();
  ASSERT_EQ(report.cores.size(), 3U);
  EXPECT_EQ(report.cores[1].tile, "tile (2,0)");
  EXPECT_EQ(report.cores[1].col, 2);
  EXPECT_EQ(report.cores[1].row, 0);
  EXPECT_TRUE(report.cores[1].srs_overflow);
  for (const CoreReport& core : report.cores) EXPECT_EQ(core.cycles.total(), 1000);
  ASSERT_EQ(report.dma.size(), 1U);
  EXPECT_EQ(report.dma[0].tile, "memory tile (1,0)");
  EXPECT_EQ(report.dma[0].channel, "MM2S 0");
  EXPECT_EQ(report.dma[0].layer, "fc2");
  EXPECT_EQ(report.routes[1], (RouteReport{"in0 -> fc1", 96, 192, 2, 2, 9.6, 0, 700}));
  EXPECT_EQ(report.banks[0], (BankReport{"tile (1,0)", 0, 1000, 30, 100.0}));
}

TEST(MakeReport, HostFiguresAreApart) {
  RunStatistics run = small_statistics();
  ASSERT_TRUE(small_report().host.has_value());
  EXPECT_EQ(small_report().host->simulated_cycles_per_second, 2000.0);
  run.wall_seconds = 0;
  EXPECT_FALSE(make_report(small_device(), small_image(), run).host.has_value());
}

// A run that deadlocked in its second iteration.
TEST(MakeReport, AnAbortedRunKeepsWhatIsKnown) {
  RunStatistics run = small_statistics();
  run.plios[1].first_beat = {220, 430};
  run.plios[1].last_beat = {250, -1};
  const Report report = make_report(small_device(), small_image(), run);
  EXPECT_EQ(report.completed_iterations, 1);
  EXPECT_EQ(report.latency.last_output_cycles, 240);
  EXPECT_FALSE(report.interval.cycles.has_value());
  EXPECT_FALSE(report.layers[0].efficiency_percent.has_value());
  EXPECT_EQ(report.layers[0].cycles_per_call, 70.0);
  EXPECT_THAT(validate(report), IsEmpty());
}

TEST(MakeReport, NothingCameOut) {
  RunStatistics run = small_statistics();
  run.plios[1].first_beat.clear();
  run.plios[1].last_beat.clear();
  run.critical_path.clear();
  const Report report = make_report(small_device(), small_image(), run);
  EXPECT_EQ(report.completed_iterations, 0);
  EXPECT_FALSE(report.latency.first_output_cycles.has_value());
  EXPECT_FALSE(report.latency.last_output_ns.has_value());
  EXPECT_FALSE(report.bottleneck.has_value());
  EXPECT_THAT(validate(report), IsEmpty());
}

}  // namespace
}  // namespace aie4ml::traces::testing
