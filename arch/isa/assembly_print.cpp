#include <algorithm>

#include <fmt/format.h>

#include "arch/isa/assembly.hpp"
#include "arch/isa/opcode_table.hpp"

namespace aie4ml::arch {
namespace {

std::string mnemonic(const Instruction& instruction, const OpInfo& op) {
  std::string text(op.mnemonic);
  if (op.shaped) {
    text += fmt::format(".{}x{}x{}", instruction.shape.m, instruction.shape.k, instruction.shape.n);
  }
  const ElementType first = op.accumulator_type_first ? instruction.type_b : instruction.type_a;
  const ElementType second = op.accumulator_type_first ? instruction.type_a : instruction.type_b;
  if (op.types != TypeSuffix::none) text += fmt::format(".{}", asm_suffix(first));
  if (op.types == TypeSuffix::two) text += fmt::format(".{}", asm_suffix(second));
  return text;
}

std::string memory(const MemOperand& mem) {
  const std::string base = to_string(mem.base);
  switch (mem.mode) {
    case AddressMode::none:
      return "[]";
    case AddressMode::offset:
      return fmt::format("[{}, #{}]", base, mem.imm);
    case AddressMode::post_imm:
      return fmt::format("[{}], #{}", base, mem.imm);
    case AddressMode::post_mod:
      return fmt::format("[{}], {}", base, to_string(mem.modifier));
    case AddressMode::post_2d:
      return fmt::format("[{}], d{}", base, mem.modifier.index);
    case AddressMode::post_3d:
      return fmt::format("[{}], d{}.3d", base, mem.modifier.index);
  }
  std::abort();
}

std::string target(std::int32_t bundle, const Program& program) {
  const auto label = std::find_if(program.labels.begin(), program.labels.end(),
                                  [&](const Label& l) { return l.bundle == bundle; });
  return label == program.labels.end() ? fmt::format("@{}", bundle) : label->name;
}

}  // namespace

std::string to_assembly(const Instruction& instruction, const Program& program) {
  const OpInfo& op = info(instruction.op);
  std::string text = mnemonic(instruction, op);
  std::size_t reg = 0;
  for (std::size_t i = 0; i < op.operand_count; ++i) {
    const OperandSpec& spec = op.operands[i];
    text += i == 0 ? " " : ", ";
    if (spec.is_register()) {
      text += to_string(instruction.regs.at(reg));
      if ((instruction.reads_old >> reg & 1U) != 0) text += '~';
      ++reg;
    } else if (spec.is_memory()) {
      text += memory(instruction.mem);
    } else if (targets_bundle(instruction)) {
      text += target(instruction.imm, program);
    } else {
      text += fmt::format("#{}", instruction.imm);
    }
  }
  return text;
}

std::string to_assembly(const Bundle& bundle, const Program& program) {
  std::string text;
  for (const Instruction& op : bundle.ops) {
    if (!text.empty()) text += "; ";
    text += to_assembly(op, program);
  }
  return text.empty() ? "nop" : text;
}

std::string to_assembly(const Program& program) {
  std::string text;
  auto label = program.labels.begin();
  auto region = program.regions.begin();
  for (std::size_t i = 0; i <= program.bundles.size(); ++i) {
    const auto bundle = static_cast<std::int32_t>(i);
    for (; region != program.regions.end() && region->first <= bundle; ++region) {
      text += fmt::format("// {}\n", region->name);
    }
    for (; label != program.labels.end() && label->bundle <= bundle; ++label) {
      text += fmt::format("{}:\n", label->name);
    }
    if (i < program.bundles.size()) text += fmt::format("  {}\n", to_assembly(program.bundles[i], program));
  }
  return text;
}

}  // namespace aie4ml::arch
