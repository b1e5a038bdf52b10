#include "compiler/codegen/core_program.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "arch/isa/assembly.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kPing = 0;
constexpr int kPong = 1;

// When `reg` is read first by the kernel, in cycles from the issue of its entry: the bundle's index, and the
// pipeline cycle is E1 for pointers. Kernels branch backwards only, so nothing is reached sooner.
int first_use(const kernels::KernelCode& kernel, arch::Reg reg) {
  const auto reads = [reg](const arch::Instruction& instruction) {
    return instruction.mem.base == reg ||
           std::find(instruction.regs.begin(), instruction.regs.end(), reg) != instruction.regs.end();
  };
  const auto& bundles = kernel.code.bundles;
  const auto found = std::find_if(bundles.begin(), bundles.end(), [&](const arch::Bundle& bundle) {
    return std::any_of(bundle.ops.begin(), bundle.ops.end(), reads);
  });
  return static_cast<int>(found - bundles.begin());
}

// Everything here writes its registers as class scalar_alu does. Distances are in bundles; a core that stalls
// only makes them longer.
class MainWriter {
 public:
  MainWriter(const TilePlan& tile, const kernels::KernelCode& kernel, const arch::Device& device)
      : tile_(tile), kernel_(kernel), device_(device) {
    const arch::OperandTiming& alu = device.core.timing[arch::TimingClass::scalar_alu];
    to_alu_ = arch::dependency_distance(alu.def, alu.use, alu.bypass != arch::Bypass::none);
    to_kernel_ = arch::dependency_distance(alu.def, kFirstCycle, false);
  }

  std::string write() {
    write_register("r0", fmt::format("movx r0, #{}", static_cast<int>(kernel_.rounding)));
    await("r0");
    write_register("r1", fmt::format("movx r1, #{}; mov crrnd, r0", static_cast<int>(kernel_.saturation)));
    await("r1");
    // A lock operation is told its amount in a register: acquire "at least 1" is -1, release 1 (AM020 chapter
    // 2).
    entry_from_ = bundles_ + to_kernel_;  // crrnd and crsat are set
    write_register("r16", "movx r16, #-1; mov crsat, r1");
    write_register("r17", "movx r17, #1");
    text_ += "loop:\n";
    for (const int half : {kPing, kPong}) call(half);
    line("j loop");
    delay_slots({});
    text_ += "kernel:\n";  // appended behind the text
    line("nop");
    return std::move(text_);
  }

 private:
  static constexpr int kFirstCycle = 1;  // E1: modes and pointers are read there

  void line(const std::string& bundle) {
    text_ += "  " + bundle + "\n";
    ++bundles_;
  }
  void write_register(const std::string& reg, const std::string& bundle) {
    ready_[reg] = bundles_ + to_alu_;
    line(bundle);
  }
  // Empty bundles until an operation of class scalar_alu sees the register's new value.
  void await(const std::string& reg) {
    while (bundles_ < ready_.at(reg)) line("nop");
  }
  void lock_operation(const char* operation, arch::LockId id, const std::string& amount) {
    await(amount);
    line(fmt::format("{} #{}, {}", operation, lock(id), amount));
  }

  void delay_slots(const std::vector<std::string>& filled) {
    for (const std::string& bundle : filled) line(bundle);
    for (auto i = static_cast<int>(filled.size()); i < slots(); ++i) line("nop");
  }
  [[nodiscard]] int slots() const { return device_.core.timing.branch_delay_slots; }

  [[nodiscard]] int lock(arch::LockId id) const {
    return device_.locks.core_window_base[static_cast<std::size_t>(arch::MemoryWindow::own)] + id.value;
  }
  [[nodiscard]] std::int64_t address(const std::string& argument, int half) const {
    const auto of = [&]() -> const PlacedBuffer& {
      const auto of_half = static_cast<std::size_t>(half);
      if (argument == "lhs" || argument == "a") return tile_.inputs.at(0)[of_half];
      if (argument == "b") return tile_.inputs.at(1)[of_half];
      if (argument == "weights" && tile_.weights) return *tile_.weights;
      if (argument == "bias" && tile_.bias) return *tile_.bias;
      if (argument == "out" && tile_.out) return (*tile_.out)[of_half];
      std::abort();  // the kernel asks for a buffer that the plan did not give this tile
    };
    return device_.data_memory.window_base[static_cast<std::size_t>(arch::MemoryWindow::own)] + of().address;
  }

  struct Pointer {
    std::string bundle;
    int lead;  // from its bundle to the kernel's entry, at least
  };
  [[nodiscard]] std::vector<Pointer> pointers(int half) const {
    std::vector<Pointer> result;
    for (const kernels::KernelArgument& argument : kernel_.arguments) {
      result.push_back(
          {fmt::format("movxm {}, #{}", arch::to_string(argument.pointer), address(argument.name, half)),
           to_kernel_ - first_use(kernel_, argument.pointer)});
    }
    return result;
  }
  [[nodiscard]] bool fit_delay_slots(const std::vector<Pointer>& pointers) const {
    if (static_cast<int>(pointers.size()) > slots()) return false;
    for (int i = 0; i < static_cast<int>(pointers.size()); ++i) {
      if (slots() - i < pointers[static_cast<std::size_t>(i)].lead) return false;
    }
    return true;
  }

  void call(int half) {
    text_ += half == kPing ? "ping:\n" : "pong:\n";
    for (const BufferLocks& locks : tile_.input_locks) lock_operation("acq", locks.full, "r16");
    const bool handed_on = tile_.out && !tile_.unread;
    if (handed_on) lock_operation("acq", tile_.out_locks.empty, "r16");
    // As many as are in time go into the delay slots of the call.
    std::vector<Pointer> late = pointers(half);
    int entry_from = entry_from_;
    while (!fit_delay_slots(late)) {
      entry_from = std::max(entry_from, bundles_ + late.front().lead);
      line(late.front().bundle);
      late.erase(late.begin());
    }
    while (bundles_ + 1 + slots() < entry_from) line("nop");
    line("jl kernel");
    std::vector<std::string> filled;
    filled.reserve(late.size());
    for (const Pointer& pointer : late) filled.push_back(pointer.bundle);
    delay_slots(filled);
    // All loads have been used by now, so the input may be overwritten; stores may still be on their way.
    for (const BufferLocks& locks : tile_.input_locks) lock_operation("rel", locks.empty, "r17");
    if (!handed_on) return;
    for (std::int64_t cycle = 1; cycle < kernel_.drain_cycles.value; ++cycle) line("nop");
    lock_operation("rel", tile_.out_locks.full, "r17");
  }

  const TilePlan& tile_;
  const kernels::KernelCode& kernel_;
  const arch::Device& device_;
  int to_alu_{}, to_kernel_{};  // distances from a write here to a read here or by the kernel
  std::string text_;
  int bundles_{};                     // of text_
  std::map<std::string, int> ready_;  // bundle from which a register has its new value
  int entry_from_{};                  // bundle at which the kernel may begin for its modes
};

}  // namespace

arch::Program core_program(const TilePlan& tile, const kernels::KernelCode& kernel, std::int32_t layer,
                           const arch::Device& device) {
  arch::Program program = arch::parse_assembly(MainWriter(tile, kernel, device).write(), "core program");
  // The placeholder behind label `kernel` gives way to the kernel itself, at the same bundle.
  program.bundles.pop_back();
  std::erase_if(program.labels, [](const arch::Label& label) { return label.name == "kernel"; });
  const auto main_end = static_cast<std::int32_t>(program.bundles.size());
  kernels::append(program, kernel, "kernel", layer);
  program.regions.insert(program.regions.begin(), arch::CodeRegion{0, main_end, -1, "main"});
  return program;
}

}  // namespace aie4ml::compiler
