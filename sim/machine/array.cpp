#include "sim/machine/array.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "sim/machine/wait_report.hpp"

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
      options_{.strict = options.strict,
               .run_ahead = options.run_ahead,
               .tapes = options.tapes,
               .recorder = options.recorder},
      units_(device, image),
      sharing_(device, image, units_),
      banks_at_(device),
      locks_at_(device),
      channels_at_(device) {
  update_ahead_limit();
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
  update_ahead_limit();
}

BankModule& Array::banks(arch::TileCoord tile) {
  BankModule*& known = banks_at_[tile];
  if (known == nullptr) {
    std::unique_ptr<BankModule>& module = banks_[tile];
    memories_[tile] = std::make_unique<TileMemory>(device_, device_.kind(tile));
    module = std::make_unique<BankModule>(fmt::format("banks_{}_{}", tile.col, tile.row).c_str(),
                                          *memories_[tile], bank_slots(device_, tile), ahead_limit_);
    const auto track = bank_tracks_.find(tile);
    if (track != bank_tracks_.end()) module->record(*options_.recorder, track->second);
    known = module.get();
  }
  return *known;
}

LockModule& Array::locks(arch::TileCoord tile) {
  LockModule*& known = locks_at_[tile];
  if (known == nullptr) {
    std::unique_ptr<LockModule>& module = locks_[tile];
    const auto on_fault = [this, tile](int requester, int lock, const std::string& what, std::int64_t cycle) {
      lock_fault(tile, requester, lock, what, cycle);
    };
    module = std::make_unique<LockModule>(fmt::format("locks_{}_{}", tile.col, tile.row).c_str(),
                                          device_.locks, device_.locks.of(device_.kind(tile)), on_fault);
    for (const auto& [lock, track] : lock_tracks_) {
      if (lock.tile == tile) module->record(lock.lock, *options_.recorder, track);
    }
    known = module.get();
  }
  return *known;
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

BankMask Array::contended_banks(arch::TileCoord memory, UnitId core) const {
  for (const UnitId other : sharing_.cores_reaching(memory)) {
    if (other != core) return (BankMask{1} << device_.data_memory.physical_banks) - 1;
  }
  BankMask banks = 0;
  for (const DmaChannel* channel : channels_at_[memory]) banks |= channel->reachable_banks(memory, core);
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
  update_ahead_limit();
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

UnitId Array::first_end(arch::PlioChannel::Direction direction) const {
  for (std::size_t i = 0; i < image_.host_ends(); ++i) {
    if (image_.host_direction(i) != direction) continue;
    if (i < image_.plios.size()) return units_.plio(i);
    const arch::GmioChannel& gmio = image_.gmios[i - image_.plios.size()];
    return units_.channel(device_.shim_tile(gmio.column), gmio.id());
  }
  return kNoUnit;
}

void Array::first_beat(const Place& beat) {
  if (first_output_ || beat.unit != first_end(arch::PlioChannel::Direction::output)) return;
  first_output_ = beat;
  keep_steps_ = false;
}

void Array::output_complete() {
  if (!outputs_complete()) return;
  complete_at_ = latest_output();
  update_ahead_limit();
  sc_core::sc_pause();  // the run loop now knows an end
}

std::int64_t Array::last_resort() const {
  return complete_at_ ? latest_end(*complete_at_) : max_cycles_;
}

std::int64_t Array::stop_cycle() const {
  return fault() ? fault()->cycle.value + 1 : last_resort();
}

void Array::update_ahead_limit() {
  ahead_limit_ = options_.run_ahead ? stop_cycle() : 0;
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
