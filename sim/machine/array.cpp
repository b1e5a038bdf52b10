#include "sim/machine/array.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <tuple>

#include <fmt/format.h>

#include "sim/check.hpp"
#include "sim/machine/wait_report.hpp"
#include "sim/module/mm2s_channel.hpp"
#include "sim/module/s2mm_channel.hpp"

namespace aie4ml::sim {
namespace {

// After the last output units finish what they began, so that counts do not depend on how far ahead anybody
// was. A program that never waits for anybody would go on for ever; it is stopped here. No core may run ahead
// by as much.
std::int64_t latest_end(std::int64_t outputs_complete) {
  return 2 * outputs_complete + 100'000;
}

}  // namespace

Array::Array(const arch::Device& device, const arch::Image& image,
             const std::vector<std::vector<std::uint32_t>>& plio_inputs, const RunOptions& options)
    : device_(device),
      image_(image),
      iterations_(options.iterations),
      max_cycles_(options.max_cycles.value),
      options_{.strict = options.strict, .run_ahead = options.run_ahead, .recorder = options.recorder},
      units_(device, image),
      sharing_(device, image, units_) {
  add_tracks();
  if (options_.recorder != nullptr) add_value_tracks();
  make_memories_and_locks();
  make_streams();
  make_packet_switches();
  make_cascades();
  make_gmios(plio_inputs);
  make_units(options.construction_seed, plio_inputs);
  bool has_outputs = false;
  for_each_output([&](bool, const auto&) { has_outputs = true; });
  if (!has_outputs) complete_at_ = 0;
}

BankModule& Array::banks(arch::TileCoord tile) {
  std::unique_ptr<BankModule>& module = banks_[tile];
  if (!module) {
    memories_[tile] = std::make_unique<TileMemory>(device_, device_.kind(tile));
    module = std::make_unique<BankModule>(fmt::format("banks_{}_{}", tile.col, tile.row).c_str(),
                                          *memories_[tile], bank_slots(device_, tile));
    const auto track = bank_tracks_.find(tile);
    if (track != bank_tracks_.end()) module->record(*options_.recorder, track->second);
  }
  return *module;
}

LockModule& Array::locks(arch::TileCoord tile) {
  std::unique_ptr<LockModule>& module = locks_[tile];
  if (!module) {
    const auto on_fault = [this, tile](int requester, int lock, const std::string& what, std::int64_t cycle) {
      lock_fault(tile, requester, lock, what, cycle);
    };
    module = std::make_unique<LockModule>(fmt::format("locks_{}_{}", tile.col, tile.row).c_str(),
                                          device_.locks, device_.locks.of(device_.kind(tile)), on_fault);
    for (const auto& [lock, track] : lock_tracks_) {
      if (lock.tile == tile) module->record(lock.lock, *options_.recorder, track);
    }
  }
  return *module;
}

void Array::make_memories_and_locks() {
  for (const arch::TileImage& tile : image_.tiles) {
    if (device_.kind(tile.tile) == arch::TileKind::shim) {
      if (tile.channels.empty()) continue;
      locks(tile.tile);
      for (const arch::LockInit& lock : tile.locks) locks(tile.tile).set(lock.lock.value, lock.value);
      continue;
    }
    // Neighbours that the tile's units may reach exist even where the image says nothing of them.
    std::vector<arch::TileCoord> tiles{tile.tile};
    if (device_.kind(tile.tile) == arch::TileKind::core) {
      tiles = device_.reachable_memories(tile.tile);
    } else {
      for (const arch::PortSide side : {arch::PortSide::west, arch::PortSide::east}) {
        if (const auto neighbour = device_.neighbour(tile.tile, side)) tiles.push_back(*neighbour);
      }
    }
    for (const arch::TileCoord t : tiles) {
      banks(t);
      locks(t);
    }
    for (const arch::MemorySegment& segment : tile.memory) {
      banks(tile.tile).memory().write(segment.address, segment.data);
    }
    for (const arch::LockInit& lock : tile.locks) locks(tile.tile).set(lock.lock.value, lock.value);
  }
}

void Array::make_gmios(const std::vector<std::vector<std::uint32_t>>& inputs) {
  if (image_.gmios.empty()) return;
  external_memory_ = std::make_unique<ExternalMemory>("external_memory", device_);
  for (std::size_t i = 0; i < image_.gmios.size(); ++i) {
    const std::size_t end = image_.plios.size() + i;
    gmios_.push_back(
        std::make_unique<Gmio>(image_.gmios[i], image_.host_words(end), iterations_, inputs[end]));
  }
}

void Array::make_cascades() {
  for (const arch::TileImage& tile : image_.tiles) {
    if (!tile.program || tile.cascade_out == arch::CascadeDirection::none) continue;
    const bool horizontal = tile.cascade_out == arch::CascadeDirection::horizontal;
    const auto next = device_.neighbour(tile.tile, horizontal ? arch::PortSide::east : arch::PortSide::south);
    const arch::TileImage* reader = next ? image_.find(*next) : nullptr;
    if (reader == nullptr || !reader->program || reader->cascade_in != tile.cascade_out) continue;
    const int depth = device_.cascade.output_fifo_depth + device_.cascade.input_fifo_depth;
    cascades_.push_back(std::make_unique<CascadeChannel>(static_cast<int>(cascades_.size()),
                                                         units_.core(tile.tile), units_.core(*next),
                                                         CascadeLink(depth, device_.cascade.hop_cycles)));
    cascade_out_[tile.tile] = cascades_.back().get();
    cascade_in_[*next] = cascades_.back().get();
  }
}

void Array::make_units(std::uint64_t seed, const std::vector<std::vector<std::uint32_t>>& plio_inputs) {
  std::vector<UnitId> order(units_.all().size());
  std::iota(order.begin(), order.end(), 0);
  if (seed != 0) std::shuffle(order.begin(), order.end(), std::mt19937_64(seed));
  for (const UnitId id : order) make_unit(units_[id], plio_inputs);
}

void Array::make_unit(const UnitInfo& unit, const std::vector<std::vector<std::uint32_t>>& plio_inputs) {
  UnitLog& log = *logs_[static_cast<std::size_t>(unit.id)];
  switch (unit.kind) {
    case traces::UnitKind::core: {
      const auto link = [](const auto& links, arch::TileCoord tile) -> CascadeChannel* {
        const auto found = links.find(tile);
        return found == links.end() ? nullptr : found->second;
      };
      const Port port{unit.tile, {arch::PortSide::core, 0}};
      const Receiver receiver = receiver_at(port);
      cores_[unit.id] = std::make_unique<CoreTile>(
          fmt::format("core_{}", unit.id).c_str(), *this, log, *image_.find(unit.tile)->program,
          link(cascade_in_, unit.tile), link(cascade_out_, unit.tile),
          CoreStreams::Ends{.in = receiver.stream, .receiver = receiver.index, .out = source_at(port)});
      break;
    }
    case traces::UnitKind::s2mm:
    case traces::UnitKind::mm2s:
      make_channel(unit, log);
      break;
    case traces::UnitKind::plio_in:
    case traces::UnitKind::plio_out:
      make_plio(unit, log, plio_inputs);
      break;
    case traces::UnitKind::lock:
    case traces::UnitKind::bank:
    case traces::UnitKind::path:
      break;  // have tracks, but do nothing
  }
}

void Array::make_channel(const UnitInfo& unit, UnitLog& log) {
  const arch::TileImage& tile = *image_.find(unit.tile);
  const arch::ChannelId id = unit.channel();
  const auto config = std::find_if(tile.channels.begin(), tile.channels.end(),
                                   [id](const arch::DmaChannelConfig& c) { return c.channel == id; });
  if (device_.kind(unit.tile) == arch::TileKind::shim) {
    make_shim_channel(unit, log, tile, *config);
    return;
  }
  const std::string name = fmt::format("dma_{}", unit.id);
  const Port port{unit.tile, {arch::PortSide::dma, id.index}};
  std::unique_ptr<DmaChannel>& channel = channels_[unit.id];
  if (id.direction == arch::DmaDirection::s2mm) {
    const Receiver receiver = receiver_at(port);
    channel = std::make_unique<S2mmChannel>(name.c_str(), *this, log, tile, *config, receiver.stream,
                                            receiver.index);
  } else {
    channel = std::make_unique<Mm2sChannel>(name.c_str(), *this, log, tile, *config, source_at(port));
  }
  channels_at_[unit.tile].push_back(channel.get());
}

void Array::make_shim_channel(const UnitInfo& unit, UnitLog& log, const arch::TileImage& tile,
                              const arch::DmaChannelConfig& config) {
  const arch::ChannelId id = unit.channel();
  const bool in = id.direction == arch::DmaDirection::s2mm;  // as the channel sees it
  const arch::GmioChannel* gmio = image_.gmio_at(unit.tile.col, id);
  Gmio& buffer = *gmios_[static_cast<std::size_t>(gmio - image_.gmios.data())];
  const int south = (in ? device_.shim.dma_master_ports : device_.shim.dma_slave_ports)[id.index];
  const Port port{unit.tile, {arch::PortSide::south, static_cast<std::uint8_t>(south)}};
  const std::string name = fmt::format("dma_{}", unit.id);
  if (in) {
    const Receiver receiver = receiver_at(port);
    channels_[unit.id] =
        std::make_unique<ShimS2mmChannel>(name.c_str(), *this, log, tile, config, iterations_,
                                          receiver.stream, receiver.index, *external_memory_, buffer);
  } else {
    channels_[unit.id] = std::make_unique<ShimMm2sChannel>(
        name.c_str(), *this, log, tile, config, iterations_, source_at(port), *external_memory_, buffer);
  }
}

void Array::make_plio(const UnitInfo& unit, UnitLog& log,
                      const std::vector<std::vector<std::uint32_t>>& plio_inputs) {
  const arch::PlioChannel& plio = image_.plios[unit.index];
  const std::int64_t words = words_per_iteration(image_, unit.index);
  const std::string name = fmt::format("plio_{}", unit.id);
  const Port port{unit.tile, {arch::PortSide::south, plio.index}};
  if (unit.kind == traces::UnitKind::plio_in) {
    plio_sources_[unit.id] = std::make_unique<PlioSource>(name.c_str(), *this, log, plio, words, iterations_,
                                                          source_at(port), plio_inputs[unit.index]);
  } else {
    const Receiver receiver = receiver_at(port);
    plio_sinks_[unit.id] = std::make_unique<PlioSink>(name.c_str(), *this, log, plio, words, iterations_,
                                                      receiver.stream, receiver.index);
  }
}

BankMask Array::contended_banks(arch::TileCoord memory, UnitId core) const {
  for (const UnitId other : sharing_.cores_reaching(memory)) {
    if (other != core) return (BankMask{1} << device_.data_memory.physical_banks) - 1;
  }
  BankMask banks = 0;
  const auto channels = channels_at_.find(memory);
  if (channels == channels_at_.end()) return banks;
  for (const DmaChannel* channel : channels->second) banks |= channel->reachable_banks(memory, core);
  return banks;
}

void Array::report(Fault::Kind kind, UnitId unit, std::int64_t cycle, const std::string& message) {
  record({.kind = kind,
          .cycle = arch::Cycles(cycle),
          .tile = units_[unit].tile,
          .message = message,
          .waits = {},
          .graph = {}},
         unit);
}

void Array::record(Fault fault, UnitId unit) {
  if (fault_ &&
      std::tuple(fault_->cycle, fault_unit_, fault_->tile) <= std::tuple(fault.cycle, unit, fault.tile))
    return;
  fault_ = std::move(fault);
  fault_unit_ = unit;
  sc_core::sc_pause();  // the run loop now knows an end
}

void Array::lock_fault(arch::TileCoord tile, int requester, int lock, const std::string& what,
                       std::int64_t cycle) {
  const UnitId unit = requester / kTicketsPerUnit;
  report(Fault::Kind::lock, unit, cycle,
         fmt::format("{}: {} of {}: {}", units_[unit].name, lock_name(image_, {tile, lock}),
                     device_.tile_name(tile), what));
}

void Array::warn(const std::string& message) {
  warnings_.push_back(message);
}

bool Array::outputs_complete() const {
  bool complete = true;
  for_each_output([&](bool is_complete, const auto&) { complete = complete && is_complete; });
  return complete_at_ || complete;
}

void Array::first_beat(const Place& beat) {
  const UnitInfo& unit = units_[beat.unit];
  if (first_output_ || unit.kind != traces::UnitKind::plio_out) return;
  const auto is_output = [](const UnitInfo& u) { return u.kind == traces::UnitKind::plio_out; };
  const auto first = std::find_if(units_.all().begin(), units_.all().end(), is_output);
  if (first->id != beat.unit) return;
  first_output_ = beat;
  keep_steps_ = false;
}

void Array::output_complete() {
  if (!outputs_complete()) return;
  complete_at_ = latest_output();
  sc_core::sc_pause();  // the run loop now knows an end
}

std::int64_t Array::last_resort() const {
  return complete_at_ ? latest_end(*complete_at_) : max_cycles_;
}

std::int64_t Array::stop_cycle() const {
  return fault() ? fault()->cycle.value + 1 : last_resort();
}

// A core that is ahead may find one that the run does not come to.
const std::optional<Fault>& Array::fault() const {
  static const std::optional<Fault> kNone;
  return fault_ && fault_->cycle.value < last_resort() ? fault_ : kNone;
}

std::int64_t Array::latest() const {
  std::int64_t cycle = 0;
  for (const auto& log : logs_) cycle = std::max(cycle, log->latest());
  return cycle;
}

std::int64_t Array::output_words() const {
  std::int64_t words = 0;
  for_each_output([&](bool, const traces::PlioStatistics& statistics) { words += statistics.words; });
  return words;
}

std::int64_t Array::latest_output() const {
  std::int64_t cycle = 0;
  for_each_output([&](bool, const traces::PlioStatistics& statistics) {
    if (!statistics.last_beat.empty()) cycle = std::max(cycle, statistics.last_beat.back());
  });
  return cycle;
}

Fault Array::blocked(Fault::Kind kind, std::int64_t cycle, const std::string& what) const {
  return report_waits({device_, image_, units_, sharing_, logs_, streams_, cascades_, locks_}, kind, cycle,
                      what);
}

}  // namespace aie4ml::sim
