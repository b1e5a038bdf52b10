#include "compiler/plan/layer_cost.hpp"

#include <algorithm>

namespace aie4ml::compiler {
namespace {

constexpr std::int64_t kWordBytes = 4;

std::int64_t words(std::int64_t bytes) {
  return (bytes + kWordBytes - 1) / kWordBytes;
}

}  // namespace

std::int64_t LayerCost::interval() const {
  return std::max({compute, input, output});
}

std::string_view LayerCost::bound_by() const {
  if (compute == interval()) return "compute";
  return input == interval() ? "input" : "output";
}

LayerCost least_cost_of(const LayerShape& shape, const Parallelism& cut) {
  const kernels::DenseTile last = tile_kernel(shape, cut, cut.cas_len - 1);
  const std::int64_t macs = std::int64_t{last.rows} * last.k * last.n;
  const std::int64_t macs_per_cycle = std::int64_t{last.mmul.m} * last.mmul.k * last.mmul.n;
  return {macs / macs_per_cycle, words(kernels::lhs_bytes(last)), words(kernels::out_bytes(last))};
}

LayerCost cost_of(const LayerShape& shape, const Parallelism& cut, const arch::Device& device) {
  LayerCost cost = least_cost_of(shape, cut);
  // All positions between the first and the last of a chain run the same kernel.
  for (int position = 0; position < cut.cas_len; ++position) {
    if (position > 1 && position < cut.cas_len - 1) continue;
    const kernels::DenseTile tile = tile_kernel(shape, cut, position);
    cost.compute = std::max(cost.compute, kernels::dense_code(tile, device).cycles.value);
  }
  return cost;
}

// Operands arrive side by side.
LayerCost least_cost_of(const ElementwiseShape& shape, const Parallelism& cut) {
  const std::int64_t port = words(kernels::buffer_bytes(shape.tile(cut)));
  return {0, port, port};
}

LayerCost cost_of(const ElementwiseShape& shape, const Parallelism& cut, const arch::Device& device) {
  LayerCost cost = least_cost_of(shape, cut);
  cost.compute = kernels::elementwise_code(shape.tile(cut), device).cycles.value;
  return cost;
}

LayerCost cost_of(const LayerPlan& layer) {
  LayerCost cost;
  for (const arch::Cycles cycles : layer.kernel_cycles) cost.compute = std::max(cost.compute, cycles.value);
  for (const TilePlan& tile : layer.tiles) {
    for (const DoubleBuffer& input : tile.inputs) cost.input = std::max(cost.input, words(input[0].size));
    if (tile.out) cost.output = std::max(cost.output, words((*tile.out)[0].size));
  }
  return cost;
}

}  // namespace aie4ml::compiler
