// Which physical registers are occupied when. A register holds a value from the cycle it arrives in to its
// last read, so that the next value may be under way while the old one is in use.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "kernels/schedule/machine_op.hpp"

namespace aie4ml::kernels {

struct Interval {
  int first{}, last{};
};

class RegisterAllocator {
 public:
  explicit RegisterAllocator(const arch::Device& device) : device_(&device) {}

  // First unit of free storage for the interval, which is taken then; nullopt if there is none.
  std::optional<int> take(const VirtualReg& reg, Interval interval);

  // Units of a file that nothing occupies at any time.
  [[nodiscard]] int free_units(arch::RegClass file) const;

  // Cycles from the issue in which an access holds its register.
  static Interval held(const Access& access);
  // Registers that alias are in one file, named by its smallest class.
  static arch::RegClass file_of(arch::RegClass cls);

 private:
  [[nodiscard]] int units_in(arch::RegClass file) const;

  const arch::Device* device_;                                          // a copy is a scope of its own
  std::map<arch::RegClass, std::vector<std::vector<Interval>>> files_;  // per unit
};

}  // namespace aie4ml::kernels
