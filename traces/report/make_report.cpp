#include "traces/report/make_report.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "traces/report/bottleneck.hpp"

namespace aie4ml::traces {
namespace {

constexpr double kWordBits = 32;  // of a stream word in RunStatistics and DMA descriptors
constexpr std::size_t kEnoughIntervals =
    4;  // from here on the first half is left out as filling of the pipeline

double ns(const arch::Device& device, double cycles) {
  return rounded(cycles * device.ns_per_cycle(), 3);
}

std::string layer_name(const arch::Image& image, std::int32_t layer) {
  const auto& layers = image.debug.layers;
  if (layer < 0 || static_cast<std::size_t>(layer) >= layers.size()) return {};
  return layers[static_cast<std::size_t>(layer)].name;
}

// Multiply-accumulates per cycle of the densest mode the program uses, 0 if it does not multiply.
std::int64_t peak_of(const arch::Device& device, const arch::Program& program) {
  std::int64_t peak = 0;
  for (const arch::Bundle& bundle : program.bundles) {
    for (const arch::Instruction& op : bundle.ops) {
      if (op.op != arch::Opcode::vmul && op.op != arch::Opcode::vmac && op.op != arch::Opcode::vmsc) continue;
      if (const auto* mode = device.multiply_mode(op.type_a, op.type_b))
        peak = std::max<std::int64_t>(peak, mode->macs());
    }
  }
  return peak;
}

// Peak of every tile with a program. One that does not multiply could have: it counts with the largest of the
// others, so that spending tiles on data movement shows in the efficiency.
std::map<arch::TileCoord, std::int64_t> tile_peaks(const arch::Device& device, const arch::Image& image) {
  std::map<arch::TileCoord, std::int64_t> peaks;
  std::int64_t largest = 0;
  for (const arch::TileImage& tile : image.tiles) {
    if (!tile.program) continue;
    largest = std::max(largest, peaks[tile.tile] = peak_of(device, *tile.program));
  }
  for (auto& [tile, peak] : peaks) {
    if (peak == 0) peak = largest;
  }
  return peaks;
}

// Beats of iteration `i` that happened; a run that faulted may lack them.
std::optional<std::int64_t> beat(const std::vector<std::int64_t>& beats, std::size_t i) {
  if (i >= beats.size() || beats[i] < 0) return std::nullopt;
  return beats[i];
}

std::int32_t completed(const PlioStatistics& plio) {
  std::size_t n = 0;
  while (beat(plio.last_beat, n)) ++n;
  return static_cast<std::int32_t>(n);
}

LatencyReport make_latency(const arch::Device& device, const RunStatistics& statistics) {
  const PlioStatistics* input = nullptr;
  const PlioStatistics* output = nullptr;
  std::optional<std::int64_t> last = 0;
  for (const PlioStatistics& plio : statistics.plios) {
    const PlioStatistics*& first_of_kind = plio.input ? input : output;
    if (first_of_kind == nullptr) first_of_kind = &plio;
    if (plio.input) continue;
    const auto end = beat(plio.last_beat, 0);
    last = end && last ? std::optional(std::max(*last, *end)) : std::nullopt;
  }
  LatencyReport latency;
  const auto start = input == nullptr ? std::nullopt : beat(input->first_beat, 0);
  if (!start || output == nullptr) return latency;
  if (const auto first = beat(output->first_beat, 0)) {
    latency.first_output_cycles = *first - *start;
    latency.first_output_ns = ns(device, static_cast<double>(*latency.first_output_cycles));
  }
  if (last) {
    latency.last_output_cycles = *last - *start;
    latency.last_output_ns = ns(device, static_cast<double>(*latency.last_output_cycles));
  }
  return latency;
}

IntervalReport make_interval(const arch::Device& device, const RunStatistics& statistics) {
  IntervalReport slowest;
  for (const PlioStatistics& plio : statistics.plios) {
    const auto n = static_cast<std::size_t>(completed(plio));
    if (plio.input || n < 2) continue;
    std::vector<std::int64_t> intervals(n);
    std::adjacent_difference(plio.last_beat.begin(), plio.last_beat.begin() + static_cast<std::ptrdiff_t>(n),
                             intervals.begin());
    const std::size_t skipped = n - 1 >= kEnoughIntervals ? (n - 1) / 2 : 0;
    const auto first = intervals.begin() + static_cast<std::ptrdiff_t>(skipped) + 1;  // [0] is no difference
    const auto [min, max] = std::minmax_element(first, intervals.end());
    const auto measured = static_cast<std::int32_t>(intervals.end() - first);
    const double mean =
        static_cast<double>(std::accumulate(first, intervals.end(), std::int64_t{0})) / measured;
    if (slowest.cycles && *slowest.cycles >= rounded(mean, 3)) continue;
    slowest = {rounded(mean, 3), ns(device, mean), *min, *max, measured, static_cast<std::int32_t>(skipped),
               plio.name};
  }
  return slowest;
}

ThroughputReport make_throughput(const arch::Device& device, const Report& report) {
  ThroughputReport throughput;
  for (const LayerReport& layer : report.layers) throughput.macs_per_iteration += layer.macs_per_iteration;
  for (const CoreReport& core : report.cores) throughput.peak_macs_per_cycle += core.peak_macs_per_cycle;
  if (!report.interval.cycles || *report.interval.cycles <= 0) return throughput;
  const double rate = device.clock.aie_mhz * 1e6 / *report.interval.cycles;
  throughput.iterations_per_second = rounded(rate, 3);
  throughput.macs_per_second = rounded(rate * static_cast<double>(throughput.macs_per_iteration), 3);
  if (throughput.peak_macs_per_cycle > 0) {
    throughput.efficiency_percent =
        percent(static_cast<double>(throughput.macs_per_iteration),
                *report.interval.cycles * static_cast<double>(throughput.peak_macs_per_cycle));
  }
  return throughput;
}

std::vector<CoreReport> make_cores(const arch::Device& device, const arch::Image& image,
                                   const RunStatistics& statistics) {
  const auto peaks = tile_peaks(device, image);
  std::vector<CoreReport> cores;
  for (const CoreStatistics& core : statistics.cores) {
    const auto peak = peaks.find(core.tile);
    cores.push_back({device.tile_name(core.tile), layer_name(image, core.layer), core.tile.col,
                     device.core_grid_row(core.tile), core.bundles, core.vector_macs, core.kernel_calls,
                     core.kernel_cycles, peak == peaks.end() ? 0 : peak->second, core.srs_overflow,
                     make_activity(core.cycles)});
  }
  return cores;
}

// cores[i] belongs to statistics.cores[i].
std::vector<LayerReport> make_layers(const arch::Device& device, const arch::Image& image,
                                     const RunStatistics& statistics, const Report& report) {
  std::vector<LayerReport> layers;
  for (std::size_t index = 0; index < image.debug.layers.size(); ++index) {
    const arch::LayerInfo& info = image.debug.layers[index];
    LayerReport layer;
    layer.name = info.name;
    layer.op = info.op;
    layer.description = info.description;
    layer.macs_per_iteration = info.macs_per_iteration;
    for (const arch::TileCoord tile : info.tiles) layer.tiles.push_back(device.tile_name(tile));

    std::int64_t kernel_cycles = 0;
    std::int64_t busiest = 0;
    double possible_macs = 0;
    for (std::size_t i = 0; i < report.cores.size(); ++i) {
      if (statistics.cores[i].layer != static_cast<std::int32_t>(index)) continue;
      const CoreReport& core = report.cores[i];
      layer.kernel_calls += core.kernel_calls;
      layer.peak_macs_per_cycle += core.peak_macs_per_cycle;
      layer.cycles += core.cycles;
      kernel_cycles += core.kernel_cycles;
      busiest = std::max(busiest, core.kernel_cycles);
      possible_macs +=
          static_cast<double>(core.peak_macs_per_cycle) * static_cast<double>(core.kernel_cycles);
    }
    if (layer.kernel_calls > 0) {
      const double cycles = static_cast<double>(kernel_cycles) / static_cast<double>(layer.kernel_calls);
      layer.cycles_per_call = rounded(cycles, 3);
      layer.ns_per_call = ns(device, cycles);
    }
    // Of an aborted run it is not known how many iterations these cycles served.
    if (kernel_cycles > 0 && report.completed_iterations == report.iterations && report.iterations > 0) {
      layer.cycles_per_iteration = rounded(static_cast<double>(busiest) / report.iterations, 3);
      if (layer.macs_per_iteration > 0 && possible_macs > 0) {
        layer.efficiency_percent =
            percent(static_cast<double>(layer.macs_per_iteration) * report.iterations, possible_macs);
      }
    }
    layer.busy_percent =
        percent(static_cast<double>(layer.cycles.busy), static_cast<double>(layer.cycles.total()));
    layers.push_back(std::move(layer));
  }
  return layers;
}

// Words a stream can carry in the run.
double stream_words(const arch::Device& device, const RunStatistics& statistics) {
  return device.stream_switch.word_bits / kWordBits * static_cast<double>(statistics.total_cycles);
}

std::optional<CriticalPathReport> make_critical_path(const arch::Device& device, const arch::Image& image,
                                                     const RunStatistics& statistics) {
  const std::vector<PathPiece>& path = statistics.critical_path;
  if (path.empty()) return std::nullopt;
  const std::int64_t start = path.front().begin;
  CriticalPathReport report;
  report.cycles = path.back().end - start;
  report.ns = ns(device, static_cast<double>(report.cycles));
  const auto whole = static_cast<double>(report.cycles);
  std::map<PathKind, std::int64_t> sums;
  for (const PathPiece& piece : path) {
    const std::int64_t cycles = piece.end - piece.begin;
    sums[piece.kind] += cycles;
    report.pieces.push_back({piece.begin - start, cycles, ns(device, static_cast<double>(cycles)),
                             percent(static_cast<double>(cycles), whole), std::string(to_string(piece.kind)),
                             layer_name(image, piece.layer), piece.unit, piece.what});
  }
  for (const auto& [kind, cycles] : sums) {
    report.by_kind.push_back({std::string(to_string(kind)), cycles, ns(device, static_cast<double>(cycles)),
                              percent(static_cast<double>(cycles), whole)});
  }
  std::stable_sort(report.by_kind.begin(), report.by_kind.end(),
                   [](const auto& a, const auto& b) { return a.cycles > b.cycles; });
  return report;
}

std::vector<DmaReport> make_dma(const arch::Device& device, const arch::Image& image,
                                const RunStatistics& statistics) {
  std::map<std::pair<arch::TileCoord, arch::ChannelId>, std::int32_t> layers;
  for (const arch::TileImage& tile : image.tiles) {
    for (const arch::DmaChannelConfig& config : tile.channels)
      layers[{tile.tile, config.channel}] = config.layer;
  }
  std::vector<DmaReport> dma;
  for (const ChannelStatistics& channel : statistics.channels) {
    const auto layer = layers.find({channel.tile, channel.channel});
    dma.push_back({device.tile_name(channel.tile), arch::to_string(channel.channel),
                   layer == layers.end() ? "" : layer_name(image, layer->second), channel.words,
                   channel.descriptors,
                   percent(static_cast<double>(channel.words), stream_words(device, statistics)),
                   make_activity(channel.cycles)});
  }
  return dma;
}

// A PLIO carries what its PL side delivers, and no more than the stream behind it takes.
double words_per_cycle(const arch::Device& device, const arch::PlioChannel& plio) {
  const double pl = plio.width_bits * plio.pl_clock_mhz / (kWordBits * device.clock.aie_mhz);
  return std::min(pl, device.stream_switch.word_bits / kWordBits);
}

std::vector<PlioReport> make_plios(const arch::Device& device, const arch::Image& image,
                                   const RunStatistics& statistics) {
  std::vector<PlioReport> plios;
  for (const PlioStatistics& plio : statistics.plios) {
    PlioReport entry{plio.name, plio.input ? "input" : "output", plio.words, 0, 0, 0, 0, plio.wait_cycles};
    for (const arch::PlioChannel& channel : image.plios) {
      if (channel.name != plio.name) continue;
      entry.width_bits = channel.width_bits;
      entry.pl_clock_mhz = channel.pl_clock_mhz;
      entry.words_per_cycle = words_per_cycle(device, channel);
      entry.utilisation_percent =
          percent(static_cast<double>(plio.words),
                  entry.words_per_cycle * static_cast<double>(statistics.total_cycles));
    }
    plios.push_back(std::move(entry));
  }
  return plios;
}

}  // namespace

Report make_report(const arch::Device& device, const arch::Image& image, const RunStatistics& statistics) {
  Report report;
  report.model = image.model;
  report.model_sha256 = image.model_sha256;
  report.device = device.name;
  for (const arch::TileImage& tile : image.tiles) {
    report.tiles += tile.program ? 1 : 0;
    // Not those whose switch is only passed through.
    const bool holds_data = device.kind(tile.tile) == arch::TileKind::memory && !tile.channels.empty();
    report.memory_tiles += holds_data ? 1 : 0;
  }
  report.iterations = statistics.iterations;
  report.completed_iterations = statistics.iterations;
  for (const PlioStatistics& plio : statistics.plios) {
    if (!plio.input) report.completed_iterations = std::min(report.completed_iterations, completed(plio));
  }
  report.total_cycles = statistics.total_cycles;
  report.total_ns = ns(device, static_cast<double>(statistics.total_cycles));
  report.clocks = {device.clock.aie_mhz, rounded(device.ns_per_cycle(), 6)};

  report.latency = make_latency(device, statistics);
  report.critical_path = make_critical_path(device, image, statistics);
  report.interval = make_interval(device, statistics);
  report.cores = make_cores(device, image, statistics);
  report.layers = make_layers(device, image, statistics, report);
  report.throughput = make_throughput(device, report);
  report.dma = make_dma(device, image, statistics);
  for (const RouteStatistics& route : statistics.routes) {
    report.routes.push_back({route.name, route.words_in, route.words_out, route.receivers, route.hops,
                             percent(static_cast<double>(route.words_in), stream_words(device, statistics)),
                             route.source_wait_cycles, route.receiver_wait_cycles});
  }
  for (const BankStatistics& bank : statistics.banks) {
    report.banks.push_back(
        {device.tile_name(bank.tile), bank.bank, bank.accesses, bank.conflicts,
         percent(static_cast<double>(bank.accesses), static_cast<double>(statistics.total_cycles))});
  }
  report.plios = make_plios(device, image, statistics);
  report.bottleneck = find_bottleneck(report);
  if (statistics.wall_seconds > 0) {
    report.host =
        HostReport{rounded(statistics.wall_seconds, 6),
                   rounded(static_cast<double>(statistics.total_cycles) / statistics.wall_seconds, 1)};
  }
  return report;
}

}  // namespace aie4ml::traces
