// Which part of a run a trace shows.
//
//   FILTER := CLAUSE { ";" CLAUSE }
//   CLAUSE := "tile=" RANGE "," RANGE      core tiles: columns, rows of the core grid
//           | "memory=" RANGE [ "," RANGE ] memory tiles: columns, rows
//           | "shim=" RANGE                shim tiles: columns
//           | "kind=" KIND { "," KIND }    see track_kinds()
//           | "cycles=" RANGE
//   RANGE  := N | N ".." M | N ".." | ".." M | "*"      both ends belong to it
//
// Places (tile, memory, shim) add up; without any, all are shown. "kind" and "cycles" stand once at most.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "arch/device/device.hpp"
#include "traces/event.hpp"

namespace aie4ml::traces {

class TraceFilter {
 public:
  struct Range {
    std::int64_t first{0}, last{std::numeric_limits<std::int64_t>::max() - 1};
    [[nodiscard]] bool has(std::int64_t value) const { return value >= first && value <= last; }
    friend bool operator==(const Range&, const Range&) = default;
  };
  struct Place {
    arch::TileKind kind{};
    Range columns, rows;  // rows of the tiles of that kind, from 0
    friend bool operator==(const Place&, const Place&) = default;
  };

  // Shows everything.
  TraceFilter() = default;
  // Throws arch::InputError, one line, for text that is no FILTER.
  static TraceFilter parse(std::string_view text);

  [[nodiscard]] bool shows(const Track& track, const arch::Device& device) const;
  [[nodiscard]] const Range& cycles() const { return cycles_; }

 private:
  std::vector<Place> places_;    // empty: all
  std::vector<UnitKind> kinds_;  // empty: all
  Range cycles_;
};

// Names of "kind=" for messages: "core, dma, s2mm, ...".
std::string track_kinds();

// Passes on what a filter shows. Slices that begin before or end after its cycles are cut; a value that was
// set before is repeated at their beginning.
class FilteredRecorder final : public Recorder {
 public:
  FilteredRecorder(std::unique_ptr<Recorder> sink, TraceFilter filter, const arch::Device& device);

  void add_track(const Track& track) override;
  NameId intern(std::string_view text) override { return sink_->intern(text); }
  void slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
             std::int32_t iteration) override;
  void instant(TrackId track, NameId name, arch::Cycles at) override;
  void value(TrackId track, arch::Cycles at, std::int64_t value) override;
  void finish(arch::Cycles end) override;

  [[nodiscard]] std::size_t tracks_shown() const { return shown_; }
  [[nodiscard]] std::size_t tracks() const { return tracks_.size(); }

 private:
  struct Shown {
    bool is{};
    bool has_former{};  // a value from before the first cycle, not passed on yet
    std::int64_t former{};
  };
  void pass_former(TrackId track);

  std::unique_ptr<Recorder> sink_;
  TraceFilter filter_;
  const arch::Device& device_;
  std::vector<Shown> tracks_;  // by TrackId
  std::size_t shown_{};
};

}  // namespace aie4ml::traces
