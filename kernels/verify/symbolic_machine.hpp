// Executes a scheduled kernel cycle by cycle on symbolic values, with the latencies of the device.
#pragma once

#include "arch/device/device.hpp"
#include "arch/error.hpp"
#include "kernels/code/kernel_code.hpp"
#include "kernels/verify/effects.hpp"

namespace aie4ml::kernels {

struct MachineRun {
  Effects effects;
  std::int64_t cycles{};        // bundles issued
  std::int64_t drain_cycles{};  // from the last issue until nothing was under way
  arch::Problems problems;      // where: "bundle 12"
};

// buffers: per argument of the kernel, the buffer its pointer starts at (offset 0). Stops after max_cycles.
MachineRun run_symbolically(const KernelCode& kernel, const std::vector<int>& buffers,
                            const arch::Device& device, Expressions& expressions, std::int64_t max_cycles);

}  // namespace aie4ml::kernels
