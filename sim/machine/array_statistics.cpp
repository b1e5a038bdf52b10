// Counts of the array at the end of a run.
#include <algorithm>

#include "sim/machine/array.hpp"
#include "sim/observe/critical_path.hpp"

namespace aie4ml::sim {

MachineResult Array::finish() {
  MachineResult result;
  result.fault = fault();
  std::sort(warnings_.begin(), warnings_.end());
  result.warnings = warnings_;
  traces::RunStatistics& statistics = result.statistics;
  // A unit may know of waits that last longer than the run.
  const std::int64_t end = std::min(std::max(latest(), fault() ? fault()->cycle.value : 0), stop_cycle());
  statistics.total_cycles = end;
  statistics.iterations = iterations_;
  collect_cores(end, statistics);
  collect_channels(end, statistics);
  collect_plios(end, result);
  collect_routes(statistics);
  collect_banks(statistics);
  for (const auto& [tile, module] : locks_) {
    for (int i = 0; i < module->size(); ++i) {
      if (const int value = module->value(i); value != 0)
        result.locks.push_back({tile, arch::LockId(static_cast<std::uint8_t>(i)), value});
    }
  }
  statistics.critical_path = first_output_path(statistics.plios);
  if (options_.recorder != nullptr) {
    record_path(statistics.critical_path);
    if (fault() && fault_unit_ != kNoUnit) {
      logs_[static_cast<std::size_t>(fault_unit_)]->instant(options_.recorder->intern("fault"),
                                                            fault_->cycle.value);
    }
    options_.recorder->finish(arch::Cycles(end));
  }
  return result;
}

void Array::collect_plios(std::int64_t end, MachineResult& result) {
  result.plio_outputs.resize(image_.host_ends());
  for (const UnitInfo& unit : units_.all()) {
    traces::PlioStatistics* plio = nullptr;
    if (unit.kind == traces::UnitKind::plio_in) {
      plio = &result.statistics.plios.emplace_back(plio_sources_.at(unit.id)->statistics());
    } else if (unit.kind == traces::UnitKind::plio_out) {
      plio = &result.statistics.plios.emplace_back(plio_sinks_.at(unit.id)->statistics());
      result.plio_outputs[unit.index] = plio_sinks_.at(unit.id)->words();
    } else {
      continue;
    }
    const auto id = static_cast<std::size_t>(unit.id);
    const auto cycles = logs_[id]->close(end);
    plio->wait_cycles = cycles[static_cast<std::size_t>(traces::StallReason::stream)];
  }
  for (std::size_t i = 0; i < gmios_.size(); ++i) {
    result.statistics.plios.push_back(gmios_[i]->statistics());
    if (!gmios_[i]->statistics().input) result.plio_outputs[image_.plios.size() + i] = gmios_[i]->words();
  }
}

void Array::collect_cores(std::int64_t end, traces::RunStatistics& statistics) {
  for (const auto& [id, core] : cores_) {
    const CoreCounts& counts = core->counts();
    statistics.cores.push_back({.tile = units_[id].tile,
                                .layer = units_[id].layer,
                                .bundles = counts.bundles,
                                .vector_macs = counts.macs,
                                .cycles = logs_[static_cast<std::size_t>(id)]->close(end),
                                .kernel_calls = core->kernel_calls(),
                                .kernel_cycles = core->kernel_cycles(end),
                                .srs_overflow = counts.srs_overflow});
  }
}

void Array::collect_channels(std::int64_t end, traces::RunStatistics& statistics) {
  for (const auto& [id, channel] : channels_) {
    auto cycles = logs_[static_cast<std::size_t>(id)]->close(end);
    // An MM2S channel accesses memory ahead of the stream; while words it holds go out, its waits for a lock
    // or for room are no loss.
    const std::int64_t moving =
        (channel->words() + channel->words_per_cycle() - 1) / channel->words_per_cycle();
    for (const traces::StallReason reason :
         {traces::StallReason::lock, traces::StallReason::stream, traces::StallReason::idle}) {
      std::int64_t& waited = cycles[static_cast<std::size_t>(reason)];
      const std::int64_t hidden = std::clamp<std::int64_t>(moving - cycles[0], 0, waited);
      waited -= hidden;
      cycles[0] += hidden;
    }
    statistics.channels.push_back({.tile = units_[id].tile,
                                   .channel = units_[id].channel(),
                                   .words = channel->words(),
                                   .descriptors = channel->descriptors(),
                                   .tokens = channel->tokens(),
                                   .cycles = cycles});
  }
}

void Array::collect_routes(traces::RunStatistics& statistics) const {
  const auto wait_of = [this](UnitId unit, int link) {
    return unit == kNoUnit ? 0 : logs_[static_cast<std::size_t>(unit)]->waited_for_link(link);
  };
  for (const auto& stream : streams_) {
    traces::RouteStatistics route{.name = stream->ends().name,
                                  .words_in = stream->route().left_count(),
                                  .words_out = 0,
                                  .receivers = stream->route().receivers(),
                                  .hops = stream->ends().hops,
                                  .source_wait_cycles = wait_of(stream->ends().source, stream->index()),
                                  .receiver_wait_cycles = 0};
    for (const UnitId receiver : stream->ends().receivers)
      route.receiver_wait_cycles += wait_of(receiver, stream->index());
    for (int r = 0; r < stream->route().receivers(); ++r) route.words_out += stream->route().popped(r);
    statistics.routes.push_back(std::move(route));
  }
}

// From the first beat of the first input, as the latency counts.
std::vector<traces::PathPiece> Array::first_output_path(
    const std::vector<traces::PlioStatistics>& ends) const {
  const auto input = std::find_if(ends.begin(), ends.end(), [](const auto& end) { return end.input; });
  if (!first_output_ || input == ends.end() || input->first_beat.empty()) return {};
  return critical_path({image_, device_, units_, logs_, streams_}, *first_output_, input->first_beat.front());
}

void Array::collect_banks(traces::RunStatistics& statistics) const {
  std::map<arch::TileCoord, std::vector<traces::BankStatistics>> counts;
  for (const auto& [tile, module] : banks_) counts[tile] = module->counts();
  const auto physical = static_cast<std::size_t>(device_.data_memory.physical_banks);
  for (const auto& [id, core] : cores_) {
    const CoreCounts& of_core = core->counts();
    for (std::size_t w = 0; w < arch::kMemoryWindowCount; ++w) {
      const auto memory = device_.window_tile(units_[id].tile, static_cast<arch::MemoryWindow>(w));
      if (!memory) continue;
      for (std::size_t b = 0; b < physical; ++b) {
        counts[*memory][b].accesses += of_core.bank_accesses[w * physical + b];
        counts[*memory][b].conflicts += of_core.bank_conflicts[w * physical + b];
      }
    }
  }
  for (auto& [tile, banks] : counts) {
    const bool used = std::any_of(banks.begin(), banks.end(), [](const auto& b) { return b.accesses > 0; });
    for (std::size_t b = 0; used && b < banks.size(); ++b) {
      banks[b].tile = tile;
      banks[b].bank = static_cast<std::int32_t>(b);
      statistics.banks.push_back(banks[b]);
    }
  }
}

}  // namespace aie4ml::sim
