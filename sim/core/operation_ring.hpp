// The operations in flight as one cycle sees them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/core/micro_op.hpp"

namespace aie4ml::sim {

// A copy on the stack of where they are, because every byte that is stored might, for all the compiler knows,
// have changed the members of whoever holds them.
class OperationRing {
 public:
  // position: of this cycle's operations, in bytes; mask: size of the ring, a power of two, less one.
  OperationRing(std::byte* ring, std::uint32_t position, std::uint32_t mask)
      : ring_(ring), position_(position), mask_(mask) {}
  Operation& operator[](const InFlight& who) const { return back(who.back); }
  [[nodiscard]] Operation& back(std::uint32_t bytes) const {
    return *reinterpret_cast<Operation*>(ring_ + ((position_ - bytes) & mask_));
  }
  [[nodiscard]] Operation* first() const { return reinterpret_cast<Operation*>(ring_ + position_); }

 private:
  std::byte* ring_;
  std::uint32_t position_, mask_;
};

}  // namespace aie4ml::sim
