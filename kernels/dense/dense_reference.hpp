// What a dense layer computes, in plain integer matrices: the yardstick for the schedules. Shares nothing
// with them but arch/numeric.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "kernels/dense/dense.hpp"

namespace aie4ml::kernels {

using Codes = Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// From sums to outputs.
struct DenseOutput {
  arch::ElementType type{};
  int shift{};
  arch::RoundingMode rounding{};
  arch::SaturationMode saturation{};
  bool relu{};
};

// lhs * weights + bias (a row, or empty), modulo 2^lane_bits as the accumulator's lanes.
Codes dense_sums(const Codes& lhs, const Codes& weights, const Codes& bias, int lane_bits = 32);
// srs() of every sum, then the ReLU.
Codes dense_outputs(const Codes& sums, const DenseOutput& output);
Codes dense_reference(const Codes& lhs, const Codes& weights, const Codes& bias, const DenseOutput& output,
                      int lane_bits = 32);

// Row-major matrix to the blocked layouts of dense.hpp and back: rows x cols in blocks of block_rows x
// block_cols, blocks row by row. Sizes are multiples of the block's.
std::vector<std::uint8_t> pack_blocks(const Codes& matrix, int block_rows, int block_cols,
                                      arch::ElementType type);
Codes unpack_blocks(std::span<const std::uint8_t> bytes, int rows, int cols, int block_rows, int block_cols,
                    arch::ElementType type);

// The same with the elements of every block column by column.
Codes unpack_transposed_blocks(std::span<const std::uint8_t> bytes, int rows, int cols, int block_rows,
                               int block_cols, arch::ElementType type);

// One tile on its buffers. cascade: little-endian lanes in the order the kernel moves them, the blocks of
// m x n that are worked on at once row by row.
struct DenseTileData {
  std::vector<std::uint8_t> lhs, weights, bias;
  std::vector<std::uint8_t> cascade_in;
};
struct DenseTileResult {
  std::vector<std::uint8_t> out;
  std::vector<std::uint8_t> cascade_out;
};
DenseTileResult dense_tile_reference(const DenseTile& tile, const DenseTileData& data);

}  // namespace aie4ml::kernels
