// Tracks of the array: what a trace can show, and under which names.
#include <fmt/format.h>

#include "sim/machine/array.hpp"
#include "sim/machine/wait_report.hpp"

namespace aie4ml::sim {

void Array::add_tracks() {
  for (const UnitInfo& unit : units_.all()) {
    add_track({.id = static_cast<traces::TrackId>(unit.id),
               .tile = unit.tile,
               .unit = unit.kind,
               .index = unit.index,
               .name = unit.track_name,
               .tile_name = device_.tile_name(unit.tile)});
    logs_.push_back(std::make_unique<UnitLog>(
        unit, image_, options_.recorder, [this](const WaitCause& cause) { return wait_text(cause); },
        keep_steps_));
  }
}

void Array::add_track(const traces::Track& track) {
  if (options_.recorder != nullptr) options_.recorder->add_track(track);
}

// Locks that the image names or that anybody releases, and banks of tiles that store something.
void Array::add_value_tracks() {
  auto next = static_cast<traces::TrackId>(units_.all().size());
  for (const LockAddress& lock : sharing_.released_locks()) lock_tracks_[lock] = 0;
  for (const arch::TileImage& tile : image_.tiles) {
    for (const arch::LockInit& init : tile.locks) lock_tracks_[{tile.tile, init.lock.value}] = 0;
  }
  for (auto& [lock, track] : lock_tracks_) {
    track = next++;
    add_track({.id = track,
               .tile = lock.tile,
               .unit = traces::UnitKind::lock,
               .index = static_cast<std::uint8_t>(lock.lock),
               .name = lock_name(image_, lock),
               .tile_name = device_.tile_name(lock.tile)});
  }
  for (const arch::TileImage& tile : image_.tiles) {
    if (device_.kind(tile.tile) == arch::TileKind::shim) continue;  // its descriptors are of external memory
    if (!tile.program && tile.memory.empty() && tile.descriptors.empty()) continue;
    bank_tracks_[tile.tile] = next;
    const int banks = BankLayout(device_, device_.kind(tile.tile)).physical_bank_count();
    for (int bank = 0; bank < banks; ++bank) {
      add_track({.id = next++,
                 .tile = tile.tile,
                 .unit = traces::UnitKind::bank,
                 .index = static_cast<std::uint8_t>(bank),
                 .name = fmt::format("bank {} conflicts", bank),
                 .tile_name = device_.tile_name(tile.tile)});
    }
  }
  path_track_ = next;
  add_track({.id = path_track_,
             .tile = {},
             .unit = traces::UnitKind::path,
             .index = 0,
             .name = "critical path to the first output",
             .tile_name = ""});
}

std::string Array::wait_text(const WaitCause& cause) const {
  switch (cause.what) {
    case WaitCause::What::lock:
      return fmt::format("{} of {}", lock_name(image_, cause.lock), device_.tile_name(cause.lock.tile));
    case WaitCause::What::words:
      if (cause.link >= 0) return "words on " + streams_[static_cast<std::size_t>(cause.link)]->ends().name;
      break;
    case WaitCause::What::room:
      if (cause.link >= 0) return "room on " + streams_[static_cast<std::size_t>(cause.link)]->ends().name;
      break;
    case WaitCause::What::cascade_word:
      return "a cascade word";
    case WaitCause::What::cascade_room:
      return "room in the cascade";
    case WaitCause::What::external:
      return "external memory";
    default:
      break;
  }
  return std::string(to_string(cause.reason));
}

void Array::record_path(const std::vector<traces::PathPiece>& path) {
  for (const traces::PathPiece& piece : path) {
    const traces::NameId name = options_.recorder->intern(fmt::format("{}: {}", piece.unit, piece.what));
    options_.recorder->slice(path_track_, name, traces::StallReason::none, arch::Cycles(piece.begin),
                             arch::Cycles(piece.end), 0);
  }
}

}  // namespace aie4ml::sim
