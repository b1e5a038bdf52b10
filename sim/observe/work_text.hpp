// What a unit works on, in words.
#pragma once

#include <cstdint>
#include <string>

#include "arch/image/image.hpp"
#include "sim/machine/unit_table.hpp"

namespace aie4ml::sim {

// Work of a core is an index into its program's regions, of a DMA channel one into DebugMap::buffers.
inline constexpr std::int32_t kUnnamedWork = -1;  // a PLIO's, or of a channel on no known buffer
inline constexpr std::int32_t kNoWork = -2;       // between two pieces of work

// "fc1 kernel k loop", "fc1.in ping", the name of a PLIO; never empty.
std::string work_text(const arch::Image& image, const UnitInfo& unit, std::int32_t work);

}  // namespace aie4ml::sim
