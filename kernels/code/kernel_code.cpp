#include "kernels/code/kernel_code.hpp"

#include <algorithm>

#include "arch/isa/opcode_table.hpp"

namespace aie4ml::kernels {

std::int32_t append(arch::Program& program, const KernelCode& kernel, const std::string& label,
                    std::int32_t layer) {
  const auto entry = static_cast<std::int32_t>(program.bundles.size());
  for (arch::Bundle bundle : kernel.code.bundles) {
    for (arch::Instruction& instruction : bundle.ops) {
      if (arch::targets_bundle(instruction)) instruction.imm += entry;
    }
    program.bundles.push_back(std::move(bundle));
  }
  program.labels.push_back({label, entry});
  for (const arch::Label& inner : kernel.code.labels) {
    program.labels.push_back({label + "." + inner.name, inner.bundle + entry});
  }
  for (const arch::CodeRegion& region : kernel.code.regions) {
    program.regions.push_back({region.first + entry, region.last + entry, layer, label + " " + region.name});
  }
  std::stable_sort(program.labels.begin(), program.labels.end(),
                   [](const arch::Label& a, const arch::Label& b) { return a.bundle < b.bundle; });
  std::stable_sort(program.regions.begin(), program.regions.end(),
                   [](const arch::CodeRegion& a, const arch::CodeRegion& b) { return a.first < b.first; });
  return entry;
}

}  // namespace aie4ml::kernels
