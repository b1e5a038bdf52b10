#include "arch/isa/instruction_check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/device/device.hpp"
#include "arch/isa/mmul_shapes.hpp"
#include "arch/isa/opcode_table.hpp"

namespace aie4ml::arch {
namespace {

// APPROX: widths of the immediates in addresses differ by operation and are not in the sources read; one
// signed width in words holds for all.
constexpr int kAddressImmBits = 12;
constexpr int kWordBytes = 4;
constexpr int kPointerBits = 20;

bool fits_signed(std::int64_t value, int bits) {
  const std::int64_t limit = std::int64_t{1} << (bits - 1);
  return value >= -limit && value < limit;
}

int reg_bits(Reg reg) {
  return span_of(reg).size_bytes * 8;
}

class InstructionCheck {
 public:
  InstructionCheck(const Instruction& instruction, const Device& device)
      : in_(instruction), op_(info(instruction.op)), device_(device) {}

  std::vector<std::string> run() {
    if (in_.op == Opcode::nop) {
      report("nop is not written into a bundle, its slot is left out");
      return std::move(found_);
    }
    check_registers();
    if (found_.empty()) {
      check_memory();
      check_immediate();
      check_types();
    }
    return std::move(found_);
  }

 private:
  template <class... Args>
  void report(fmt::format_string<Args...> format, Args&&... args) {
    found_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  bool exists(Reg reg) {
    const int count = register_count(device_, reg.cls);
    if (reg.index < count) return true;
    report("there is no register {}, the device has {} of class {}", to_string(reg), count,
           to_string(reg.cls));
    return false;
  }

  void check_registers() {
    std::size_t index = 0;
    unsigned readable = 0;
    for (std::size_t i = 0; i < op_.operand_count; ++i) {
      const OperandSpec& spec = op_.operands[i];
      if (!spec.is_register()) continue;
      const Reg reg = in_.regs[index];
      if (!spec.allows(reg.cls)) {
        report("{} cannot be operand {}", to_string(reg), i + 1);
      } else {
        exists(reg);
      }
      if (spec.role != OperandRole::dst) readable |= 1U << index;
      ++index;
    }
    for (; index < in_.regs.size(); ++index) {
      if (in_.regs[index].valid()) report("{} is one register too many", to_string(in_.regs[index]));
    }
    if ((in_.reads_old & ~readable) != 0) report("reads_old marks a register that is not read");
  }

  void check_memory() {
    const MemOperand& mem = in_.mem;
    const auto* spec = std::find_if(op_.operands, op_.operands + op_.operand_count,
                                    [](const OperandSpec& o) { return o.is_memory(); });
    if (spec == op_.operands + op_.operand_count) {
      if (mem != MemOperand{}) report("a memory operand is one too many");
      return;
    }
    if (mem.base.cls != RegClass::p) {
      report("{} is no pointer", to_string(mem.base));
    } else {
      exists(mem.base);
    }
    if (mem.mode == AddressMode::none ||
        (mem.mode == AddressMode::offset && spec->role == OperandRole::pointer)) {
      report("the memory operand has no address mode that the operation can do");
    }
    check_modifier();
    check_access(*spec);
  }

  void check_modifier() {
    const MemOperand& mem = in_.mem;
    RegClass wanted = RegClass::none;
    if (mem.mode == AddressMode::post_mod) wanted = RegClass::m;
    if (mem.mode == AddressMode::post_2d || mem.mode == AddressMode::post_3d) wanted = RegClass::dn;
    if (mem.modifier.cls != wanted) {
      report("{} cannot modify the address in this mode", to_string(mem.modifier));
    } else if (wanted != RegClass::none && exists(mem.modifier) && mem.mode == AddressMode::post_3d) {
      exists({RegClass::dn, static_cast<std::uint8_t>(mem.modifier.index + 4)});
    }
  }

  void check_access(const OperandSpec& spec) {
    int unit = kWordBytes;
    if (spec.role != OperandRole::pointer) {
      const bool load = spec.role == OperandRole::mem_load;
      const int port_bytes = (load ? device_.core.load_bits : device_.core.store_bits) / 8;
      const int size = access_bytes(in_);
      if (size > port_bytes) {
        report("{} bytes in one access, the {} port is {} wide", size, load ? "load" : "store", port_bytes);
      }
      unit = size;
    }
    const std::int64_t imm = in_.mem.imm;
    const bool has_imm = in_.mem.mode == AddressMode::offset || in_.mem.mode == AddressMode::post_imm;
    if (!has_imm && imm != 0) report("address immediate {} is not used in this mode", imm);
    if (!fits_address(imm)) {
      report("address immediate {} is out of range", imm);
    } else if (unit > 0 && imm % unit != 0) {
      report("address immediate {} is no multiple of {}", imm, unit);
    }
  }

  void check_immediate() {
    const auto has = [&](OperandRole role) {
      return std::any_of(op_.operands, op_.operands + op_.operand_count,
                         [&](const OperandSpec& o) { return o.role == role; });
    };
    if (targets_bundle(in_)) return;  // Program::validate knows the bundles
    if (has(OperandRole::lock)) {
      check_lock();
    } else if (!has(OperandRole::imm)) {
      if (in_.imm != 0) report("immediate {} is one operand too many", in_.imm);
    } else if (in_.op == Opcode::event && (in_.imm < 0 || in_.imm >= kEventCount)) {
      report("there is no event {}", in_.imm);
    } else if (!fits_signed(in_.imm, op_.imm_bits)) {
      report("immediate {} does not fit in {} bit", in_.imm, static_cast<int>(op_.imm_bits));
    } else if (in_.regs[0].cls == RegClass::p && (in_.imm < 0 || in_.imm >> kPointerBits != 0)) {
      report("immediate {} is no {}-bit address", in_.imm, kPointerBits);
    } else if (in_.regs[0].cls != RegClass::r && in_.regs[0].cls != RegClass::lc &&
               !fits_signed(in_.imm, kPointerBits + 1)) {
      report("immediate {} does not fit in {}", in_.imm, to_string(in_.regs[0]));
    }
  }

  void check_lock() {
    const auto& bases = device_.locks.core_window_base;
    const int count = device_.locks.of(TileKind::core);
    const bool found = std::any_of(bases.begin(), bases.end(),
                                   [&](int base) { return in_.imm >= base && in_.imm < base + count; });
    if (!found) report("a core sees no lock {}", in_.imm);
  }

  void check_types() {
    const bool uses_a =
        op_.types == TypeSuffix::two || (op_.types == TypeSuffix::one && !op_.accumulator_type_first);
    const bool uses_b =
        op_.types == TypeSuffix::two || (op_.types == TypeSuffix::one && op_.accumulator_type_first);
    if ((!uses_a && in_.type_a != ElementType{}) || (!uses_b && in_.type_b != ElementType{})) {
      report("an element type is set that the operation does not use");
    }
    if (!op_.shaped && in_.shape != MmulShape{}) report("a shape is set that the operation does not use");
    switch (in_.op) {
      case Opcode::vmov:
        same_class(2);
        break;
      case Opcode::vmax:
      case Opcode::vmin:
      case Opcode::vadd:
      case Opcode::vsub:
        same_class(3);
        integer_lanes(in_.type_a);
        break;
      case Opcode::vbcst:
      case Opcode::vextract:
      case Opcode::vinsert:
        integer_lanes(in_.type_a);
        break;
      case Opcode::vlt:
      case Opcode::vge:
      case Opcode::veqz:
        integer_lanes(in_.type_a);
        mask(in_.regs[0], in_.regs[1]);
        break;
      case Opcode::vsel:
        integer_lanes(in_.type_a);
        mask(in_.regs[3], in_.regs[0]);
        break;
      case Opcode::vpack:
        pack();
        break;
      case Opcode::vacc_add:
      case Opcode::vacc_sub:
        same_class(3);
        accumulator_lanes(in_.type_b);
        break;
      case Opcode::vacc_neg:
        same_class(2);
        accumulator_lanes(in_.type_b);
        break;
      case Opcode::vlda_ups:
        conversion(in_.regs[0], Reg{});
        break;
      case Opcode::vsrs:
      case Opcode::vsrsm:
        conversion(in_.regs[1], in_.regs[0]);
        break;
      case Opcode::vups:
        conversion(in_.regs[0], in_.regs[1]);
        break;
      case Opcode::vst_srs:
        conversion(in_.regs[0], Reg{});
        break;
      case Opcode::vmac:
      case Opcode::vmsc:
        same_class(2);
        multiply(in_.regs[2], in_.regs[3]);
        break;
      case Opcode::vmul:
        multiply(in_.regs[1], in_.regs[2]);
        break;
      default:
        break;
    }
  }

  void same_class(std::size_t count) {
    for (std::size_t i = 1; i < count; ++i) {
      if (in_.regs[i].cls != in_.regs[0].cls) {
        report("{} and {} differ in width", to_string(in_.regs[0]), to_string(in_.regs[i]));
        return;
      }
    }
  }

  void integer_lanes(ElementType type) {
    if (!is_integer(type) || bits(type) > 32) report("lanes of {} are not supported", to_string(type));
  }
  // A bit for each lane: r has 32, l 64.
  void mask(Reg bits_of_lanes, Reg vector) {
    if (!found_.empty()) return;
    const int lanes = reg_bits(vector) / bits(in_.type_a);
    const RegClass wanted = lanes > 32 ? RegClass::l : RegClass::r;
    if (bits_of_lanes.cls != wanted) {
      report("{} lanes need a register of class {} for their bits", lanes, to_string(wanted));
    }
  }
  void pack() {
    if (!is_integer(in_.type_a) || !is_integer(in_.type_b) || bits(in_.type_b) > 32 ||
        2 * bits(in_.type_a) != bits(in_.type_b)) {
      report("no mode packs {} to {}", to_string(in_.type_b), to_string(in_.type_a));
    }
  }
  void accumulator_lanes(ElementType type) {
    if (type != ElementType::int32 && type != ElementType::int64) {
      report("{} is no type of accumulator lanes", to_string(type));
    }
  }

  // Modes of SRS and UPS (AM020-4, UG1583): elements of 8 or 16 bit with 32-bit lanes, of 16 or 32 bit with
  // 64-bit lanes. `elements` is none for a store.
  void conversion(Reg accumulator, Reg elements) {
    accumulator_lanes(in_.type_b);
    if (!found_.empty()) return;
    const int lane_bits = bits(in_.type_b);
    const int element_bits = bits(in_.type_a);
    if (!is_integer(in_.type_a) || (element_bits != lane_bits / 2 && element_bits != lane_bits / 4)) {
      report("no mode converts between {} and {}", to_string(in_.type_a), to_string(in_.type_b));
      return;
    }
    const int lanes = reg_bits(accumulator) / lane_bits;
    if (reg_bits(accumulator) > device_.core.conversion_bits) {
      report("{} has {} bit, one conversion does {}", to_string(accumulator), reg_bits(accumulator),
             device_.core.conversion_bits);
    }
    if (elements.valid() && reg_bits(elements) != lanes * element_bits) {
      report("{} lanes of {} take {} bit, {} has {}", lanes, to_string(in_.type_a), lanes * element_bits,
             to_string(elements), reg_bits(elements));
    }
  }

  void multiply(Reg a, Reg b) {
    const MultiplyMode* mode = find_multiply(device_, in_.shape, in_.type_a, in_.type_b);
    if (mode == nullptr) {
      report("one multiply of {} x {} cannot be {}x{}x{}", to_string(in_.type_a), to_string(in_.type_b),
             in_.shape.m, in_.shape.k, in_.shape.n);
      return;
    }
    factor(a, mode->rows * mode->inner * bits(in_.type_a));
    factor(b, mode->inner * mode->columns * bits(in_.type_b));
    const int accumulator_bits = mode->rows * mode->columns * mode->accumulator_bits;
    if (accumulator_bits != reg_bits(in_.regs[0])) {
      report("the result takes {} bit, {} has {}", accumulator_bits, to_string(in_.regs[0]),
             reg_bits(in_.regs[0]));
    }
  }

  // A factor lies in the low bytes of an x register, or of a y register if it needs one.
  void factor(Reg reg, int factor_bits) {
    if (factor_bits > reg_bits(reg)) {
      report("the factor takes {} bit, {} has {}", factor_bits, to_string(reg), reg_bits(reg));
    } else if (reg.cls == RegClass::y && factor_bits <= reg_bits({RegClass::x, 0})) {
      report("the factor takes {} bit, which an x register holds", factor_bits);
    }
  }

  const Instruction& in_;
  const OpInfo& op_;
  const Device& device_;
  std::vector<std::string> found_;
};

}  // namespace

bool fits_address(std::int64_t bytes) {
  return fits_signed(bytes / kWordBytes, kAddressImmBits);
}

int register_count(const Device& device, RegClass cls) {
  const CoreFacts& core = device.core;
  const int accumulator_bits = core.accumulator_registers * core.accumulator_register_bits;
  switch (cls) {
    case RegClass::none:
      return 0;
    case RegClass::r:
      return core.scalar_registers;
    case RegClass::l:
      return std::max(0, core.scalar_registers - 16) / 2;
    case RegClass::p:
      return core.pointer_registers;
    case RegClass::m:
      return core.modifier_registers;
    case RegClass::dn:
    case RegClass::dj:
    case RegClass::dc:
      return core.dimension_registers;
    case RegClass::s:
      return core.shift_registers;
    case RegClass::w:
      return core.vector_registers_256;
    case RegClass::x:
      return core.vector_registers_256 / 2;
    case RegClass::y:
      return core.vector_registers_256 / 4;
    case RegClass::am:
      return accumulator_bits / 256;
    case RegClass::bm:
      return accumulator_bits / 512;
    case RegClass::cm:
      return accumulator_bits / 1024;
    case RegClass::dm:
      return core.accumulator_register_bits >= 2048 ? accumulator_bits / 2048 : 0;
    default:
      return 1;
  }
}

std::vector<std::string> check_instruction(const Instruction& instruction, const Device& device) {
  return InstructionCheck(instruction, device).run();
}

}  // namespace aie4ml::arch
