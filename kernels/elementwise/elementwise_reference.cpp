#include "kernels/elementwise/elementwise_reference.hpp"

#include "kernels/dense/dense_reference.hpp"

namespace aie4ml::kernels {
namespace {

Codes matrix(const ElementwiseTile& tile, const std::vector<std::uint8_t>& bytes, bool transposed) {
  const int m = tile.block_rows;
  const int n = tile.block_columns;
  return transposed ? unpack_transposed_blocks(bytes, tile.rows, tile.columns, m, n, tile.type)
                    : unpack_blocks(bytes, tile.rows, tile.columns, m, n, tile.type);
}

}  // namespace

std::vector<std::uint8_t> elementwise_tile_reference(
    const ElementwiseTile& tile, const std::array<std::vector<std::uint8_t>, 2>& operands) {
  Codes result = matrix(tile, operands[0], tile.transposed[0]);
  if (tile.op == ElementwiseOp::add) {
    result += matrix(tile, operands[1], tile.transposed[1]);
    result = result.unaryExpr(
        [&](std::int64_t sum) { return arch::srs(sum, 0, tile.rounding, tile.saturation, tile.type).value; });
  }
  if (tile.op == ElementwiseOp::relu || tile.relu) result = result.cwiseMax(0);
  return pack_blocks(result, tile.block_rows, tile.block_columns, tile.type);
}

}  // namespace aie4ml::kernels
