// Which shim columns and channels the PLIOs take.
#pragma once

#include <map>
#include <set>
#include <string>

#include "arch/device/device.hpp"
#include "arch/image/image.hpp"

namespace aie4ml::compiler {

class PlioPool {
 public:
  explicit PlioPool(const arch::Device& device) : device_(device) {}
  // A free PLIO of the device's default width in the PLIO column nearest to the given one. Throws InputError
  // if there is none.
  arch::PlioChannel take(arch::PlioChannel::Direction direction, int near_column, const std::string& name);

 private:
  const arch::Device& device_;
  std::map<std::pair<arch::PlioChannel::Direction, int>, int> used_;  // channels from 0 up, by column
};

}  // namespace aie4ml::compiler
