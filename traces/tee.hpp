// Sends every event to several recorders, in the order given.
#pragma once

#include <vector>

#include "traces/event.hpp"
#include "traces/name_table.hpp"

namespace aie4ml::traces {

class Tee final : public Recorder {
 public:
  // Not owned; none may be null, all must outlive the tee.
  explicit Tee(std::vector<Recorder*> recorders);

  void add_track(const Track& track) override;
  NameId intern(std::string_view text) override;
  void slice(TrackId track, NameId name, StallReason stall, arch::Cycles begin, arch::Cycles end,
             std::int32_t iteration) override;
  void instant(TrackId track, NameId name, arch::Cycles at) override;
  void finish(arch::Cycles end) override;

 private:
  std::vector<Recorder*> recorders_;
  NameTable names_;
  // Each recorder numbers names as it likes: [our id * recorders + recorder] is its id.
  std::vector<NameId> ids_;
};

}  // namespace aie4ml::traces
