#include "compiler/place/row_bound.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "compiler/place/board.hpp"

namespace aie4ml::compiler {

RowBound::RowBound(const Site& site) : site_(site) {
  for (const PlacementBox& box : site.boxes) {
    // The producer that was placed last is the nearest to a chain, which trees represent exactly.
    int best = -1;
    for (std::size_t i = 0; i < box.inputs.size(); ++i) {
      const int producer = box.inputs[i].producer;
      if (producer == kOutside) continue;
      if (best < 0 || producer > box.inputs[static_cast<std::size_t>(best)].producer)
        best = static_cast<int>(i);
    }
    tree_input_.push_back(best);
  }
  fill_fit();
  length_.assign(static_cast<std::size_t>(site.rows), 0);
  Board(site).free_segments([&](int row, int first, int end) {
    length_[static_cast<std::size_t>(row)] += fit_[static_cast<std::size_t>(end - first)];
  });
  const std::size_t cells = site.boxes.size() * static_cast<std::size_t>(site.rows);
  own_.assign(cells, 0);
  children_.assign(cells, 0);
  subtree_.assign(cells, 0);
  best_row_.assign(cells, 0);
  row_price_.assign(static_cast<std::size_t>(site.rows), 0);
  choose_prices();
}

std::int64_t RowBound::width_in_row(std::size_t box) const {
  const PlacementBox& b = site_.boxes[box];
  const bool fixed = b.col && b.row;  // such boxes take nothing of the free segments
  return fixed ? 0 : b.width + site_.spare;
}

// Sums of widths that boxes from `first` on can have side by side, each taken as often as one likes: a
// segment too short for any of them holds nothing.
void RowBound::fill_fit() {
  const auto lengths = static_cast<std::size_t>(site_.columns + 1);
  fit_.assign((site_.boxes.size() + 1) * lengths, 0);
  const auto at = [](int i) { return static_cast<std::size_t>(i); };
  std::vector<char> widths(lengths + 1);
  std::vector<char> reached(lengths + 1);
  for (std::size_t first = site_.boxes.size(); first-- > 0;) {
    widths[static_cast<std::size_t>(width_in_row(first))] = 1;
    std::fill(reached.begin(), reached.end(), 0);
    reached[0] = 1;
    int best = 0;
    for (int sum = 0; sum <= site_.columns + site_.spare; ++sum) {
      for (int width = 1; width <= sum && reached[at(sum)] == 0; ++width) {
        if (widths[at(width)] != 0 && reached[at(sum - width)] != 0) reached[at(sum)] = 1;
      }
      if (reached[at(sum)] != 0) best = sum;
      // A segment holds one spare part more than its columns: the last box needs none.
      if (sum >= site_.spare) fit_[first * lengths + at(sum - site_.spare)] = best;
    }
  }
}

std::int64_t RowBound::price(std::size_t box, int row) const {
  const auto begin = row_price_.begin() + row;
  return width_in_row(box) * std::accumulate(begin, begin + site_.boxes[box].height, std::int64_t{0});
}

std::int64_t RowBound::tree_edge(std::size_t box, int parent_row, int row) const {
  const PlacementBox& b = site_.boxes[box];
  const BoxEdge edge = b.inputs[static_cast<std::size_t>(tree_input_[box])];
  const PlacementBox& parent = site_.boxes[static_cast<std::size_t>(edge.producer)];
  std::int64_t columns = 0;
  if (b.col && parent.col) {
    columns = std::abs(*b.col - (*parent.col + parent.width - 1));
  } else if (row < parent_row + parent.height && parent_row < row + b.height) {
    columns = 1 + site_.spare;  // side by side
  }
  return kColumnCost * columns + site_.row_cost(edge, parent_row, row);
}

void RowBound::fill_tables() {
  std::fill(children_.begin(), children_.end(), 0);
  for (std::size_t box = site_.boxes.size(); box-- > 0;) {
    const PlacementBox& b = site_.boxes[box];
    const Range rows = site_.rows_of(b);
    for (int row = rows.first; row <= rows.last; ++row) {
      std::int64_t sum = site_.top_row_cost(b, row) + price(box, row);
      for (std::size_t i = 0; i < b.inputs.size(); ++i) {
        // Of a direct edge that is no tree edge nothing is known.
        if (static_cast<int>(i) == tree_input_[box]) continue;
        const BoxEdge edge = b.inputs[i];
        if (edge.producer == kOutside || !edge.direct) sum += site_.row_cost(edge, 0, row);
      }
      own_[index(box, row)] = sum;
    }
    const bool tree = tree_input_[box] >= 0;
    const auto parent =
        tree ? static_cast<std::size_t>(b.inputs[static_cast<std::size_t>(tree_input_[box])].producer) : 0;
    const Range above = tree ? site_.rows_of(site_.boxes[parent]) : Range{0, 0};
    for (int parent_row = above.first; parent_row <= above.last; ++parent_row) {
      std::int64_t best = std::numeric_limits<std::int64_t>::max();
      int best_row = rows.first;
      for (int row = rows.first; row <= rows.last; ++row) {
        const std::int64_t sum =
            own_[index(box, row)] + children_[index(box, row)] + (tree ? tree_edge(box, parent_row, row) : 0);
        if (sum < best) {
          best = sum;
          best_row = row;
        }
      }
      subtree_[index(box, parent_row)] = best;
      best_row_[index(box, parent_row)] = best_row;
      if (tree) children_[index(parent, parent_row)] += best;
    }
  }
}

std::vector<std::int64_t> RowBound::used_in_rows() const {
  std::vector<std::int64_t> used(static_cast<std::size_t>(site_.rows));
  std::vector<int> row_of(site_.boxes.size());
  for (std::size_t box = 0; box < site_.boxes.size(); ++box) {
    const int input = tree_input_[box];
    const int parent_row = input < 0
                               ? 0
                               : row_of[static_cast<std::size_t>(
                                     site_.boxes[box].inputs[static_cast<std::size_t>(input)].producer)];
    row_of[box] = best_row_[index(box, parent_row)];
    for (int row = 0; row < site_.boxes[box].height; ++row) {
      used[static_cast<std::size_t>(row_of[box] + row)] += width_in_row(box);
    }
  }
  return used;
}

void RowBound::choose_prices() {
  constexpr int kStepsPerSize = 12;
  std::vector<std::int64_t> best_prices = row_price_;
  fill_tables();
  std::int64_t best = start() - whole_capacity();
  // Prices are lost rows' costs per column of width: a box of width 1 may pay several rows for one column.
  for (std::int64_t step = 64; step > 0; step /= 2) {
    row_price_ = best_prices;
    fill_tables();
    for (int i = 0; i < kStepsPerSize; ++i) {
      const std::vector<std::int64_t> used = used_in_rows();
      for (std::size_t row = 0; row < used.size(); ++row) {
        row_price_[row] = std::max<std::int64_t>(0, row_price_[row] + step * (used[row] - length_[row]) / 4);
      }
      fill_tables();
      if (start() - whole_capacity() > best) {
        best = start() - whole_capacity();
        best_prices = row_price_;
      }
    }
  }
  row_price_ = best_prices;
  fill_tables();
}

std::int64_t RowBound::subtree(std::size_t box, const std::vector<BoxPosition>& at) const {
  const int input = tree_input_[box];
  if (input < 0) return subtree_[index(box, 0)];
  const int producer = site_.boxes[box].inputs[static_cast<std::size_t>(input)].producer;
  return subtree_[index(box, at[static_cast<std::size_t>(producer)].row)];
}

std::int64_t RowBound::whole_capacity() const {
  return std::inner_product(length_.begin(), length_.end(), row_price_.begin(), std::int64_t{0});
}

std::int64_t RowBound::start() const {
  std::int64_t sum = 0;
  for (std::size_t box = 0; box < site_.boxes.size(); ++box) {
    if (tree_input_[box] < 0) sum += subtree_[index(box, 0)];
  }
  return sum;
}

std::int64_t RowBound::rounded_up(std::int64_t bound) const {
  const std::int64_t unit = std::gcd(std::gcd(kColumnCost, site_.weights.row), site_.weights.top_row);
  return bound <= 0 ? 0 : (bound + unit - 1) / unit * unit;
}

}  // namespace aie4ml::compiler
