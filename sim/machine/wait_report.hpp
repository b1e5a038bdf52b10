// Says in names of layers, buffers and locks who waits for whom when a run cannot go on.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"
#include "sim/machine/fault.hpp"
#include "sim/machine/sharing.hpp"
#include "sim/module/cascade_channel.hpp"
#include "sim/module/lock_module.hpp"
#include "sim/module/stream_channel.hpp"
#include "sim/observe/unit_log.hpp"

namespace aie4ml::sim {

struct WaitReportInput {
  const arch::Device& device;
  const arch::Image& image;
  const UnitTable& units;
  const Sharing& sharing;
  const std::vector<std::unique_ptr<UnitLog>>& logs;  // by unit
  const std::vector<std::unique_ptr<StreamChannel>>& streams;
  const std::vector<std::unique_ptr<CascadeChannel>>& cascades;
  const std::map<arch::TileCoord, std::unique_ptr<LockModule>>& locks;
};

// The message starts with `what` and follows the waits from an output that is missing (else the first blocked
// unit) until they close or end.
Fault report_waits(const WaitReportInput& input, Fault::Kind kind, std::int64_t cycle,
                   const std::string& what);

// "lock 3 'fc2.in ping full'"
std::string lock_name(const arch::Image& image, const LockAddress& lock);

}  // namespace aie4ml::sim
