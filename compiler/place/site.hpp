// The terms of one search for an arrangement: boxes, columns they may use, spare columns, weights.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/place/placer.hpp"

namespace aie4ml::compiler {

struct Range {
  int first{}, last{};  // both inclusive; empty if last < first
};

struct Site {
  std::vector<PlacementBox> boxes;
  int columns{}, rows{};
  int first_column{}, spare{};
  PlacementWeights weights;

  // Where the left column (lower row) of a box may be.
  [[nodiscard]] Range columns_of(const PlacementBox& box) const;
  [[nodiscard]] Range rows_of(const PlacementBox& box) const;
  // Cost of an edge; `from` is ignored where the producer is outside.
  [[nodiscard]] std::int64_t edge_cost(BoxEdge edge, BoxPosition from, BoxPosition to) const;
  // Rows alone of an edge to a box in row `to`.
  [[nodiscard]] std::int64_t row_cost(BoxEdge edge, int from, int to) const;
  [[nodiscard]] std::int64_t top_row_cost(const PlacementBox& box, int row) const {
    return weights.top_row * (row + box.height - 1);
  }
  // What box i at `to` adds when all its producers stand at their places in `at`.
  [[nodiscard]] std::int64_t box_cost(std::size_t i, BoxPosition to,
                                      const std::vector<BoxPosition>& at) const;
  [[nodiscard]] std::int64_t total_cost(const std::vector<BoxPosition>& at) const;
};

}  // namespace aie4ml::compiler
