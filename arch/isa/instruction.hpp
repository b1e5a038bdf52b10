// One operation in one slot of a bundle, in symbolic form (decision D2): the real mnemonics and operands, not
// AMD's binary encoding.
#pragma once

#include <array>
#include <cstdint>

#include "arch/isa/registers.hpp"
#include "arch/numeric/element_type.hpp"

namespace aie4ml::arch {

// docs/isa.md describes each; arch/isa/opcode_table.cpp is the one table of slots, operands and timing.
// clang-format off
enum class Opcode : std::uint8_t {
  nop,  // never stored: a bundle leaves the slot out
  // alu
  movx, add, addi, sub, mul, and_, or_, xor_, lshl, ashl, abs_, clz,
  extend_s8, extend_u8, extend_s16, extend_u16,
  eq, ne, lt, ltu, ge, geu, eqz, nez, sel_eqz, sel_nez,
  event, acq, rel, ret, done,
  // lng: long immediates and branches (5 delay slots)
  movxm, j, jl, jz, jnz,
  // mv
  mov, add_nc, vmov, vmov_bm_x, vmov_x_bm, vmax, vmin, vadd, vsub, vband, vbor,
  vlt, vge, veqz, vsel, vshift, vshuffle, vbcst, vextract, vinsert, vpack, vsrsm, vups, vmov_scd, mov_ss,
  // lda
  mova, lda, lda_s8, lda_u8, lda_s16, lda_u16, vlda, vlda_am, vlda_ups, padda,
  // ldb
  vldb, paddb,
  // st
  st, st_8, st_16, vst, vst_am, vst_srs, vsrs, vmov_mcd, mov_ms, mov_ms_tlast, padds,
  // vec
  vmul, vmac, vmsc, vacc_add, vacc_sub, vacc_neg, vacc_clr,
  count_
};
// clang-format on

// 2D step of set N: dc_N += 1; if dc_N < dn_N then p += m_N, else dc_N = 0 and p += dj_N. So dn is the number
// of accesses in a row, m the step inside a row and dj the step from the last of a row to the first of the
// next. 3D step: as 2D, but at the end of a row dc_(N+4) += 1; if dc_(N+4) < dn_(N+4) then p += dj_N, else
// dc_(N+4) = 0 and p += dj_(N+4). m_(N+4) is not used. Pointers are 20 bit and wrap.
enum class AddressMode : std::uint8_t {
  none,
  offset,    // [p, #imm]   address p + imm, p unchanged
  post_imm,  // [p], #imm   address p, then p += imm
  post_mod,  // [p], m      address p, then p += m
  post_2d,   // [p], dN     address p, then the two-dimensional step of dn/dj/dc N with m N as inner step
  post_3d    // [p], dN.3d  three-dimensional, dims N and N+4
};

struct MemOperand {
  AddressMode mode{AddressMode::none};
  Reg base{};          // p
  std::int32_t imm{};  // bytes
  Reg modifier{};      // m for post_mod; dn for post_2d and post_3d (its index names the set)
  friend constexpr bool operator==(const MemOperand&, const MemOperand&) = default;
};

// Rows x depth x columns of one matrix multiply: A is m x k, B is k x n, the accumulator m x n, all
// row-major.
struct MmulShape {
  std::uint8_t m{}, k{}, n{};
  friend constexpr auto operator<=>(MmulShape, MmulShape) = default;
};

struct Instruction {
  Opcode op{Opcode::nop};
  std::array<Reg, 4> regs{};  // in the order of the opcode's operands, memory and immediates left out
  MemOperand mem{};
  std::int32_t imm{};    // immediate, lock index as the core sees it, or target bundle of a branch
  MmulShape shape{};     // vmul, vmac, vmsc
  ElementType type_a{};  // element type: of operand A, of the result of srs and vpack, of vector lanes
  ElementType type_b{};  // of operand B; of the accumulator lanes of srs, ups, vacc_add; of vpack's source
                         // (a type the operation does not use stays int8, a shape 0x0x0)
  // Bit i set: regs[i] is read although a write to it is in flight, and the old value is meant (software
  // pipelining overlaps them). Strict mode faults on every other read under a write in flight.
  std::uint8_t reads_old{};
  friend constexpr bool operator==(const Instruction&, const Instruction&) = default;
};

}  // namespace aie4ml::arch
