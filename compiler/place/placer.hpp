// Where the rectangles of tiles go on the core grid. Knows nothing of layers but their sizes and what feeds
// what.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace aie4ml::compiler {

struct PlacementBox {
  std::string name;             // for messages
  int width{}, height{};        // cas_len, cas_num
  std::vector<int> producers;   // boxes whose output it reads, all before it; empty: fed from outside
  std::optional<int> col, row;  // fixed by the user
};

struct PlacementGrid {
  int columns{}, rows{};
  int start_column{};  // placement begins here unless that leaves too little room
};

struct BoxPosition {
  int col{}, row{};  // of the lower left tile
  friend bool operator==(BoxPosition, BoxPosition) = default;
};

// Cheapest arrangement found by a branch and bound search over a limited number of states. Cost as aie4ml has
// it: for every edge the columns from the producer's right side to the consumer's left side, plus the rows
// below the consumer, plus a little for every box's top row. Boxes fed from outside begin at the start column
// in row 0. Boxes keep one spare column to their left where there is room. Deterministic. Throws InputError
// naming a box that does not fit or a fixed one that overlaps.
std::vector<BoxPosition> place_boxes(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid);

}  // namespace aie4ml::compiler
