// The placer against an exhaustive search that shares nothing with it.
#include <cstdlib>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/place/placer.hpp"

namespace aie4ml::tests {
namespace {

using compiler::BoxPosition;
using compiler::PlacementBox;
using compiler::PlacementGrid;

struct Best {
  long cost = -1;  // thousandths of a column, -1: none
  int first_column = 0;
  int spare = 0;
};

// All arrangements, one box after the other, without any bound.
class Exhaustive {
 public:
  Exhaustive(std::vector<PlacementBox> boxes, PlacementGrid grid, int first, int spare)
      : boxes_(std::move(boxes)), grid_(grid), first_(first), spare_(spare), at_(boxes_.size()) {}

  // corner: the box that stands in the first column in row 0, or -1.
  long run(int corner) {
    corner_ = corner;
    best_ = -1;
    place(0);
    return best_;
  }

 private:
  bool legal(std::size_t i) const {
    const PlacementBox& a = boxes_[i];
    const int earliest = a.col ? 0 : first_;
    if (at_[i].col < earliest || at_[i].col + a.width > grid_.columns || at_[i].row + a.height > grid_.rows) {
      return false;
    }
    if (a.col && at_[i].col != *a.col) return false;
    if (a.row && at_[i].row != *a.row) return false;
    if (static_cast<int>(i) == corner_ && !(at_[i] == BoxPosition{first_, 0})) return false;
    for (std::size_t j = 0; j < i; ++j) {
      const PlacementBox& b = boxes_[j];
      bool share_row = false;
      for (int r = at_[i].row; r < at_[i].row + a.height; ++r) {
        if (r >= at_[j].row && r < at_[j].row + b.height) share_row = true;
      }
      if (!share_row) continue;
      // Two boxes fixed by the user may touch; the one in the corner keeps its distance.
      const bool both_given = a.col && a.row && b.col && b.row;
      const int gap = at_[i].col >= at_[j].col ? at_[i].col - (at_[j].col + b.width)
                                               : at_[j].col - (at_[i].col + a.width);
      if (gap < (both_given ? 0 : spare_)) return false;
    }
    return true;
  }

  long cost() const {
    long sum = 0;
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
      sum += 50L * (at_[i].row + boxes_[i].height - 1);
      for (const auto& input : boxes_[i].inputs) {
        if (input.producer < 0) {
          sum += 1000L * std::abs(at_[i].col - first_) + 1000L * at_[i].row;
          continue;
        }
        const auto p = static_cast<std::size_t>(input.producer);
        sum += 1000L * std::abs(at_[i].col - (at_[p].col + boxes_[p].width - 1));
        sum += 1000L * (input.direct ? std::abs(at_[i].row - at_[p].row) : at_[i].row);
      }
    }
    return sum;
  }

  void place(std::size_t i) {
    if (i == boxes_.size()) {
      const long sum = cost();
      if (best_ < 0 || sum < best_) best_ = sum;
      return;
    }
    for (at_[i].col = 0; at_[i].col < grid_.columns; ++at_[i].col) {
      for (at_[i].row = 0; at_[i].row < grid_.rows; ++at_[i].row) {
        if (!legal(i)) continue;
        const BoxPosition keep = at_[i];
        place(i + 1);
        at_[i] = keep;
      }
    }
  }

  std::vector<PlacementBox> boxes_;
  PlacementGrid grid_;
  int first_, spare_;
  std::vector<BoxPosition> at_;
  int corner_ = -1;
  long best_ = -1;
};

Best exhaustive(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid) {
  int corner = -1;
  for (std::size_t i = 0; corner < 0 && i < boxes.size(); ++i) {
    for (const auto& input : boxes[i].inputs) {
      if (input.producer < 0) corner = static_cast<int>(i);
    }
  }
  if (corner >= 0 &&
      (boxes[static_cast<std::size_t>(corner)].col || boxes[static_cast<std::size_t>(corner)].row)) {
    corner = -1;  // where the user wants it
  }
  for (const bool anchored : {true, false}) {
    if (anchored && corner < 0) continue;
    for (const int first : {grid.start_column, 0}) {
      for (const int spare : {1, 0}) {
        const long cost = Exhaustive(boxes, grid, first, spare).run(anchored ? corner : -1);
        if (cost >= 0) return {cost, first, spare};
      }
    }
  }
  return {};
}

std::vector<PlacementBox> random_boxes(std::mt19937& random, const PlacementGrid& grid) {
  const auto below = [&](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
  std::vector<PlacementBox> boxes;
  const int count = 2 + below(3);
  for (int i = 0; i < count; ++i) {
    PlacementBox box{fmt::format("b{}", i), 1 + below(3), 1 + below(grid.rows), {}, {}, {}};
    const int inputs = 1 + below(2);
    for (int k = 0; k < inputs; ++k) box.inputs.push_back({below(i + 1) - 1, below(3) == 0});
    if (below(8) == 0) box.col = below(grid.columns - box.width + 1);
    if (below(8) == 0) box.row = below(grid.rows - box.height + 1);
    boxes.push_back(box);
  }
  return boxes;
}

TEST(PlaceExhaustive, SameCostForRandomGraphs) {
  int placed = 0;
  int fixed = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    std::mt19937 random(seed);
    const PlacementGrid grid{5 + static_cast<int>(seed % 3), 2 + static_cast<int>(seed % 2),
                             static_cast<int>(seed % 4 == 0)};
    const auto boxes = random_boxes(random, grid);
    SCOPED_TRACE(fmt::format("seed {}", seed));
    compiler::Placement found;
    try {
      found = compiler::place_boxes(boxes, grid, {}, 1000000);
    } catch (const std::exception&) {
      EXPECT_EQ(exhaustive(boxes, grid).cost, -1);
      continue;
    }
    const Best best = exhaustive(boxes, grid);
    ++placed;
    for (const auto& box : boxes) fixed += box.col || box.row ? 1 : 0;
    EXPECT_EQ(found.cost, best.cost);
    EXPECT_EQ(found.first_column, best.first_column);
    EXPECT_EQ(found.spare_columns, best.spare);
    EXPECT_TRUE(found.optimal());
    // A search that ends early says so, and its bound holds.
    const compiler::Placement early = compiler::place_boxes(boxes, grid, {}, 1);
    if (early.first_column == found.first_column && early.spare_columns == found.spare_columns) {
      EXPECT_LE(early.lower_bound, best.cost);
      EXPECT_GE(early.cost, best.cost);
    }
  }
  EXPECT_GT(placed, 100);
  EXPECT_GT(fixed, 20);
}

}  // namespace
}  // namespace aie4ml::tests
