#include "compiler/estimate/estimate.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace aie4ml::compiler {
namespace {

constexpr int kKilo = 1000;

class Estimator {
 public:
  Estimator(const Plan& plan, const arch::Device& device)
      : plan_(plan), device_(device), ready_(plan.edges.size()), result_{} {
    for (const LayerPlan& layer : plan.layers) {
      result_.layers.push_back({layer.name, 0, 0, call_cycles(layer)});
      for (const TilePlan& tile : layer.tiles) owner_[tile.tile] = result_.layers.size() - 1;
    }
  }

  // Times only grow, so that as many rounds as there are stages settle them.
  Estimate run() {
    for (std::size_t round = 0; round <= plan_.layers.size() + plan_.edges.size(); ++round) {
      for (std::size_t n = 0; n < plan_.nets.size(); ++n) deliver(n);
      for (std::size_t l = 0; l < plan_.layers.size(); ++l) result_.layers[l].done_cycles = finish(l);
    }
    find_interval();
    return std::move(result_);
  }

 private:
  [[nodiscard]] const arch::CoreTiming& timing() const { return device_.core.timing; }
  // Cycles a lock operation takes a core.
  [[nodiscard]] int lock_cycles() const { return timing().lock_resume_cycle - timing().lock_stall_cycle + 1; }
  // From the end of a transfer or call that releases a lock to the one that waited for it.
  [[nodiscard]] int hand_over_cycles() const { return 1 + device_.locks.service_cycles; }
  // Acquires of the operands and the output, and the call itself.
  [[nodiscard]] double entry_cycles(const LayerPlan& layer) const {
    return static_cast<double>(layer.inputs.size()) * lock_cycles() + lock_cycles() +
           timing().branch_delay_slots + 1;
  }
  [[nodiscard]] double call_cycles(const LayerPlan& layer) const {
    double most = 0;
    for (const arch::Cycles kernel : layer.kernel_cycles) {
      most = std::max(most, static_cast<double>(kernel.value));
    }
    return most + entry_cycles(layer) + static_cast<double>(layer.inputs.size() + 1) * lock_cycles();
  }

  struct Dma {
    const arch::DmaFacts* facts{};
    int access{};
  };
  [[nodiscard]] Dma dma(arch::TileCoord tile) const {
    const arch::TileKind kind = device_.kind(tile);
    return {&device_.dma(kind), kind == arch::TileKind::memory ? device_.memory_tile.access_cycles : 0};
  }
  [[nodiscard]] int edge_at(const StreamEnd& end, bool reads) const {
    for (std::size_t e = 0; e < plan_.edges.size(); ++e) {
      const Edge& edge = plan_.edges[e];
      if (edge.tile != end.tile) continue;
      const std::vector<Endpoint>& ends = reads ? edge.readers : edge.writers;
      if (std::any_of(ends.begin(), ends.end(),
                      [&](const Endpoint& at) { return at.channel.index == end.port.index; })) {
        return static_cast<int>(e);
      }
    }
    std::abort();  // a net ends at an edge, a layer or a PLIO
  }
  [[nodiscard]] double words_per_cycle(const StreamEnd& end) const {
    for (const PlioPlan& plio : plan_.plios) {
      if (end.tile != device_.shim_tile(plio.channel.column) || plio.channel.index != end.port.index)
        continue;
      const double rate = plio.channel.width_bits / 32.0 * plio.channel.pl_clock_mhz / device_.clock.aie_mhz;
      return std::min(1.0, rate);
    }
    return 1;
  }

  // Cycle in which the first word of a net enters its first switch.
  [[nodiscard]] double first_word(const Net& net) const {
    if (net.source.port.side != arch::PortSide::dma) return device_.shim.cdc_cycles;
    const Dma from = dma(net.source.tile);
    const double ready = device_.kind(net.source.tile) == arch::TileKind::memory
                             ? ready_[static_cast<std::size_t>(edge_at(net.source, true))]
                             : result_.layers[owner_.at(net.source.tile)].done_cycles;
    return ready + hand_over_cycles() + from.facts->timing.bd_start_cycles +
           from.facts->timing.first_word_cycles + from.access;
  }

  [[nodiscard]] int crossing(const arch::CircuitConnection& hop) const {
    const auto external = [](const arch::StreamPort& port) {
      return port.side == arch::PortSide::north || port.side == arch::PortSide::south ||
             port.side == arch::PortSide::east || port.side == arch::PortSide::west;
    };
    const arch::StreamSwitchFacts& facts = device_.stream_switch;
    if (external(hop.slave)) {
      return external(hop.master) ? facts.external_to_external_cycles : facts.external_to_local_cycles;
    }
    return external(hop.master) ? facts.local_to_external_cycles : facts.local_to_local_cycles;
  }

  void deliver(std::size_t index) {
    const Net& net = plan_.nets[index];
    const double begin = first_word(net);
    std::map<StreamEnd, double> reached{{net.source, 0}};  // slave ports, and the cycles up to them
    for (const Hop& hop : plan_.routes[index]) {
      const double at = reached.at({hop.tile, hop.connection.slave}) + crossing(hop.connection);
      const arch::StreamPort& out = hop.connection.master;
      const StreamEnd end{hop.tile, out};
      if (std::find(net.sinks.begin(), net.sinks.end(), end) != net.sinks.end()) {
        arrive(net, end, begin + at);
      } else if (const auto next = device_.neighbour(hop.tile, out.side)) {
        reached[{*next, {arch::opposite(out.side), out.index}}] = at;
      }
    }
  }

  void arrive(const Net& net, const StreamEnd& sink, double first) {
    if (sink.port.side != arch::PortSide::dma) {
      const bool first_output = std::none_of(plan_.plios.begin(), plan_.plios.end(), [&](const PlioPlan& p) {
        return p.channel.direction == arch::PlioChannel::Direction::output && before(p, sink);
      });
      if (first_output) result_.latency_cycles = first + device_.shim.cdc_cycles;
      return;
    }
    const Dma to = dma(sink.tile);
    const double last = first + static_cast<double>(net.words_per_iteration) / words_per_cycle(net.source) +
                        to.facts->timing.write_cycles + to.access + hand_over_cycles();
    double& ready = device_.kind(sink.tile) == arch::TileKind::memory
                        ? ready_[static_cast<std::size_t>(edge_at(sink, false))]
                        : result_.layers[owner_.at(sink.tile)].start_cycles;
    ready = std::max(ready, last);
  }
  // Whether an output PLIO comes before the one at `sink`, in the order of the plan.
  [[nodiscard]] bool before(const PlioPlan& plio, const StreamEnd& sink) const {
    for (const PlioPlan& other : plan_.plios) {
      const bool is_sink = other.channel.direction == arch::PlioChannel::Direction::output &&
                           sink.tile == device_.shim_tile(other.channel.column) &&
                           sink.port.index == other.channel.index;
      if (is_sink) return false;
      if (&other == &plio) return true;
    }
    return false;
  }

  // A cascade block by block: a tile ends a block after its own block before and after the tile before it.
  [[nodiscard]] double finish(std::size_t index) const {
    const LayerPlan& layer = plan_.layers[index];
    const double start = result_.layers[index].start_cycles + entry_cycles(layer);
    if (layer.cas_len == 1) return start + static_cast<double>(layer.kernel_cycles.front().value);
    const kernels::DenseTile& tile = layer.tiles.front().dense();
    const int blocks = tile.rows / kernels::row_step(tile) * (tile.n / kernels::column_step(tile));
    // From the last word read to the first multiply, and from the last multiply to the word written.
    const int pass = timing()[arch::TimingClass::cascade_read].def -
                     timing()[arch::TimingClass::vector_mac_int].acc_use + 1 +
                     timing()[arch::TimingClass::vector_mac_int].def + device_.cascade.hop_cycles;
    const double multiplies = static_cast<double>(kernels::row_step(tile) / tile.mmul.m *
                                                  (kernels::column_step(tile) / tile.mmul.n)) *
                              tile.k / tile.mmul.k;
    std::vector<double> done(static_cast<std::size_t>(layer.cas_len), start);
    for (int block = 0; block < blocks; ++block) {
      for (std::size_t p = 0; p < done.size(); ++p) {
        done[p] += static_cast<double>(layer.kernel_cycles[p].value) / blocks;
        if (p > 0) done[p] = std::max(done[p], done[p - 1] + multiplies + pass);
      }
    }
    return done.back();
  }

  void find_interval() {
    const auto offer = [&](double cycles, const std::string& what) {
      if (cycles <= result_.interval_cycles) return;
      result_.interval_cycles = cycles;
      result_.bottleneck = what;
    };
    for (const LayerEstimate& layer : result_.layers) offer(layer.call_cycles, "layer " + layer.name);
    for (const Net& net : plan_.nets) {
      double rate = words_per_cycle(net.source);
      for (const StreamEnd& sink : net.sinks) {
        if (sink.port.side != arch::PortSide::dma) rate = std::min(rate, words_per_cycle(sink));
      }
      const int swap = device_.tile_dma.timing.bd_chain_cycles + device_.locks.service_cycles + 1;
      offer(static_cast<double>(net.words_per_iteration) / rate + swap, "stream " + net.name);
    }
  }

  const Plan& plan_;
  const arch::Device& device_;
  std::map<arch::TileCoord, std::size_t> owner_;
  std::vector<double> ready_;  // per edge: a half is full
  Estimate result_;
};

double to_ns(double cycles, const arch::Device& device) {
  return cycles * kKilo / device.clock.aie_mhz;
}

}  // namespace

Estimate estimate(const Plan& plan, const arch::Device& device) {
  return Estimator(plan, device).run();
}

nlohmann::ordered_json to_json(const Estimate& estimate, const arch::Device& device) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const LayerEstimate& layer : estimate.layers) {
    layers.push_back({{"name", layer.name},
                      {"start_cycles", layer.start_cycles},
                      {"done_cycles", layer.done_cycles},
                      {"call_cycles", layer.call_cycles}});
  }
  return {
      {"latency",
       {{"first_output_cycles", estimate.latency_cycles},
        {"first_output_ns", to_ns(estimate.latency_cycles, device)}}},
      {"interval", {{"cycles", estimate.interval_cycles}, {"ns", to_ns(estimate.interval_cycles, device)}}},
      {"bottleneck", estimate.bottleneck},
      {"layers", std::move(layers)}};
}

std::string to_text(const Estimate& estimate, const arch::Device& device) {
  std::string text = fmt::format(
      "estimate, not simulated: first output after {:.0f} cycles ({:.0f} ns), an iteration every {:.0f} "
      "cycles "
      "({:.0f} ns), bound by {}\n",
      estimate.latency_cycles, to_ns(estimate.latency_cycles, device), estimate.interval_cycles,
      to_ns(estimate.interval_cycles, device), estimate.bottleneck);
  for (const LayerEstimate& layer : estimate.layers) {
    text += fmt::format("  {}: starts at {:.0f}, done at {:.0f}, a call takes {:.0f}\n", layer.name,
                        layer.start_cycles, layer.done_cycles, layer.call_cycles);
  }
  return text;
}

}  // namespace aie4ml::compiler
