// Dense (fully connected) on one tile: out = srs(lhs (rows x k) * weights (k x n) [+ cascade in] [+ bias]),
// ReLU.
//
// Tile memory layouts, of blocks (m x k x n is the mmul shape, all row-major inside, 4x8x8 for int8):
//   lhs      [rows/m][k/k'][m][k']      weights  [k/k'][n/n'][k'][n']
//   out      [rows/m][n/n'][m][n']      bias     [n] int32 at the accumulator's binary point
// rows is a multiple of 2m, k of k', n of 2n' (2 x 2 accumulator blocks).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "arch/error.hpp"
#include "arch/isa/instruction.hpp"
#include "arch/numeric/element_type.hpp"
#include "arch/numeric/rounding.hpp"
#include "kernels/code/kernel_code.hpp"

namespace aie4ml::kernels {

// Position in a cascade of tiles that split k: first..last in the direction of the cascade.
enum class CascadeRole : std::uint8_t { single, first, middle, last };
std::string to_string(CascadeRole role);

struct DenseTile {
  int rows{}, k{}, n{};
  arch::MmulShape mmul{4, 8, 8};
  arch::ElementType lhs{arch::ElementType::int8};  // int8 or uint8
  arch::ElementType weights{arch::ElementType::int8};
  arch::ElementType out{arch::ElementType::int8};  // int8 or uint8; unused by first and middle
  CascadeRole role{CascadeRole::single};
  bool bias{}, relu{};  // of single and last
  int shift{};          // of SRS: frac(lhs) + frac(weights) - frac(out), may be < 0
  arch::RoundingMode rounding{arch::RoundingMode::conv_even};
  arch::SaturationMode saturation{arch::SaturationMode::saturate};
  friend bool operator==(const DenseTile&, const DenseTile&) = default;
};

// Sizes or types the kernel cannot do on this device, each with the remedy.
arch::Problems check(const DenseTile& tile, const arch::Device& device);

// Buffer sizes in bytes.
std::int64_t lhs_bytes(const DenseTile& tile);
std::int64_t weights_bytes(const DenseTile& tile);
std::int64_t bias_bytes(const DenseTile& tile);
std::int64_t out_bytes(const DenseTile& tile);

// `matrix` is row-major rows x cols of codes with rows <= k, cols <= n; what is missing is zero.
std::vector<std::uint8_t> pack_weights(const DenseTile& tile, std::span<const std::int64_t> matrix, int rows,
                                       int cols);
std::vector<std::uint8_t> pack_bias(const DenseTile& tile, std::span<const std::int64_t> bias);

// The schedule of the kernel's vector program. Deterministic.
KernelCode dense_code(const DenseTile& tile, const arch::Device& device);

}  // namespace aie4ml::kernels
