// What the boxes that are not placed yet must cost at least, given the rows of those that are.
//
// Boxes are looked at as a forest (one input of each box is its tree edge, the others count with their rows
// alone) and may overlap all but their tree parent: then the least cost follows by going up the trees, row by
// row. What the overlaps ignore is put back by a price per row: boxes that cover the same row lie side by
// side in it, so their widths (and spare columns) add up to at most what its free segments hold. Every price
// >= 0 gives a lower bound (Lagrange); good prices are found by subgradient steps once.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/place/site.hpp"

namespace aie4ml::compiler {

class RowBound {
 public:
  explicit RowBound(const Site& site);

  // All in thousandths of a column, prices included.
  [[nodiscard]] std::int64_t price(std::size_t box, int row) const;  // of the rows it covers
  // Least cost of the tree children of a box in this row, with all that follows them.
  [[nodiscard]] std::int64_t children(std::size_t box, int row) const { return children_[index(box, row)]; }
  // Least cost of a box and what follows it, when its tree parent stands in its row.
  [[nodiscard]] std::int64_t subtree(std::size_t box, const std::vector<BoxPosition>& at) const;
  // Most that boxes from `first` on can pay for a segment of so many free columns in a row: to be subtracted,
  // for all segments together, from a sum of prices.
  [[nodiscard]] std::int64_t capacity(std::size_t first, int row, int columns) const {
    return row_price_[static_cast<std::size_t>(row)] *
           fit_[first * static_cast<std::size_t>(site_.columns + 1) + static_cast<std::size_t>(columns)];
  }
  // Least cost of all boxes: prices of no box in it yet.
  [[nodiscard]] std::int64_t start() const;
  // A bound rounded up to a sum that costs can have.
  [[nodiscard]] std::int64_t rounded_up(std::int64_t bound) const;

 private:
  [[nodiscard]] std::size_t index(std::size_t box, int row) const {
    return box * static_cast<std::size_t>(site_.rows) + static_cast<std::size_t>(row);
  }
  [[nodiscard]] std::int64_t width_in_row(std::size_t box) const;
  [[nodiscard]] std::int64_t tree_edge(std::size_t box, int parent_row, int row) const;
  void fill_tables();
  [[nodiscard]] std::vector<std::int64_t> used_in_rows() const;
  void fill_fit();
  [[nodiscard]] std::int64_t whole_capacity() const;
  void choose_prices();

  const Site& site_;
  std::vector<int> fit_;                 // [first][columns]: sum of widths of boxes from first on that fits
  std::vector<std::int64_t> length_;     // by row: what its free segments hold at the beginning
  std::vector<int> tree_input_;          // by box: index into inputs, -1 without
  std::vector<std::int64_t> row_price_;  // by row, per column
  std::vector<std::int64_t> own_;        // [box][row]: all but the tree edge and the children
  std::vector<std::int64_t> children_;   // [box][row]
  std::vector<std::int64_t> subtree_;    // [box][row of the tree parent]; without one: row 0
  std::vector<int> best_row_;            // [box][row of the tree parent]: where subtree_ is reached
};

}  // namespace aie4ml::compiler
