#include "compiler/codegen/core_program.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "arch/isa/assembly.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kPing = 0;
constexpr int kPong = 1;

class MainWriter {
 public:
  MainWriter(const TilePlan& tile, const kernels::KernelCode& kernel, const arch::Device& device)
      : tile_(tile), kernel_(kernel), device_(device) {}

  std::string write() {
    line(fmt::format("movx r0, #{}", static_cast<int>(kernel_.rounding)));
    line(fmt::format("movx r1, #{}; mov crrnd, r0", static_cast<int>(kernel_.saturation)));
    // A lock operation is told its amount in a register: acquire "at least 1" is -1, release 1 (AM020 chapter
    // 2).
    line("movx r16, #-1; mov crsat, r1");
    line("movx r17, #1");
    text_ += "loop:\n";
    for (const int half : {kPing, kPong}) call(half);
    line("j loop");
    delay_slots({});
    text_ += "kernel:\n";  // appended behind the text
    line("nop");
    return std::move(text_);
  }

 private:
  void line(const std::string& bundle) { text_ += "  " + bundle + "\n"; }

  void delay_slots(const std::vector<std::string>& filled) {
    for (const std::string& bundle : filled) line(bundle);
    for (auto i = static_cast<int>(filled.size()); i < device_.core.timing.branch_delay_slots; ++i)
      line("nop");
  }

  [[nodiscard]] int lock(arch::LockId id) const {
    return device_.locks.core_window_base[static_cast<std::size_t>(arch::MemoryWindow::own)] + id.value;
  }
  [[nodiscard]] std::int64_t address(const std::string& argument, int half) const {
    const auto of = [&]() -> const PlacedBuffer& {
      if (argument == "lhs") return tile_.lhs[static_cast<std::size_t>(half)];
      if (argument == "weights") return tile_.weights;
      if (argument == "bias" && tile_.bias) return *tile_.bias;
      if (argument == "out" && tile_.out) return (*tile_.out)[static_cast<std::size_t>(half)];
      std::abort();  // the kernel asks for a buffer that the plan did not give this tile
    };
    return device_.data_memory.window_base[static_cast<std::size_t>(arch::MemoryWindow::own)] + of().address;
  }

  void call(int half) {
    text_ += half == kPing ? "ping:\n" : "pong:\n";
    line(fmt::format("acq #{}, r16", lock(tile_.locks.lhs_full)));
    if (tile_.out) line(fmt::format("acq #{}, r16", lock(tile_.locks.out_empty)));
    std::vector<std::string> pointers;
    for (const kernels::KernelArgument& argument : kernel_.arguments) {
      pointers.push_back(
          fmt::format("movxm {}, #{}", arch::to_string(argument.pointer), address(argument.name, half)));
    }
    // As many as fit go into the delay slots of the call.
    const auto slots = static_cast<std::size_t>(device_.core.timing.branch_delay_slots);
    while (pointers.size() > slots) {
      line(pointers.front());
      pointers.erase(pointers.begin());
    }
    line("jl kernel");
    delay_slots(pointers);
    // All loads have been used by now, so the input may be overwritten; stores may still be on their way.
    line(fmt::format("rel #{}, r17", lock(tile_.locks.lhs_empty)));
    if (!tile_.out) return;
    for (std::int64_t cycle = 1; cycle < kernel_.drain_cycles.value; ++cycle) line("nop");
    line(fmt::format("rel #{}, r17", lock(tile_.locks.out_full)));
  }

  const TilePlan& tile_;
  const kernels::KernelCode& kernel_;
  const arch::Device& device_;
  std::string text_;
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
