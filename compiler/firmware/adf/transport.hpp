// How the plan's streams are said in ADF: every edge is a shared buffer with a tiling for each of its
// streams, every direct link a connection from kernel to kernel.
//
// A kernel's buffer leaves and arrives from its first to its last element where it can: then the shared
// buffer's tiling has the order of its blocks. Only where somebody wants a part of what a kernel writes (a
// tensor that is split over several places) does it leave in the pieces of the plan, and then its own port
// has tilings as well.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/firmware/adf/live_parts.hpp"
#include "compiler/firmware/adf/tiling.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

struct SharedBuffer {
  Matrix size;  // the stored matrix with what readers want beyond it, and room for what nobody wants
  std::int32_t dump_rows{};  // of that: the last rows
  std::vector<Tilings> in;   // by writer
  std::vector<Tilings> out;  // by reader
};

struct AdfTransport {
  std::vector<SharedBuffer> buffers;  // by edge
  // Of kernels whose buffer does not leave or arrive from first to last: by layer and slice of its output, by
  // direct link.
  std::map<std::pair<std::int32_t, std::int32_t>, Tilings> out;
  std::map<std::size_t, Tilings> in;
};

AdfTransport plan_transport(const Plan& plan, const LiveParts& live, const arch::Device& device);

}  // namespace aie4ml::compiler
