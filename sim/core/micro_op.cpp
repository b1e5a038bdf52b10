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
    case Opcode::vmax:
    case Opcode::vmin:
    case Opcode::vadd:
    case Opcode::vsub:
    case Opcode::vbcst:
      return MicroKind::lanes;
    case Opcode::vsrsm:
    case Opcode::vsrs:
    case Opcode::vups:
      return MicroKind::shifted;
    case Opcode::vmov_scd:
      return MicroKind::cascade_read;
    case Opcode::vmov_mcd:
      return MicroKind::cascade_write;
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
      return MicroKind::store_vector;
    case Opcode::vst_srs:
      return MicroKind::store_shifted;
    case Opcode::vmul:
      return MicroKind::multiply;
    case Opcode::vmac:
    case Opcode::vmsc:
      return MicroKind::multiply_late;
    case Opcode::vacc_add:
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
