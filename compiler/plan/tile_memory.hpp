// Where a tile's buffers lie in its data memory.
#pragma once

#include <cstdint>
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

// Where the halves of a double buffer go.
enum class Halves : std::uint8_t {
  apart,  // as far as banks allow
  close   // within reach of a descriptor's iteration step, the second above the first
};

// Every buffer in one bank, arranged so that the core's loads, its stores and the DMA meet as little as the
// sizes allow. nullopt: they do not fit; `why`, if given, is told which.
std::optional<TileMemory> lay_out(const kernels::DenseTile& kernel, const arch::Device& device,
                                  std::string* why = nullptr, Halves halves = Halves::apart);
std::optional<TileMemory> lay_out(const kernels::ElementwiseTile& kernel, const arch::Device& device,
                                  std::string* why = nullptr, Halves halves = Halves::apart);

}  // namespace aie4ml::compiler
