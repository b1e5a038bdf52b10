#include "kernels/verify/verifier.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/verify/symbolic_machine.hpp"

namespace aie4ml::kernels {
namespace {

class Comparison {
 public:
  Comparison(const Effects& expected, const Effects& found, const Expressions& expressions,
             const VectorProgram& program, arch::Problems& problems)
      : expected_(expected),
        found_(found),
        expressions_(expressions),
        program_(program),
        problems_(problems) {}

  void run() {
    arithmetic();
    stores();
    puts();
    if (expected_.gets != found_.gets) {
      report("kernel", fmt::format("reads {} cascade words, the program {}", found_.gets, expected_.gets));
    }
  }

 private:
  void report(std::string where, std::string what) {
    problems_.push_back({std::move(where), std::move(what), ""});
  }
  static std::string bundle(std::int32_t index) { return fmt::format("bundle {}", index); }

  void arithmetic() {
    for (const auto& [symbol, done] : found_.arithmetic) {
      const auto same = expected_.arithmetic.find(symbol);
      if (same == expected_.arithmetic.end()) {
        report(bundle(done.bundle), "computes what the program does not: " + expressions_.describe(symbol));
      } else if (same->second.times != done.times) {
        report(bundle(done.bundle),
               fmt::format("computes {} {} times, the program {}", expressions_.describe(symbol), done.times,
                           same->second.times));
      }
    }
    for (const auto& [symbol, done] : expected_.arithmetic) {
      if (!found_.arithmetic.contains(symbol))
        report("kernel", "never computes " + expressions_.describe(symbol));
    }
  }

  void stores() {
    for (const auto& [at, values] : found_.stores) {
      const auto same = expected_.stores.find(at);
      static const std::vector<Effect> kNone;
      sequence(name(at), same == expected_.stores.end() ? kNone : same->second, values);
    }
    for (const auto& [at, values] : expected_.stores) {
      if (!found_.stores.contains(at)) report("kernel", fmt::format("never stores to {}", name(at)));
    }
  }

  void puts() { sequence("the cascade", expected_.puts, found_.puts); }

  void sequence(const std::string& to, const std::vector<Effect>& expected,
                const std::vector<Effect>& found) {
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (i >= expected.size()) {
        report(bundle(found[i].bundle), fmt::format("writes once too often to {}", to));
      } else if (expected[i].value != found[i].value) {
        report(bundle(found[i].bundle),
               fmt::format("writes {} to {} instead of {}", expressions_.describe(found[i].value), to,
                           expressions_.describe(expected[i].value)));
      }
    }
    if (found.size() < expected.size()) {
      report("kernel",
             fmt::format("writes {} times to {}, the program {}", found.size(), to, expected.size()));
    }
  }

  [[nodiscard]] std::string name(Location at) const {
    const auto argument = static_cast<std::size_t>(at.first);
    return fmt::format("{}[{}]", program_.variable(program_.arguments.at(argument)).name, at.second);
  }

  const Effects& expected_;
  const Effects& found_;
  const Expressions& expressions_;
  const VectorProgram& program_;
  arch::Problems& problems_;
};

}  // namespace

arch::Problems verify(const KernelCode& kernel, const VectorProgram& program, const arch::Device& device) {
  arch::Problems problems;
  std::vector<int> buffers;
  for (const KernelArgument& argument : kernel.arguments) {
    const auto same = std::find_if(program.arguments.begin(), program.arguments.end(),
                                   [&](int v) { return program.variable(v).name == argument.name; });
    if (same == program.arguments.end()) {
      problems.push_back({"kernel", fmt::format("the program has no argument {}", argument.name), ""});
      return problems;
    }
    buffers.push_back(program.variable(*same).buffer);
  }
  if (kernel.rounding != program.rounding || kernel.saturation != program.saturation) {
    problems.push_back({"kernel", "asks for other rounding or saturation modes than the program", ""});
  }

  Expressions expressions;
  const Effects expected = interpret(program, expressions);
  // Stuck, if it takes longer than it was said to.
  MachineRun run = run_symbolically(kernel, buffers, device, expressions, 2 * kernel.cycles.value + 64);
  problems.insert(problems.end(), run.problems.begin(), run.problems.end());
  Comparison(expected, run.effects, expressions, program, problems).run();
  if (run.cycles != kernel.cycles.value) {
    problems.push_back(
        {"kernel", fmt::format("takes {} cycles, not {}", run.cycles, kernel.cycles.value), ""});
  }
  if (run.drain_cycles > kernel.drain_cycles.value) {
    problems.push_back(
        {"kernel", fmt::format("drains for {} cycles, not {}", run.drain_cycles, kernel.drain_cycles.value),
         ""});
  }
  return problems;
}

}  // namespace aie4ml::kernels
