#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/error.hpp"
#include "compiler/place/placer.hpp"

namespace aie4ml::tests {
namespace {

using compiler::BoxPosition;
using compiler::PlacementBox;
using compiler::PlacementGrid;

constexpr PlacementGrid kVe2802{38, 8, 7};

std::vector<PlacementBox> chain(const std::vector<std::pair<int, int>>& sizes) {
  std::vector<PlacementBox> boxes;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    PlacementBox box{fmt::format("fc{}", i + 1), sizes[i].first, sizes[i].second, {}, {}, {}};
    if (i > 0) box.producers = {static_cast<int>(i) - 1};
    boxes.push_back(box);
  }
  return boxes;
}

struct Extent {
  int first_col, last_col, first_row, last_row;
  friend bool operator==(const Extent&, const Extent&) = default;
};
void PrintTo(const Extent& e, std::ostream* out) {
  *out << fmt::format("columns {}-{}, rows {}-{}", e.first_col, e.last_col, e.first_row, e.last_row);
}

Extent extent(const std::vector<PlacementBox>& boxes, const std::vector<BoxPosition>& at) {
  Extent e{100, 0, 100, 0};
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    e.first_col = std::min(e.first_col, at[i].col);
    e.last_col = std::max(e.last_col, at[i].col + boxes[i].width - 1);
    e.first_row = std::min(e.first_row, at[i].row);
    e.last_row = std::max(e.last_row, at[i].row + boxes[i].height - 1);
  }
  return e;
}

bool overlaps(const std::vector<PlacementBox>& boxes, const std::vector<BoxPosition>& at) {
  std::set<std::pair<int, int>> taken;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (int c = 0; c < boxes[i].width; ++c) {
      for (int r = 0; r < boxes[i].height; ++r) {
        if (!taken.emplace(at[i].col + c, at[i].row + r).second) return true;
      }
    }
  }
  return false;
}

// Boxes that aie4ml itself placed, from the notes of published designs (columns and rows they took together).
struct Published {
  std::vector<std::pair<int, int>> sizes;
  Extent extent;
};
class PlaceLikeAie4ml : public ::testing::TestWithParam<Published> {};

TEST_P(PlaceLikeAie4ml, TakesTheSameColumnsAndRows) {
  const auto boxes = chain(GetParam().sizes);
  const auto at = compiler::place_boxes(boxes, kVe2802);
  EXPECT_FALSE(overlaps(boxes, at));
  EXPECT_EQ(extent(boxes, at), GetParam().extent);
}

INSTANTIATE_TEST_SUITE_P(
    Published, PlaceLikeAie4ml,
    ::testing::Values(Published{{{1, 4}, {4, 2}, {2, 2}, {2, 1}}, {7, 16, 0, 3}},
                      Published{{{1, 2}, {4, 1}, {2, 1}, {1, 1}}, {7, 11, 0, 2}},
                      Published{{{1, 2}, {2, 2}, {2, 1}, {1, 1}}, {7, 10, 0, 3}},
                      Published{{{1, 2}, {4, 1}, {2, 2}, {2, 1}}, {7, 15, 0, 2}},
                      Published{{{4, 4}, {4, 2}, {2, 1}, {1, 2}, {2, 4}, {4, 4}}, {7, 26, 0, 3}},
                      Published{{{4, 2}, {4, 1}, {1, 1}, {1, 1}, {2, 2}, {4, 2}}, {7, 21, 0, 2}},
                      Published{{{2, 4}, {2, 2}, {1, 1}, {1, 1}, {1, 4}, {2, 4}}, {7, 16, 0, 4}},
                      Published{{{5, 4}, {4, 2}, {4, 2}, {2, 1}}, {7, 20, 0, 3}},
                      Published{{{5, 2}, {1, 4}, {1, 4}, {1, 1}}, {7, 15, 0, 4}},
                      Published{{{5, 2}, {4, 1}, {4, 1}, {1, 1}}, {7, 19, 0, 1}}));

TEST(PlacePlacer, FixedBoxesStayAndOthersAvoidThem) {
  auto boxes = chain({{2, 2}, {2, 2}, {2, 2}});
  boxes[2].col = 7;
  boxes[2].row = 0;
  const auto at = compiler::place_boxes(boxes, kVe2802);
  EXPECT_EQ(at[2], (BoxPosition{7, 0}));
  EXPECT_FALSE(overlaps(boxes, at));
}

TEST(PlacePlacer, UsesTheColumnsBeforeTheStartWhenNeeded) {
  const auto boxes = chain(std::vector<std::pair<int, int>>(9, {4, 8}));
  const auto at = compiler::place_boxes(boxes, kVe2802);
  EXPECT_FALSE(overlaps(boxes, at));
  EXPECT_LT(extent(boxes, at).first_col, 7);
}

TEST(PlacePlacer, ManyLayersUseUpperRows) {
  const auto boxes = chain(std::vector<std::pair<int, int>>(40, {3, 2}));  // 240 of 304 tiles
  const auto at = compiler::place_boxes(boxes, kVe2802);
  EXPECT_FALSE(overlaps(boxes, at));
}

std::string refusal(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid) {
  try {
    compiler::place_boxes(boxes, grid);
  } catch (const arch::InputError& error) {
    return error.what();
  }
  return "placed";
}

TEST(PlacePlacer, Refusals) {
  auto boxes = chain({{2, 2}, {3, 2}});
  boxes[1].col = 36;
  boxes[1].row = 0;
  EXPECT_EQ(
      refusal(boxes, kVe2802),
      "layer 'fc2': 3 x 2 tiles at column 36, row 0 leave the grid of 38 x 8; give another col and row");
  boxes[0].col = 10;
  boxes[0].row = 1;
  boxes[1].col = 11;
  EXPECT_EQ(refusal(boxes, kVe2802),
            "layer 'fc2': its fixed place overlaps that of layer 'fc1'; give another col and row");
  EXPECT_EQ(refusal(chain({{2, 3}}), {17, 2, 0}),
            "layer 'fc1': 2 x 3 tiles are larger than the grid of 17 x 2; use a smaller cas_len or cas_num");
  EXPECT_NE(refusal(chain(std::vector<std::pair<int, int>>(10, {2, 2})), {17, 2, 0}).find("find no place"),
            std::string::npos);
}

}  // namespace
}  // namespace aie4ml::tests
