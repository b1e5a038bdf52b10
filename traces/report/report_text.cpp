#include "traces/report/report_text.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "arch/text_table.hpp"

namespace aie4ml::traces {
namespace {

using arch::TextTable;
using Align = TextTable::Align;
constexpr std::size_t kMostLines = 5;
constexpr std::size_t kMostPieces = 40;  // of the critical path

std::string plural(std::int64_t n, const char* noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::string fixed(const std::optional<double>& value, int decimals, const char* unit = "") {
  return value ? fmt::format("{:.{}f}{}", *value, decimals, unit) : "-";
}

// "2.44 M", with the prefix that leaves one to three digits before the point.
std::string scaled(double value) {
  const char* prefix = "";
  for (const char* next : {" k", " M", " G", " T"}) {
    if (value < 1000) break;
    value /= 1000;
    prefix = next;
  }
  return fmt::format("{:.2f}{}", value, prefix);
}

std::vector<TextTable::Column> with_activity(std::vector<TextTable::Column> columns) {
  for (const char* title : {"busy %", "lock %", "stream %", "cascade %", "bank %", "idle %"}) {
    columns.push_back({title, Align::right});
  }
  return columns;
}

void add_activity(std::vector<std::string>& row, const Activity& cycles) {
  const auto share = [&](std::int64_t part) {
    row.push_back(fixed(percent(static_cast<double>(part), static_cast<double>(cycles.total())), 1));
  };
  share(cycles.busy);
  for (const auto& [name, value] : cycles.stalls()) share(value);
}

// The elements with the largest key, largest first; equal ones in the order of the report.
template <class T>
std::vector<const T*> worst(const std::vector<T>& all, std::function<std::int64_t(const T&)> key) {
  std::vector<const T*> chosen;
  for (const T& element : all) {
    if (key(element) > 0) chosen.push_back(&element);
  }
  std::stable_sort(chosen.begin(), chosen.end(), [&](const T* a, const T* b) { return key(*a) > key(*b); });
  if (chosen.size() > kMostLines) chosen.resize(kMostLines);
  return chosen;
}

std::string section(const std::string& title, const TextTable& table, std::size_t shown, std::size_t all) {
  if (table.empty()) return "";
  const std::string note = shown < all ? fmt::format(" ({} of {})", shown, all) : "";
  return fmt::format("\n{}{}\n{}", title, note, table.print("  "));
}

std::string headline(const Report& report) {
  std::string text =
      fmt::format("{} on {}: {}, {}, AIE clock {:g} MHz (1 cycle = {:g} ns)\n", report.model, report.device,
                  plural(report.tiles, "tile"), plural(report.memory_tiles, "memory tile"),
                  report.clocks.aie_mhz, report.clocks.ns_per_cycle);
  text += fmt::format("{} of {} completed in {} cycles, {:.1f} ns\n", report.completed_iterations,
                      plural(report.iterations, "iteration"), report.total_cycles, report.total_ns);
  if (!report.fault) return text;
  text += fmt::format("\nFAULT: {} at cycle {}, {}: {}\n", report.fault->kind, report.fault->cycle,
                      report.fault->tile, report.fault->message);
  for (const std::string& wait : report.fault->waits) text += "  " + wait + '\n';
  return text;
}

// What an end is: a GMIO has no width on the PL side.
const char* host_end(const Report& report, const std::string& name) {
  const auto end = std::find_if(report.plios.begin(), report.plios.end(),
                                [&](const PlioReport& plio) { return plio.name == name; });
  return end != report.plios.end() && end->width_bits == 0 ? "GMIO" : "PLIO";
}

std::string timing(const Report& report) {
  const auto integer = [](const std::optional<std::int64_t>& value) {
    return value ? fmt::to_string(*value) : "-";
  };
  const LatencyReport& latency = report.latency;
  const IntervalReport& interval = report.interval;
  TextTable table({{"", Align::left}, {"cycles", Align::right}, {"ns", Align::right}, {"", Align::left}});
  table.add_row({"first output", integer(latency.first_output_cycles), fixed(latency.first_output_ns, 1),
                 "from the first input beat to the first output beat"});
  table.add_row({"last output", integer(latency.last_output_cycles), fixed(latency.last_output_ns, 1),
                 "to the last output beat of the first iteration"});
  table.add_row({"interval", fixed(interval.cycles, 1), fixed(interval.ns, 1),
                 interval.cycles ? fmt::format("between outputs, mean of {} on {} {}, {}..{} cycles",
                                               interval.measured, host_end(report, interval.plio),
                                               interval.plio, *interval.min_cycles, *interval.max_cycles)
                                 : "needs at least two iterations"});
  std::string text = '\n' + table.print("  ");
  const ThroughputReport& throughput = report.throughput;
  if (throughput.iterations_per_second && throughput.macs_per_second) {
    text += fmt::format("  throughput  {} iterations/s, {} MAC/s", scaled(*throughput.iterations_per_second),
                        scaled(*throughput.macs_per_second));
    if (throughput.efficiency_percent) {
      text += fmt::format(", {:.1f} % of the {} MAC/cycle of the tiles used", *throughput.efficiency_percent,
                          throughput.peak_macs_per_cycle);
    }
    text += '\n';
  }
  if (report.bottleneck) text += "\nbottleneck: " + report.bottleneck->sentence + '\n';
  return text;
}

std::string layers(const Report& report) {
  TextTable table(with_activity({{"layer", Align::left},
                                 {"op", Align::left},
                                 {"tiles", Align::right},
                                 {"calls", Align::right},
                                 {"cycles/call", Align::right},
                                 {"ns/call", Align::right},
                                 {"cycles/iteration", Align::right},
                                 {"of peak %", Align::right}}));
  for (const LayerReport& layer : report.layers) {
    std::vector<std::string> row{layer.name,
                                 layer.op,
                                 fmt::to_string(layer.tiles.size()),
                                 fmt::to_string(layer.kernel_calls),
                                 fixed(layer.cycles_per_call, 1),
                                 fixed(layer.ns_per_call, 1),
                                 fixed(layer.cycles_per_iteration, 1),
                                 fixed(layer.efficiency_percent, 1)};
    add_activity(row, layer.cycles);
    table.add_row(std::move(row));
  }
  return section("layers", table, report.layers.size(), report.layers.size());
}

std::string critical_path(const Report& report) {
  if (!report.critical_path) return "";
  const CriticalPathReport& path = *report.critical_path;
  TextTable table({{"at cycle", Align::right},
                   {"cycles", Align::right},
                   {"ns", Align::right},
                   {"%", Align::right},
                   {"layer"},
                   {"unit"},
                   {"what it waits for or does"}});
  // The longest ones in order of time.
  std::vector<const PathPieceReport*> shown;
  for (const PathPieceReport& piece : path.pieces) shown.push_back(&piece);
  std::stable_sort(shown.begin(), shown.end(),
                   [](const auto* a, const auto* b) { return a->cycles > b->cycles; });
  std::int64_t left_out = 0;
  for (; shown.size() > kMostPieces; shown.pop_back()) left_out += shown.back()->cycles;
  std::sort(shown.begin(), shown.end(),
            [](const auto* a, const auto* b) { return a->begin_cycle < b->begin_cycle; });
  for (const PathPieceReport* piece : shown) {
    table.add_row({fmt::to_string(piece->begin_cycle), fmt::to_string(piece->cycles), fixed(piece->ns, 1),
                   fixed(piece->percent, 1), piece->layer, piece->unit, piece->what});
  }
  std::string shares;
  for (const PathShareReport& share : path.by_kind) {
    shares += fmt::format("{}{} {} ({:.1f} %)", shares.empty() ? "" : ", ", share.kind, share.cycles,
                          share.percent);
  }
  std::string text = fmt::format("\ncritical path to the first output: {} cycles, {:.1f} ns; {}\n{}",
                                 path.cycles, path.ns, shares, table.print("  "));
  if (left_out > 0) {
    text += fmt::format("  and {} shorter pieces, {} cycles\n", path.pieces.size() - shown.size(), left_out);
  }
  return text;
}

std::string movers(const Report& report) {
  TextTable dma(with_activity(
      {{"channel", Align::left}, {"layer", Align::left}, {"words", Align::right}, {"BDs", Align::right}}));
  const auto channels = worst<DmaReport>(report.dma, [](const DmaReport& d) { return d.cycles.occupied(); });
  for (const DmaReport* d : channels) {
    std::vector<std::string> row{d->tile + ' ' + d->channel, d->layer, fmt::to_string(d->words),
                                 fmt::to_string(d->descriptors)};
    add_activity(row, d->cycles);
    dma.add_row(std::move(row));
  }
  TextTable routes({{"route", Align::left},
                    {"words in", Align::right},
                    {"words out", Align::right},
                    {"receivers", Align::right},
                    {"hops", Align::right},
                    {"used %", Align::right},
                    {"source waits", Align::right},
                    {"receivers wait", Align::right}});
  const auto busiest = worst<RouteReport>(report.routes, [](const RouteReport& r) { return r.words_in; });
  for (const RouteReport* r : busiest) {
    routes.add_row({r->name, fmt::to_string(r->words_in), fmt::to_string(r->words_out),
                    fmt::to_string(r->receivers), fmt::to_string(r->hops), fixed(r->utilisation_percent, 1),
                    fmt::to_string(r->source_wait_cycles), fmt::to_string(r->receiver_wait_cycles)});
  }
  TextTable banks({{"bank", Align::left},
                   {"accesses", Align::right},
                   {"conflicts", Align::right},
                   {"conflicts %", Align::right}});
  const auto contended = worst<BankReport>(report.banks, [](const BankReport& b) { return b.conflicts; });
  for (const BankReport* b : contended) {
    banks.add_row({fmt::format("{} bank {}", b->tile, b->bank), fmt::to_string(b->accesses),
                   fmt::to_string(b->conflicts),
                   fixed(percent(static_cast<double>(b->conflicts), static_cast<double>(b->accesses)), 1)});
  }
  return section("busiest DMA channels", dma, channels.size(), report.dma.size()) +
         section("busiest routes", routes, busiest.size(), report.routes.size()) +
         section("banks with most conflicts", banks, contended.size(), report.banks.size());
}

std::string ending(const Report& report) {
  std::string text;
  for (const std::string& warning : report.warnings) text += "\nwarning: " + warning;
  if (!report.warnings.empty()) text += '\n';
  const auto overflows = std::count_if(report.cores.begin(), report.cores.end(),
                                       [](const CoreReport& c) { return c.srs_overflow; });
  if (overflows > 0)
    text += fmt::format("\nresults saturated on {} (sticky overflow flag)\n", plural(overflows, "tile"));
  for (const OutputReport& output : report.outputs) {
    if (&output == &report.outputs.front()) text += '\n';
    text += output.expected ? fmt::format("output {}: {} of {} values differ from the expected ones\n",
                                          output.name, *output.differing, *output.expected)
                            : fmt::format("output {}: nothing to compare with\n", output.name);
  }
  if (report.host) {
    text += fmt::format("\nsimulated in {:.3f} s, {} cycles/s\n", report.host->wall_seconds,
                        scaled(report.host->simulated_cycles_per_second));
  }
  return text;
}

}  // namespace

std::string to_text(const Report& report) {
  return headline(report) + timing(report) + layers(report) + critical_path(report) + movers(report) +
         ending(report);
}

}  // namespace aie4ml::traces
