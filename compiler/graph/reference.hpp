// What the network means, on integer codes: plain arithmetic in int64 and one SRS per element. Shares
// nothing with the kernels but arch/numeric, so it can be their oracle.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/graph/graph.hpp"

namespace aie4ml::compiler {

using Codes = std::vector<std::int64_t>;  // of one tensor, row-major

// One iteration of the graph: codes per entry of graph.inputs in, codes per entry of graph.outputs back.
// The graph is valid. Throws arch::InputError for an input with a wrong number of codes or a code outside its
// type, and for sums that could leave 64 bits. Sums are exact: where accumulator_bound() exceeds the kernel's
// accumulator the hardware would wrap.
std::vector<Codes> evaluate(const Graph& graph, std::span<const Codes> inputs);

// The same, with the codes of every tensor by TensorId (parameters included), for looking at layers.
std::vector<Codes> evaluate_all(const Graph& graph, std::span<const Codes> inputs);

// Largest magnitude that a sum of products, in any order of adding and with the bias, can reach for any codes
// that x can have: those of its type, none below 0 behind a ReLU. Below 2^31: an acc32 lane cannot wrap,
// however K is split over a cascade; otherwise the layer needs lanes of 64 bits. Exact up to 2^53; the
// largest int64 stands for all beyond it.
std::int64_t accumulator_bound(const Graph& graph, const DenseOp& op);

}  // namespace aie4ml::compiler
