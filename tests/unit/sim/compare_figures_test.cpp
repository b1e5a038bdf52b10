// Figures of aie4ml-compare from an image and a report made by hand.
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "sim/app/compare/comparison.hpp"
#include "sim/app/compare/comparison_text.hpp"

namespace aie4ml::sim::comparison {
namespace {

TEST(CompareFigures, MemoryIsCountedOnceWhereBuffersShareIt) {
  arch::LoadedFirmware firmware{{}, arch::load_device("ve2802"), {}};
  const arch::TileCoord core = firmware.device.core_tile(8, 0);
  const arch::TileCoord other = firmware.device.core_tile(9, 0);
  const arch::TileCoord memory = firmware.device.memory_tile_at(8, 0);
  firmware.image.debug.buffers = {{"ping", 0, core, 1024, 512},     {"pong", 0, core, 4096, 512},
                                  {"alias", 0, core, 1280, 512},    {"inside", 0, core, 1100, 10},
                                  {"weights", 0, other, 0, 15'104}, {"frame", 0, memory, 100, 52'429}};
  const MemoryUse use = memory_use(firmware);
  EXPECT_EQ(use.data_bytes, 768 + 512 + 15'104);
  EXPECT_EQ(use.data_percent, 12.5);  // 16 KiB of two memories of 64 KiB
  EXPECT_EQ(use.memory_tile_bytes, 52'429);
  EXPECT_EQ(use.memory_tile_percent, 10);  // of 512 KiB
  EXPECT_EQ(use.program_bytes, 0);
}

TEST(CompareFigures, ShareOfDataMovement) {
  Measured design;
  EXPECT_EQ(data_movement_percent(design), std::nullopt);
  EXPECT_EQ(path_cycles(design, "dma"), std::nullopt);
  design.report.critical_path.emplace();
  design.report.critical_path->cycles = 200;
  design.report.critical_path->by_kind = {
      {"core", 90, 0, 0}, {"dma", 60, 0, 0}, {"stream", 25, 0, 0}, {"plio", 15, 0, 0}, {"lock", 10, 0, 0}};
  EXPECT_EQ(data_movement_percent(design), 50);
  EXPECT_EQ(path_cycles(design, "dma"), 60);
  EXPECT_EQ(path_cycles(design, "cascade"), 0);
}

TEST(CompareFigures, KeysAreUniqueAndRatiosNeedBothValues) {
  for (std::size_t i = 0; i < figures().size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(figures()[i].key, figures()[j].key);
    if (i > 0) {
      EXPECT_GE(figures()[i].section, figures()[i - 1].section) << figures()[i].key;
    }
  }
  EXPECT_EQ(ratio(3.0, 2.0), 1.5);
  EXPECT_EQ(ratio(3.0, 0.0), std::nullopt);
  EXPECT_EQ(ratio({}, 2.0), std::nullopt);
  EXPECT_EQ(ratio(3.0, {}), std::nullopt);
}

ComparedDesign timed(const std::string& name, double first_ns, double last_ns,
                     std::optional<double> interval_ns) {
  ComparedDesign design;
  design.name = name;
  design.measured.report.latency.first_output_ns = first_ns;
  design.measured.report.latency.last_output_ns = last_ns;
  design.measured.report.interval.ns = interval_ns;
  return design;
}

TEST(CompareSlowdowns, AreThoseBeyondThePercentage) {
  DesignComparison comparison;
  comparison.designs = {timed("A", 100, 200, 50), timed("B", 110, 200, 50), timed("C", 90, 221, {})};
  const auto slower = slowdowns(comparison, 9.5);
  ASSERT_EQ(slower.size(), 2U);
  EXPECT_EQ(slower[0].design, "B");
  EXPECT_EQ(slower[0].what, "first output");
  EXPECT_NEAR(slower[0].percent(), 10, 1e-9);
  EXPECT_EQ(slower[1].design, "C");
  EXPECT_EQ(slower[1].what, "last output");
  EXPECT_NEAR(slower[1].percent(), 10.5, 1e-9);
  EXPECT_EQ(slowdowns(comparison, 10.2).size(), 1U);
  EXPECT_EQ(slowdowns(comparison, 11).size(), 0U);
}

// A design may fuse layers or split them: every layer has its lines, in the order of the graph.
TEST(CompareText, LayersOfAllDesigns) {
  DesignComparison comparison;
  comparison.model = "m";
  comparison.designs = {timed("A", 100, 200, 50), timed("B", 100, 200, 50)};
  const auto layer = [](const char* name, double cycles) {
    traces::LayerReport report;
    report.name = name;
    report.cycles_per_iteration = cycles;
    return report;
  };
  comparison.designs[0].measured.report.layers = {layer("fc1", 100), layer("fc2", 40)};
  comparison.designs[1].measured.report.layers = {layer("fc1", 50), layer("add", 7), layer("fc2", 60)};
  for (ComparedDesign& design : comparison.designs) design.measured.report.clocks.ns_per_cycle = 1;
  const std::string text = to_text(comparison);
  const auto line = [&](const std::string& begin) {
    const auto at = text.find("\n" + begin);
    return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
  };
  const std::string title =
      "  layer  design  tiles  cycles/call  cycles/iteration  ns/iteration  of peak %  ns ratio";
  EXPECT_NE(text.find(title + "\n"), std::string::npos) << text;
  const auto block = text.substr(text.find(title) + title.size() + 1);
  EXPECT_EQ(block.substr(0, block.find("\n\n") + 1),
            "  fc1    A           0            -             100.0         100.0          -\n"
            "         B           0            -              50.0          50.0          -      0.50\n"
            "  add    B           0            -               7.0           7.0          -\n"
            "  fc2    A           0            -              40.0          40.0          -\n"
            "         B           0            -              60.0          60.0          -      1.50\n");
  EXPECT_EQ(line("B against A"),
            "B against A, in ns: first output the same, last output the same, 1.00 times the "
            "iterations per second, with as many tiles (0)");
}

}  // namespace
}  // namespace aie4ml::sim::comparison
