#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/error.hpp"
#include "compiler/place/placer.hpp"

namespace aie4ml::tests {
namespace {

using compiler::BoxPosition;
using compiler::Placement;
using compiler::PlacementBox;
using compiler::PlacementGrid;

constexpr PlacementGrid kVe2802{38, 8, 7};

std::vector<PlacementBox> chain(const std::vector<std::pair<int, int>>& sizes) {
  std::vector<PlacementBox> boxes;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const int producer = i > 0 ? static_cast<int>(i) - 1 : compiler::kOutside;
    boxes.push_back({fmt::format("fc{}", i + 1), sizes[i].first, sizes[i].second, {{producer}}, {}, {}});
  }
  return boxes;
}

struct Extent {
  int first_col, last_col, first_row, last_row;
  friend bool operator==(const Extent&, const Extent&) = default;
};
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

// Published designs with the columns and rows that aie4ml's own placement took together.
struct Published {
  const char* id;
  std::vector<std::pair<int, int>> sizes;
  Extent extent;
};
const std::vector<Published> kPublished{
    {"jet_tagger/0", {{1, 4}, {4, 2}, {2, 2}, {2, 1}}, {7, 16, 0, 3}},
    {"jet_tagger/1", {{1, 2}, {4, 1}, {2, 1}, {1, 1}}, {7, 11, 0, 2}},
    {"jet_tagger/2", {{1, 2}, {4, 1}, {1, 2}, {1, 1}}, {7, 10, 0, 2}},
    {"jet_tagger/3", {{1, 2}, {2, 2}, {2, 1}, {1, 1}}, {7, 10, 0, 3}},
    {"jet_tagger/4", {{1, 2}, {2, 2}, {1, 2}, {1, 1}}, {7, 12, 0, 2}},
    {"jet_tagger/37", {{1, 1}, {1, 2}, {1, 1}, {1, 1}}, {7, 9, 0, 2}},
    {"jet_tagger/36", {{1, 1}, {2, 1}, {1, 1}, {1, 1}}, {7, 10, 0, 1}},
    {"jet_tagger/5", {{1, 2}, {4, 1}, {2, 1}, {2, 1}}, {7, 12, 0, 2}},
    {"jet_tagger/6", {{1, 2}, {4, 2}, {2, 1}, {1, 1}}, {7, 11, 0, 3}},
    {"jet_tagger/7", {{1, 2}, {4, 1}, {2, 2}, {1, 1}}, {7, 14, 0, 2}},
    {"jet_tagger/17", {{1, 2}, {4, 2}, {2, 1}, {2, 1}}, {7, 12, 0, 3}},
    {"jet_tagger/18", {{1, 2}, {4, 1}, {2, 2}, {2, 1}}, {7, 15, 0, 2}},
    {"vae_lhc_medium/0", {{4, 4}, {4, 2}, {2, 1}, {1, 2}, {2, 4}, {4, 4}}, {7, 26, 0, 3}},
    {"vae_lhc_medium/1", {{4, 2}, {4, 1}, {1, 1}, {1, 1}, {2, 2}, {4, 2}}, {7, 21, 0, 2}},
    {"vae_lhc_medium/2", {{4, 2}, {4, 1}, {1, 1}, {1, 1}, {1, 4}, {4, 2}}, {7, 20, 0, 4}},
    {"vae_lhc_medium/3", {{4, 2}, {2, 2}, {1, 1}, {1, 1}, {2, 2}, {4, 2}}, {7, 17, 0, 3}},
    {"vae_lhc_medium/6", {{4, 2}, {4, 1}, {1, 1}, {1, 1}, {1, 4}, {2, 4}}, {7, 18, 0, 4}},
    {"vae_lhc_medium/9", {{4, 2}, {2, 2}, {1, 1}, {1, 1}, {2, 2}, {2, 4}}, {7, 19, 0, 3}},
    {"vae_lhc_medium/12", {{4, 2}, {2, 2}, {1, 1}, {1, 1}, {1, 4}, {2, 4}}, {7, 18, 0, 4}},
    {"vae_lhc_medium/15", {{2, 4}, {2, 2}, {1, 1}, {1, 1}, {2, 2}, {2, 4}}, {7, 17, 0, 3}},
    {"vae_lhc_medium/16", {{2, 4}, {2, 2}, {1, 1}, {1, 1}, {1, 4}, {2, 4}}, {7, 16, 0, 4}},
    {"vae_lhc_medium/17", {{4, 2}, {4, 1}, {2, 1}, {1, 1}, {2, 2}, {4, 2}}, {7, 19, 0, 3}},
    {"vae_lhc_medium/18", {{4, 2}, {4, 2}, {1, 1}, {1, 1}, {2, 2}, {4, 2}}, {7, 21, 0, 3}},
    {"vae_lhc_medium/20", {{4, 2}, {4, 1}, {1, 1}, {1, 1}, {2, 2}, {4, 4}}, {7, 21, 0, 3}},
    {"tau_event_selection/0", {{5, 4}, {4, 2}, {4, 2}, {2, 1}}, {7, 20, 0, 3}},
    {"tau_event_selection/1", {{5, 4}, {4, 2}, {2, 4}, {2, 1}}, {7, 20, 0, 4}},
    {"tau_event_selection/3", {{5, 4}, {2, 4}, {2, 4}, {2, 1}}, {7, 18, 0, 4}},
    {"tau_event_selection/4", {{5, 4}, {4, 2}, {4, 2}, {4, 1}}, {7, 22, 0, 3}},
    {"tau_event_selection/42", {{5, 2}, {2, 2}, {1, 4}, {1, 1}}, {7, 16, 0, 4}},
    {"tau_event_selection/44", {{5, 2}, {1, 4}, {1, 4}, {1, 1}}, {7, 15, 0, 4}},
    {"tau_event_selection/36", {{5, 2}, {4, 1}, {4, 1}, {1, 1}}, {7, 19, 0, 1}},
};

TEST(PlacePlacer, MostPublishedDesignsTakeTheColumnsAndRowsThatAie4mlGaveThem) {
  int same = 0;
  for (const Published& design : kPublished) {
    const auto boxes = chain(design.sizes);
    const Placement placed = compiler::place_boxes(boxes, kVe2802);
    EXPECT_FALSE(overlaps(boxes, placed.at)) << design.id;
    EXPECT_TRUE(placed.optimal()) << design.id;
    if (extent(boxes, placed.at) == design.extent) ++same;
  }
  EXPECT_EQ(kPublished.size(), 31U);
  EXPECT_GE(same, 27);
}

TEST(PlacePlacer, FixedBoxesStayAndOthersAvoidThem) {
  auto boxes = chain({{2, 2}, {2, 2}, {2, 2}});
  boxes[2].col = 7;
  boxes[2].row = 0;
  const auto at = compiler::place_boxes(boxes, kVe2802).at;
  EXPECT_EQ(at[2], (BoxPosition{7, 0}));
  EXPECT_FALSE(overlaps(boxes, at));
}

TEST(PlacePlacer, UsesTheColumnsBeforeTheStartWhenNeeded) {
  const auto boxes = chain(std::vector<std::pair<int, int>>(9, {4, 8}));
  const auto at = compiler::place_boxes(boxes, kVe2802).at;
  EXPECT_FALSE(overlaps(boxes, at));
  EXPECT_LT(extent(boxes, at).first_col, 7);
}

struct Crowded {
  const char* name;
  std::vector<std::pair<int, int>> sizes;
  PlacementGrid grid;
};
void PrintTo(const Crowded& design, std::ostream* out) {
  *out << design.name;
}

class PlaceCrowded : public ::testing::TestWithParam<Crowded> {};

// Six of 8 x 4 and more go beyond the array when the columns before the start are counted twice, as aie4ml
// does: it puts 7 of them up to column 40 and 16 of 4 x 4 up to column 44 of 38.
TEST_P(PlaceCrowded, StaysInsideTheArray) {
  const auto boxes = chain(GetParam().sizes);
  const PlacementGrid grid = GetParam().grid;
  const Placement placed = compiler::place_boxes(boxes, grid, {}, 500);
  ASSERT_EQ(placed.at.size(), boxes.size());
  EXPECT_FALSE(overlaps(boxes, placed.at));
  const Extent e = extent(boxes, placed.at);
  EXPECT_GE(e.first_col, 0);
  EXPECT_LT(e.last_col, grid.columns);
  EXPECT_GE(e.first_row, 0);
  EXPECT_LT(e.last_row, grid.rows);
  EXPECT_LE(placed.lower_bound, placed.cost);
}

std::vector<std::pair<int, int>> many(int count, int width, int height) {
  return std::vector<std::pair<int, int>>(static_cast<std::size_t>(count), {width, height});
}

INSTANTIATE_TEST_SUITE_P(
    Designs, PlaceCrowded,
    ::testing::Values(
        Crowded{"6 of 8x4", many(6, 8, 4), kVe2802}, Crowded{"7 of 8x4", many(7, 8, 4), kVe2802},
        Crowded{"16 of 4x4", many(16, 4, 4), kVe2802}, Crowded{"18 of 4x4", many(18, 4, 4), kVe2802},
        Crowded{"9 of 4x8", many(9, 4, 8), kVe2802}, Crowded{"40 of 3x2", many(40, 3, 2), kVe2802},
        Crowded{"every tile of its own", many(304, 1, 1), kVe2802},
        Crowded{"296 tiles in one", {{37, 8}}, kVe2802},
        Crowded{"296 tiles and the rest", {{37, 8}, {1, 8}}, kVe2802},
        Crowded{"ve2302 but for a column", many(16, 2, 1), {17, 2, 0}},
        Crowded{"all of ve2302 in columns", many(17, 1, 2), {17, 2, 0}},
        Crowded{"wider than the grid", {{10, 3}, {10, 3}, {10, 2}, {9, 3}}, {20, 8, 0}}));

TEST(PlacePlacer, SixteenOfFourByFourNeedAllColumnsAndNoSpareOnes) {
  // With a spare column 16 x 5 x 4 = 320 tiles, of which 39 x 8 = 312 count; from column 7 there are 248 of
  // 256.
  const Placement placed = compiler::place_boxes(chain(many(16, 4, 4)), kVe2802);
  EXPECT_EQ(placed.first_column, 0);
  EXPECT_EQ(placed.spare_columns, 0);
  EXPECT_LE(placed.cost, 46800);
}

TEST(PlacePlacer, OneCoordinateMayBeFixed) {
  auto boxes = chain({{2, 2}, {2, 2}, {2, 1}});
  boxes[1].row = 5;
  boxes[2].col = 30;
  const Placement placed = compiler::place_boxes(boxes, kVe2802);
  EXPECT_EQ(placed.at[1].row, 5);
  EXPECT_EQ(placed.at[2].col, 30);
  EXPECT_FALSE(overlaps(boxes, placed.at));
  // fc2 above fc1's right column or right of it, fc3 in row 0: 0 + 5 + 0.05 * 6, 30 - (8 + 1) + 0.05 * 0.
  EXPECT_TRUE(placed.optimal());
  EXPECT_EQ(placed.cost, 50 + (5000 + 300) + 21000);
}

TEST(PlacePlacer, TransportDecidesBetweenTheGroundAndTheProducersRows) {
  // Through a memory tile the second box goes to row 0; directly it stays below the first, 2 rows and no
  // column away, which is cheaper than 2 columns beside it by its lower top row.
  auto boxes = chain({{2, 2}, {2, 2}});
  boxes[0].col = 10;
  boxes[0].row = 4;
  EXPECT_EQ(compiler::place_boxes(boxes, kVe2802).at[1], (BoxPosition{11, 0}));
  boxes[1].inputs[0].direct = true;
  EXPECT_EQ(compiler::place_boxes(boxes, kVe2802).at[1], (BoxPosition{11, 2}));
}

TEST(PlacePlacer, IsDeterministic) {
  const auto boxes = chain({{4, 4}, {4, 2}, {2, 1}, {1, 2}, {2, 4}, {4, 4}});
  EXPECT_EQ(compiler::place_boxes(boxes, kVe2802).at, compiler::place_boxes(boxes, kVe2802).at);
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
