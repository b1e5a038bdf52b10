// The kernels of a design, each scheduled and verified once.
#pragma once

#include <deque>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"
#include "kernels/code/kernel_code.hpp"
#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::compiler {

// The schedule of a tile's kernel, and the vector program it was made from.
kernels::KernelCode code_of(const TileKernel& kernel, const arch::Device& device);
kernels::VectorProgram program_of(const TileKernel& kernel, const arch::Device& device);

class KernelStore {
 public:
  explicit KernelStore(const arch::Device& device) : device_(device) {}

  // The code for the tile, which must pass kernels::check(). It has passed require_right(), and it stays
  // where it is for as long as the store lives. Equal tiles share one.
  const kernels::KernelCode& of(const TileKernel& kernel);

 private:
  struct Entry {
    TileKernel kernel;
    kernels::KernelCode code;
  };
  const arch::Device& device_;
  std::deque<Entry> entries_;  // few: one for every role of every layer at most
};

// Aborts with the first problems if kernels::verify() finds that the code is not what the tile asks for: a
// defect of ours, not of the model.
void require_right(const kernels::KernelCode& code, const TileKernel& kernel, const arch::Device& device);

}  // namespace aie4ml::compiler
