#include "compiler/draw/array_view.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace aie4ml::compiler {
namespace {

// All in px.
constexpr double kSheetWidth = 1700;  // for the array: fits a full HD screen
constexpr double kLargestCell = 104, kSmallestCell = 44;
constexpr double kGutterShare = 0.32;  // of a cell
constexpr double kNarrowBody = 58;
constexpr double kPlioHeight = 14, kEdgeHeight = 24, kUpwardsWidth = 14;  // of a line in a body
constexpr double kPlioLength = 60, kEdgeLength = 120;                     // of lines that read upwards
constexpr double kPadding = 4;
constexpr int kMargin = 1;  // unused columns and rows shown around the design

}  // namespace

ArrayView::ArrayView(const Plan& plan, const arch::Device& device) : device_(device) {
  collect(plan);
  choose_extent(plan);
  choose_sizes();
}

void ArrayView::collect(const Plan& plan) {
  for (const Edge& edge : plan.edges) edges_[edge.tile].push_back(&edge);
  for (const PlioPlan& plio : plan.plios) plios_[plio.channel.column].push_back(&plio);
  for (auto& [col, plios] : plios_) {
    std::ranges::sort(plios, {}, [](const PlioPlan* plio) {
      return std::tuple(plio->channel.direction, plio->channel.index);
    });
  }
}

void ArrayView::show(arch::TileCoord tile, int margin) {
  const int left = std::max(tile.col - margin, 0), right = std::min(tile.col + margin, device_.columns() - 1);
  if (last_col_ < first_col_) first_col_ = left, last_col_ = right;
  first_col_ = std::min(first_col_, left);
  last_col_ = std::max(last_col_, right);
  last_row_ = std::max(last_row_, std::min(tile.row + margin, device_.rows() - 1));
}

void ArrayView::choose_extent(const Plan& plan) {
  for (const LayerPlan& layer : plan.layers) {
    for (const TilePlan& tile : layer.tiles) show(tile.tile, kMargin);
  }
  for (const auto& [tile, edges] : edges_) show(tile, kMargin);
  for (const auto& [col, plios] : plios_) show(device_.shim_tile(col), kMargin);
  for (const Route& route : plan.routes) {
    for (const Hop& hop : route) show(hop.tile, 0);
  }
  if (last_col_ < first_col_) last_col_ = device_.columns() - 1;  // an empty plan shows the empty device
  last_row_ = std::max(last_row_, device_.core_row(0));
}

void ArrayView::choose_sizes() {
  cell_ = std::clamp(std::floor(kSheetWidth / (last_col_ - first_col_ + 1)), kSmallestCell, kLargestCell);
  gutter_ = std::round(cell_ * kGutterShare);
  row_heights_.assign(static_cast<std::size_t>(last_row_) + 1, cell_);
  for (int row = 0; row < device_.core_row(0); ++row) {
    std::size_t lines = 0;  // of the fullest tile
    for (const auto& [tile, edges] : edges_) {
      if (tile.row == row) lines = std::max(lines, edges.size());
    }
    if (row < device_.grid.shim_rows) {
      for (const auto& [col, plios] : plios_) lines = std::max(lines, plios.size());
    }
    const bool shim = row < device_.grid.shim_rows;
    double needed = kPlioHeight;
    if (lines > 0 && lines_upwards()) {
      needed = shim ? kPlioLength : kEdgeLength;
    } else if (lines > 0) {
      needed = static_cast<double>(lines) * (shim ? kPlioHeight : kEdgeHeight);
    }
    row_heights_[static_cast<std::size_t>(row)] = gutter_ + needed + 2 * kPadding;
  }
}

std::vector<arch::TileCoord> ArrayView::tiles() const {
  std::vector<arch::TileCoord> tiles;
  for (int row = 0; row <= last_row_; ++row) {
    for (int col = first_col_; col <= last_col_; ++col) {
      tiles.push_back({static_cast<std::int16_t>(col), static_cast<std::int16_t>(row)});
    }
  }
  return tiles;
}

double ArrayView::width() const {
  return cell_ * (last_col_ - first_col_ + 1);
}

double ArrayView::height() const {
  double height = 0;
  for (const double row : row_heights_) height += row;
  return height;
}

Box ArrayView::cell(arch::TileCoord tile) const {
  double y = corner_.y;
  for (int row = last_row_; row > tile.row; --row) y += row_heights_[static_cast<std::size_t>(row)];
  return {corner_.x + cell_ * (tile.col - first_col_), y, cell_,
          row_heights_[static_cast<std::size_t>(tile.row)]};
}

Box ArrayView::body(arch::TileCoord tile) const {
  const Box all = cell(tile);
  return {all.x + gutter_, all.y, all.width - gutter_, all.height - gutter_};
}

Box ArrayView::switch_box(arch::TileCoord tile) const {
  const Box all = cell(tile);
  return {all.x, all.bottom() - gutter_, gutter_, gutter_};
}

bool ArrayView::lines_upwards() const {
  return cell_ - gutter_ < kNarrowBody;
}

Box ArrayView::line(arch::TileCoord tile, std::size_t index, std::size_t count) const {
  const Box inner = body(tile).grown(-kPadding);
  const double length = lines_upwards() ? inner.width + kPadding : inner.height;
  const double widest = lines_upwards()                              ? kUpwardsWidth
                        : device_.kind(tile) == arch::TileKind::shim ? kPlioHeight
                                                                     : kEdgeHeight;
  const double step = std::min(widest, length / static_cast<double>(count));
  const double start = static_cast<double>(index) * step;
  if (lines_upwards()) return {inner.x - kPadding / 2 + start, inner.y, step - 1, inner.height};
  return {inner.x, inner.y + start, inner.width, step - 1};
}

const std::vector<const Edge*>& ArrayView::edges_in(arch::TileCoord tile) const {
  static const std::vector<const Edge*> kNone;
  const auto found = edges_.find(tile);
  return found == edges_.end() ? kNone : found->second;
}

const std::vector<const PlioPlan*>& ArrayView::plios_in(int col) const {
  static const std::vector<const PlioPlan*> kNone;
  const auto found = plios_.find(col);
  return found == plios_.end() ? kNone : found->second;
}

}  // namespace aie4ml::compiler
