#include "kernels/schedule/emitter.hpp"

#include <algorithm>
#include <cstdlib>

namespace aie4ml::kernels {

int Emitter::new_label() {
  labels_.push_back(-1);
  return static_cast<int>(labels_.size()) - 1;
}

void Emitter::name(int label, const std::string& name) {
  program_.labels.push_back({name, labels_[static_cast<std::size_t>(label)]});
}

arch::Reg Emitter::physical(const Operand& operand) const {
  if (!operand.valid()) return {};
  const int unit = units_[static_cast<std::size_t>(operand.reg)] + operand.unit;
  return {operand.cls, static_cast<std::uint8_t>(unit / units_of(operand.cls))};
}

void Emitter::emit(const std::vector<Placed>& ops, int length, const std::string& region) {
  const std::int32_t first = size();
  if (length == 0) return;
  program_.bundles.resize(program_.bundles.size() + static_cast<std::size_t>(length));
  if (!region.empty()) program_.regions.push_back({first, first + length, -1, region});
  std::vector<Placed> sorted = ops;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Placed& a, const Placed& b) {
    return arch::info(a.opcode).slot < arch::info(b.opcode).slot;
  });
  for (const Placed& placed : sorted) {
    if (placed.cycle < 0 || placed.cycle >= length) std::abort();
    arch::Instruction instruction = placed.op->instruction;
    instruction.op = placed.opcode;
    for (std::size_t i = 0; i < instruction.regs.size(); ++i)
      instruction.regs[i] = physical(placed.op->regs[i]);
    instruction.mem.base = physical(placed.op->base);
    instruction.mem.modifier = physical(placed.op->modifier);
    auto& bundle = program_.bundles[static_cast<std::size_t>(first + placed.cycle)];
    if (placed.op->label >= 0) fixups_.push_back({first + placed.cycle, bundle.ops.size(), placed.op->label});
    bundle.ops.push_back(instruction);
  }
}

arch::Program Emitter::finish() {
  for (const Fixup& f : fixups_) {
    const std::int32_t target = labels_[static_cast<std::size_t>(f.label)];
    if (target < 0) std::abort();
    program_.bundles[static_cast<std::size_t>(f.bundle)].ops[f.op].imm = target;
  }
  std::stable_sort(program_.labels.begin(), program_.labels.end(),
                   [](const arch::Label& a, const arch::Label& b) { return a.bundle < b.bundle; });
  return std::move(program_);
}

}  // namespace aie4ml::kernels
