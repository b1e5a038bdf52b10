// The data work of a stretch (CoreEngine::stretch), worked out once. Between two lock operations a program
// whose scalars do not come from data issues the same bundles with the same addresses whenever it starts from
// the same state. What remains to be done for every core and every time is to move and multiply the data, in
// the same order: addresses are numbers here, registers are renamed to slots, and nothing is decided.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "sim/core/micro_op.hpp"
#include "sim/core/path_graph.hpp"
#include "sim/core/register_file.hpp"
#include "sim/memory/tile_memory.hpp"

namespace aie4ml::sim {

// Slots are bytes of an area that each core has for itself, by offset. A value is never overwritten while
// anybody wants it.
using SlotOffset = std::uint32_t;
inline constexpr SlotOffset kNoSlot = std::numeric_limits<SlotOffset>::max();
inline constexpr std::uint32_t kSlotBytes = 64;
// Behind the last slot: multiplies of the host may read whole registers.
inline constexpr std::uint32_t kSlotMargin = 256;

struct TapeOp {
  enum class Kind : std::uint8_t {
    load_32,  // dst = 32 bytes at `address` of memory `window`
    load,
    store_32,  // the same address = a
    store,
    multiply,  // op->run.mmul(dst, c, a, b)
    lanes,     // op->run.lanes(dst, a, b, c)
    convert,   // op->run.shift_function(dst, a, address, b, c): amount, rounding and saturation code
    shuffle,   // dst = a and b by code `address`
    copy,      // dst = a
    clear,     // dst = 0
    cascade_in,
    cascade_out  // dst = the word; the word = a
  };
  Kind kind{};
  std::uint8_t window{};
  std::uint16_t size{};    // bytes of dst, or stored
  std::int32_t address{};  // of memory accesses
  SlotOffset dst{kNoSlot}, a{kNoSlot}, b{kNoSlot}, c{kNoSlot};
  const MicroOp* op{};
};

struct TapeCycle {
  PathNode* node{};
  std::uint32_t first{},
      issue{};               // operations: steps 1 to 3 of the cycle, and what issues; up to the next's first
  std::uint32_t accesses{};  // index into Tape::accesses of the first that issues
  BankMask banks{};          // that are accessed
  bool clash{};              // some of them twice
};

// Cycles that need nothing but their operations to be done, unless one of their banks is contended.
struct TapeChunk {
  BankMask banks{};
  bool plain{};  // no access meets another, nothing for the caller, no other region
};

// An access as it is counted when it issues: lowest bank, and whether the next is touched too.
struct CountedAccess {
  std::uint8_t first_bank{}, several{};
};

struct Tape {
  static constexpr std::size_t kChunk = 16;

  int index{};                    // among the tapes of a CoreCode
  PathNode* begin{};              // the cycle it starts with
  std::vector<TapeCycle> cycles;  // and one more, with which the next lock operation issues
  std::vector<TapeChunk> chunks;  // of kChunk cycles each
  std::vector<TapeOp> ops;
  std::vector<CountedAccess> accesses;
  std::uint32_t slot_bytes{};
  std::int64_t macs{};
  std::vector<std::pair<CountedAccess, std::int64_t>> access_totals;

  // Bytes that are read before they are written here, and bytes that are stored: 64 of a memory at a time.
  struct Words {
    std::uint8_t window{};
    std::int32_t address{};
    std::uint64_t bytes{};
  };
  std::vector<Words> reads, stores;

  // What must be in slots before: bytes of registers, of operations in flight, and constants.
  struct FromRegister {
    std::uint16_t offset{}, size{};
    SlotOffset slot{};
  };
  struct FromRing {
    std::uint32_t back{};  // bytes before the ring's position at the begin
    std::uint16_t size{};
    SlotOffset slot{};
  };
  struct Constant {
    std::int32_t value{};
    SlotOffset slot{};
  };
  std::vector<FromRegister> registers_in;
  std::vector<FromRing> ring_in;
  std::vector<Constant> constants;

  // And what is true behind it.
  struct Access {
    std::uint32_t back{};  // bytes before the ring's position at the end
    std::int32_t address{};
    std::uint8_t window{};
    bool is_load{};
    BankMask banks{};
  };
  struct RingScalar {
    std::uint32_t back{};
    std::int32_t value{};
  };
  std::vector<FromRegister> registers_out;  // the other way
  std::vector<FromRing> ring_out;
  std::vector<RingScalar> ring_scalars;
  std::vector<Access> accesses_out;
  std::array<std::uint8_t, kScalarBytes> scalars{};
  int branch_left{};
  bool branch_taken{};
  std::int32_t branch_target{};
  std::int64_t loop_set_ago{-1};  // cycles before the end; -1: not on this tape

  [[nodiscard]] std::size_t length() const { return cycles.size() - 1; }
};

}  // namespace aie4ml::sim
