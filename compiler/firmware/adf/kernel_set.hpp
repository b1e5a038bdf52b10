// The kernels of a design as C++, one for every vector program: tiles with equal ones share it.
#pragma once

#include <string>
#include <vector>

#include "compiler/firmware/adf/live_parts.hpp"
#include "compiler/plan/plan.hpp"
#include "kernels/emit/kernel_source.hpp"

namespace aie4ml::compiler {

class KernelSet {
 public:
  KernelSet(const Plan& plan, const LiveParts& live, const arch::Device& device);
  [[nodiscard]] const std::vector<kernels::KernelSource>& sources() const { return sources_; }
  // Of a tile whose chain is alive.
  [[nodiscard]] const kernels::KernelSource& of(const TileKernel& kernel) const;

 private:
  struct Entry {
    TileKernel kernel;
    std::size_t source{};
  };
  std::vector<Entry> entries_;
  std::vector<kernels::KernelSource> sources_;
};

// Index of a port among the kernel's inputs, or outputs; by the name of the argument ("lhs") or the
// cascade's.
int port_index(const kernels::KernelSource& kernel, kernels::KernelPort::Kind kind, int nth = 0);

}  // namespace aie4ml::compiler
