#include <aie4ml_adf/core_modes.hpp>

namespace aie4ml::adf {
namespace {

thread_local CoreModes own_modes;
thread_local CoreModes* modes_in_use = nullptr;

}  // namespace

CoreModes& core_modes() {
  return modes_in_use == nullptr ? own_modes : *modes_in_use;
}

CoreModes* use_core_modes(CoreModes* modes) {
  CoreModes* const before = modes_in_use;
  modes_in_use = modes;
  return before;
}

}  // namespace aie4ml::adf
