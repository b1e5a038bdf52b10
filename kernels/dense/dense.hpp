// Dense (fully connected) on one tile: out = srs(lhs (rows x k) * weights (k x n) [+ cascade in] [+ bias]),
// ReLU.
//
// Tile memory layouts, of blocks (m x k x n is the mmul shape, all row-major inside, 4x8x8 for int8):
//   lhs      [rows/m][k/k'][m][k']      weights  [k/k'][n/n'][k'][n']
//   out      [rows/m][n/n'][m][n']      bias     [n/n'][copies][n'] int32 at the accumulator's binary point
// A transposed lhs has every block column by column, [rows/m][k/k'][k'][m]; the kernel turns it in registers.
// copies is m with 32-bit lanes, so that the buffer holds whole accumulators as aie4ml's does; with 64-bit
// ones it is 1 but where a row of n' is less than 256 bit, which a load brings at the least. rows is a
// multiple of blocking.rows * m, k of k', n of blocking.columns * n'.
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

// Blocks of accumulators that are worked on at once, m x n each: 1, 2 or 4 a side, as many as the registers
// hold. More of them reuse a loaded factor more often.
struct Blocking {
  int rows{2}, columns{2};
  friend bool operator==(const Blocking&, const Blocking&) = default;
};

struct DenseTile {
  int rows{}, k{}, n{};
  arch::MmulShape mmul{4, 8, 8};  // with accumulator_bits: one of dense_modes()
  int accumulator_bits{32};       // of a lane; sums wrap
  Blocking blocking{};
  arch::ElementType lhs{arch::ElementType::int8};  // 8 or 16 bit, signed or not
  bool lhs_transposed{};
  arch::ElementType weights{arch::ElementType::int8};  // int8 or int16
  arch::ElementType out{arch::ElementType::int8};      // as lhs; unused by first and middle
  CascadeRole role{CascadeRole::single};
  bool bias{}, relu{};  // of single and last
  int shift{};          // of SRS: frac(lhs) + frac(weights) - frac(out), may be < 0
  arch::RoundingMode rounding{arch::RoundingMode::conv_even};
  arch::SaturationMode saturation{arch::SaturationMode::saturate};
  friend bool operator==(const DenseTile&, const DenseTile&) = default;
};

// Multiplies that the kernel can be made of for these types, narrow accumulators first: what mmul and
// accumulator_bits may be. Empty: none (8-bit activations with 16-bit weights, whose factor is no whole
// load).
std::vector<arch::MultiplyMode> dense_modes(arch::ElementType lhs, arch::ElementType weights,
                                            const arch::Device& device);

// The largest magnitude that a sum can have, at any point of it and whatever the activations are: with it
// below 2^(accumulator_bits - 1) no lane wraps. matrix: rows x cols codes, row-major; bias: cols codes or
// none.
std::int64_t largest_sum(arch::ElementType lhs, std::span<const std::int64_t> matrix, int rows, int cols,
                         std::span<const std::int64_t> bias);

// What rows and n are multiples of.
int row_step(const DenseTile& tile);
int column_step(const DenseTile& tile);

// Cycles that an iteration of the k loop takes at least: its multiplies, or its loads over the ports.
int least_loop_cycles(const DenseTile& tile, const arch::Device& device);

// Sizes or types the kernel cannot do on this device, each with the remedy.
arch::Problems check(const DenseTile& tile, const arch::Device& device);

// Buffer sizes in bytes. bias_copies: how often a row of the bias is repeated in its buffer.
int bias_copies(const DenseTile& tile);
std::int64_t lhs_bytes(const DenseTile& tile);
std::int64_t weights_bytes(const DenseTile& tile);
std::int64_t bias_bytes(const DenseTile& tile);
// What the bias takes in memory: a block of columns more, because blocks are loaded ahead, the one behind the
// last in vain. What of lhs and weights is loaded in vain lies inside these.
std::int64_t bias_buffer_bytes(const DenseTile& tile);
std::int64_t out_bytes(const DenseTile& tile);

// `matrix` is row-major rows x cols of codes with rows <= k, cols <= n; what is missing is zero.
std::vector<std::uint8_t> pack_weights(const DenseTile& tile, std::span<const std::int64_t> matrix, int rows,
                                       int cols);
std::vector<std::uint8_t> pack_bias(const DenseTile& tile, std::span<const std::int64_t> bias);

// The schedule of the kernel's vector program. Deterministic.
KernelCode dense_code(const DenseTile& tile, const arch::Device& device);

}  // namespace aie4ml::kernels
