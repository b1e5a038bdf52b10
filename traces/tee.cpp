#include "traces/tee.hpp"

#include <cstddef>
#include <utility>

namespace aie4ml::traces {

Tee::Tee(std::vector<Recorder*> recorders) : recorders_(std::move(recorders)) {}

void Tee::add_track(const Track& track) {
  for (Recorder* recorder : recorders_) recorder->add_track(track);
}

NameId Tee::intern(std::string_view text) {
  const NameId id = names_.intern(text);
  if (id * recorders_.size() == ids_.size()) {  // a new one
    for (Recorder* recorder : recorders_) ids_.push_back(recorder->intern(text));
  }
  return id;
}

void Tee::slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
                std::int32_t iteration) {
  for (std::size_t i = 0; i < recorders_.size(); ++i) {
    recorders_[i]->slice(track, ids_[name * recorders_.size() + i], stall, begin, end, iteration);
  }
}

void Tee::instant(TrackId track, NameId name, arch::Cycles at) {
  for (std::size_t i = 0; i < recorders_.size(); ++i) {
    recorders_[i]->instant(track, ids_[name * recorders_.size() + i], at);
  }
}

void Tee::finish(arch::Cycles end) {
  for (Recorder* recorder : recorders_) recorder->finish(end);
}

}  // namespace aie4ml::traces
