#include "traces/report/bottleneck.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace aie4ml::traces {
namespace {

constexpr std::size_t kRunnersUp = 4;
constexpr double kSaturatedPercent = 90;  // below, waiting is part of the story

struct Candidate {
  UnitLoad load;
  const Activity* activity{};  // null for a PLIO
};

std::vector<Candidate> candidates(const Report& report) {
  // Averaged over the run: start-up code and the filling of the pipeline count with the steady state, and one
  // PLIO word takes its nominal time. APPROX: a busy unit of a short run looks busier than it is in steady
  // state.
  const double iterations = report.completed_iterations;
  const double whole = report.interval.cycles.value_or(static_cast<double>(report.total_cycles) / iterations);
  const auto load = [&](const char* kind, std::string unit, std::string layer, double cycles) {
    const double share = std::min(100.0, percent(cycles / iterations, whole));
    return UnitLoad{kind, std::move(unit), std::move(layer), rounded(cycles / iterations, 3), share};
  };

  std::vector<Candidate> all;
  for (const CoreReport& core : report.cores) {
    all.push_back({load("core", core.tile + " core", core.layer, static_cast<double>(core.cycles.occupied())),
                   &core.cycles});
  }
  for (const DmaReport& dma : report.dma) {
    all.push_back(
        {load("dma", dma.tile + ' ' + dma.channel, dma.layer, static_cast<double>(dma.cycles.occupied())),
         &dma.cycles});
  }
  for (const PlioReport& plio : report.plios) {
    if (plio.words_per_cycle <= 0) continue;
    all.push_back(
        {load("plio", "PLIO " + plio.name, "", static_cast<double>(plio.words) / plio.words_per_cycle),
         nullptr});
  }
  // A core before a channel before a PLIO when they are equally busy.
  std::stable_sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    return a.load.cycles_per_iteration > b.load.cycles_per_iteration;
  });
  return all;
}

std::string describe(const Report& report, const Candidate& busiest) {
  const UnitLoad& load = busiest.load;
  const char* what = load.kind == "core" ? "computes" : "moves data";
  std::string sentence = load.unit;
  if (!load.layer.empty()) sentence += fmt::format(" (layer {})", load.layer);
  if (report.interval.cycles) {
    sentence += fmt::format(" {} for {:.1f} of the {:.1f} cycles between outputs ({:.1f} %)", what,
                            load.cycles_per_iteration, *report.interval.cycles, load.percent);
  } else {
    sentence += fmt::format(" {} for {:.1f} cycles an iteration, {:.1f} % of the run", what,
                            load.cycles_per_iteration, load.percent);
  }
  if (load.percent >= kSaturatedPercent) return sentence;

  sentence += "; no unit is busier";
  if (busiest.activity == nullptr) return sentence;
  const auto stalls = busiest.activity->stalls();
  const auto worst = std::max_element(stalls.begin(), stalls.end(),
                                      [](const auto& a, const auto& b) { return a.second < b.second; });
  if (worst->second == 0) return sentence;
  return sentence +
         fmt::format(", its longest wait is {} ({:.1f} % of the run)", worst->first,
                     percent(static_cast<double>(worst->second), static_cast<double>(report.total_cycles)));
}

}  // namespace

std::optional<BottleneckReport> find_bottleneck(const Report& report) {
  if (report.completed_iterations <= 0) return std::nullopt;
  const std::vector<Candidate> all = candidates(report);
  if (all.empty() || all.front().load.cycles_per_iteration <= 0) return std::nullopt;

  BottleneckReport result{
      all.front().load, report.interval.cycles ? "interval" : "run", describe(report, all.front()), {}};
  for (std::size_t i = 1; i < all.size() && result.runners_up.size() < kRunnersUp; ++i) {
    if (all[i].load.cycles_per_iteration > 0) result.runners_up.push_back(all[i].load);
  }
  return result;
}

}  // namespace aie4ml::traces
