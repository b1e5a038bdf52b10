// Weights and bias of one tile, cut out of the model's and packed as the kernel reads them.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/graph/graph.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// What the tile's slice has beyond the matrix is zero, so that padded columns of the output are zero as well.
std::vector<std::uint8_t> weights_of(const Graph& graph, const DenseOp& op, const TilePlan& tile);
std::vector<std::uint8_t> bias_of(const Graph& graph, const DenseOp& op, const TilePlan& tile);

}  // namespace aie4ml::compiler
