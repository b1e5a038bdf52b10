#include "traces/perfetto/perfetto_sink.hpp"

#include <array>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "traces/perfetto/perfetto_trace.pb.h"

namespace aie4ml::traces {
namespace {

constexpr int kSpaces = 4;
constexpr int kPacketsPerChunk = 4096;  // some 200 kB: bounds memory, keeps writes large
constexpr std::uint32_t kSequence = 1;  // one writer, one sequence
constexpr std::uint64_t kRootUuid = 1;

std::string_view slice_name(StallReason stall) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "", "stall: lock", "stall: stream", "stall: cascade", "stall: bank", "idle"};
  return kNames.at(static_cast<std::size_t>(stall));
}

// Rows are drawn from the top: the shim, where data comes in, is the first.
std::int32_t row_major(arch::TileCoord tile) {
  return tile.row * 0x10000 + tile.col;
}

}  // namespace

PerfettoSink::PerfettoSink(const std::filesystem::path& path, const RunInfo& info)
    : file_(path),
      info_(info),
      defined_(kSpaces),
      chunk_(std::make_unique<perfetto::Trace>()),
      last_uuid_(kRootUuid) {
  const std::string unit = fmt::format("1 ns = 1 AIE cycle, {:g} MHz", info.aie_mhz);
  perfetto::TrackDescriptor& root = *add_packet().mutable_track_descriptor();
  root.set_uuid(kRootUuid);
  root.set_name(fmt::format("{} ({})", info.device, unit));
  root.set_description("Times in this file are AIE clock cycles written as nanoseconds.");
  root.set_child_ordering(perfetto::TrackDescriptor::EXPLICIT);

  perfetto::TracePacket& packet = add_event(kRootUuid, arch::Cycles(0));
  packet.mutable_track_event()->set_type(perfetto::TrackEvent::TYPE_INSTANT);
  name_event(packet, names_.intern("trace info"), "meta");
  annotate(packet, "time_unit").set_string_value(unit);
  annotate(packet, "aie_mhz").set_double_value(info.aie_mhz);
  annotate(packet, "model").set_string_value(info.model);
  annotate(packet, "device").set_string_value(info.device);
  annotate(packet, "iterations").set_int_value(info.iterations);
}

PerfettoSink::~PerfettoSink() = default;

void PerfettoSink::add_track(const Track& track) {
  if (track_uuids_.size() <= track.id) track_uuids_.resize(track.id + std::size_t{1});
  if (track.unit == UnitKind::path) {  // of the device as a whole, above all tiles
    track_uuids_[track.id] = ++last_uuid_;
    perfetto::TrackDescriptor& descriptor = *add_packet().mutable_track_descriptor();
    descriptor.set_uuid(last_uuid_);
    descriptor.set_parent_uuid(kRootUuid);
    descriptor.set_name(track.name);
    descriptor.set_sibling_order_rank(-1);
    return;
  }
  auto [tile, is_new] = tile_uuids_.try_emplace(track.tile, last_uuid_ + 1);
  if (is_new) {
    ++last_uuid_;
    perfetto::TrackDescriptor& descriptor = *add_packet().mutable_track_descriptor();
    descriptor.set_uuid(tile->second);
    descriptor.set_parent_uuid(kRootUuid);
    const auto label = info_.tile_labels.find(track.tile);
    descriptor.set_name(label == info_.tile_labels.end() ? track.tile_name
                                                         : track.tile_name + ' ' + label->second);
    descriptor.set_sibling_order_rank(row_major(track.tile));
    descriptor.set_child_ordering(perfetto::TrackDescriptor::EXPLICIT);
  }
  track_uuids_[track.id] = ++last_uuid_;
  perfetto::TrackDescriptor& descriptor = *add_packet().mutable_track_descriptor();
  descriptor.set_uuid(last_uuid_);
  descriptor.set_parent_uuid(tile->second);
  if (track.unit == UnitKind::bank) descriptor.mutable_counter()->set_unit_name("requests");
  if (track.unit == UnitKind::lock) descriptor.mutable_counter();
  descriptor.set_name(track.name);
  descriptor.set_sibling_order_rank(static_cast<std::int32_t>(track.unit) * 0x100 + track.index);
}

NameId PerfettoSink::intern(std::string_view text) {
  return names_.intern(text);
}

void PerfettoSink::slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
                         std::int32_t iteration) {
  if (end < begin) std::abort();
  ++slices_;
  perfetto::TracePacket& packet = add_event(track_uuids_.at(track), begin);
  packet.mutable_track_event()->set_type(perfetto::TrackEvent::TYPE_SLICE_BEGIN);
  if (stall == StallReason::none) {
    name_event(packet, name, "work");
  } else {
    name_event(packet, names_.intern(slice_name(stall)), to_string(stall));
    annotate(packet, "on").set_string_value_iid(iid(packet, Space::string_value, name));
  }
  annotate(packet, "cycles").set_int_value((end - begin).value);
  if (iteration >= 0) annotate(packet, "iteration").set_int_value(iteration);

  add_event(track_uuids_.at(track), end)
      .mutable_track_event()
      ->set_type(perfetto::TrackEvent::TYPE_SLICE_END);
}

void PerfettoSink::instant(TrackId track, NameId name, arch::Cycles at) {
  ++instants_;
  perfetto::TracePacket& packet = add_event(track_uuids_.at(track), at);
  packet.mutable_track_event()->set_type(perfetto::TrackEvent::TYPE_INSTANT);
  name_event(packet, name, "event");
}

void PerfettoSink::value(TrackId track, arch::Cycles at, std::int64_t value) {
  ++values_;
  perfetto::TrackEvent& event = *add_event(track_uuids_.at(track), at).mutable_track_event();
  event.set_type(perfetto::TrackEvent::TYPE_COUNTER);
  event.set_counter_value(value);
}

void PerfettoSink::finish(arch::Cycles end) {
  perfetto::TracePacket& packet = add_event(kRootUuid, end);
  packet.mutable_track_event()->set_type(perfetto::TrackEvent::TYPE_INSTANT);
  name_event(packet, names_.intern("end of trace"), "meta");
  annotate(packet, "total_cycles").set_int_value(end.value);
  annotate(packet, "slices").set_int_value(slices_);
  annotate(packet, "instants").set_int_value(instants_);
  annotate(packet, "values").set_int_value(values_);
  annotate(packet, "packets").set_int_value(packets_);  // this one included
  write_chunk();
  file_.commit();
}

perfetto::TracePacket& PerfettoSink::add_packet() {
  // Written before the next packet, not after this one: the caller still fills it.
  if (chunk_->packet_size() >= kPacketsPerChunk) write_chunk();
  perfetto::TracePacket& packet = *chunk_->add_packet();
  packet.set_trusted_packet_sequence_id(kSequence);
  packet.set_sequence_flags(packets_ == 0 ? perfetto::TracePacket::SEQ_INCREMENTAL_STATE_CLEARED
                                          : perfetto::TracePacket::SEQ_NEEDS_INCREMENTAL_STATE);
  ++packets_;
  return packet;
}

perfetto::TracePacket& PerfettoSink::add_event(std::uint64_t track_uuid, arch::Cycles at) {
  if (at < arch::Cycles(0)) std::abort();
  perfetto::TracePacket& packet = add_packet();
  packet.set_timestamp(static_cast<std::uint64_t>(at.value));
  packet.mutable_track_event()->set_track_uuid(track_uuid);
  return packet;
}

std::uint64_t PerfettoSink::iid(perfetto::TracePacket& packet, Space space, NameId name) {
  const std::uint64_t id = name + std::uint64_t{1};  // 0 means "none" there
  std::vector<bool>& defined = defined_[static_cast<std::size_t>(space)];
  if (defined.size() <= name) defined.resize(name + std::size_t{1});
  if (defined[name]) return id;
  defined[name] = true;

  const std::string& text = names_.text(name);
  perfetto::InternedData& data = *packet.mutable_interned_data();
  const auto define = [&](auto& entry) {
    entry.set_iid(id);
    entry.set_name(text);
  };
  switch (space) {
    case Space::event_name:
      define(*data.add_event_names());
      break;
    case Space::category:
      define(*data.add_event_categories());
      break;
    case Space::annotation_name:
      define(*data.add_debug_annotation_names());
      break;
    case Space::string_value: {
      perfetto::InternedString& entry = *data.add_debug_annotation_string_values();
      entry.set_iid(id);
      entry.set_str(text);
      break;
    }
  }
  return id;
}

perfetto::DebugAnnotation& PerfettoSink::annotate(perfetto::TracePacket& packet, std::string_view name) {
  const std::uint64_t id = iid(packet, Space::annotation_name, names_.intern(name));
  perfetto::DebugAnnotation& annotation = *packet.mutable_track_event()->add_debug_annotations();
  annotation.set_name_iid(id);
  return annotation;
}

void PerfettoSink::name_event(perfetto::TracePacket& packet, NameId name, std::string_view category) {
  packet.mutable_track_event()->set_name_iid(iid(packet, Space::event_name, name));
  packet.mutable_track_event()->add_category_iids(iid(packet, Space::category, names_.intern(category)));
}

void PerfettoSink::write_chunk() {
  chunk_->SerializeToOstream(&file_.stream());  // failures stay in the stream and show at commit
  chunk_->Clear();
}

}  // namespace aie4ml::traces
