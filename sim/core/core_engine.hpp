// Executes a Program's bundles with the exposed latencies of the device's timing table. No SystemC and no
// clock of its own: it runs ahead until the next thing that needs somebody else (decision D5), counts the
// cycles it took, and leaves waiting and global time to the caller.
//
// A pipeline cycle is one issued bundle; a stall freezes the whole pipeline. What happens in pipeline cycle
// c, in this order:
//   1. data-memory accesses of operations issued at c - mem + 1 (loads before stores), each bank once a
//   cycle;
//   2. results with issue + def == c become visible;
//   3. late operands (accumulator of a mac) are read;
//   4. the bundle issues: all its operations read, then pointers and scalars of def 1 are written.
// Steps 1 to 3 take place before the caller is asked for a lock or a cascade word that bundle c needs.
//
// Protocol:
//   for (;;) {
//     RunResult r = engine.run(budget);            // time += r.cycles
//     budget:      go on later
//     interaction: wait until engine.interaction() can be served, then engine.issue(...); time += 1
//     banks:       arbitrate engine.banks_needed() at this time; if advance_memory_cycle(granted) leaves any,
//                  time += 1 and arbitrate again, else run() goes on
//     finished / fault: stop
//   }
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/isa/program.hpp"
#include "sim/core/tape_policy.hpp"
#include "sim/memory/tile_memory.hpp"
#include "sim/stream/stream_word.hpp"

namespace aie4ml::sim {

// A program made ready to run (core_code.hpp). Cores that run equal programs share one.
struct CoreCode;
// Device and program must outlive it; what they must be and what is thrown: as for CoreEngine.
std::shared_ptr<CoreCode> make_core_code(const arch::Device& device, const arch::Program& program);
const arch::Program& program_of(const CoreCode& code);

inline constexpr int kCascadeBytes = 64;  // 512 bit on both generations; the engine checks the device
using CascadeWord = std::array<std::uint8_t, kCascadeBytes>;

enum class CoreFaultKind : std::uint8_t {
  read_in_flight,   // register read under a write in flight, without reads_old
  write_conflict,   // two writes of one register in the same cycle
  unaligned,        // vector or scalar access not aligned to its size
  address,          // outside the four reachable memories
  unwritten,        // bytes that nobody ever wrote, and no listener for it
  program_counter,  // ran or jumped out of the program
  branch_in_delay_slot,
  loop_setup,   // a loop ends too few bundles behind its set-up
  part_store,   // a memory access while a part-word store reads, changes and writes
  interaction,  // interactions that hardware forbids in one bundle
  operand       // value the operation cannot take: shift, rounding code, lock index
};
std::string_view to_string(CoreFaultKind kind);  // "read under a write in flight"

struct CoreFault {
  CoreFaultKind kind{};
  std::int64_t cycle{};   // pipeline cycle: bundles issued before it
  std::int32_t bundle{};  // of the operation that caused it
  std::string message;    // in words, with the bundle's assembly
};

struct CoreOptions {
  // false: as hardware would, an old value is read and a later write wins. Accesses outside memory and a
  // program counter outside the program are faults all the same.
  bool strict = true;
  TapePolicy tapes{};
};

// Own memory and those of the neighbours, by arch::MemoryWindow; nullptr: access is a fault.
using CoreMemories = std::array<TileMemory*, arch::kMemoryWindowCount>;

// Bit window * physical_banks + bank for the four windows.
constexpr BankMask window_banks(BankMask banks, arch::MemoryWindow window, int physical_banks) {
  return banks << (static_cast<int>(window) * physical_banks);
}

enum class Stop : std::uint8_t { budget, interaction, banks, finished, fault };

struct RunResult {
  Stop stop{};
  std::int64_t cycles{};           // issued bundles + own_bank_stalls, since the call
  std::int64_t own_bank_stalls{};  // cycles lost to conflicts among this core's own accesses
  BankMask own_banks{};            // banks that were accessed, or are about to be, and are not contended
};

struct LockRequest {
  bool acquire{};
  std::int32_t index{};   // as the core sees it: 0-15 south, ... (arch::LockFacts::core_window_base)
  std::int32_t amount{};  // the register's value; acquire: -k for "at least k", k for "equal to k"
};

// What the bundle that run() stopped before needs.
struct Interaction {
  std::optional<LockRequest> lock;
  bool cascade_read{};
  bool cascade_write{};
  bool stream_read{};
  std::optional<StreamWord> stream_write;
  bool done{};
};

// A read of bytes that nobody wrote. Answer with the range (of the same memory) not to be reported again,
// usually the buffer it lies in; an empty range stops the core with a fault (in strict mode).
struct UnwrittenRead {
  std::int64_t cycle{};   // pipeline cycle of the access
  std::int32_t bundle{};  // of the load
  arch::MemoryWindow window{};
  std::int32_t address{}, size{};  // in that memory
};
struct MemoryRange {
  std::int32_t address{}, size{};
};
using UnwrittenListener = std::function<MemoryRange(const UnwrittenRead&)>;

// Execution passed from one CodeRegion to another (indices into Program::regions, -1: none). The first bundle
// of `to` issues `cycles_into_call` cycles after the running call of run() or issue() began.
using RegionListener = std::function<void(std::int32_t from, std::int32_t to, std::int64_t cycles_into_call)>;

// `event #id` issued, that many cycles after the running call of run() or issue() began.
using EventListener = std::function<void(std::int32_t id, std::int64_t cycles_into_call)>;

// The bundles from behind one lock operation to the next.
struct Stretch {
  BankMask banks{};        // of the four windows: all that are accessed
  std::int64_t bundles{};  // that issue before the next lock operation does
};

struct CoreCounts {
  std::int64_t bundles{};
  std::int64_t macs{};
  std::vector<std::int64_t> bank_accesses;   // by bit of the four-window bank mask
  std::vector<std::int64_t> bank_conflicts;  // cycles in which an access of ours had to wait for that bank
  bool srs_overflow{};                       // at any time; the program's own flags are srsrs and srups
  bool ups_overflow{};
};

class CoreEngine {
 public:
  // device, program and memories must outlive the engine. Device and program must be valid
  // (arch::validate, Program::validate); throws InputError where an operation cannot be executed all the
  // same.
  CoreEngine(const arch::Device& device, const arch::Program& program, const CoreMemories& memories,
             CoreOptions options = {});
  CoreEngine(const arch::Device& device, std::shared_ptr<CoreCode> code, const CoreMemories& memories,
             CoreOptions options = {});
  ~CoreEngine();
  CoreEngine(CoreEngine&&) noexcept;
  CoreEngine& operator=(CoreEngine&&) noexcept;

  // Issues bundles until `max_cycles` have passed (a cycle with bank conflicts may exceed it by the stalls)
  // or something else stops it. After a fault or the end it stops at once with 0 cycles.
  RunResult run(std::int64_t max_cycles);

  // After Stop::interaction.
  [[nodiscard]] const Interaction& interaction() const;
  // Issues that bundle: one cycle. cascade_in is needed for a cascade read, cascade_out for a cascade write,
  // stream_in for a stream read. Returns Stop::budget, or Stop::fault.
  Stop issue(const CascadeWord* cascade_in = nullptr, CascadeWord* cascade_out = nullptr,
             std::optional<StreamWord> stream_in = {});

  // What the program is certain to do until its next lock operation, known when a core with this code was
  // seen to do it: a program whose scalars do not come from data does the same whenever its scalars, and what
  // is in flight, are the same. nullopt: not known.
  [[nodiscard]] const std::optional<Stretch>& stretch() const;

  // Banks that are not this core's alone (mask over the four windows). May change between calls.
  void set_contended(BankMask banks);
  // After Stop::banks: the contended banks that the accesses of this cycle still need.
  [[nodiscard]] BankMask banks_needed() const;
  // One cycle of arbitration: every granted bank serves one access, as does every bank that is not contended.
  // Returns what is still needed, contended or not; if that is not empty, the core stalled for this cycle.
  BankMask advance_memory_cycle(BankMask granted);

  [[nodiscard]] const std::optional<CoreFault>& fault() const;
  [[nodiscard]] const CoreCounts& counts() const;
  [[nodiscard]] std::int32_t program_counter() const;  // bundle that issues next
  [[nodiscard]] std::int32_t region() const;           // of the bundle issued last, -1: none

  void set_region_listener(RegionListener listener);
  void set_unwritten_listener(UnwrittenListener listener);
  void set_event_listener(EventListener listener);

  // Architectural state, results in flight left out. Start-up values and tests; not while a known stretch is
  // under way, except before its first bundle, where registers are renamed.
  [[nodiscard]] std::int32_t scalar(arch::Reg reg) const;
  void set_scalar(arch::Reg reg, std::int32_t value);
  [[nodiscard]] std::vector<std::uint8_t> register_bytes(arch::Reg reg) const;
  void set_register_bytes(arch::Reg reg, std::span<const std::uint8_t> bytes);
  // Jump to a bundle with nothing in flight; clears the end state, keeps registers and counts.
  void restart(std::int32_t bundle);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aie4ml::sim
