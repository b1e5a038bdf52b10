// A Program decoded once: every register an offset, every latency a number, every vector operation a
// function.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "arch/device/core_timing.hpp"
#include "arch/isa/instruction.hpp"
#include "sim/core/memory_port.hpp"
#include "sim/core/mmul.hpp"
#include "sim/core/register_file.hpp"

namespace aie4ml::sim {

inline constexpr int kMaxAccessBytes = 64;  // of one load or store: 512 bit on AIE-MLv2
inline constexpr int kFactorBytes = 128;    // of a register that a multiply reads

struct MicroOp;

// out: op.dst.size bytes; a, b, c: the sources, null where there is none.
using LaneFunction = void (*)(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a,
                              const std::uint8_t* b, const std::uint8_t* c);
// Shift with rounding and saturation codes of the control registers; returns whether a lane overflowed.
using ShiftFunction = bool (*)(const MicroOp& op, std::uint8_t* out, const std::uint8_t* in, int shift,
                               int rounding_code, int saturation_code);

enum class MicroKind : std::uint8_t {
  immediate,   // dst = imm
  scalar,      // dst = src0 op src1
  scalar_imm,  // dst = src0 + imm
  load_scalar,
  load_vector,
  load_shifted,  // vlda.ups: shifted in a later cycle than loaded
  store_scalar,
  store_part,  // st.8, st.16: the word is read, changed and written back
  store_vector,
  store_shifted,  // vst.srs
  shifted,        // vsrs, vups, vpack
  lanes,          // vmax, vadd, vbcst, vmov, ...
  shuffle,        // vshuffle: a permutation of bytes by code
  multiply,       // vmul: no accumulator read
  multiply_late,  // vmac, vmsc: accumulator read in a later cycle
  add_late,       // vadd.acc and its like: the same
  clear,
  cascade_read,
  cascade_write,
  stream_read,
  stream_write,
  step,  // padda and its like
  branch,
  event,
  lock,
  done
};

MicroKind kind_of(arch::Opcode op);

constexpr bool is_load(MicroKind kind) {
  return kind == MicroKind::load_scalar || kind == MicroKind::load_vector || kind == MicroKind::load_shifted;
}

// How a scalar register holds a value (AM020-4).
enum class ScalarWidth : std::uint8_t { full, unsigned20, signed20, unsigned6 };
constexpr std::int32_t fit_scalar(std::int32_t value, ScalarWidth width) {
  switch (width) {
    case ScalarWidth::full:
      return value;
    case ScalarWidth::unsigned20:
      return value & 0xfffff;
    case ScalarWidth::signed20:
      return static_cast<std::int32_t>(static_cast<std::uint32_t>(value) << 12) >> 12;
    case ScalarWidth::unsigned6:
      return value & 0x3f;
  }
  return value;
}
ScalarWidth width_of(arch::RegClass cls);

struct Address {
  arch::AddressMode mode{};
  std::uint16_t base{};                              // offsets in the register file
  std::uint16_t m{}, dn{}, dj{}, dc{};               // post_mod, post_2d, post_3d
  std::uint16_t outer_dn{}, outer_dj{}, outer_dc{};  // post_3d
  std::int32_t imm{};
};

struct MicroOp {
  MicroKind kind{};
  arch::Opcode op{};
  ScalarWidth width{};        // of a scalar dst
  arch::Bypass bypass{};      // of the operation's class, as producer and as consumer
  bool defer{};               // another operation of the bundle reads a scalar that this one writes
  std::uint8_t def{};         // result visible at issue + def
  std::uint8_t acc_delay{};   // accumulator, or shift amount of a load, read at issue + acc_delay
  std::uint8_t mem_delay{};   // memory accessed at issue + mem_delay, 0: no access
  std::uint8_t read_delay{};  // of a store that reads its word first: when
  std::uint8_t access_bytes{};
  std::uint16_t shift{};                // offset of the shift register
  RegisterPlace dst, src0, src1, src2;  // src: factors or ordinary sources
  RegisterPlace acc0, acc1;             // accumulators
  Address address;
  std::int32_t imm{};  // immediate, lock index, branch target
  std::int32_t macs{};
  arch::MmulShape shape{};
  arch::ElementType type_a{}, type_b{};
  BankPattern banks;            // of its memory access
  std::uint64_t access_ones{};  // a bit for each byte of it
  union {
    LaneFunction lanes;
    ShiftFunction shift_function;
    MmulFunction mmul;
  } run{};
};

constexpr bool accesses_memory(const MicroOp& op) {
  return op.mem_delay > 0;
}
constexpr bool reads_late(MicroKind kind) {
  return kind == MicroKind::multiply_late || kind == MicroKind::add_late;
}
// A scalar that the next bundle can use is written when its bundle has issued and is never in flight.
constexpr bool written_at_issue(const MicroOp& op) {
  return op.def == 1 && (op.kind == MicroKind::immediate || op.kind == MicroKind::scalar ||
                         op.kind == MicroKind::scalar_imm);
}
// The network on which the operation gets operands of one kind: accumulators over vec, others over mov.
constexpr arch::Bypass forwarding(const MicroOp& op, arch::Bypass network) {
  return op.bypass == network ? network : arch::Bypass::none;
}

// An operation in flight: what it carries from one of its cycles to the next.
struct alignas(64) Operation {
  std::array<std::uint8_t, 256> result;  // or the data of a store
  MemoryAccess access;
  const std::uint8_t* a;  // factors of a multiply-accumulate
  const std::uint8_t* b;
};
// Bytes from the operations of one cycle to those of the next in the ring of operations in flight.
inline constexpr std::uint32_t kCycleStride = 2048;
static_assert(arch::kPhysicalSlots * sizeof(Operation) <= kCycleStride);

// The micro-operation `op` of the bundle issued `distance` cycles ago, and how far back in the ring it is.
struct InFlight {
  std::uint8_t distance{};
  std::uint8_t op{};
  std::uint32_t back{};
  InFlight() = default;
  InFlight(int the_distance, std::size_t the_op)
      : distance(static_cast<std::uint8_t>(the_distance)),
        op(static_cast<std::uint8_t>(the_op)),
        back(distance * kCycleStride - op * static_cast<std::uint32_t>(sizeof(Operation))) {}
};

// A part-word store keeps these in its result, beside the word that it writes back.
struct PartWord {
  std::uint32_t word;   // as read
  std::uint32_t value;  // to put into it
  std::int32_t byte;    // where
  std::int32_t size;
  BankMask banks;  // of the second access
};

// What an operation reads and writes, for whoever asks which accesses meet (path_graph.cpp).
struct RegisterRead {
  RegisterPlace place;
  arch::Bypass bypass{};   // network of the reader for this operand
  std::uint8_t delay{};    // read at issue + delay
  std::uint8_t op{};       // index among the bundle's micro-operations
  bool old_value_meant{};  // Instruction::reads_old
  arch::Reg reg{};
};
struct RegisterWrite {
  RegisterPlace place;
  arch::Bypass bypass{};
  std::uint8_t def{};
  std::uint8_t op{};
  arch::Reg reg{};
};

struct DecodedBundle {
  std::vector<MicroOp> ops;
  std::vector<RegisterRead> reads;
  std::vector<RegisterWrite> writes;
  std::int32_t region{-1};
  bool needs_outside{};  // lock, cascade, stream, done
  bool forbidden_together{};
  bool branches{};
  bool sets_loop{};  // writes lc, ls or le
};

// Where each byte of a vshuffle's result comes from: 0..63 the first source, 64..127 the second.
using Shuffle = std::array<std::uint8_t, 64>;
inline void shuffle(const Shuffle& from, std::uint8_t* out, const std::uint8_t* first,
                    const std::uint8_t* second) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::uint8_t* source = from[i] < from.size() ? first : second;
    out[i] = source[from[i] % from.size()];
  }
}

struct DecodedProgram {
  std::vector<DecodedBundle> bundles;
  int longest_delay{};        // of any def, mem or late read
  int shortest_vector_def{};  // of any result in a vector register
  // A scalar may come from memory, a stream, a vector or a sticky flag: what the program does next, and which
  // addresses it uses, may follow from data.
  bool data_in_scalars{};
  std::vector<std::optional<Shuffle>> shuffles;  // by code
};

}  // namespace aie4ml::sim
