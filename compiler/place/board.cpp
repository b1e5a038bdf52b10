#include "compiler/place/board.hpp"

#include <algorithm>

namespace aie4ml::compiler {
namespace {

bool is_fixed(const PlacementBox& box) {
  return box.col && box.row;
}

}  // namespace

Board::Board(const Site& site)
    : site_(site),
      wide_(static_cast<std::size_t>(site.columns) * static_cast<std::size_t>(site.rows)),
      first_(site.first_column) {
  for (std::size_t i = 0; i < site.boxes.size(); ++i) {
    const PlacementBox& box = site.boxes[i];
    if (is_fixed(box)) add_box(i, {*box.col, *box.row}, 1);
    if (box.col && !box.row) first_ = std::min(first_, *box.col);
    if (box.col.has_value() != box.row.has_value()) any_half_fixed_ = true;
  }
}

void Board::mark(std::size_t box, BoxPosition at, int change) {
  if (!is_fixed(site_.boxes[box])) add_box(box, at, change);
}

void Board::add_box(std::size_t box, BoxPosition at, int change) {
  const PlacementBox& b = site_.boxes[box];
  const int first = std::max(at.col - site_.spare, 0);
  const int end = std::min(at.col + b.width + site_.spare, site_.columns);
  for (int col = first; col < end; ++col) {
    for (int row = at.row; row < at.row + b.height; ++row) {
      wide_[static_cast<std::size_t>(col * site_.rows + row)] += change;
    }
  }
}

void Board::free_places(std::size_t index, std::vector<BoxPosition>& found) const {
  found.clear();
  const PlacementBox& box = site_.boxes[index];
  if (is_fixed(box)) {
    found.push_back({*box.col, *box.row});
    return;
  }
  const Range columns = site_.columns_of(box);
  const Range rows = site_.rows_of(box);
  for (int col = columns.first; col <= columns.last; ++col) {
    for (int row = rows.first; row <= rows.last; ++row) {
      bool clear = true;
      for (int c = col; clear && c < col + box.width; ++c) {
        const auto* cell = &wide_[static_cast<std::size_t>(c * site_.rows + row)];
        clear = std::all_of(cell, cell + box.height, [](int taken) { return taken == 0; });
      }
      if (clear) found.push_back({col, row});
    }
  }
}

bool Board::fixed_lines_open(std::size_t first) const {
  if (!any_half_fixed_) return true;
  std::vector<BoxPosition> places;
  for (std::size_t i = first; i < site_.boxes.size(); ++i) {
    const PlacementBox& box = site_.boxes[i];
    if (box.col.has_value() == box.row.has_value()) continue;
    free_places(i, places);
    if (places.empty()) return false;
  }
  return true;
}

}  // namespace aie4ml::compiler
