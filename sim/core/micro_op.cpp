#include "sim/core/micro_op.hpp"

namespace aie4ml::sim {

using arch::Opcode;
using arch::RegClass;

MicroKind kind_of(Opcode op) {
  switch (op) {
    case Opcode::movx:
    case Opcode::movxm:
    case Opcode::mova:
      return MicroKind::immediate;
    case Opcode::addi:
    case Opcode::add_nc:
      return MicroKind::scalar_imm;
    case Opcode::acq:
    case Opcode::rel:
      return MicroKind::lock;
    case Opcode::done:
      return MicroKind::done;
    case Opcode::ret:
    case Opcode::j:
    case Opcode::jl:
    case Opcode::jz:
    case Opcode::jnz:
      return MicroKind::branch;
    case Opcode::vmov:
    case Opcode::vmov_bm_x:
    case Opcode::vmov_x_bm:
    case Opcode::vmax:
    case Opcode::vmin:
    case Opcode::vadd:
    case Opcode::vsub:
    case Opcode::vband:
    case Opcode::vbor:
    case Opcode::vlt:
    case Opcode::vge:
    case Opcode::veqz:
    case Opcode::vsel:
    case Opcode::vshift:
    case Opcode::vbcst:
    case Opcode::vextract:
    case Opcode::vinsert:
      return MicroKind::lanes;
    case Opcode::vshuffle:
      return MicroKind::shuffle;
    case Opcode::vsrsm:
    case Opcode::vsrs:
    case Opcode::vups:
    case Opcode::vpack:
      return MicroKind::shifted;
    case Opcode::vmov_scd:
      return MicroKind::cascade_read;
    case Opcode::vmov_mcd:
      return MicroKind::cascade_write;
    case Opcode::mov_ss:
      return MicroKind::stream_read;
    case Opcode::mov_ms:
    case Opcode::mov_ms_tlast:
      return MicroKind::stream_write;
    case Opcode::event:
      return MicroKind::event;
    case Opcode::vlda_ups:
      return MicroKind::load_shifted;
    case Opcode::st_8:
    case Opcode::st_16:
      return MicroKind::store_part;
    case Opcode::lda_s8:
    case Opcode::lda_u8:
    case Opcode::lda_s16:
    case Opcode::lda_u16:
    case Opcode::lda:
      return MicroKind::load_scalar;
    case Opcode::vlda:
    case Opcode::vlda_am:
    case Opcode::vldb:
      return MicroKind::load_vector;
    case Opcode::padda:
    case Opcode::paddb:
    case Opcode::padds:
      return MicroKind::step;
    case Opcode::st:
      return MicroKind::store_scalar;
    case Opcode::vst:
    case Opcode::vst_am:
      return MicroKind::store_vector;
    case Opcode::vst_srs:
      return MicroKind::store_shifted;
    case Opcode::vmul:
      return MicroKind::multiply;
    case Opcode::vmac:
    case Opcode::vmsc:
      return MicroKind::multiply_late;
    case Opcode::vacc_add:
    case Opcode::vacc_sub:
    case Opcode::vacc_neg:
      return MicroKind::add_late;
    case Opcode::vacc_clr:
      return MicroKind::clear;
    default:
      return MicroKind::scalar;
  }
}

ScalarWidth width_of(RegClass cls) {
  switch (cls) {
    case RegClass::p:
    case RegClass::dn:
    case RegClass::dc:
    case RegClass::lr:
    case RegClass::sp:
      return ScalarWidth::unsigned20;
    case RegClass::m:
    case RegClass::dj:
      return ScalarWidth::signed20;
    case RegClass::s:
      return ScalarWidth::unsigned6;
    default:
      return ScalarWidth::full;
  }
}

}  // namespace aie4ml::sim
