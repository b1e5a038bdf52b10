// Why the first output came when it came.
#pragma once

#include <memory>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "sim/module/stream_channel.hpp"
#include "sim/observe/unit_log.hpp"
#include "traces/statistics.hpp"

namespace aie4ml::sim {

struct CriticalPathInput {
  const arch::Image& image;
  const arch::Device& device;
  const UnitTable& units;
  const std::vector<std::unique_ptr<UnitLog>>& logs;  // by unit
  const std::vector<std::unique_ptr<StreamChannel>>& streams;
};

// Walks back from `end` through the histories of the units: a unit's own work up to the wait before it, then
// to whoever ended that wait, and so on until cycle `begin`. The pieces come in order of time, follow each
// other without a gap and fill [begin, end.cycle]; neighbours that say the same are one.
std::vector<traces::PathPiece> critical_path(const CriticalPathInput& input, const Place& end,
                                             std::int64_t begin);

}  // namespace aie4ml::sim
