// The loop nest as it is scheduled: loops of one iteration dissolved, short ones unrolled, useless pointer
// steps dropped.
#pragma once

#include <functional>
#include <vector>

#include "kernels/vector_program/vector_program.hpp"

namespace aie4ml::kernels {

// is_short: whether a pipelined loop has too few iterations to be worth a pipeline. It becomes straight-line
// code, and so does the loop around it as far as program memory lets it, so that its iterations can overlap.
std::vector<Node> simplify(const VectorProgram& program, const std::function<bool(const Loop&)>& is_short);

}  // namespace aie4ml::kernels
