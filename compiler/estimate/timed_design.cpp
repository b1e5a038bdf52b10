#include "compiler/estimate/timed_design.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "compiler/estimate/timed_external.hpp"
#include "compiler/estimate/timed_program.hpp"
#include "compiler/plan/plan_locks.hpp"

namespace aie4ml::compiler {
namespace {

using Direction = arch::PlioChannel::Direction;

}  // namespace

TimedDesign::TimedDesign(const Plan& plan, const arch::Device& device)
    : plan_(plan), device_(device), cores_(plan.layers.size()) {
  for (const PlannedLock& planned : locks_of(plan))
    locks_.emplace(Lock{planned.tile, planned.lock}, TimedLock(planned.value));
  add_streams();
  add_host_ends();
  add_channels();
  add_cores();
  find_neighbours();
}

template <class Unit, class... Arguments>
Unit& TimedDesign::add(int layer, Arguments&&... arguments) {
  auto unit = std::make_unique<Unit>(std::forward<Arguments>(arguments)...);
  Unit& result = *unit;
  units_.push_back(std::move(unit));
  layer_of_.push_back(layer);
  return result;
}

void TimedDesign::add_streams() {
  for (std::size_t n = 0; n < plan_.nets.size(); ++n) {
    const Net& net = plan_.nets[n];
    TimedStream& made = add_stream(net, plan_.routes[n]);
    sources_[net.source] = &made;
    for (std::size_t s = 0; s < net.sinks.size(); ++s) sinks_[net.sinks[s]] = {&made, s};
  }
}

// A multicast forks where its words enter a switch. Switches in a row that do not fork are one way.
TimedStream& TimedDesign::add_stream(const Net& net, const Route& route) {
  const int words_per_cycle = std::max(1, device_.stream_switch.word_bits / 32);
  std::map<StreamEnd, int> branches;  // by slave port
  for (const Hop& hop : route) ++branches[{hop.tile, hop.connection.slave}];
  std::vector<TimedStream::Node> nodes{{}};
  std::vector<int> leaves(net.sinks.size(), -1);
  // Of a slave port: the node above it, and what lies between.
  std::map<StreamEnd, TimedStream::Node> before{{net.source, {0, 0, 0, 0}}};
  for (const Hop& hop : route) {
    const arch::StreamPort slave = hop.connection.slave;
    const arch::StreamPort master = hop.connection.master;
    TimedStream::Node way = before.at({hop.tile, slave});
    if (branches.at({hop.tile, slave}) > 1 && way.words > 0) {
      // The fork, made by the first of its branches.
      nodes.push_back(way);
      way = {static_cast<int>(nodes.size()) - 1, 0, 0, 0};
      before[{hop.tile, slave}] = way;
    }
    const int latency = device_.switch_latency(slave, master);
    way.latency += latency;
    // A switch stores at least the words in flight through it.
    way.words += std::max(device_.switch_buffering(slave, master), latency + 1) * words_per_cycle;
    way.back += 1;
    const StreamEnd end{hop.tile, master};
    if (const auto sink = std::find(net.sinks.begin(), net.sinks.end(), end); sink != net.sinks.end()) {
      way.words += stored_at(end);
      way.back += 1;
      leaves[static_cast<std::size_t>(sink - net.sinks.begin())] = static_cast<int>(nodes.size());
      nodes.push_back(way);
    } else if (const auto next = device_.neighbour(hop.tile, master.side)) {
      before[{*next, {arch::opposite(master.side), master.index}}] = way;
    }
  }
  return streams_.emplace_back(std::move(nodes), std::move(leaves), words_per_cycle);
}

std::int64_t TimedDesign::stored_at(const StreamEnd& sink) const {
  const arch::TileKind kind = device_.kind(sink.tile);
  if (kind != arch::TileKind::shim) return std::max(1, device_.dma(kind).timing.egress_words);
  const auto plio = std::find_if(plan_.plios.begin(), plan_.plios.end(), [&](const PlioPlan& p) {
    return p.channel.direction == Direction::output && p.channel.column == sink.tile.col &&
           p.channel.index == sink.port.index;
  });
  if (plio == plan_.plios.end()) return 1;
  if (plio->noc) return std::max(1, device_.shim.dma.timing.egress_words);
  return std::max(device_.shim.cdc_fifo_words, plio->channel.width_bits / 32);
}

void TimedDesign::add_host_ends() {
  for (const PlioPlan& plio : plan_.plios) {
    const bool input = plio.channel.direction == Direction::input;
    const StreamEnd end = host_port(plio);
    const auto net = std::find_if(plan_.nets.begin(), plan_.nets.end(), [&](const Net& n) {
      return input ? n.source == end : std::find(n.sinks.begin(), n.sinks.end(), end) != n.sinks.end();
    });
    if (net == plan_.nets.end()) continue;
    join(input ? sources_.at(end) : sinks_.at(end).stream, units_.size());
    (input ? inputs_ : outputs_).push_back(&add_host_end(plio, *net));
  }
}

TimedHostEnd& TimedDesign::add_host_end(const PlioPlan& end, const Net& net) {
  const std::string name = std::string(plan_.host_end()) + " " + end.channel.name;
  const std::int64_t words = net.words_per_iteration;
  const int sharing = static_cast<int>(plan_.plios.size());
  if (end.channel.direction == Direction::input) {
    TimedStream& to = *sources_.at(host_port(end));
    if (end.noc) return add<TimedRead>(-1, name, words, device_, sharing, to);
    return add<TimedSource>(-1, name, end.channel, words, device_, to);
  }
  const Receiver from = sinks_.at(host_port(end));
  if (end.noc) return add<TimedWrite>(-1, name, words, device_, sharing, *from.stream, from.branch);
  return add<TimedSink>(-1, name, end.channel, words, device_, *from.stream, from.branch);
}

StreamEnd TimedDesign::host_port(const PlioPlan& end) const {
  return {device_.shim_tile(end.channel.column), {arch::PortSide::south, end.channel.index}};
}

TimedLock* TimedDesign::lock(arch::TileCoord tile, const arch::LockAccess& access) {
  using Where = arch::LockAccess::Where;
  if (access.where == Where::west) --tile.col;
  if (access.where == Where::east) ++tile.col;
  return &locks_.try_emplace(Lock{tile, access.lock}, 0).first->second;
}

TimedDescriptor TimedDesign::timed(const DmaChain& chain, const arch::BufferDescriptor& bd) {
  TimedDescriptor result;
  result.words = static_cast<int>(bd.stream_words());
  // Words that lie side by side in a line of memory are moved together.
  const int line = device_.dma(device_.kind(chain.tile)).memory_bits / 32;
  const bool runs = bd.dimensions.empty() || bd.dimensions.front().stride_words == 1;
  const int run = bd.dimensions.empty() ? bd.length_words : bd.dimensions.front().size;
  result.words_per_access = runs ? std::clamp(run, 1, line) : 1;
  if (bd.acquire) {
    result.acquire = lock(chain.tile, *bd.acquire);
    result.acquire_amount = bd.acquire->value;
  }
  if (bd.release) {
    result.release = lock(chain.tile, *bd.release);
    result.release_amount = bd.release->value;
  }
  return result;
}

void TimedDesign::add_channels() {
  for (const DmaChain& chain : plan_.dma) {
    const StreamEnd end{chain.tile, {arch::PortSide::dma, chain.channel.index}};
    const bool sends = chain.channel.direction == arch::DmaDirection::mm2s;
    std::vector<TimedDescriptor> descriptors;
    for (const arch::BufferDescriptor& bd : chain.descriptors) {
      descriptors.push_back(timed(chain, bd));
      for (const void* meeting : {descriptors.back().acquire, descriptors.back().release}) {
        if (meeting != nullptr) join(meeting, units_.size());
      }
    }
    const arch::TileKind kind = device_.kind(chain.tile);
    if (sends) {
      TimedStream& to = *sources_.at(end);
      join(&to, units_.size());
      add<TimedMm2s>(chain.layer, chain.name, std::move(descriptors), device_, kind, to);
    } else {
      const Receiver from = sinks_.at(end);
      join(from.stream, units_.size());
      add<TimedS2mm>(chain.layer, chain.name, std::move(descriptors), device_, kind, *from.stream,
                     from.branch);
    }
  }
}

void TimedDesign::add_cores() {
  struct Known {
    const TilePlan* tile;
    const TimedProgram* program;
  };
  std::vector<Known> known;  // one for every role of every layer at most
  const auto program_of = [&](const TilePlan& tile) -> const TimedProgram& {
    const auto found = std::find_if(known.begin(), known.end(), [&](const Known& k) {
      return k.tile->kernel == tile.kernel && k.tile->unread == tile.unread;
    });
    if (found != known.end()) return *found->program;
    known.push_back({&tile, &programs_.emplace_back(timed_program(tile, device_))});
    return *known.back().program;
  };
  for (std::size_t l = 0; l < plan_.layers.size(); ++l) {
    const LayerPlan& layer = plan_.layers[l];
    TimedStream* west = nullptr;
    for (const TilePlan& tile : layer.tiles) {
      if (tile.position == 0) west = nullptr;
      TimedStream* east = nullptr;
      if (tile.position + 1 < layer.cas_len) {
        const int depth = device_.cascade.output_fifo_depth + device_.cascade.input_fifo_depth;
        const std::vector<TimedStream::Node> nodes{{}, {0, device_.cascade.hop_cycles, depth, 1}};
        east = &streams_.emplace_back(nodes, std::vector<int>{1}, 1);
        join(east, units_.size());
      }
      if (west != nullptr) join(west, units_.size());
      std::vector<TimedLock*> locks;
      for (const arch::LockId id : locks_by_role(tile)) {
        locks.push_back(&locks_.at({tile.tile, id}));
        join(locks.back(), units_.size());
      }
      cores_[l].push_back(&add<TimedCore>(static_cast<int>(l), layer.name, program_of(tile), std::move(locks),
                                          west, east, device_));
      west = east;
    }
  }
}

void TimedDesign::join(const void* meeting, std::size_t unit) {
  meetings_[meeting].push_back(unit);
}

void TimedDesign::find_neighbours() {
  std::vector<std::set<std::size_t>> found(units_.size());
  for (const auto& [meeting, units] : meetings_) {
    for (const std::size_t a : units) {
      for (const std::size_t b : units) {
        if (a != b) found[a].insert(b);
      }
    }
  }
  neighbours_.reserve(found.size());
  for (const auto& set : found) neighbours_.emplace_back(set.begin(), set.end());
}

void TimedDesign::run(int iterations) {
  for (TimedHostEnd* end : inputs_) end->set_iterations(iterations);
  for (TimedHostEnd* end : outputs_) end->set_iterations(iterations);
  std::deque<std::size_t> queue;
  std::vector<bool> queued(units_.size(), true);
  for (std::size_t u = 0; u < units_.size(); ++u) queue.push_back(u);
  while (!queue.empty()) {
    const std::size_t unit = queue.front();
    queue.pop_front();
    queued[unit] = false;
    if (!units_[unit]->advance()) continue;
    for (const std::size_t other : neighbours_[unit]) {
      if (queued[other]) continue;
      queued[other] = true;
      queue.push_back(other);
    }
  }
}

std::vector<TimedDesign::Owned> TimedDesign::units() const {
  std::vector<Owned> result;
  result.reserve(units_.size());
  for (std::size_t u = 0; u < units_.size(); ++u) result.push_back({units_[u].get(), layer_of_[u]});
  return result;
}

}  // namespace aie4ml::compiler
