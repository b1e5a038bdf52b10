// Keeps every event, for tests and for tools that look at a run as a whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "traces/event.hpp"
#include "traces/name_table.hpp"

namespace aie4ml::traces {

struct RecordedSlice {
  TrackId track{};
  std::string name;
  StallReason stall{};
  std::int64_t begin{}, end{};  // cycles
  std::int32_t iteration{};
  friend bool operator==(const RecordedSlice&, const RecordedSlice&) = default;
};

struct RecordedInstant {
  TrackId track{};
  std::string name;
  std::int64_t at{};  // cycle
  friend bool operator==(const RecordedInstant&, const RecordedInstant&) = default;
};

struct RecordedValue {
  TrackId track{};
  std::int64_t at{};  // cycle
  std::int64_t value{};
  friend bool operator==(const RecordedValue&, const RecordedValue&) = default;
};

class MemoryRecorder final : public Recorder {
 public:
  void add_track(const Track& track) override;
  NameId intern(std::string_view text) override;
  void slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
             std::int32_t iteration) override;
  void instant(TrackId track, NameId name, arch::Cycles at) override;
  void value(TrackId track, arch::Cycles at, std::int64_t value) override;
  void finish(arch::Cycles end) override;

  [[nodiscard]] const std::vector<Track>& tracks() const { return tracks_; }
  [[nodiscard]] const std::vector<RecordedSlice>& slices() const { return slices_; }  // as they came
  [[nodiscard]] const std::vector<RecordedInstant>& instants() const { return instants_; }
  [[nodiscard]] const std::vector<RecordedValue>& values() const { return values_; }
  [[nodiscard]] std::optional<arch::Cycles> end() const { return end_; }  // none before finish()

  [[nodiscard]] std::vector<RecordedSlice> slices_of(TrackId track) const;

 private:
  NameTable names_;
  std::vector<Track> tracks_;
  std::vector<RecordedSlice> slices_;
  std::vector<RecordedInstant> instants_;
  std::vector<RecordedValue> values_;
  std::optional<arch::Cycles> end_;
};

}  // namespace aie4ml::traces
