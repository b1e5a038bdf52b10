#include "compiler/codegen/parameters.hpp"

#include <algorithm>

namespace aie4ml::compiler {
namespace {

Interval within(const Interval& slice, std::int64_t size) {
  return {slice.begin, std::min(slice.end, static_cast<std::int32_t>(size))};
}

}  // namespace

std::vector<std::uint8_t> weights_of(const Graph& graph, const DenseOp& op, const TilePlan& tile) {
  const Tensor& weights = graph.tensor(op.w);
  const Interval k = within(tile.k, weights.rows());
  const Interval n = within(tile.n, weights.cols());
  std::vector<std::int64_t> slice;
  slice.reserve(static_cast<std::size_t>(k.size()) * static_cast<std::size_t>(n.size()));
  for (std::int32_t row = k.begin; row < k.end; ++row) {
    const auto start = weights.data.begin() + row * weights.cols();
    slice.insert(slice.end(), start + n.begin, start + n.end);
  }
  return kernels::pack_weights(tile.dense(), slice, k.size(), n.size());
}

std::vector<std::uint8_t> bias_of(const Graph& graph, const DenseOp& op, const TilePlan& tile) {
  const Tensor& bias = graph.tensor(op.bias.value());
  const Interval n = within(tile.n, bias.elements());
  std::vector<std::int64_t> slice(bias.data.begin() + n.begin, bias.data.begin() + n.end);
  return kernels::pack_bias(tile.dense(), slice);
}

}  // namespace aie4ml::compiler
