// Where a tile's buffers lie in its data memory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Addresses and sizes; names are left empty.
struct TileMemory {
  std::vector<DoubleBuffer> inputs;  // by operand
  std::optional<PlacedBuffer> weights, bias;
  PlacedBuffer stack{};
  std::optional<DoubleBuffer> out;
};

// Every buffer in one bank, arranged so that the core's loads, its stores and the DMA meet as little as the
// sizes allow. nullopt: they do not fit; `why`, if given, is told which.
std::optional<TileMemory> lay_out(const kernels::DenseTile& kernel, const arch::Device& device,
                                  std::string* why = nullptr);
std::optional<TileMemory> lay_out(const kernels::ElementwiseTile& kernel, const arch::Device& device,
                                  std::string* why = nullptr);

}  // namespace aie4ml::compiler
