// Where the rectangles of tiles go on the core grid. Knows nothing of layers but their sizes and what feeds
// what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aie4ml::compiler {

// The far end of an edge whose tensor comes from outside the array.
inline constexpr int kOutside = -1;

struct BoxEdge {
  int producer{kOutside};  // index of a box before this one, or kOutside
  bool direct{};           // tile to tile; otherwise through a memory tile
  friend bool operator==(BoxEdge, BoxEdge) = default;
};

struct PlacementBox {
  std::string name;             // for messages
  int width{}, height{};        // cas_len, cas_num
  std::vector<BoxEdge> inputs;  // what it reads; its input face is its left column
  std::optional<int> col, row;  // fixed by the user, one or both
};

struct PlacementGrid {
  int columns{}, rows{};
  int start_column{};  // placement begins here unless that leaves too little room
};

struct BoxPosition {
  int col{}, row{};  // of the lower left tile
  friend bool operator==(BoxPosition, BoxPosition) = default;
};

// What an arrangement costs, in thousandths of a column, so that sums are exact: for every edge the columns
// from the producer's right column to the consumer's left one (from outside: from the first usable column)
// plus `row` for each row between them, plus `top_row` for each box times its top row. The rows of an edge
// through a memory tile, which lies below row 0, are those up to the consumer; those of a direct edge lie
// between the two lower rows. The defaults are aie4ml's lambda = 1 and mu = 0.05.
inline constexpr std::int64_t kColumnCost = 1000;
struct PlacementWeights {
  std::int64_t row{1000}, top_row{50};
};

struct Placement {
  std::vector<BoxPosition> at;
  // No arrangement with the same first column and spare columns costs less than lower_bound.
  std::int64_t cost{}, lower_bound{};
  int first_column{};     // of those that boxes without a fixed place may use
  int spare_columns{};    // kept free to the left of every box
  std::int64_t states{};  // partial arrangements looked at
  [[nodiscard]] bool optimal() const { return lower_bound == cost; }
};

// Cheapest arrangement: from the start column with a spare column left of every box as aie4ml has it, if
// there is none without spare columns, then the same from column 0. As with aie4ml the first box fed from
// outside stands in the first usable column in row 0, unless it is fixed, or nothing else goes. Branch and
// bound; when it ends before `max_states` the result is optimal, else the best found with a bound.
// Deterministic. Boxes must be given producers first. Throws InputError naming a box that does not fit, fixed
// ones that overlap, or that there is no room.
Placement place_boxes(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid,
                      const PlacementWeights& weights = {}, std::int64_t max_states = 20000);

// For comparison: one box after the other at the place that is cheapest for it, on the same terms. nullopt
// where that runs out of room.
std::optional<Placement> place_greedily(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid,
                                        const PlacementWeights& weights = {});

}  // namespace aie4ml::compiler
