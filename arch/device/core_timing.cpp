#include "arch/device/core_timing.hpp"

namespace aie4ml::arch {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, kTimingClassCount> kNames = {
    "scalar_alu",      "scalar_mul",          "pointer_add",  "scalar_load",
    "scalar_store",    "part_word_store",     "vector_load",  "vector_load_ups",
    "vector_store",    "vector_store_srs",    "srs",          "ups",
    "vector_move",     "vector_permute",      "vector_pack",  "vector_mac_int",
    "vector_mac_bf16", "accumulator_add_int", "cascade_read", "cascade_write",
    "stream_read",     "stream_write"};

}  // namespace

std::string_view to_string(TimingClass timing_class) {
  return kNames.at(static_cast<std::size_t>(timing_class));
}

int CoreTiming::longest() const {
  int last = 0;
  for (const OperandTiming& t : classes) last = std::max({last, t.def, t.use, t.acc_use, t.shift_use, t.mem});
  return last;
}

}  // namespace aie4ml::arch
