// Static deadlock check: the plan's DMA channels, cores, PLIOs, locks and streams as a network of tokens, and
// what becomes of it.
//
// How many words a stream holds on its way is known within limits: so many at least that switches store
// between the last fork and the receiver, and at most what all switches and both ends store. A design that
// goes on with the least goes on with more; one that is stuck with the most is stuck with less.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/plan/plan_locks.hpp"
#include "compiler/plan/token_network.hpp"
#include "compiler/plan/verify_plan.hpp"

namespace aie4ml::compiler {
namespace {

using Action = TokenNetwork::Action;
using Unit = TokenNetwork::Unit;
using Verdict = DeadlockCheck::Verdict;
enum class Storage : std::uint8_t { least, most };

class NetworkBuilder {
 public:
  NetworkBuilder(const Plan& plan, const arch::Device& device, Storage storage)
      : plan_(plan), device_(device), storage_(storage) {}

  TokenNetwork build() {
    for (const PlannedLock& planned : locks_of(plan_)) {
      network_.locks[index(lock(planned.tile, planned.lock))] = {
          fmt::format("lock {} '{}' of {}", planned.lock.value, planned.name,
                      device_.tile_name(planned.tile)),
          planned.value, device_.locks.max_value};
    }
    for (std::size_t i = 0; i < plan_.nets.size(); ++i) add_net(i);
    for (const DmaChain& chain : plan_.dma) add_chain(chain);
    for (const LayerPlan& layer : plan_.layers) add_cores(layer);
    return std::move(network_);
  }

 private:
  using End = std::pair<arch::TileCoord, arch::StreamPort>;

  static std::size_t index(int i) { return static_cast<std::size_t>(i); }

  int lock(arch::TileCoord tile, arch::LockId id) {
    const auto [found, fresh] = locks_.emplace(std::pair{tile, id}, static_cast<int>(network_.locks.size()));
    if (fresh) {
      network_.locks.push_back(
          {fmt::format("lock {} of {}", id.value, device_.tile_name(tile)), 0, device_.locks.max_value});
    }
    return found->second;
  }

  int add_unit(std::string name, Unit::Role role = Unit::Role::inner) {
    network_.units.push_back({std::move(name), {}, role});
    return static_cast<int>(network_.units.size()) - 1;
  }

  [[nodiscard]] std::string host_name(const PlioPlan& end) const {
    return fmt::format("{} {}", plan_.host_end(), end.channel.name);
  }
  // Where a stream leaves the array or comes in: the PLIO or GMIO that sends or takes all of an iteration's
  // words.
  [[nodiscard]] const PlioPlan* plio_at(const StreamEnd& end, arch::PlioChannel::Direction direction) const {
    if (device_.kind(end.tile) != arch::TileKind::shim || end.port.side != arch::PortSide::south)
      return nullptr;
    const auto found = std::find_if(plan_.plios.begin(), plan_.plios.end(), [&](const PlioPlan& plio) {
      return plio.channel.direction == direction && plio.channel.column == end.tile.col &&
             plio.channel.index == end.port.index;
    });
    return found == plan_.plios.end() ? nullptr : &*found;
  }

  void add_net(std::size_t i) {
    const Net& net = plan_.nets[i];
    const auto stream = static_cast<int>(network_.streams.size());
    network_.streams.push_back({net.name, -1, {}});
    if (const PlioPlan* plio = plio_at(net.source, arch::PlioChannel::Direction::input)) {
      const int unit = add_unit(host_name(*plio), Unit::Role::source);
      network_.units[index(unit)].actions = {{Action::Kind::send, stream, net.words_per_iteration}};
      network_.streams[index(stream)].sender = unit;
    } else {
      sources_[{net.source.tile, net.source.port}] = stream;
    }
    for (const StreamEnd& sink : net.sinks) {
      TokenNetwork::Receiver receiver{-1, capacity(net, plan_.routes[i], sink)};
      if (const PlioPlan* plio = plio_at(sink, arch::PlioChannel::Direction::output)) {
        receiver.unit = add_unit(host_name(*plio), Unit::Role::sink);
        network_.units[index(receiver.unit)].actions = {
            {Action::Kind::receive, stream, net.words_per_iteration}};
      } else {
        const auto place = static_cast<int>(network_.streams[index(stream)].receivers.size());
        sinks_[{sink.tile, sink.port}] = {stream, place};
      }
      network_.streams[index(stream)].receivers.push_back(receiver);
    }
  }

  // Words between the sender and one receiver.
  [[nodiscard]] std::int64_t capacity(const Net& net, const Route& route, const StreamEnd& sink) const {
    std::map<End, arch::StreamPort> slave_of;  // by master port
    std::map<End, int> masters;                // by slave port
    for (const Hop& hop : route) {
      slave_of[{hop.tile, hop.connection.master}] = hop.connection.slave;
      ++masters[{hop.tile, hop.connection.slave}];
    }
    std::int64_t words = 0;
    End at{sink.tile, sink.port};
    while (true) {
      const auto found = slave_of.find(at);
      if (found == slave_of.end()) break;  // no such way: verify_routes says so
      const arch::StreamPort slave = found->second;
      const std::int64_t stored = device_.switch_buffering(slave, at.second);
      // A switch stores at least the words in flight through it.
      const std::int64_t in_flight = device_.switch_latency(slave, at.second) + 1;
      words += storage_ == Storage::least ? stored : std::max(stored, in_flight);
      const bool forks = masters[{at.first, slave}] > 1;
      if (StreamEnd{at.first, slave} == net.source || (storage_ == Storage::least && forks)) break;
      const auto before = device_.neighbour(at.first, slave.side);
      if (!before) break;
      at = {*before, {arch::opposite(slave.side), slave.index}};
    }
    if (storage_ == Storage::least) return words;
    return words + held_at(net.source) + held_at(sink);
  }
  // What the unit at an end of a stream holds.
  [[nodiscard]] std::int64_t held_at(const StreamEnd& end) const {
    const arch::TileKind kind = device_.kind(end.tile);
    constexpr int kBeatWords = 4;  // of the widest PLIO
    if (kind != arch::TileKind::shim) return device_.dma(kind).timing.egress_words + kBeatWords;
    const bool noc = plan_.plios.front().noc.has_value();  // all are alike
    const arch::ExternalMemoryFacts& external = device_.external_memory;
    return noc ? external.burst.value / 4 * external.outstanding_bursts + device_.shim.dma.timing.egress_words
               : device_.shim.cdc_fifo_words + kBeatWords;
  }

  arch::TileCoord lock_tile(arch::TileCoord tile, arch::LockAccess::Where where) const {
    using Where = arch::LockAccess::Where;
    if (where == Where::west) --tile.col;
    if (where == Where::east) ++tile.col;
    return tile;
  }

  void add_chain(const DmaChain& chain) {
    const int unit = add_unit(
        fmt::format("{} {} ({})", device_.tile_name(chain.tile), arch::to_string(chain.channel), chain.name));
    const End end{chain.tile, {arch::PortSide::dma, chain.channel.index}};
    const bool sends = chain.channel.direction == arch::DmaDirection::mm2s;
    const int stream = stream_at(end, sends, unit);
    auto& actions = network_.units[index(unit)].actions;
    for (const arch::BufferDescriptor& bd : chain.descriptors) {
      if (bd.acquire) actions.push_back(lock_action(chain.tile, *bd.acquire, Action::Kind::acquire));
      actions.push_back({sends ? Action::Kind::send : Action::Kind::receive, stream, bd.stream_words()});
      if (bd.release) actions.push_back(lock_action(chain.tile, *bd.release, Action::Kind::release));
    }
  }
  Action lock_action(arch::TileCoord tile, const arch::LockAccess& access, Action::Kind kind) {
    return {kind, lock(lock_tile(tile, access.where), access.lock), access.value};
  }
  int stream_at(const End& end, bool sends, int unit) {
    if (sends) {
      if (const auto found = sources_.find(end); found != sources_.end()) {
        network_.streams[index(found->second)].sender = unit;
        return found->second;
      }
    } else if (const auto found = sinks_.find(end); found != sinks_.end()) {
      network_.streams[index(found->second.first)].receivers[index(found->second.second)].unit = unit;
      return found->second.first;
    }
    network_.streams.push_back({"a port that no stream leads to", -1, {}});
    if (!sends) network_.streams.back().receivers.push_back({unit, 0});
    return static_cast<int>(network_.streams.size()) - 1;
  }

  // What the program of a tile does for ever (codegen/core_program): locks in, the kernel with the words of
  // its cascades, locks out. Ping and pong are alike.
  void add_cores(const LayerPlan& layer) {
    int west = -1;  // the cascade from the tile on the left
    for (const TilePlan& tile : layer.tiles) {
      const int unit = add_unit(fmt::format("{} core ({})", device_.tile_name(tile.tile), layer.name));
      if (tile.position == 0) west = -1;
      const auto act = [&](Action action) { network_.units[index(unit)].actions.push_back(action); };
      for (const BufferLocks& locks : tile.input_locks) {
        act({Action::Kind::acquire, lock(tile.tile, locks.full), 1});
      }
      const bool handed_on = tile.out && !tile.unread;
      if (handed_on) act({Action::Kind::acquire, lock(tile.tile, tile.out_locks.empty), 1});
      const int east = tile.position + 1 < layer.cas_len ? add_cascade(tile, unit) : -1;
      if (west >= 0) network_.streams[index(west)].receivers.front().unit = unit;
      const std::int64_t words = cascade_words(tile);
      // How far a kernel gets ahead with sums it has not sent on depends on its schedule: not at all, or by
      // all of a call.
      if (west >= 0 && east >= 0) {
        act({Action::Kind::forward, west, words, east, storage_ == Storage::least ? 0 : words});
      } else if (west >= 0) {
        act({Action::Kind::receive, west, words});
      } else if (east >= 0) {
        act({Action::Kind::send, east, words});
      }
      for (const BufferLocks& locks : tile.input_locks) {
        act({Action::Kind::release, lock(tile.tile, locks.empty), 1});
      }
      if (handed_on) act({Action::Kind::release, lock(tile.tile, tile.out_locks.full), 1});
      west = east;
    }
  }
  int add_cascade(const TilePlan& tile, int writer) {
    const int depth = device_.cascade.output_fifo_depth + device_.cascade.input_fifo_depth;
    network_.streams.push_back(
        {fmt::format("cascade out of {}", device_.tile_name(tile.tile)), writer, {{-1, depth}}});
    return static_cast<int>(network_.streams.size()) - 1;
  }
  // A call passes on a sum for every element of the slice.
  [[nodiscard]] std::int64_t cascade_words(const TilePlan& tile) const {
    const auto* dense = std::get_if<kernels::DenseTile>(&tile.kernel);
    if (dense == nullptr) return 0;
    return std::int64_t{dense->rows} * dense->n * dense->accumulator_bits / device_.cascade.width_bits;
  }

  const Plan& plan_;
  const arch::Device& device_;
  Storage storage_;
  TokenNetwork network_;
  std::map<std::pair<arch::TileCoord, arch::LockId>, int> locks_;
  std::map<End, int> sources_;                // streams by where they begin
  std::map<End, std::pair<int, int>> sinks_;  // and end: stream, receiver
};

// From an output along the waits, until they close or end.
std::string story_of(const TokenNetwork& network, const TokenOutcome& outcome) {
  std::map<int, const TokenWait*> waiting;
  const TokenWait* first = nullptr;
  for (const TokenWait& wait : outcome.waits) {
    waiting[wait.unit] = &wait;
    const bool sink = network.units[static_cast<std::size_t>(wait.unit)].role == Unit::Role::sink;
    if (sink && first == nullptr) first = &wait;
  }
  std::string text;
  std::set<int> told;
  const auto name = [&](int unit) { return network.units[static_cast<std::size_t>(unit)].name; };
  for (const TokenWait* wait = first; wait != nullptr;) {
    if (!told.insert(wait->unit).second) return text + name(wait->unit) + " again: a circle";
    text += name(wait->unit) + " " + wait->what;
    if (wait->helpers.empty()) return text + ", which nobody can bring about";
    const auto stuck = std::find_if(wait->helpers.begin(), wait->helpers.end(),
                                    [&](int unit) { return waiting.contains(unit); });
    if (stuck == wait->helpers.end()) {
      return text + " <- " + name(wait->helpers.front()) + ", which has nothing left to do";
    }
    text += " <- ";
    wait = waiting.at(*stuck);
  }
  return text;
}

// A lock that is waited for to have an exact value can be missed: that depends on time.
std::optional<std::string> depends_on_time(const Plan& plan, const arch::Device& device) {
  for (const DmaChain& chain : plan.dma) {
    for (const arch::BufferDescriptor& bd : chain.descriptors) {
      if (!bd.acquire || !bd.acquire->equal) continue;
      return fmt::format("{} BD {} ({}) waits for an exact value of a lock, which may pass unseen",
                         device.tile_name(chain.tile), bd.id.value, chain.name);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(DeadlockCheck::Verdict verdict) {
  switch (verdict) {
    case Verdict::cannot:
      return "cannot";
    case Verdict::deadlocks:
      return "deadlocks";
    case Verdict::undecided:
      break;
  }
  return "undecided";
}

DeadlockCheck check_deadlock(const Plan& plan, const arch::Device& device) {
  using End = TokenOutcome::End;
  if (const auto reason = depends_on_time(plan, device)) return {Verdict::undecided, 0, *reason, {}};
  const TokenOutcome least = execute(NetworkBuilder(plan, device, Storage::least).build());
  if (least.end == End::repeats) return {Verdict::cannot, least.rounds, "", {}};
  if (least.end == End::unknown) return {Verdict::undecided, 0, least.reason, {}};
  const TokenNetwork network = NetworkBuilder(plan, device, Storage::most).build();
  const TokenOutcome most = execute(network);
  if (most.end == End::unknown) return {Verdict::undecided, 0, most.reason, {}};
  if (most.end == End::repeats) {
    return {Verdict::undecided,
            0,
            "it goes on only if streams and cascades hold more words than is certain; with fewer, " +
                story_of(network, least),
            {}};
  }
  DeadlockCheck check{Verdict::deadlocks, most.rounds, story_of(network, most), {}};
  for (const TokenWait& wait : most.waits) {
    check.waits.push_back(network.units[static_cast<std::size_t>(wait.unit)].name + " " + wait.what);
  }
  return check;
}

}  // namespace aie4ml::compiler
