#include "compiler/place/site.hpp"

#include <cstdlib>

namespace aie4ml::compiler {

Range Site::columns_of(const PlacementBox& box) const {
  if (box.col) return {*box.col, *box.col};
  return {first_column, columns - box.width};
}

Range Site::rows_of(const PlacementBox& box) const {
  if (box.row) return {*box.row, *box.row};
  return {0, rows - box.height};
}

std::int64_t Site::row_cost(BoxEdge edge, int from, int to) const {
  const bool through_memory_tile = edge.producer == kOutside || !edge.direct;
  return weights.row * (through_memory_tile ? to : std::abs(to - from));
}

std::int64_t Site::edge_cost(BoxEdge edge, BoxPosition from, BoxPosition to) const {
  if (edge.producer == kOutside) {
    return kColumnCost * std::abs(to.col - first_column) + row_cost(edge, 0, to.row);
  }
  const int right = from.col + boxes[static_cast<std::size_t>(edge.producer)].width - 1;
  return kColumnCost * std::abs(to.col - right) + row_cost(edge, from.row, to.row);
}

std::int64_t Site::box_cost(std::size_t i, BoxPosition to, const std::vector<BoxPosition>& at) const {
  std::int64_t sum = top_row_cost(boxes[i], to.row);
  for (const BoxEdge edge : boxes[i].inputs) {
    const BoxPosition from =
        edge.producer == kOutside ? BoxPosition{} : at[static_cast<std::size_t>(edge.producer)];
    sum += edge_cost(edge, from, to);
  }
  return sum;
}

std::int64_t Site::total_cost(const std::vector<BoxPosition>& at) const {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < boxes.size(); ++i) sum += box_cost(i, at[i], at);
  return sum;
}

}  // namespace aie4ml::compiler
