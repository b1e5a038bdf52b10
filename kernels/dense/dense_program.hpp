// The vector program of a dense tile, structured as aie4ml's kernel: blocks of accumulators, the whole of k
// innermost. From it come the schedule and, later, the C++ for the vendor's compiler.
#pragma once

#include "kernels/dense/dense.hpp"
#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::kernels {

// The tile must pass check(). Arguments: lhs, weights, then bias if there is one, then out if there is one.
VectorProgram dense_program(const DenseTile& tile);

// 64-bit lanes reach 8 bit by way of 16: SRS has no such mode (AM020-4).
bool narrows(const DenseTile& tile);
// Blocks that are stored together on that way, so that they fill a vector; otherwise 1.
int narrow_group(const DenseTile& tile);

}  // namespace aie4ml::kernels
