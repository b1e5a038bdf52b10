// When an instruction reads its operands and when its results can be seen, in pipeline cycles counted from
// E1.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace aie4ml::arch {

// Instructions of one class share their timing. JSON keys are the enumerators' names.
enum class TimingClass : std::uint8_t {
  scalar_alu,
  scalar_mul,
  pointer_add,
  scalar_load,
  scalar_store,
  part_word_store,
  vector_load,
  vector_load_ups,
  vector_store,
  vector_store_srs,
  srs,
  ups,
  vector_move,
  vector_permute,
  vector_pack,
  vector_mac_int,
  vector_mac_bf16,
  accumulator_add_int,
  cascade_read,
  cascade_write,
  stream_read,
  stream_write,
};
inline constexpr int kTimingClassCount = 22;
std::string_view to_string(TimingClass timing_class);

// Forwarding network that shortens a dependency by one cycle when both ends are on it.
enum class Bypass : std::uint8_t { none, mov, vec };

// Pipeline cycles, E1 = 1; 0 where the class has no such operand.
struct OperandTiming {
  int def{};        // result written
  int use{};        // ordinary source operands read
  int acc_use{};    // accumulator source read
  int shift_use{};  // shift register read
  int mem{};        // data memory accessed
  int mem_read{};   // of a store that reads its word first and writes it back in mem
  Bypass bypass = Bypass::none;
};

// Issue-to-issue distance between a definition and a use of the same register (LV2): a consumer
// issued this many cycles after the producer sees the new value, and one issued earlier sees the old one.
constexpr int dependency_distance(int def_cycle, int use_cycle, bool bypassed) {
  return std::max(0, def_cycle - use_cycle + 1 - (bypassed ? 1 : 0));
}

struct CoreTiming {
  std::array<OperandTiming, kTimingClassCount> classes{};
  int branch_delay_slots{};
  int loop_setup_bundles{};  // bundles from the last write of LC/LS/LE to the last bundle of the loop
  int lock_stall_cycle{};    // the core may stall from this cycle after it issued a lock request ...
  int lock_resume_cycle{};   // ... and goes on at this one if the lock was free

  const OperandTiming& operator[](TimingClass c) const { return classes[static_cast<std::size_t>(c)]; }
  // The last pipeline cycle in which any operation reads, accesses memory or writes: operations that many
  // cycles apart do not concern each other.
  [[nodiscard]] int longest() const;
};

}  // namespace aie4ml::arch
