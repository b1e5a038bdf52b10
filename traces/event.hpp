// What the machine tells about itself while it runs. Times are AIE cycles since the start of the run.
//
// The machine calls a Recorder (nullptr when nobody listens, so that tracing off costs one branch); sinks
// behind it write Perfetto, VCD, CSV, or keep events in memory for tests. Nothing here influences the run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arch/units.hpp"

namespace aie4ml::traces {

// Why a unit does not advance. Every wait of the machine names one; it feeds statistics, trace and fault
// report.
enum class StallReason : std::uint8_t {
  none,
  lock,     // a lock is not available, or the fixed stall of a lock instruction
  stream,   // a stream is empty (consumer) or full (producer)
  cascade,  // a cascade link is empty or full
  bank,     // a memory bank went to somebody else
  idle      // nothing to do: no task, program ended
};
std::string_view to_string(StallReason reason);

// The kinds of track: units that act, locks and banks of a tile, and the way to the first output.
enum class UnitKind : std::uint8_t { core, s2mm, mm2s, plio_in, plio_out, lock, bank, path };

using TrackId = std::uint32_t;

struct Track {
  TrackId id{};
  arch::TileCoord tile{};
  UnitKind unit{};
  std::uint8_t index{};   // number of the channel, lock or bank, index of the PLIO
  std::string name;       // "MM2S 0", "core", "PLIO ifm_c0", "lock 3 'fc1.in full'"
  std::string tile_name;  // Device::name(tile)
};

using NameId = std::uint32_t;  // interned text, see Recorder::intern

class Recorder {
 public:
  Recorder() = default;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  virtual ~Recorder() = default;

  // Before the run, in a fixed order: all tracks, then start().
  virtual void add_track(const Track& track) = 0;
  virtual NameId intern(std::string_view text) = 0;

  // [begin, end) on a track: a piece of work (stall == none) or a wait. Slices of one track do not overlap
  // and come in order; different tracks come in any order. `iteration` is -1 where it has no meaning.
  virtual void slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
                     std::int32_t iteration) = 0;
  // A point in time: "fault".
  virtual void instant(TrackId track, NameId name, arch::Cycles at) = 0;
  // From `at` on a lock has this value, or so many requests lost a bank in that cycle. Not negative, in order
  // of time for a track; 0 before the first one.
  virtual void value(TrackId track, arch::Cycles at, std::int64_t value) = 0;

  virtual void finish(arch::Cycles end) = 0;
};

}  // namespace aie4ml::traces
