// The one list of fields of each part of a report, visited by writer and reader alike. Internal to the
// folder. A visitor is called with (key, member) for every field.
#pragma once

#include <concepts>
#include <type_traits>

#include "traces/report/report.hpp"

namespace aie4ml::traces::fields {

// S is the part, const or not.
template <class S, class Part>
concept IsPart = std::same_as<std::remove_const_t<S>, Part>;

template <IsPart<Activity> S>
void visit(S& s, auto&& f) {
  f("busy", s.busy);
  f("lock", s.lock);
  f("stream", s.stream);
  f("cascade", s.cascade);
  f("bank", s.bank);
  f("idle", s.idle);
}

template <IsPart<ClockReport> S>
void visit(S& s, auto&& f) {
  f("aie_mhz", s.aie_mhz);
  f("ns_per_cycle", s.ns_per_cycle);
}

template <IsPart<LatencyReport> S>
void visit(S& s, auto&& f) {
  f("first_output_cycles", s.first_output_cycles);
  f("first_output_ns", s.first_output_ns);
  f("last_output_cycles", s.last_output_cycles);
  f("last_output_ns", s.last_output_ns);
}

template <IsPart<IntervalReport> S>
void visit(S& s, auto&& f) {
  f("cycles", s.cycles);
  f("ns", s.ns);
  f("min_cycles", s.min_cycles);
  f("max_cycles", s.max_cycles);
  f("measured", s.measured);
  f("skipped", s.skipped);
  f("plio", s.plio);
}

template <IsPart<ThroughputReport> S>
void visit(S& s, auto&& f) {
  f("macs_per_iteration", s.macs_per_iteration);
  f("peak_macs_per_cycle", s.peak_macs_per_cycle);
  f("iterations_per_second", s.iterations_per_second);
  f("macs_per_second", s.macs_per_second);
  f("efficiency_percent", s.efficiency_percent);
}

template <IsPart<LayerReport> S>
void visit(S& s, auto&& f) {
  f("name", s.name);
  f("op", s.op);
  f("description", s.description);
  f("tiles", s.tiles);
  f("macs_per_iteration", s.macs_per_iteration);
  f("peak_macs_per_cycle", s.peak_macs_per_cycle);
  f("kernel_calls", s.kernel_calls);
  f("cycles_per_call", s.cycles_per_call);
  f("ns_per_call", s.ns_per_call);
  f("cycles_per_iteration", s.cycles_per_iteration);
  f("efficiency_percent", s.efficiency_percent);
  f("busy_percent", s.busy_percent);
  f("cycles", s.cycles);
}

template <IsPart<PathPieceReport> S>
void visit(S& s, auto&& f) {
  f("begin_cycle", s.begin_cycle);
  f("cycles", s.cycles);
  f("ns", s.ns);
  f("percent", s.percent);
  f("kind", s.kind);
  f("layer", s.layer);
  f("unit", s.unit);
  f("what", s.what);
}

template <IsPart<PathShareReport> S>
void visit(S& s, auto&& f) {
  f("kind", s.kind);
  f("cycles", s.cycles);
  f("ns", s.ns);
  f("percent", s.percent);
}

template <IsPart<CriticalPathReport> S>
void visit(S& s, auto&& f) {
  f("cycles", s.cycles);
  f("ns", s.ns);
  f("by_kind", s.by_kind);
  f("pieces", s.pieces);
}

template <IsPart<UnitLoad> S>
void visit(S& s, auto&& f) {
  f("kind", s.kind);
  f("unit", s.unit);
  f("layer", s.layer);
  f("cycles_per_iteration", s.cycles_per_iteration);
  f("percent", s.percent);
}

template <IsPart<BottleneckReport> S>
void visit(S& s, auto&& f) {
  visit(s.load, f);  // in line: bottleneck.unit, not bottleneck.load.unit
  f("of", s.of);
  f("sentence", s.sentence);
  f("runners_up", s.runners_up);
}

template <IsPart<CoreReport> S>
void visit(S& s, auto&& f) {
  f("tile", s.tile);
  f("col", s.col);
  f("row", s.row);
  f("layer", s.layer);
  f("bundles", s.bundles);
  f("vector_macs", s.vector_macs);
  f("kernel_calls", s.kernel_calls);
  f("kernel_cycles", s.kernel_cycles);
  f("peak_macs_per_cycle", s.peak_macs_per_cycle);
  f("srs_overflow", s.srs_overflow);
  f("cycles", s.cycles);
}

template <IsPart<DmaReport> S>
void visit(S& s, auto&& f) {
  f("tile", s.tile);
  f("channel", s.channel);
  f("layer", s.layer);
  f("words", s.words);
  f("descriptors", s.descriptors);
  f("utilisation_percent", s.utilisation_percent);
  f("cycles", s.cycles);
}

template <IsPart<RouteReport> S>
void visit(S& s, auto&& f) {
  f("name", s.name);
  f("words_in", s.words_in);
  f("words_out", s.words_out);
  f("receivers", s.receivers);
  f("hops", s.hops);
  f("utilisation_percent", s.utilisation_percent);
  f("source_wait_cycles", s.source_wait_cycles);
  f("receiver_wait_cycles", s.receiver_wait_cycles);
}

template <IsPart<BankReport> S>
void visit(S& s, auto&& f) {
  f("tile", s.tile);
  f("bank", s.bank);
  f("accesses", s.accesses);
  f("conflicts", s.conflicts);
  f("utilisation_percent", s.utilisation_percent);
}

template <IsPart<PlioReport> S>
void visit(S& s, auto&& f) {
  f("name", s.name);
  f("direction", s.direction);
  f("words", s.words);
  f("width_bits", s.width_bits);
  f("pl_clock_mhz", s.pl_clock_mhz);
  f("words_per_cycle", s.words_per_cycle);
  f("utilisation_percent", s.utilisation_percent);
  f("wait_cycles", s.wait_cycles);
}

template <IsPart<OutputReport> S>
void visit(S& s, auto&& f) {
  f("name", s.name);
  f("expected", s.expected);
  f("differing", s.differing);
}

template <IsPart<FaultReport> S>
void visit(S& s, auto&& f) {
  f("kind", s.kind);
  f("cycle", s.cycle);
  f("tile", s.tile);
  f("message", s.message);
  f("waits", s.waits);
}

template <IsPart<HostReport> S>
void visit(S& s, auto&& f) {
  f("wall_seconds", s.wall_seconds);
  f("simulated_cycles_per_second", s.simulated_cycles_per_second);
}

template <IsPart<Report> S>
void visit(S& s, auto&& f) {
  f("schema", s.schema);
  f("model", s.model);
  f("model_sha256", s.model_sha256);
  f("device", s.device);
  f("tiles", s.tiles);
  f("memory_tiles", s.memory_tiles);
  f("iterations", s.iterations);
  f("completed_iterations", s.completed_iterations);
  f("total_cycles", s.total_cycles);
  f("total_ns", s.total_ns);
  f("clocks", s.clocks);
  f("latency", s.latency);
  f("critical_path", s.critical_path);
  f("interval", s.interval);
  f("throughput", s.throughput);
  f("bottleneck", s.bottleneck);
  f("outputs", s.outputs);
  f("fault", s.fault);
  f("warnings", s.warnings);
  f("layers", s.layers);
  f("cores", s.cores);
  f("dma", s.dma);
  f("routes", s.routes);
  f("banks", s.banks);
  f("plios", s.plios);
}

}  // namespace aie4ml::traces::fields
