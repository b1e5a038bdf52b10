// Which channels of the shims' NoC DMAs the buffers in external memory take.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

class NocPool {
 public:
  explicit NocPool(const arch::Device& device) : device_(device) {}
  // Makes the end a GMIO: a free channel in the NoC column nearest to the given one, its South port and a
  // descriptor. Throws InputError if there is none.
  void take(arch::PlioChannel::Direction direction, int near_column, const std::string& name, PlioPlan& end);

 private:
  const arch::Device& device_;
  std::map<std::pair<arch::DmaDirection, int>, int> used_;  // channels from 0 up, by column
  std::map<int, int> bds_;                                  // descriptors from 0 up, by column
};

}  // namespace aie4ml::compiler
