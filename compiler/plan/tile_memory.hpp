// Where a tile's buffers lie in its data memory.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Addresses and sizes; names are left empty.
struct TileMemory {
  std::array<PlacedBuffer, 2> lhs{};
  PlacedBuffer weights{}, stack{};
  std::optional<PlacedBuffer> bias;
  std::optional<std::array<PlacedBuffer, 2>> out;
};

// Every buffer in one bank, arranged so that the core's loads, its stores and the DMA meet as little as the
// sizes allow. nullopt: they do not fit; `why`, if given, is told which.
std::optional<TileMemory> lay_out(const kernels::DenseTile& kernel, const arch::Device& device,
                                  std::string* why = nullptr);

}  // namespace aie4ml::compiler
