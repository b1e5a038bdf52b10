#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "arch/device/device.hpp"
#include "arch/isa/assembly.hpp"
#include "arch/isa/instruction_check.hpp"
#include "arch/isa/opcode_table.hpp"
#include "arch/isa/program.hpp"

namespace aie4ml::arch {
namespace {

// Bit of each physical slot an operation occupies.
unsigned slot_mask(Slot slot) {
  if (slot == Slot::lng)
    return 1U << static_cast<unsigned>(Slot::alu) | 1U << static_cast<unsigned>(Slot::mv);
  return 1U << static_cast<unsigned>(slot);
}

bool writes_loop_register(const Instruction& op) {
  const OpInfo& i = info(op.op);
  const RegClass cls = op.regs[0].cls;
  return i.operand_count > 0 && i.operands[0].role == OperandRole::dst &&
         (cls == RegClass::lc || cls == RegClass::ls || cls == RegClass::le);
}

class ProgramCheck {
 public:
  ProgramCheck(const Program& program, const Device& device) : program_(program), device_(device) {}

  Problems run() {
    for (std::size_t i = 0; i < program_.bundles.size(); ++i) check_bundle(i);
    check_branches();
    check_loops();
    check_labels();
    check_regions();
    if (problems_.empty()) check_size();
    return std::move(problems_);
  }

 private:
  std::int64_t size() const { return static_cast<std::int64_t>(program_.bundles.size()); }

  void report(const std::string& where, const std::string& what, const std::string& remedy = "") {
    problems_.push_back({where, what, remedy});
  }
  static std::string bundle_name(std::size_t index) { return fmt::format("bundles[{}]", index); }

  void check_size() {
    const std::int64_t bytes = program_.size_bytes(device_);
    if (bytes <= device_.core.program_memory.value) return;
    report("bundles",
           fmt::format("the program takes {} bytes, program memory holds {}", bytes,
                       device_.core.program_memory.value),
           "put fewer layers on the tile or unroll less");
  }

  void check_bundle(std::size_t index) {
    const Bundle& bundle = program_.bundles[index];
    unsigned taken = 0;
    bool clash = false;
    for (const Instruction& op : bundle.ops) {
      for (const std::string& what : check_instruction(op, device_)) {
        report(bundle_name(index), fmt::format("'{}': {}", to_assembly(op, program_), what));
      }
      const unsigned mask = slot_mask(info(op.op).slot);
      for (int slot = 0; slot < kPhysicalSlots; ++slot) {
        if ((mask & taken & 1U << slot) == 0) continue;
        clash = true;
        report(bundle_name(index), fmt::format("'{}': the {} slot is taken", to_assembly(op, program_),
                                               to_string(static_cast<Slot>(slot))));
      }
      taken |= mask;
      if (targets_bundle(op) && (op.imm < 0 || op.imm >= size())) {
        report(bundle_name(index), fmt::format("'{}': the target is not in the program, which has {} bundles",
                                               to_assembly(op, program_), size()));
      }
    }
    const auto limit = static_cast<std::size_t>(device_.core.max_operations_per_bundle);
    if (!clash && bundle.ops.size() > limit) {
      report(bundle_name(index),
             fmt::format("{} operations, at most {} issue together", bundle.ops.size(), limit));
    }
  }

  void check_branches() {
    const int slots = device_.core.timing.branch_delay_slots;
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < program_.bundles.size(); ++i) {
      const auto& ops = program_.bundles[i].ops;
      const auto branch =
          std::find_if(ops.begin(), ops.end(), [](const Instruction& op) { return info(op.op).is_branch; });
      if (branch == ops.end()) continue;
      const std::string text = to_assembly(*branch, program_);
      if (last && i - *last <= static_cast<std::size_t>(slots)) {
        report(bundle_name(i), fmt::format("'{}' is in a delay slot of bundle {}", text, *last),
               fmt::format("leave {} bundles between branches", slots));
      }
      if (static_cast<std::int64_t>(i) + slots >= size()) {
        report(bundle_name(i),
               fmt::format("'{}': its {} delay slots run past the end of the program", text, slots));
      }
      last = i;
    }
  }

  // A loop end must lie a number of bundles behind the last set-up of the loop, or the fetch misses it.
  void check_loops() {
    const int distance = device_.core.timing.loop_setup_bundles;
    std::set<std::int32_t> ends;
    for (const Bundle& bundle : program_.bundles) {
      for (const Instruction& op : bundle.ops) {
        if (op.op == Opcode::movxm && op.regs[0].cls == RegClass::le) ends.insert(op.imm);
      }
    }
    for (const std::int32_t end : ends) {
      if (end < 0 || end >= size()) continue;  // reported with the bundle
      for (std::int32_t i = std::max(0, end - distance + 1); i <= end; ++i) {
        for (const Instruction& op : program_.bundles[static_cast<std::size_t>(i)].ops) {
          if (!writes_loop_register(op)) continue;
          report(bundle_name(static_cast<std::size_t>(i)),
                 fmt::format("'{}' is {} bundles before the loop end at bundle {}, closer than the set-up "
                             "distance of {}",
                             to_assembly(op, program_), end - i, end, distance),
                 "set the loop up earlier, or make its body longer");
        }
      }
      for (std::int32_t i = std::max(0, end - device_.core.timing.branch_delay_slots); i <= end; ++i) {
        for (const Instruction& op : program_.bundles[static_cast<std::size_t>(i)].ops) {
          if (!info(op.op).is_branch) continue;
          report(bundle_name(static_cast<std::size_t>(i)),
                 fmt::format("'{}': the loop end at bundle {} is the branch or one of its delay slots",
                             to_assembly(op, program_), end));
        }
      }
    }
  }

  void check_labels() {
    std::set<std::string> names;
    for (std::size_t i = 0; i < program_.labels.size(); ++i) {
      const Label& label = program_.labels[i];
      const std::string where = fmt::format("labels[{}]", i);
      if (!is_label_name(label.name)) {
        report(where, fmt::format("'{}' is no label name", label.name),
               "use letters, digits, '_', '.' and '$', and no digit first");
      }
      if (!names.insert(label.name).second)
        report(where, fmt::format("label '{}' is defined twice", label.name));
      if (label.bundle < 0 || label.bundle > size()) {
        report(where, fmt::format("label '{}' is at bundle {} of {}", label.name, label.bundle, size()));
      }
      if (i > 0 && label.bundle < program_.labels[i - 1].bundle) {
        report(where, fmt::format("label '{}' is not in the order of the bundles", label.name));
      }
    }
  }

  void check_regions() {
    for (std::size_t i = 0; i < program_.regions.size(); ++i) {
      const CodeRegion& region = program_.regions[i];
      const std::string where = fmt::format("regions[{}]", i);
      if (region.first < 0 || region.first >= region.last || region.last > size()) {
        report(where, fmt::format("region '{}' [{}, {}) is empty or not in the program, which has {} bundles",
                                  region.name, region.first, region.last, size()));
      }
      if (i > 0 && region.first < program_.regions[i - 1].last) {
        report(where, fmt::format("region '{}' begins at bundle {}, before the end of the one before it",
                                  region.name, region.first));
      }
    }
  }

  const Program& program_;
  const Device& device_;
  Problems problems_;
};

}  // namespace

Problems Program::validate(const Device& device) const {
  return ProgramCheck(*this, device).run();
}

}  // namespace aie4ml::arch
