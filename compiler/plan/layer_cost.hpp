// How long a layer takes for one iteration, as the choice of its cut sees it.
#pragma once

#include "arch/device/device.hpp"
#include "compiler/plan/elementwise_shape.hpp"
#include "compiler/plan/parallelism.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/slicing.hpp"

namespace aie4ml::compiler {

// The kernels of a cut are scheduled for it.
LayerCost cost_of(const LayerShape& shape, const Parallelism& cut, const arch::Device& device);
LayerCost cost_of(const ElementwiseShape& shape, const Parallelism& cut, const arch::Device& device);

// No more than cost_of(), without a schedule: the words, and the multiplications alone.
LayerCost least_cost_of(const LayerShape& shape, const Parallelism& cut);
LayerCost least_cost_of(const ElementwiseShape& shape, const Parallelism& cut);

// Of a layer with its tiles and kernel_cycles.
LayerCost cost_of(const LayerPlan& layer);

}  // namespace aie4ml::compiler
