#include "kernels/dense/dense_reference.hpp"

#include <algorithm>
#include <cstdlib>

namespace aie4ml::kernels {
namespace {

std::size_t at(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

void require(bool ok) {
  if (!ok) std::abort();
}

// Calls visit(row, col, index) for all elements in the order they lie in a blocked layout.
template <class Visit>
void walk_blocks(int rows, int cols, int block_rows, int block_cols, Visit visit) {
  require(rows % block_rows == 0 && cols % block_cols == 0);
  std::int64_t index = 0;
  for (int row = 0; row < rows; row += block_rows) {
    for (int col = 0; col < cols; col += block_cols) {
      for (int r = 0; r < block_rows; ++r) {
        for (int c = 0; c < block_cols; ++c) visit(row + r, col + c, index++);
      }
    }
  }
}

// Lanes of the cascade: per group of blocks that is worked on at once, block by block.
template <class Visit>
void walk_cascade(const DenseTile& tile, Visit visit) {
  const int m = tile.mmul.m;
  const int n = tile.mmul.n;
  const int height = tile.blocking.rows * m;
  const int width = tile.blocking.columns * n;
  std::int64_t base = 0;
  for (int row = 0; row < tile.rows; row += height) {
    for (int col = 0; col < tile.n; col += width) {
      walk_blocks(height, width, m, n,
                  [&](int r, int c, std::int64_t i) { visit(row + r, col + c, base + i); });
      base += std::int64_t{height} * width;
    }
  }
}

std::int64_t read(std::span<const std::uint8_t> bytes, std::int64_t index, arch::ElementType type) {
  std::uint64_t value = 0;
  const int size = arch::bytes(type);
  for (int i = 0; i < size; ++i) value |= std::uint64_t{bytes[at(index * size + i)]} << (8 * i);
  return arch::wrap_to(arch::wrap64(value), arch::bits(type), arch::is_signed(type));
}

void write(std::span<std::uint8_t> bytes, std::int64_t index, arch::ElementType type, std::int64_t value) {
  const int size = arch::bytes(type);
  for (int i = 0; i < size; ++i) {
    bytes[at(index * size + i)] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
  }
}

}  // namespace

Codes dense_sums(const Codes& lhs, const Codes& weights, const Codes& bias, int lane_bits) {
  require(lhs.cols() == weights.rows() && (bias.size() == 0 || bias.cols() == weights.cols()));
  Codes sums = lhs * weights;
  if (bias.size() != 0) sums.rowwise() += bias.row(0);
  return sums.unaryExpr([&](std::int64_t sum) { return arch::wrap_to(sum, lane_bits, true); });
}

Codes dense_outputs(const Codes& sums, const DenseOutput& output) {
  return sums.unaryExpr([&](std::int64_t sum) {
    const std::int64_t code =
        arch::srs(sum, output.shift, output.rounding, output.saturation, output.type).value;
    return output.relu ? std::max<std::int64_t>(code, 0) : code;
  });
}

Codes dense_reference(const Codes& lhs, const Codes& weights, const Codes& bias, const DenseOutput& output,
                      int lane_bits) {
  return dense_outputs(dense_sums(lhs, weights, bias, lane_bits), output);
}

std::vector<std::uint8_t> pack_blocks(const Codes& matrix, int block_rows, int block_cols,
                                      arch::ElementType type) {
  const int size = arch::bytes(type);
  std::vector<std::uint8_t> bytes(at(matrix.size() * size));
  walk_blocks(static_cast<int>(matrix.rows()), static_cast<int>(matrix.cols()), block_rows, block_cols,
              [&](int row, int col, std::int64_t index) { write(bytes, index, type, matrix(row, col)); });
  return bytes;
}

Codes unpack_blocks(std::span<const std::uint8_t> bytes, int rows, int cols, int block_rows, int block_cols,
                    arch::ElementType type) {
  require(std::ssize(bytes) == std::int64_t{rows} * cols * arch::bytes(type));
  Codes matrix(rows, cols);
  walk_blocks(rows, cols, block_rows, block_cols,
              [&](int row, int col, std::int64_t index) { matrix(row, col) = read(bytes, index, type); });
  return matrix;
}

Codes unpack_transposed_blocks(std::span<const std::uint8_t> bytes, int rows, int cols, int block_rows,
                               int block_cols, arch::ElementType type) {
  // The blocks one above the other are a matrix of their own.
  const int per_row = cols / block_cols;
  const int blocks = rows / block_rows * per_row;
  const Codes stack = unpack_blocks(bytes, blocks * block_cols, block_rows, block_cols, block_rows, type);
  Codes matrix(rows, cols);
  for (int i = 0; i < blocks; ++i) {
    matrix.block(i / per_row * block_rows, i % per_row * block_cols, block_rows, block_cols) =
        stack.middleRows(i * block_cols, block_cols).transpose();
  }
  return matrix;
}

DenseTileResult dense_tile_reference(const DenseTile& tile, const DenseTileData& data) {
  const auto [m, k, n] = tile.mmul;
  const arch::ElementType lane =
      tile.accumulator_bits == 32 ? arch::ElementType::int32 : arch::ElementType::int64;
  const Codes lhs = tile.lhs_transposed
                        ? unpack_transposed_blocks(data.lhs, tile.rows, tile.k, m, k, tile.lhs)
                        : unpack_blocks(data.lhs, tile.rows, tile.k, m, k, tile.lhs);
  const Codes weights = unpack_blocks(data.weights, tile.k, tile.n, k, n, tile.weights);
  Codes bias;
  if (tile.bias) {
    // Every copy of a row is a row of its block.
    const auto bytes = std::span(data.bias).first(at(bias_bytes(tile)));  // without what is loaded in vain
    const int copies = bias_copies(tile);
    bias = unpack_blocks(bytes, copies, tile.n, copies, n, arch::ElementType::int32).row(0);
  }
  Codes sums = dense_sums(lhs, weights, bias, tile.accumulator_bits);
  if (tile.role == CascadeRole::middle || tile.role == CascadeRole::last) {
    require(std::ssize(data.cascade_in) == sums.size() * arch::bytes(lane));
    walk_cascade(tile, [&](int row, int col, std::int64_t index) {
      sums(row, col) = arch::wrap_to(arch::wrapping_add(sums(row, col), read(data.cascade_in, index, lane)),
                                     tile.accumulator_bits, true);
    });
  }
  DenseTileResult result;
  if (tile.role == CascadeRole::first || tile.role == CascadeRole::middle) {
    result.cascade_out.resize(at(sums.size() * arch::bytes(lane)));
    walk_cascade(tile, [&](int row, int col, std::int64_t index) {
      write(result.cascade_out, index, lane, sums(row, col));
    });
    return result;
  }
  const DenseOutput output{tile.out, tile.shift, tile.rounding, tile.saturation, tile.relu};
  result.out = pack_blocks(dense_outputs(sums, output), m, n, tile.out);
  return result;
}

}  // namespace aie4ml::kernels
