#include "compiler/place/placer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/place/board.hpp"
#include "compiler/place/constructive.hpp"
#include "compiler/place/search.hpp"
#include "compiler/place/site.hpp"

namespace aie4ml::compiler {
namespace {

bool is_fixed(const PlacementBox& box) {
  return box.col && box.row;
}

bool overlap(const PlacementBox& a, const PlacementBox& b) {
  return *a.col < *b.col + b.width && *b.col < *a.col + a.width && *a.row < *b.row + b.height &&
         *b.row < *a.row + a.height;
}

std::string position(const PlacementBox& box) {
  if (is_fixed(box)) return fmt::format("column {}, row {}", *box.col, *box.row);
  return box.col ? fmt::format("column {}", *box.col) : fmt::format("row {}", *box.row);
}

void check_boxes(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid) {
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const PlacementBox& box = boxes[i];
    const std::string where = fmt::format("layer '{}'", box.name);
    if (box.width > grid.columns || box.height > grid.rows) {
      throw arch::InputError(where,
                             fmt::format("{} x {} tiles are larger than the grid of {} x {}", box.width,
                                         box.height, grid.columns, grid.rows),
                             "use a smaller cas_len or cas_num");
    }
    if (box.col.value_or(0) + box.width > grid.columns || box.row.value_or(0) + box.height > grid.rows) {
      throw arch::InputError(where,
                             fmt::format("{} x {} tiles at {} leave the grid of {} x {}", box.width,
                                         box.height, position(box), grid.columns, grid.rows),
                             "give another col and row");
    }
    if (!is_fixed(box)) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (!is_fixed(boxes[j]) || !overlap(boxes[j], box)) continue;
      throw arch::InputError(where, fmt::format("its fixed place overlaps that of layer '{}'", boxes[j].name),
                             "give another col and row");
    }
  }
}

// Whether the tiles and spare columns are more than there are: then no search is needed.
bool too_many_tiles(const Site& site) {
  std::int64_t wanted = 0;
  int first = site.first_column;
  for (const PlacementBox& box : site.boxes) {
    wanted += std::int64_t{box.width + (is_fixed(box) ? 0 : site.spare)} * box.height;
    first = std::min(first, box.col.value_or(first));
  }
  return wanted > std::int64_t{site.columns - first + site.spare} * site.rows;
}

// Fixes the first box fed from outside in the corner. False if that is not possible, or not wanted.
bool anchor(Site& site) {
  const auto box = std::find_if(site.boxes.begin(), site.boxes.end(), [](const PlacementBox& b) {
    return std::any_of(b.inputs.begin(), b.inputs.end(),
                       [](BoxEdge edge) { return edge.producer == kOutside; });
  });
  if (box == site.boxes.end() || box->col || box->row) return false;
  std::vector<BoxPosition> places;
  Board(site).free_places(static_cast<std::size_t>(box - site.boxes.begin()), places);
  const BoxPosition corner{site.first_column, 0};
  if (std::find(places.begin(), places.end(), corner) == places.end()) return false;
  box->col = corner.col;
  box->row = corner.row;
  return true;
}

// The sites to try, best first.
std::vector<Site> sites(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid,
                        const PlacementWeights& weights) {
  std::vector<Site> anchored;
  std::vector<Site> free;
  for (const int first_column : {grid.start_column, 0}) {
    for (const int spare : {1, 0}) {
      Site site{boxes, grid.columns, grid.rows, first_column, spare, weights};
      if (too_many_tiles(site)) continue;
      free.push_back(site);
      if (anchor(site)) anchored.push_back(std::move(site));
    }
  }
  anchored.insert(anchored.end(), free.begin(), free.end());
  return anchored;
}

Placement placement(const Site& site, std::vector<BoxPosition> at) {
  Placement result;
  result.cost = site.total_cost(at);
  result.at = std::move(at);
  result.first_column = site.first_column;
  result.spare_columns = site.spare;
  return result;
}

}  // namespace

Placement place_boxes(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid,
                      const PlacementWeights& weights, std::int64_t max_states) {
  check_boxes(boxes, grid);
  for (const Site& site : sites(boxes, grid, weights)) {
    SearchResult found = search_arrangement(site, max_states);
    if (!found.at) continue;
    Placement result = placement(site, std::move(*found.at));
    result.lower_bound = found.lower_bound;
    result.states = found.states;
    return result;
  }
  int tiles = 0;
  for (const PlacementBox& box : boxes) tiles += box.width * box.height;
  const auto largest = std::max_element(boxes.begin(), boxes.end(), [](const auto& a, const auto& b) {
    return a.width * a.height < b.width * b.height;
  });
  throw arch::InputError(fmt::format("layer '{}'", largest->name),
                         fmt::format("{} layers of together {} tiles find no place in {} columns x {} rows",
                                     boxes.size(), tiles, grid.columns, grid.rows),
                         "use fewer tiles (cas_len, cas_num), fix fewer layers, or choose a larger device");
}

std::optional<Placement> place_greedily(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid,
                                        const PlacementWeights& weights) {
  check_boxes(boxes, grid);
  for (const Site& site : sites(boxes, grid, weights)) {
    if (auto at = greedy_arrangement(site)) return placement(site, std::move(*at));
  }
  return std::nullopt;
}

}  // namespace aie4ml::compiler
