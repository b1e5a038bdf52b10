#include "sim/app/compare/figures.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace aie4ml::sim::comparison {
namespace {

using Value = std::optional<double>;

// Bytes that at least one of the buffers covers.
std::int64_t covered(std::vector<std::pair<std::int64_t, std::int64_t>> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::int64_t bytes = 0;
  std::int64_t end = 0;
  for (const auto& [from, to] : ranges) {
    bytes += std::max<std::int64_t>(0, to - std::max(from, end));
    end = std::max(end, to);
  }
  return bytes;
}

double kibibytes(std::int64_t bytes) {
  return static_cast<double>(bytes) / 1024;
}

template <class Integer>
Value real(const std::optional<Integer>& value) {
  return value ? Value(static_cast<double>(*value)) : std::nullopt;
}

Value scaled(const Value& value, double factor) {
  return value ? Value(*value * factor) : std::nullopt;
}

Figure core_share(std::string_view key, std::string_view label, std::int64_t traces::Activity::*part) {
  return {key, label, "%", Section::cores, 1, [part](const Measured& m) {
            return traces::percent(static_cast<double>(m.cores.*part), static_cast<double>(m.cores.total()));
          }};
}

Figure path_part(std::string_view key, std::string_view kind) {
  return {key, kind, "cycles", Section::path, 0, [kind](const Measured& m) { return path_cycles(m, kind); }};
}

std::vector<Figure> make_figures() {
  using M = Measured;
  std::vector<Figure> all = {
      {"aie_mhz", "AIE clock", "MHz", Section::design, 0, [](const M& m) { return m.report.clocks.aie_mhz; }},
      {"tiles", "core tiles", "", Section::design, 0, [](const M& m) { return m.report.tiles; }},
      {"memory_tiles", "memory tiles", "", Section::design, 0,
       [](const M& m) { return m.report.memory_tiles; }},
      {"peak_macs_per_cycle", "peak of the core tiles", "MAC/cycle", Section::design, 0,
       [](const M& m) { return static_cast<double>(m.report.throughput.peak_macs_per_cycle); }},
      {"data_memory_kib", "buffers in core tiles", "KiB", Section::design, 1,
       [](const M& m) { return kibibytes(m.memory.data_bytes); }},
      {"data_memory_percent", "  of their data memory", "%", Section::design, 1,
       [](const M& m) { return m.memory.data_percent; }},
      {"memory_tile_kib", "buffers in memory tiles", "KiB", Section::design, 1,
       [](const M& m) { return kibibytes(m.memory.memory_tile_bytes); }},
      {"memory_tile_percent", "  of their memory", "%", Section::design, 1,
       [](const M& m) { return m.memory.memory_tile_percent; }},
      {"program_kib", "programs", "KiB", Section::design, 1,
       [](const M& m) { return kibibytes(m.memory.program_bytes); }},

      {"first_output_cycles", "first output", "cycles", Section::timing, 0,
       [](const M& m) { return real(m.report.latency.first_output_cycles); }},
      {"first_output_ns", "", "ns", Section::timing, 1,
       [](const M& m) { return m.report.latency.first_output_ns; }},
      {"last_output_cycles", "last output", "cycles", Section::timing, 0,
       [](const M& m) { return real(m.report.latency.last_output_cycles); }},
      {"last_output_ns", "", "ns", Section::timing, 1,
       [](const M& m) { return m.report.latency.last_output_ns; }},
      {"interval_cycles", "interval", "cycles", Section::timing, 1,
       [](const M& m) { return m.report.interval.cycles; }},
      {"interval_ns", "", "ns", Section::timing, 1, [](const M& m) { return m.report.interval.ns; }},

      {"iterations_per_second", "iterations", "1/s", Section::throughput, 0,
       [](const M& m) { return m.report.throughput.iterations_per_second; }},
      {"gops", "throughput (2 OP a MAC)", "GOP/s", Section::throughput, 1,
       [](const M& m) { return scaled(m.report.throughput.macs_per_second, 2e-9); }},
      {"efficiency_percent", "of the core tiles' peak", "%", Section::throughput, 1,
       [](const M& m) { return m.report.throughput.efficiency_percent; }},

      core_share("core_busy_percent", "busy", &traces::Activity::busy),
      core_share("core_lock_percent", "wait for a lock", &traces::Activity::lock),
      core_share("core_stream_percent", "wait for a stream", &traces::Activity::stream),
      core_share("core_cascade_percent", "wait for a cascade", &traces::Activity::cascade),
      core_share("core_bank_percent", "lost a bank", &traces::Activity::bank),
      core_share("core_idle_percent", "idle", &traces::Activity::idle),

      path_part("path_core_cycles", "core"),
      path_part("path_cascade_cycles", "cascade"),
      path_part("path_bank_cycles", "bank"),
      path_part("path_lock_cycles", "lock"),
      path_part("path_dma_cycles", "dma"),
      path_part("path_stream_cycles", "stream"),
      path_part("path_plio_cycles", "plio"),
      {"data_movement_percent", "data movement", "%", Section::path, 1, data_movement_percent},
  };
  return all;
}

}  // namespace

MemoryUse memory_use(const arch::LoadedFirmware& firmware) {
  const arch::Device& device = firmware.device;
  std::map<arch::TileCoord, std::vector<std::pair<std::int64_t, std::int64_t>>> ranges;
  for (const arch::BufferInfo& buffer : firmware.image.debug.buffers) {
    ranges[buffer.tile].emplace_back(buffer.address, std::int64_t{buffer.address} + buffer.size_bytes);
  }
  MemoryUse use;
  std::int64_t data_room = 0;
  std::int64_t memory_tile_room = 0;
  for (const auto& [tile, buffers] : ranges) {
    const arch::TileKind kind = device.kind(tile);
    const bool core = kind == arch::TileKind::core;
    (core ? use.data_bytes : use.memory_tile_bytes) += covered(buffers);
    (core ? data_room : memory_tile_room) += device.memory_size(kind).value;
  }
  for (const arch::TileImage& tile : firmware.image.tiles) {
    if (tile.program) use.program_bytes += tile.program->size_bytes(device);
  }
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return traces::percent(static_cast<double>(part), static_cast<double>(whole));
  };
  use.data_percent = share(use.data_bytes, data_room);
  use.memory_tile_percent = share(use.memory_tile_bytes, memory_tile_room);
  return use;
}

Measured measure(const arch::LoadedFirmware& firmware, traces::Report report) {
  Measured measured{std::move(report), memory_use(firmware), {}};
  measured.report.host.reset();  // of this computer, not of the design
  for (const traces::CoreReport& core : measured.report.cores) measured.cores += core.cycles;
  return measured;
}

std::optional<double> path_cycles(const Measured& design, std::string_view kind) {
  if (!design.report.critical_path) return std::nullopt;
  for (const traces::PathShareReport& share : design.report.critical_path->by_kind) {
    if (share.kind == kind) return static_cast<double>(share.cycles);
  }
  return 0;
}

std::optional<double> data_movement_percent(const Measured& design) {
  if (!design.report.critical_path) return std::nullopt;
  double moving = 0;
  for (const char* kind : {"dma", "stream", "plio"}) moving += *path_cycles(design, kind);
  return traces::percent(moving, static_cast<double>(design.report.critical_path->cycles));
}

std::string_view title(Section section) {
  switch (section) {
    case Section::design:
      return "design";
    case Section::timing:
      return "timing";
    case Section::throughput:
      return "throughput";
    case Section::cores:
      return "time of the core tiles";
    case Section::path:
      return "way to the first output";
  }
  return "";
}

const std::vector<Figure>& figures() {
  static const std::vector<Figure> all = make_figures();
  return all;
}

std::optional<double> ratio(std::optional<double> value, std::optional<double> reference) {
  if (!value || !reference || *reference == 0) return std::nullopt;
  return *value / *reference;
}

}  // namespace aie4ml::sim::comparison
