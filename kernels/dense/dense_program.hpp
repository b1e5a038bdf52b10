// The vector program of a dense tile, structured as aie4ml's kernel: 2 x 2 accumulator blocks, the whole of k
// innermost. From it come the schedule and, later, the C++ for the vendor's compiler.
#pragma once

#include "kernels/dense/dense.hpp"
#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::kernels {

// The tile must pass check(). Arguments: lhs, weights, then bias if there is one, then out if there is one.
VectorProgram dense_program(const DenseTile& tile);

}  // namespace aie4ml::kernels
