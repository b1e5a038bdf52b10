#include "compiler/place/placer.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "arch/error.hpp"

namespace aie4ml::compiler {
namespace {

// Costs are counted in twentieths, so that they are exact: a column or row is 1, a top row 0.05.
using Cost = std::int64_t;
constexpr Cost kStep = 20;
constexpr Cost kTopRow = 1;
constexpr Cost kAnchor = 50 * kStep;  // a box fed from outside keeps to the start column and the lowest row
constexpr int kMaxCandidates = 40;
constexpr int kMaxStates = 60000;

class Search {
 public:
  Search(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid, int first_column, int spare)
      : boxes_(boxes), grid_(grid), first_column_(first_column), spare_(spare) {
    // Least cost of the boxes from i on.
    remaining_.assign(boxes.size() + 1, 0);
    for (std::size_t i = boxes.size(); i-- > 0;) {
      remaining_[i] = remaining_[i + 1] + kTopRow * (boxes[i].height - 1);
    }
  }

  std::optional<std::vector<BoxPosition>> run() {
    extend(0);
    return best_;
  }

 private:
  struct Candidate {
    Cost cost{};
    BoxPosition at{};
  };

  [[nodiscard]] bool inside(const PlacementBox& box, BoxPosition at, int first_column) const {
    return at.col >= first_column && at.row >= 0 && at.col + box.width <= grid_.columns &&
           at.row + box.height <= grid_.rows;
  }
  [[nodiscard]] bool clear(const PlacementBox& box, BoxPosition at) const {
    for (std::size_t i = 0; i < placed_.size(); ++i) {
      const PlacementBox& other = boxes_[i];
      const BoxPosition there = placed_[i];
      const bool apart = at.col + box.width <= there.col - spare_ ||
                         there.col + other.width <= at.col - spare_ || at.row + box.height <= there.row ||
                         there.row + other.height <= at.row;
      if (!apart) return false;
    }
    // Fixed boxes that come later hold their place already.
    for (std::size_t i = placed_.size() + 1; i < boxes_.size(); ++i) {
      const PlacementBox& other = boxes_[i];
      if (!other.col) continue;
      const bool apart = at.col + box.width <= *other.col || *other.col + other.width <= at.col ||
                         at.row + box.height <= *other.row || *other.row + other.height <= at.row;
      if (!apart) return false;
    }
    return true;
  }

  [[nodiscard]] Cost cost(const PlacementBox& box, BoxPosition at) const {
    Cost sum = kTopRow * (at.row + box.height - 1);
    if (box.producers.empty()) sum += kAnchor * (std::abs(at.col - grid_.start_column) + at.row);
    for (const int producer : box.producers) {
      const auto p = static_cast<std::size_t>(producer);
      const int right = placed_[p].col + boxes_[p].width - 1;
      sum += kStep * (std::abs(at.col - right) + at.row);
    }
    return sum;
  }

  [[nodiscard]] std::vector<Candidate> candidates() const {
    const PlacementBox& box = boxes_[placed_.size()];
    std::vector<Candidate> found;
    if (box.col) {
      const BoxPosition at{*box.col, *box.row};
      if (inside(box, at, 0) && clear(box, at)) found.push_back({cost(box, at), at});
      return found;
    }
    for (int col = first_column_; col + box.width <= grid_.columns; ++col) {
      for (int row = 0; row + box.height <= grid_.rows; ++row) {
        if (clear(box, {col, row})) found.push_back({cost(box, {col, row}), {col, row}});
      }
    }
    std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
      return std::tie(a.cost, a.at.col, a.at.row) < std::tie(b.cost, b.at.col, b.at.row);
    });
    if (found.size() > kMaxCandidates) found.resize(kMaxCandidates);
    return found;
  }

  void extend(Cost so_far) {
    const std::size_t next = placed_.size();
    if (best_ && so_far + remaining_[next] >= best_cost_) return;
    if (next == boxes_.size()) {
      best_ = placed_;
      best_cost_ = so_far;
      return;
    }
    if (++states_ > kMaxStates) return;
    for (const Candidate& candidate : candidates()) {
      placed_.push_back(candidate.at);
      extend(so_far + candidate.cost);
      placed_.pop_back();
    }
  }

  const std::vector<PlacementBox>& boxes_;
  const PlacementGrid& grid_;
  int first_column_, spare_;
  std::vector<Cost> remaining_;
  std::vector<BoxPosition> placed_;
  std::optional<std::vector<BoxPosition>> best_;
  Cost best_cost_{};
  int states_{};
};

bool free_of_fixed(const std::vector<PlacementBox>& boxes, const PlacementBox& box, BoxPosition at) {
  return std::none_of(boxes.begin(), boxes.end(), [&](const PlacementBox& other) {
    return other.col && at.col < *other.col + other.width && *other.col < at.col + box.width &&
           at.row < *other.row + other.height && *other.row < at.row + box.height;
  });
}

// Left to right in bands, as tall as their tallest box: what is left when the search ends without a result.
std::optional<std::vector<BoxPosition>> place_in_bands(const std::vector<PlacementBox>& boxes,
                                                       const PlacementGrid& grid, int first_column) {
  std::vector<BoxPosition> positions;
  int col = first_column;
  int row = 0;
  int height = 0;
  for (const PlacementBox& box : boxes) {
    if (box.col) {
      positions.push_back({*box.col, *box.row});
      continue;
    }
    while (true) {
      if (col + box.width > grid.columns) {
        if (col == first_column) return std::nullopt;
        row += std::max(height, 1);
        col = first_column;
        height = 0;
      }
      if (row + box.height > grid.rows || first_column + box.width > grid.columns) return std::nullopt;
      if (free_of_fixed(boxes, box, {col, row})) break;
      ++col;
    }
    positions.push_back({col, row});
    col += box.width;
    height = std::max(height, box.height);
  }
  return positions;
}

void check_fixed(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid) {
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const PlacementBox& box = boxes[i];
    const std::string where = fmt::format("layer '{}'", box.name);
    if (box.width > grid.columns || box.height > grid.rows) {
      throw arch::InputError(where,
                             fmt::format("{} x {} tiles are larger than the grid of {} x {}", box.width,
                                         box.height, grid.columns, grid.rows),
                             "use a smaller cas_len or cas_num");
    }
    if (!box.col) continue;
    if (*box.col + box.width > grid.columns || *box.row + box.height > grid.rows) {
      throw arch::InputError(where,
                             fmt::format("{} x {} tiles at column {}, row {} leave the grid of {} x {}",
                                         box.width, box.height, *box.col, *box.row, grid.columns, grid.rows),
                             "give another col and row");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (!boxes[j].col || free_of_fixed({boxes[j]}, box, {*box.col, *box.row})) continue;
      throw arch::InputError(where, fmt::format("its fixed place overlaps that of layer '{}'", boxes[j].name),
                             "give another col and row");
    }
  }
}

}  // namespace

std::vector<BoxPosition> place_boxes(const std::vector<PlacementBox>& boxes, const PlacementGrid& grid) {
  check_fixed(boxes, grid);
  for (const int first_column : {grid.start_column, 0}) {
    for (const int spare : {1, 0}) {
      if (auto found = Search(boxes, grid, first_column, spare).run()) return *found;
    }
    if (auto found = place_in_bands(boxes, grid, first_column)) return *found;
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

}  // namespace aie4ml::compiler
