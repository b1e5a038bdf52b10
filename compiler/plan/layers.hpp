// A layer as tiles: which kernel each runs, its buffers and locks, and the slices of its operands and output.
#pragma once

#include <string>
#include <vector>

#include "arch/device/device.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/parallelism.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// A layer with its rectangle at column 0, row 0; refusal() has accepted the cut. `transposed` by operand:
// whether it arrives with rows and columns exchanged. Throws InputError where the multiply that `fixed` says
// cannot take a transposed one.
LayerPlan plan_layer(const Graph& graph, NodeId node, const Parallelism& cut, const LayerDirectives& fixed,
                     const std::vector<bool>& transposed, const arch::Device& device);

// Lays the tile's memory out again so that one descriptor can serve both halves of a buffer. Throws
// InputError where that does not fit.
void fold_tile(TilePlan& tile, const std::string& layer, const arch::Device& device);

// Puts the rectangle where it belongs.
void move_layer(LayerPlan& layer, int col, int row, const arch::Device& device);

}  // namespace aie4ml::compiler
