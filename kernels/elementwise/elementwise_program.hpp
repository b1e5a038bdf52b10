// The vector program of the elementwise kernel.
#pragma once

#include "kernels/elementwise/elementwise.hpp"
#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::kernels {

// The tile must pass check().
VectorProgram elementwise_program(const ElementwiseTile& tile, const arch::Device& device);

// Elements of one vector: what the accumulators or, without any, the ports take, and every buffer is a
// multiple of; 0 if there is none.
int elementwise_lanes(const ElementwiseTile& tile, const arch::Device& device);

}  // namespace aie4ml::kernels
