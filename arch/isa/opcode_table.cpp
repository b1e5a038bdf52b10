#include "arch/isa/opcode_table.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace aie4ml::arch {
namespace {

using enum RegClass;
using Role = OperandRole;
using Timing = TimingClass;

template <class... Class>
constexpr OperandSpec of(Role role, Class... cls) {
  return {role, {cls...}};
}
template <class... Class>
constexpr OperandSpec dst(Class... cls) {
  return of(Role::dst, cls...);
}
template <class... Class>
constexpr OperandSpec src(Class... cls) {
  return of(Role::src, cls...);
}
constexpr OperandSpec kAnyScalarDst =
    dst(r, p, m, dn, dj, dc, s, lc, ls, le, lr, sp, crrnd, crsat, srsrs, srups);
constexpr OperandSpec kAnyScalarSrc =
    src(r, p, m, dn, dj, dc, s, lc, ls, le, lr, sp, crrnd, crsat, srsrs, srups);
constexpr OperandSpec kShift = of(Role::shift, s);
constexpr OperandSpec kImm = of(Role::imm);
constexpr OperandSpec kLabel = of(Role::label);
constexpr OperandSpec kLock = of(Role::lock);
constexpr OperandSpec kLoad = of(Role::mem_load);
constexpr OperandSpec kStore = of(Role::mem_store);
constexpr OperandSpec kStep = of(Role::pointer);
// 512-bit loads and stores, and 2048-bit accumulators, exist on AIE-MLv2: Program::validate asks the device.
constexpr OperandSpec kVectorDst = dst(w, x);
constexpr OperandSpec kVectorSrc = src(w, x);
constexpr OperandSpec kAccumulatorDst = dst(cm, dm);
constexpr OperandSpec kAccumulator = of(Role::acc, cm, dm);
constexpr OperandSpec kSrsSrc = of(Role::acc, cm, bm, dm);
constexpr OperandSpec kUpsDst = dst(cm, bm, dm);
// A bit for each lane: 64 of them take l.
constexpr OperandSpec kMaskDst = dst(r, l);
constexpr OperandSpec kMask = src(r, l);
// AIE-MLv2 multiplies 8 x 16 elements of B at once.
constexpr OperandSpec kFactorB = src(x, y);

constexpr OpInfo op(Opcode code, std::string_view mnemonic, Slot slot, Timing timing,
                    std::initializer_list<OperandSpec> operands) {
  OpInfo result{};
  result.op = code;
  result.mnemonic = mnemonic;
  result.slot = slot;
  result.timing = timing;
  result.operand_count = static_cast<std::uint8_t>(operands.size());
  std::copy(operands.begin(), operands.end(), result.operands);
  return result;
}
constexpr OpInfo alu(Opcode code, std::string_view mnemonic, std::initializer_list<OperandSpec> operands) {
  return op(code, mnemonic, Slot::alu, Timing::scalar_alu, operands);
}
constexpr OpInfo alu3(Opcode code, std::string_view mnemonic, Timing timing = Timing::scalar_alu) {
  return op(code, mnemonic, Slot::alu, timing, {dst(r), src(r), src(r)});
}
constexpr OpInfo alu2(Opcode code, std::string_view mnemonic) {
  return op(code, mnemonic, Slot::alu, Timing::scalar_alu, {dst(r), src(r)});
}
constexpr OpInfo alu4(Opcode code, std::string_view mnemonic) {
  return op(code, mnemonic, Slot::alu, Timing::scalar_alu, {dst(r), src(r), src(r), src(r)});
}
constexpr OpInfo mv(Opcode code, std::string_view mnemonic, Timing timing,
                    std::initializer_list<OperandSpec> operands) {
  return op(code, mnemonic, Slot::mv, timing, operands);
}
constexpr OpInfo lanes(Opcode code, std::string_view mnemonic) {
  OpInfo result = mv(code, mnemonic, Timing::vector_permute, {kVectorDst, kVectorSrc, kVectorSrc});
  result.types = TypeSuffix::one;
  return result;
}
constexpr OpInfo permute(Opcode code, std::string_view mnemonic,
                         std::initializer_list<OperandSpec> operands) {
  return mv(code, mnemonic, Timing::vector_permute, operands);
}
constexpr OpInfo load(Opcode code, std::string_view mnemonic) {
  return op(code, mnemonic, Slot::lda, Timing::scalar_load, {dst(r), kLoad});
}
constexpr OpInfo part_store(Opcode code, std::string_view mnemonic) {
  return op(code, mnemonic, Slot::st, Timing::part_word_store, {kStore, src(r)});
}
constexpr OpInfo step(Opcode code, std::string_view mnemonic, Slot slot) {
  return op(code, mnemonic, slot, Timing::pointer_add, {kStep});
}
constexpr OpInfo multiply(Opcode code, std::string_view mnemonic,
                          std::initializer_list<OperandSpec> operands) {
  OpInfo result = op(code, mnemonic, Slot::vec, Timing::vector_mac_int, operands);
  result.types = TypeSuffix::two;
  result.shaped = true;
  return result;
}

constexpr OpInfo accumulators(Opcode code, std::string_view mnemonic,
                              std::initializer_list<OperandSpec> operands) {
  OpInfo result = op(code, mnemonic, Slot::vec, Timing::accumulator_add_int, operands);
  result.types = TypeSuffix::one;
  result.accumulator_type_first = true;
  return result;
}

constexpr OpInfo with_imm(OpInfo info, std::uint8_t bits) {
  info.imm_bits = bits;
  return info;
}
constexpr OpInfo branch(OpInfo info) {
  info.is_branch = true;
  return info;
}
constexpr OpInfo typed(OpInfo info, TypeSuffix types, bool accumulator_type_first = false) {
  info.types = types;
  info.accumulator_type_first = accumulator_type_first;
  return info;
}

using enum Opcode;
constexpr std::size_t kOpcodeCount = static_cast<std::size_t>(count_);

// In the order of the enumerators. Timing classes: LV2. Widths of immediates of movx and mova 11 bit, of
// add.i and add.nc 7 bit; event takes 0 to 3.
constexpr std::array<OpInfo, kOpcodeCount> kTable = {{
    op(nop, "nop", Slot::alu, Timing::scalar_alu, {}),

    with_imm(alu(movx, "movx", {dst(r), kImm}), 11),
    alu3(add, "add"),
    with_imm(alu(addi, "add.i", {dst(r), src(r), kImm}), 7),
    alu3(sub, "sub"),
    alu3(mul, "mul", Timing::scalar_mul),
    alu3(and_, "and"),
    alu3(or_, "or"),
    alu3(xor_, "xor"),
    alu3(lshl, "lshl"),
    alu3(ashl, "ashl"),
    alu2(abs_, "abs"),
    alu2(clz, "clz"),
    alu2(extend_s8, "extend.s8"),
    alu2(extend_u8, "extend.u8"),
    alu2(extend_s16, "extend.s16"),
    alu2(extend_u16, "extend.u16"),
    alu3(eq, "eq"),
    alu3(ne, "ne"),
    alu3(lt, "lt"),
    alu3(ltu, "ltu"),
    alu3(ge, "ge"),
    alu3(geu, "geu"),
    alu2(eqz, "eqz"),
    alu2(nez, "nez"),
    alu4(sel_eqz, "sel.eqz"),
    alu4(sel_nez, "sel.nez"),
    with_imm(alu(event, "event", {kImm}), 3),
    alu(acq, "acq", {kLock, src(r)}),
    alu(rel, "rel", {kLock, src(r)}),
    branch(alu(ret, "ret", {})),
    alu(done, "done", {}),

    with_imm(op(movxm, "movxm", Slot::lng, Timing::scalar_alu, {dst(r, p, m, dn, dj, dc, lc, ls, le), kImm}),
             32),
    branch(op(j, "j", Slot::lng, Timing::scalar_alu, {kLabel})),
    branch(op(jl, "jl", Slot::lng, Timing::scalar_alu, {kLabel})),
    branch(op(jz, "jz", Slot::lng, Timing::scalar_alu, {src(r), kLabel})),
    branch(op(jnz, "jnz", Slot::lng, Timing::scalar_alu, {src(r), kLabel})),

    mv(mov, "mov", Timing::scalar_alu, {kAnyScalarDst, kAnyScalarSrc}),
    with_imm(mv(add_nc, "add.nc", Timing::scalar_alu, {dst(r, p, m, lc), src(r), kImm}), 7),
    mv(vmov, "vmov", Timing::vector_move, {dst(w, x, bm, cm), src(w, x, bm, cm)}),
    mv(vmov_bm_x, "vmov.bm.x", Timing::vector_move, {dst(bm), src(x)}),
    mv(vmov_x_bm, "vmov.x.bm", Timing::vector_move, {dst(x), src(bm)}),
    lanes(vmax, "vmax"),
    lanes(vmin, "vmin"),
    lanes(vadd, "vadd"),
    lanes(vsub, "vsub"),
    permute(vband, "vband", {dst(x), src(x), src(x)}),
    permute(vbor, "vbor", {dst(x), src(x), src(x)}),
    typed(permute(vlt, "vlt", {kMaskDst, src(x), src(x)}), TypeSuffix::one),
    typed(permute(vge, "vge", {kMaskDst, src(x), src(x)}), TypeSuffix::one),
    typed(permute(veqz, "veqz", {kMaskDst, src(x)}), TypeSuffix::one),
    typed(permute(vsel, "vsel", {dst(x), src(x), src(x), kMask}), TypeSuffix::one),
    permute(vshift, "vshift", {dst(x), src(x), src(x), src(r)}),
    permute(vshuffle, "vshuffle", {dst(x), src(x), src(x), src(r)}),
    typed(permute(vbcst, "vbcst", {dst(x), src(r)}), TypeSuffix::one),
    typed(permute(vextract, "vextract", {dst(r), src(x), src(r)}), TypeSuffix::one),
    typed(permute(vinsert, "vinsert", {dst(x), src(x), src(r), src(r)}), TypeSuffix::one),
    typed(mv(vpack, "vpack", Timing::vector_pack, {dst(w), src(x)}), TypeSuffix::two),
    typed(mv(vsrsm, "vsrsm", Timing::srs, {kVectorDst, kSrsSrc, kShift}), TypeSuffix::two),
    typed(mv(vups, "vups", Timing::ups, {kUpsDst, kVectorSrc, kShift}), TypeSuffix::two, true),
    mv(vmov_scd, "vmov.scd", Timing::cascade_read, {dst(bm)}),
    mv(mov_ss, "mov.ss", Timing::stream_read, {dst(r)}),

    with_imm(op(mova, "mova", Slot::lda, Timing::scalar_alu, {dst(r, p, m), kImm}), 11),
    load(lda, "lda"),
    load(lda_s8, "lda.s8"),
    load(lda_u8, "lda.u8"),
    load(lda_s16, "lda.s16"),
    load(lda_u16, "lda.u16"),
    op(vlda, "vlda", Slot::lda, Timing::vector_load, {kVectorDst, kLoad}),
    op(vlda_am, "vlda.am", Slot::lda, Timing::vector_load, {dst(am), kLoad}),
    typed(op(vlda_ups, "vlda.ups", Slot::lda, Timing::vector_load_ups, {kUpsDst, kShift, kLoad}),
          TypeSuffix::two, true),
    step(padda, "padda", Slot::lda),

    op(vldb, "vldb", Slot::ldb, Timing::vector_load, {kVectorDst, kLoad}),
    step(paddb, "paddb", Slot::ldb),

    op(st, "st", Slot::st, Timing::scalar_store, {kStore, src(r)}),
    part_store(st_8, "st.8"),
    part_store(st_16, "st.16"),
    op(vst, "vst", Slot::st, Timing::vector_store, {kStore, kVectorSrc}),
    op(vst_am, "vst.am", Slot::st, Timing::vector_store, {kStore, src(am)}),
    typed(op(vst_srs, "vst.srs", Slot::st, Timing::vector_store_srs, {kStore, kSrsSrc, kShift}),
          TypeSuffix::two),
    typed(op(vsrs, "vsrs", Slot::st, Timing::srs, {kVectorDst, kSrsSrc, kShift}), TypeSuffix::two),
    op(vmov_mcd, "vmov.mcd", Slot::st, Timing::cascade_write, {src(bm)}),
    op(mov_ms, "mov.ms", Slot::st, Timing::stream_write, {src(r)}),
    op(mov_ms_tlast, "mov.ms.tlast", Slot::st, Timing::stream_write, {src(r)}),
    step(padds, "padds", Slot::st),

    multiply(vmul, "vmul", {kAccumulatorDst, src(x), kFactorB}),
    multiply(vmac, "vmac", {kAccumulatorDst, kAccumulator, src(x), kFactorB}),
    multiply(vmsc, "vmsc", {kAccumulatorDst, kAccumulator, src(x), kFactorB}),
    accumulators(vacc_add, "vadd.acc", {kAccumulatorDst, kAccumulator, kAccumulator}),
    accumulators(vacc_sub, "vsub.acc", {kAccumulatorDst, kAccumulator, kAccumulator}),
    accumulators(vacc_neg, "vneg.acc", {kAccumulatorDst, kAccumulator}),
    op(vacc_clr, "vclr.acc", Slot::vec, Timing::accumulator_add_int, {kAccumulatorDst}),
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    if (static_cast<std::size_t>(kTable[i].op) != i) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

const OpInfo& info(Opcode op) {
  return kTable.at(static_cast<std::size_t>(op));
}

std::span<const OpInfo> all_opcodes() {
  return kTable;
}

const OpInfo* find_mnemonic(std::string_view mnemonic) {
  const auto found =
      std::find_if(kTable.begin(), kTable.end(), [&](const OpInfo& i) { return i.mnemonic == mnemonic; });
  return found == kTable.end() ? nullptr : &*found;
}

int operand_cycle(const OperandTiming& timing, OperandRole role) {
  switch (role) {
    case Role::dst:
      return timing.def;
    case Role::acc:
      return timing.acc_use != 0 ? timing.acc_use : timing.use;
    case Role::shift:
      return timing.shift_use != 0 ? timing.shift_use : timing.use;
    case Role::mem_load:
    case Role::mem_store:
      return timing.mem;
    case Role::src:
      return timing.use != 0 ? timing.use : timing.acc_use;
    case Role::pointer:
    case Role::imm:
    case Role::label:
    case Role::lock:
      return timing.use;
  }
  std::abort();
}

bool is_read_late(const OpInfo& op, OperandRole role) {
  return (role == Role::acc && op.slot == Slot::vec) || (role == Role::shift && op.op == vlda_ups);
}

TimingClass timing_class(const Instruction& instruction) {
  const OpInfo& i = info(instruction.op);
  return i.shaped && is_float(instruction.type_a) ? Timing::vector_mac_bf16 : i.timing;
}

bool targets_bundle(const Instruction& instruction) {
  if (instruction.op == movxm) {
    return instruction.regs[0].cls == ls || instruction.regs[0].cls == le;
  }
  return instruction.op == j || instruction.op == jl || instruction.op == jz || instruction.op == jnz;
}

int access_bytes(const Instruction& instruction) {
  const OpInfo& i = info(instruction.op);
  const bool accesses = std::any_of(i.operands, i.operands + i.operand_count, [](const OperandSpec& o) {
    return o.role == Role::mem_load || o.role == Role::mem_store;
  });
  if (!accesses || !instruction.regs[0].valid()) return 0;
  const int register_bytes = span_of(instruction.regs[0]).size_bytes;
  switch (instruction.op) {
    case lda_s8:
    case lda_u8:
    case st_8:
      return 1;
    case lda_s16:
    case lda_u16:
    case st_16:
      return 2;
    case vst_srs:
    case vlda_ups:
      return register_bytes * 8 / bits(instruction.type_b) * bytes(instruction.type_a);
    default:
      return register_bytes;
  }
}

}  // namespace aie4ml::arch
