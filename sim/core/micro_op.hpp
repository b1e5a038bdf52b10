// A Program decoded once: every register an offset, every latency a number, every vector operation a
// function.
#pragma once

#include <cstdint>
#include <vector>

#include "arch/device/core_timing.hpp"
#include "arch/isa/instruction.hpp"
#include "sim/core/mmul.hpp"
#include "sim/core/register_file.hpp"

namespace aie4ml::sim {

inline constexpr int kMaxAccessBytes = 64;   // of one load or store: 512 bit on AIE-MLv2
inline constexpr int kMaxFactorBytes = 128;  // of one multiplicand

struct MicroOp;

// out: op.dst.size bytes; a, b: the sources.
using LaneFunction = void (*)(const MicroOp& op, std::uint8_t* out, const std::uint8_t* a,
                              const std::uint8_t* b);
// Shift with rounding and saturation codes of the control registers; returns whether a lane overflowed.
using ShiftFunction = bool (*)(const MicroOp& op, std::uint8_t* out, const std::uint8_t* in, int shift,
                               int rounding_code, int saturation_code);

enum class MicroKind : std::uint8_t {
  immediate,   // dst = imm
  scalar,      // dst = src0 op src1
  scalar_imm,  // dst = src0 + imm
  load_scalar,
  load_vector,
  store_scalar,
  store_vector,
  store_shifted,  // vst.srs
  shifted,        // vsrs, vups
  lanes,          // vmax, vadd, vbcst, vmov, ...
  multiply,       // vmul: no accumulator read
  accumulate,     // vmac, vmsc, vadd.acc: accumulator read late
  clear,
  cascade_read,
  cascade_write,
  step,  // padda and its like
  branch,
  lock,
  done
};

// How a scalar register holds a value (hardware.md 1.2).
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
  ScalarWidth width{};       // of a scalar dst
  arch::Bypass bypass{};     // of the operation's class, as producer and as consumer
  std::uint8_t def{};        // result visible at issue + def
  std::uint8_t acc_delay{};  // accumulator read at issue + acc_delay
  std::uint8_t mem_delay{};  // memory accessed at issue + mem_delay
  std::uint8_t access_bytes{};
  Place dst, src0, src1;  // src: factors or sources; for accumulate of vadd.acc unused
  Place acc0, acc1;       // accumulators; srs reads acc0
  std::uint16_t shift{};  // offset of the shift register
  Address address;
  std::int32_t imm{};  // immediate, lock index, branch target
  std::int32_t macs{};
  arch::MmulShape shape{};
  arch::ElementType type_a{}, type_b{};
  std::uint8_t a_bytes{}, b_bytes{};  // of the factors
  union {
    LaneFunction lanes;
    ShiftFunction shift_function;
    MmulFunction mmul;
  } run{};
};

// A register read by a bundle, for strict mode.
struct ReadCheck {
  Place place;
  arch::Bypass bypass{};
  std::uint8_t delay{};  // read at issue + delay
  std::uint8_t op{};     // index in the bundle, for messages
  arch::Reg reg{};
};
struct WriteMark {
  Place place;
  arch::Bypass bypass{};
  std::uint8_t def{};
  std::uint8_t op{};
  arch::Reg reg{};
};

struct DecodedBundle {
  std::int32_t first_op{}, last_op{};  // [first, last) of DecodedProgram::ops, likewise below
  std::int32_t first_read{}, last_read{};
  std::int32_t first_write{}, last_write{};
  std::int32_t region{-1};
  bool needs_outside{};  // lock, cascade, done
  bool branches{};
};

struct DecodedProgram {
  std::vector<DecodedBundle> bundles;
  std::vector<MicroOp> ops;
  std::vector<ReadCheck> reads;
  std::vector<WriteMark> writes;
  int longest_delay{};  // of any def, mem or late read
};

}  // namespace aie4ml::sim
