#include <fmt/format.h>

#include "traces/report/report.hpp"

namespace aie4ml::traces {
namespace {

class Checker {
 public:
  explicit Checker(arch::Problems& problems) : problems_(problems) {}

  void require(bool holds, std::string where, std::string what) {
    if (!holds)
      problems_.push_back({std::move(where), std::move(what), "this is a defect of whatever wrote it"});
  }
  void not_negative(std::int64_t value, std::string where) {
    require(value >= 0, std::move(where), fmt::format("is negative: {}", value));
  }
  void in_percent(double value, std::string where) {
    require(value >= 0 && value <= 100, std::move(where), fmt::format("is {} %, not 0..100", value));
  }
  // A cycle belongs to one kind of activity only, and every cycle to one.
  void adds_up(const Activity& cycles, std::int64_t whole, const std::string& where) {
    not_negative(cycles.busy, where + ".busy");
    for (const auto& [name, value] : cycles.stalls()) not_negative(value, fmt::format("{}.{}", where, name));
    require(cycles.total() == whole, where,
            fmt::format("adds up to {} cycles, not to {}", cycles.total(), whole));
  }

 private:
  arch::Problems& problems_;
};

// The pieces follow each other and fill the latency.
void check_critical_path(const Report& report, Checker& check) {
  const CriticalPathReport& path = *report.critical_path;
  check.require(path.cycles == report.latency.first_output_cycles, "critical_path.cycles",
                fmt::format("is {}, which is not the latency", path.cycles));
  std::int64_t at = 0;
  for (std::size_t i = 0; i < path.pieces.size(); ++i) {
    const PathPieceReport& piece = path.pieces[i];
    const std::string where = fmt::format("critical_path.pieces[{}]", i);
    check.require(piece.begin_cycle == at, where + ".begin_cycle",
                  fmt::format("is {}, where the piece before ends at {}", piece.begin_cycle, at));
    check.require(piece.cycles > 0, where + ".cycles", fmt::format("is {}", piece.cycles));
    at += piece.cycles;
  }
  check.require(at == path.cycles, "critical_path.pieces",
                fmt::format("add up to {} cycles, not to {}", at, path.cycles));
  std::int64_t sum = 0;
  for (const PathShareReport& share : path.by_kind) sum += share.cycles;
  check.require(sum == path.cycles, "critical_path.by_kind",
                fmt::format("adds up to {} cycles, not to {}", sum, path.cycles));
}

void check_run(const Report& report, Checker& check) {
  check.require(report.schema == kReportSchema, "schema", fmt::format("is {}", report.schema));
  check.require(!report.device.empty(), "device", "is empty");
  check.not_negative(report.tiles, "tiles");
  check.not_negative(report.total_cycles, "total_cycles");
  check.require(report.clocks.aie_mhz > 0, "clocks.aie_mhz", "is not positive");
  check.require(report.completed_iterations >= 0 && report.completed_iterations <= report.iterations,
                "completed_iterations",
                fmt::format("is {} of {}", report.completed_iterations, report.iterations));

  const LatencyReport& latency = report.latency;
  check.not_negative(latency.first_output_cycles.value_or(0), "latency.first_output_cycles");
  if (latency.first_output_cycles && latency.last_output_cycles) {
    check.require(*latency.last_output_cycles >= *latency.first_output_cycles, "latency.last_output_cycles",
                  "is before the first output");
  }
  check.require(latency.first_output_cycles.has_value() == latency.first_output_ns.has_value() &&
                    latency.last_output_cycles.has_value() == latency.last_output_ns.has_value(),
                "latency", "has cycles without ns or the other way round");
  if (report.critical_path) check_critical_path(report, check);
  const IntervalReport& interval = report.interval;
  check.require(interval.cycles.has_value() == interval.ns.has_value() &&
                    interval.cycles.has_value() == (interval.measured > 0),
                "interval", "has a mean without measurements or the other way round");
  if (report.bottleneck) check.in_percent(report.bottleneck->load.percent, "bottleneck.percent");
}

}  // namespace

arch::Problems validate(const Report& report) {
  arch::Problems problems;
  Checker check(problems);
  check_run(report, check);

  for (std::size_t i = 0; i < report.outputs.size(); ++i) {
    const OutputReport& output = report.outputs[i];
    const std::string where = fmt::format("outputs[{}]", i);
    check.require(output.expected.has_value() == output.differing.has_value(), where,
                  "has a count of differing values without one of expected values or the other way round");
    const std::int64_t differing = output.differing.value_or(0);
    check.require(differing >= 0 && differing <= output.expected.value_or(0), where + ".differing",
                  fmt::format("is {} of {}", differing, output.expected.value_or(0)));
  }
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    check.in_percent(report.layers[i].busy_percent, fmt::format("layers[{}].busy_percent", i));
    check.not_negative(report.layers[i].kernel_calls, fmt::format("layers[{}].kernel_calls", i));
  }
  for (std::size_t i = 0; i < report.cores.size(); ++i) {
    check.adds_up(report.cores[i].cycles, report.total_cycles, fmt::format("cores[{}].cycles", i));
  }
  for (std::size_t i = 0; i < report.dma.size(); ++i) {
    check.adds_up(report.dma[i].cycles, report.total_cycles, fmt::format("dma[{}].cycles", i));
    check.not_negative(report.dma[i].words, fmt::format("dma[{}].words", i));
  }
  for (std::size_t i = 0; i < report.banks.size(); ++i) {
    const BankReport& bank = report.banks[i];
    check.require(bank.conflicts >= 0 && bank.accesses >= 0, fmt::format("banks[{}]", i),
                  "has negative counts");
  }
  return problems;
}

}  // namespace aie4ml::traces
