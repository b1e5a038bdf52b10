// A trace as a value change dump (IEEE 1364-2005, 18.2), for GTKWave and Surfer. A time unit is one AIE
// cycle.
//
// Scopes: device > shim | memory_tiles | core_tiles > tile with its layers > unit. Variables of a unit:
//   state  what it does, as text: the work, "stall_lock_<on what>", "idle" (GTKWave's string type, blanks as
//   '_') busy   1 while it works stall  StallReason as a number, 0: none
// of a PLIO also `iteration`; of a tile `locks.<lock>` and `bank_conflicts.<bank>` (requests lost in the
// cycle).
//
// Events come in any order and the file wants that of time, so all changes are kept until the end of the run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "traces/event.hpp"
#include "traces/name_table.hpp"
#include "traces/output_file.hpp"
#include "traces/run_info.hpp"

namespace aie4ml::traces {

class VcdSink final : public Recorder {
 public:
  VcdSink(const std::filesystem::path& path, const RunInfo& info);

  void add_track(const Track& track) override;
  NameId intern(std::string_view text) override;
  void slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
             std::int32_t iteration) override;
  void instant(TrackId track, NameId name, arch::Cycles at) override;
  void value(TrackId track, arch::Cycles at, std::int64_t value) override;
  void finish(arch::Cycles end) override;

 private:
  // What a track has from `at` on.
  struct Change {
    std::int64_t at{};
    TrackId track{};
    StallReason stall{};
    bool active{};
    NameId name{};  // of a slice
    std::int32_t iteration{-1};
    std::int64_t number{};  // of a lock or a bank
  };
  [[nodiscard]] static bool is_number(const Track& track);
  void declare(const Track& track);
  void write_header();
  // Lines for what is another value than `former`, null: for all.
  [[nodiscard]] std::string difference(const Change& change, const Change* former) const;
  [[nodiscard]] std::string state(const Change& change) const;

  OutputFile file_;
  RunInfo info_;
  NameTable names_;
  std::map<TrackId, Track> tracks_;
  std::vector<Change> changes_;
};

}  // namespace aie4ml::traces
