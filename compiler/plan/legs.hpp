// From tensors to what has to move: every operand of a layer and every graph output as rectangles of tensors
// that layers or the outside produce. Views (Transpose, Slice, Concat) disappear here: they are addresses.
#pragma once

#include <vector>

#include "compiler/graph/graph.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Rectangle `from` of a produced tensor, and where its upper left corner comes to lie in the stored matrix.
struct Segment {
  TensorId tensor{};
  Slice from;
  std::int32_t row{}, col{};
  // The other way round: a rectangle of the tensor, inside `from`, as it lies in the stored matrix.
  [[nodiscard]] Slice stored(const Slice& part) const;
};

// The way of one operand or graph output. rows x cols is the stored matrix: what the reader reads, or its
// transpose.
struct Leg {
  TensorId tensor{};          // as the graph names it
  std::int32_t consumer{-1};  // index of the layer; -1: graph output
  std::int32_t operand{};     // of the layer; or index into Graph::outputs
  bool transposed{};
  std::int32_t rows{}, cols{};
  std::vector<Segment> segments;  // cover the stored matrix exactly
};

// The legs in order of their consumers, graph outputs last. Throws InputError for views that addresses cannot
// express (a transpose of a batch of matrices, a cut of an inner axis of several) and for outputs that no
// layer computes.
std::vector<Leg> legs_of(const Graph& graph);

}  // namespace aie4ml::compiler
