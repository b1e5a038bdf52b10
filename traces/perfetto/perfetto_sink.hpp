// Writes a trace as Perfetto protobuf (ui.perfetto.dev, trace_processor).
//
// Time: 1 ns in the file is 1 AIE cycle, because Perfetto knows no other unit; the root track's name and the
// first event say so. Tracks: device > tile, row by row from the shim up and west to east > unit. A wait is a
// slice named "stall: <reason>" whose annotation "on" is what the machine called it; its category is the
// reason, that of work is "work". Locks and banks are counter tracks. The last event, "end of trace", carries
// the counts by which a reader can see that the file is whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "traces/event.hpp"
#include "traces/name_table.hpp"
#include "traces/output_file.hpp"
#include "traces/run_info.hpp"

namespace aie4ml::traces {

namespace perfetto {
class DebugAnnotation;
class InternedData;
class Trace;
class TracePacket;
class TrackEvent;
}  // namespace perfetto

class PerfettoSink final : public Recorder {
 public:
  PerfettoSink(const std::filesystem::path& path, const RunInfo& info);
  ~PerfettoSink() override;

  void add_track(const Track& track) override;
  NameId intern(std::string_view text) override;
  void slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
             std::int32_t iteration) override;
  void instant(TrackId track, NameId name, arch::Cycles at) override;
  void value(TrackId track, arch::Cycles at, std::int64_t value) override;
  void finish(arch::Cycles end) override;

 private:
  // The id spaces of Perfetto's interned data; each numbers our NameTable's texts from 1.
  enum class Space : std::uint8_t { event_name, category, annotation_name, string_value };

  perfetto::TracePacket& add_packet();
  perfetto::TracePacket& add_event(std::uint64_t track_uuid, arch::Cycles at);
  // Defines the text in the packet if this is its first use in that space.
  std::uint64_t iid(perfetto::TracePacket& packet, Space space, NameId name);
  perfetto::DebugAnnotation& annotate(perfetto::TracePacket& packet, std::string_view name);
  void name_event(perfetto::TracePacket& packet, NameId name, std::string_view category);
  void write_chunk();

  OutputFile file_;
  RunInfo info_;
  NameTable names_;
  std::vector<std::vector<bool>> defined_;  // [space][NameId]
  std::unique_ptr<perfetto::Trace> chunk_;  // packets not yet in the file
  std::map<arch::TileCoord, std::uint64_t> tile_uuids_;
  std::vector<std::uint64_t> track_uuids_;  // by TrackId
  std::uint64_t last_uuid_{};
  std::int64_t packets_{}, slices_{}, instants_{}, values_{};
};

}  // namespace aie4ml::traces
