#include "compiler/place/constructive.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "compiler/place/board.hpp"

namespace aie4ml::compiler {
namespace {

using Arrangement = std::optional<std::vector<BoxPosition>>;

bool is_fixed(const PlacementBox& box) {
  return box.col && box.row;
}

// Takes boxes in `order`, each at the first of its free places that is least by `key`.
template <class Key>
Arrangement one_by_one(const Site& site, const std::vector<std::size_t>& order, Key key) {
  Board board(site);
  std::vector<BoxPosition> at(site.boxes.size());
  std::vector<BoxPosition> places;
  for (const std::size_t box : order) {
    board.free_places(box, places);
    if (places.empty()) return std::nullopt;
    at[box] = *std::min_element(places.begin(), places.end(), [&](BoxPosition a, BoxPosition b) {
      return key(box, a, at) < key(box, b, at);
    });
    board.put(box, at[box]);
  }
  return at;
}

std::vector<std::size_t> given_order(const Site& site) {
  std::vector<std::size_t> order(site.boxes.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

// Boxes with a line of their own before those that could block it.
std::vector<std::size_t> half_fixed_first(const Site& site, std::vector<std::size_t> order) {
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) {
    return site.boxes[i].col.has_value() != site.boxes[i].row.has_value();
  });
  return order;
}

}  // namespace

Arrangement greedy_arrangement(const Site& site) {
  return one_by_one(site, given_order(site), [&](std::size_t box, BoxPosition to, const auto& at) {
    return site.box_cost(box, to, at);
  });
}

Arrangement banded_arrangement(const Site& site) {
  Board board(site);
  std::vector<BoxPosition> at(site.boxes.size());
  std::vector<BoxPosition> places;
  int col = site.first_column;
  int row = 0;
  int height = 0;
  for (std::size_t i = 0; i < site.boxes.size(); ++i) {
    const PlacementBox& box = site.boxes[i];
    board.free_places(i, places);
    if (is_fixed(box)) {
      at[i] = places.front();
      continue;
    }
    const auto next_in_band = [&] {
      return std::find_if(places.begin(), places.end(),
                          [&](BoxPosition p) { return p.row == row && p.col >= col; });
    };
    auto place = next_in_band();
    while (place == places.end() && row < site.rows) {
      row += std::max(height, 1);
      col = site.first_column;
      height = 0;
      place = next_in_band();
    }
    if (place == places.end()) return std::nullopt;
    at[i] = *place;
    board.put(i, at[i]);
    col = place->col + box.width;
    height = std::max(height, box.height);
  }
  return at;
}

Arrangement packed_arrangement(const Site& site) {
  std::vector<std::size_t> order = given_order(site);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(site.boxes[a].height, site.boxes[a].width) >
           std::tie(site.boxes[b].height, site.boxes[b].width);
  });
  return one_by_one(site, half_fixed_first(site, std::move(order)),
                    [](std::size_t, BoxPosition to, const auto&) { return std::pair(to.col, to.row); });
}

}  // namespace aie4ml::compiler
