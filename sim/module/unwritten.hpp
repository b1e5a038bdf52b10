// Reads of memory that nobody wrote, told once a buffer.
#pragma once

#include "sim/core/core_engine.hpp"
#include "sim/module/services.hpp"

namespace aie4ml::sim {

// Warns that `unit` reads [address, address + size) of `tile`, and says which range is told by that: the
// buffer it lies in, as far as it is known.
MemoryRange warn_unwritten(Services& services, const UnitInfo& unit, arch::TileCoord tile,
                           std::int32_t address, std::int32_t size);

}  // namespace aie4ml::sim
