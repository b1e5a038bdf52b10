// A scheduled kernel: what the compiler puts into a core's program memory.
//
// Calling convention: the caller loads the argument pointers, then `jl`s to bundle 0. The kernel may use
// every register but lr, sp and r16..r31, p6, p7, and needs crrnd, crsat set by the caller
// (KernelCode::modes). It returns by `ret`; when the bundle after its last delay slot issues, all its results
// are in memory or on their way there in at most `drain_cycles`.
#pragma once

#include <string>
#include <vector>

#include "arch/isa/program.hpp"
#include "arch/numeric/rounding.hpp"
#include "arch/units.hpp"

namespace aie4ml::kernels {

struct KernelArgument {
  std::string name;  // "lhs", "weights", "bias", "out"
  arch::Reg pointer{};
};

struct KernelCode {
  arch::Program code;  // bundle 0 is the entry, branch targets are relative to it; regions name its loops
  std::vector<KernelArgument> arguments;
  arch::RoundingMode rounding{};
  arch::SaturationMode saturation{};
  arch::Cycles cycles{};        // from the entry bundle's issue to the last delay slot's, when nothing stalls
  arch::Cycles drain_cycles{};  // until the last store has reached memory
  std::vector<std::int32_t> order;  // bundles as they are executed, one a cycle when nothing stalls
  std::int64_t macs{};              // multiply-accumulates, padding included
};

// Appends the kernel to `program`, relocating branches and regions (whose layer becomes `layer` and whose
// names get the prefix). Returns the bundle index of its entry, which also gets `label`.
std::int32_t append(arch::Program& program, const KernelCode& kernel, const std::string& label,
                    std::int32_t layer);

}  // namespace aie4ml::kernels
