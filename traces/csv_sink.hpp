// A trace as text, one event a line (RFC 4180 quoting):
//   tile,unit,event,name,stall,begin_cycle,end_cycle,iteration,value
// event is "slice", "instant" (begin == end) or "value" (begin == end: from then on); stall, iteration and
// value are empty where they have no meaning. Lines that start with '#' carry the run's facts before the
// header and, as the last line of a complete file, the counts: "# end total_cycles=900 slices=12 instants=4
// values=30".
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "traces/event.hpp"
#include "traces/name_table.hpp"
#include "traces/output_file.hpp"
#include "traces/run_info.hpp"

namespace aie4ml::traces {

class CsvSink final : public Recorder {
 public:
  CsvSink(const std::filesystem::path& path, const RunInfo& info);

  void add_track(const Track& track) override;
  NameId intern(std::string_view text) override;
  void slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
             std::int32_t iteration) override;
  void instant(TrackId track, NameId name, arch::Cycles at) override;
  void value(TrackId track, arch::Cycles at, std::int64_t value) override;
  void finish(arch::Cycles end) override;

 private:
  OutputFile file_;
  NameTable names_;
  std::vector<std::string> tracks_;  // "tile,unit" of each track, quoted
  std::int64_t slices_{}, instants_{}, values_{};
};

}  // namespace aie4ml::traces
