#include "traces/memory_recorder.hpp"

#include <algorithm>
#include <iterator>

namespace aie4ml::traces {

void MemoryRecorder::add_track(const Track& track) {
  tracks_.push_back(track);
}

NameId MemoryRecorder::intern(std::string_view text) {
  return names_.intern(text);
}

void MemoryRecorder::slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin,
                           arch::Cycles end, std::int32_t iteration) {
  slices_.push_back({track, names_.text(name), stall, begin.value, end.value, iteration});
}

void MemoryRecorder::instant(TrackId track, NameId name, arch::Cycles at) {
  instants_.push_back({track, names_.text(name), at.value});
}

void MemoryRecorder::value(TrackId track, arch::Cycles at, std::int64_t value) {
  values_.push_back({track, at.value, value});
}

void MemoryRecorder::finish(arch::Cycles end) {
  end_ = end;
}

std::vector<RecordedSlice> MemoryRecorder::slices_of(TrackId track) const {
  std::vector<RecordedSlice> found;
  std::copy_if(slices_.begin(), slices_.end(), std::back_inserter(found),
               [track](const RecordedSlice& slice) { return slice.track == track; });
  return found;
}

}  // namespace aie4ml::traces
