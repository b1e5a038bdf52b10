// The numbers that a comparison shows of each design, in one table: what prints them and what writes them as
// JSON both go through it (docs/report.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "arch/image/image_io.hpp"
#include "traces/report/report.hpp"

namespace aie4ml::sim::comparison {

// What a design keeps in memories.
struct MemoryUse {
  std::int64_t data_bytes{};         // of buffers in data memories of cores
  std::int64_t memory_tile_bytes{};  // of buffers in memory tiles
  std::int64_t program_bytes{};
  double data_percent{};         // of the data memories of the tiles used
  double memory_tile_percent{};  // of the memory tiles used
};
MemoryUse memory_use(const arch::LoadedFirmware& firmware);

// A design that ran to its end.
struct Measured {
  traces::Report report;  // without host
  MemoryUse memory;
  traces::Activity cores;  // sum over the core tiles
};
Measured measure(const arch::LoadedFirmware& firmware, traces::Report report);

// Cycles of the critical path in one kind of piece (docs/report.md, critical_path); none without a path.
std::optional<double> path_cycles(const Measured& design, std::string_view kind);
// Percent of the critical path on which data only moves: dma, stream and plio.
std::optional<double> data_movement_percent(const Measured& design);

enum class Section : std::uint8_t { design, timing, throughput, cores, path };
std::string_view title(Section section);

struct Figure {
  std::string_view key;    // in JSON, with its unit
  std::string_view label;  // for people
  std::string_view unit;   // "" for a count
  Section section{};
  int decimals{};
  std::function<std::optional<double>(const Measured&)> value;  // none: the run cannot tell
};
// All of them, section by section.
const std::vector<Figure>& figures();

// value / reference; none where either is missing or the reference is 0.
std::optional<double> ratio(std::optional<double> value, std::optional<double> reference);

}  // namespace aie4ml::sim::comparison
