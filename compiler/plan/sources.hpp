// The streams that bring tensors: what each of them carries, and in which pieces. Several edges may listen to
// one stream, so its pieces are cut wherever any of them needs a boundary.
#pragma once

#include <map>
#include <vector>

#include "compiler/graph/graph.hpp"
#include "compiler/plan/legs.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// A slice of a layer's output, or an input PLIO's share of a graph input.
struct Source {
  Endpoint::Kind kind{};
  std::int32_t index{};  // into Plan::layers or Plan::plios
  std::int32_t slice{};  // of the layer's output
  TensorId tensor{};
  Slice box;                  // of the tensor, padding included
  std::vector<Slice> pieces;  // row by row of pieces: the order of the stream
};

// All sources of a plan whose layers have their ports; adds the input PLIOs (without column and channel) to
// the plan. A graph input gets as many as its most divided reader has slices.
std::vector<Source> sources_of(const Graph& graph, const std::vector<Leg>& legs, Plan& plan);

}  // namespace aie4ml::compiler
