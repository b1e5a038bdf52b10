#include "compiler/draw/draw_panels.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/draw/draw_routes.hpp"
#include "compiler/draw/marks.hpp"
#include "compiler/draw/palette.hpp"

namespace aie4ml::compiler {
namespace {

// All in px.
constexpr double kTitle = 20, kCaption = 10, kFigure = 15, kFigureGap = 26, kHeadline = 74;
constexpr double kCell = 10.5, kRow = 18, kCellGap = 16, kLongestName = 240, kPartGap = 30, kSwatch = 11;
constexpr double kLegendText = 10, kLegendRow = 18, kLegendGap = 20;
constexpr double kTileMark = 13, kPlioMark = 10, kLongMark = 24;
constexpr double kOverviewWidth = 380;
constexpr const char* kGrey = "#666666";
constexpr const char* kBlack = "#111111";
constexpr std::size_t kNameColumn = 1;

std::int64_t weight_bytes(const Plan& plan) {
  std::int64_t bytes = 0;
  for (const LayerPlan& layer : plan.layers) {
    for (const TilePlan& tile : layer.tiles) bytes += tile.weights ? tile.weights->size : 0;
  }
  return bytes;
}

// Rows x K x N of a tile; elementwise layers have no K.
std::string tile_text(const LayerPlan& layer) {
  if (layer.op != "dense") return fmt::format("{} \u00d7 {}", layer.rows_slice, layer.n_slice);
  return fmt::format("{} \u00d7 {} \u00d7 {}", layer.rows_slice, layer.k_slice, layer.n_slice);
}

// The shape, and how many of them are worked on at once.
std::string multiply_text(const LayerPlan& layer) {
  const auto* kernel =
      layer.tiles.empty() ? nullptr : std::get_if<kernels::DenseTile>(&layer.tiles.back().kernel);
  if (kernel == nullptr) return "-";
  return fmt::format("{}\u00d7{}\u00d7{}, {}\u00d7{} blocks", kernel->mmul.m, kernel->mmul.k, kernel->mmul.n,
                     kernel->blocking.rows, kernel->blocking.columns);
}

std::string cycles_text(const LayerPlan& layer) {
  if (layer.kernel_cycles.empty()) return "-";
  const auto [low, high] = std::ranges::minmax(layer.kernel_cycles);
  return low == high ? std::to_string(high.value) : fmt::format("{}-{}", low.value, high.value);
}

}  // namespace

double Headline::Figure::width() const {
  return std::max(text_width(caption, kCaption), text_width(value, kFigure, true));
}

Headline::Headline(const Plan& plan, const arch::Device& device)
    : title_(fit_text(plan.model, kTitle, 560, true)),
      subtitle_(fmt::format("{} at {:g} MHz, {} columns, {} core rows", device.name, device.clock.aie_mhz,
                            device.columns(), device.grid.core_rows)) {
  std::size_t tiles = 0, inputs = 0;
  std::int64_t slowest = 0;
  std::set<arch::TileCoord> memory_tiles;
  for (const LayerPlan& layer : plan.layers) {
    tiles += layer.tiles.size();
    for (const arch::Cycles cycles : layer.kernel_cycles) slowest = std::max(slowest, cycles.value);
  }
  for (const Edge& edge : plan.edges) memory_tiles.insert(edge.tile);
  for (const PlioPlan& plio : plan.plios) {
    if (plio.channel.direction == arch::PlioChannel::Direction::input) ++inputs;
  }
  const int columns = device.columns();
  figures_ = {
      {"tiles", fmt::format("{} of {}", tiles, columns * device.grid.core_rows)},
      {"memory tiles", fmt::format("{} of {}", memory_tiles.size(), columns * device.grid.memory_rows)},
      {fmt::format("{}s", plan.host_end()), fmt::format("{} in, {} out", inputs, plan.plios.size() - inputs)},
      {"weights, padded", size_text(weight_bytes(plan))}};
  if (slowest > 0) {
    const double ns = static_cast<double>(slowest) * device.ns_per_cycle();
    figures_.push_back({"slowest kernel, predicted", fmt::format("{} cycles = {:.0f} ns", slowest, ns)});
  }
}

Size Headline::size() const {
  double width = 0;
  for (const Figure& figure : figures_) width += figure.width() + kFigureGap;
  const double titles = text_width(title_, kTitle, true) + 14 + text_width(subtitle_, 12);
  return {std::max(width - kFigureGap, titles), kHeadline};
}

void Headline::draw(SvgWriter& svg, Point corner) const {
  svg.text({corner.x, corner.y + kTitle}, title_, {kTitle, Anchor::start, kBlack, true, false});
  svg.text({corner.x + text_width(title_, kTitle, true) + 14, corner.y + kTitle}, subtitle_,
           {12, Anchor::start, kGrey, false, false});
  double x = corner.x;
  for (const Figure& figure : figures_) {
    svg.text({x, corner.y + 46}, figure.caption, {kCaption, Anchor::start, kGrey, false, false});
    svg.text({x, corner.y + 64}, figure.value, {kFigure, Anchor::start, kBlack, true, false});
    x += figure.width() + kFigureGap;
  }
}

Overview::Overview(const Plan& plan, const arch::Device& device, const ArrayView& view)
    : plan_(plan),
      device_(device),
      view_(view),
      step_(std::clamp(kOverviewWidth / device.columns(), 4.0, 9.0)) {}

Size Overview::size() const {
  return {step_ * device_.columns(), step_ * device_.rows()};
}

Box Overview::cell(arch::TileCoord tile, Point corner) const {
  return {corner.x + step_ * tile.col, corner.y + step_ * (device_.rows() - 1 - tile.row), step_, step_};
}

void Overview::draw(SvgWriter& svg, Point corner) const {
  svg.open_group("the whole device; the frame is the part drawn below");
  const double gap = -0.1 * step_;
  for (int row = 0; row < device_.rows(); ++row) {
    for (int col = 0; col < device_.columns(); ++col) {
      const arch::TileCoord tile{static_cast<std::int16_t>(col), static_cast<std::int16_t>(row)};
      const arch::TileKind kind = device_.kind(tile);
      const bool used = kind == arch::TileKind::memory
                            ? !view_.edges_in(tile).empty()
                            : kind == arch::TileKind::shim && !view_.plios_in(col).empty();
      const char* unused = kind == arch::TileKind::core     ? "#e9e9e9"
                           : kind == arch::TileKind::memory ? "#dedede"
                                                            : "#d2d2d2";
      svg.rect(cell(tile, corner).grown(gap), {used ? "#555555" : unused, "none"});
    }
  }
  for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
    for (const TilePlan& tile : plan_.layers[i].tiles) {
      svg.rect(cell(tile.tile, corner).grown(gap),
               {layer_colour(static_cast<std::int32_t>(i)).hex(), "none"});
    }
  }
  const auto corner_tile = [](int col, int row) {
    return arch::TileCoord{static_cast<std::int16_t>(col), static_cast<std::int16_t>(row)};
  };
  const Box top = cell(corner_tile(view_.first_col(), view_.last_row()), corner);
  const Box bottom = cell(corner_tile(view_.last_col(), 0), corner);
  svg.rect({top.x, top.y, bottom.right() - top.x, bottom.bottom() - top.y}, {"none", kBlack, 1.2});
  svg.close_group();
}

LayerTable::LayerTable(const Plan& plan, const arch::Device& device) {
  rows_.push_back({"#", "layer", "rows", "K \u2192 N", "len \u00d7 num", "chains split", "per tile",
                   "multiply", "tiles", "weights", "per tile", "kernel cycles", "ns"});
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const LayerPlan& layer = plan.layers[i];
    std::int64_t weights = 0, most = 0, slowest = 0;
    for (const TilePlan& tile : layer.tiles) {
      weights += tile.weights ? tile.weights->size : 0;
      most = std::max(most, tile_bytes(tile));
    }
    for (const arch::Cycles cycles : layer.kernel_cycles) slowest = std::max(slowest, cycles.value);
    rows_.push_back(
        {std::to_string(i), fit_text(layer.name, kCell, kLongestName), std::to_string(layer.rows),
         layer.op == "dense" ? fmt::format("{} \u2192 {}", layer.k, layer.n) : layer.op,
         fmt::format("{} \u00d7 {}", layer.cas_len, layer.cas_num),
         layer.cas_num == 1 ? "-" : layer.split_axis(), tile_text(layer), multiply_text(layer),
         std::to_string(layer.tiles.size()), size_text(weights), size_text(most), cycles_text(layer),
         slowest == 0 ? "-" : fmt::format("{:.0f}", static_cast<double>(slowest) * device.ns_per_cycle())});
  }
  widths_.assign(rows_.front().size(), 0);
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    for (std::size_t column = 0; column < widths_.size(); ++column) {
      widths_[column] = std::max(widths_[column], text_width(rows_[row][column], kCell, row == 0));
    }
  }
}

double LayerTable::part_width() const {
  double width = kSwatch + 6;
  for (const double column : widths_) width += column + kCellGap;
  return width - kCellGap;
}

Size LayerTable::size(int parts) const {
  const int layers = static_cast<int>(rows_.size()) - 1;
  const int lines = (layers + parts - 1) / parts + 1;
  return {part_width() * parts + kPartGap * (parts - 1), kRow * lines + 4};
}

void LayerTable::draw_row(SvgWriter& svg, Point corner, std::size_t row) const {
  const double baseline = corner.y + kRow - 5;
  if (row > 0) {
    const Rgb colour = layer_colour(static_cast<std::int32_t>(row) - 1);
    svg.rect({corner.x, baseline - kSwatch + 2, kSwatch, kSwatch}, {colour.hex(), "none"}, 2);
  }
  double x = corner.x + kSwatch + 6;
  for (std::size_t column = 0; column < widths_.size(); ++column) {
    const bool left = column == kNameColumn;
    svg.text({left ? x : x + widths_[column], baseline}, rows_[row][column],
             {kCell, left ? Anchor::start : Anchor::end, row == 0 ? kGrey : kBlack, row == 0, false});
    x += widths_[column] + kCellGap;
  }
  svg.rect({corner.x, corner.y + kRow - 0.5, part_width(), 0.75}, {row == 0 ? "#888888" : "#e6e6e6", "none"});
}

void LayerTable::draw(SvgWriter& svg, Point corner, int parts) const {
  const std::size_t layers = rows_.size() - 1;
  const std::size_t per_part =
      (layers + static_cast<std::size_t>(parts) - 1) / static_cast<std::size_t>(parts);
  for (std::size_t first = 0, part = 0; first < layers; first += per_part, ++part) {
    Point at{corner.x + static_cast<double>(part) * (part_width() + kPartGap), corner.y};
    draw_row(svg, at, 0);
    for (std::size_t i = first; i < std::min(first + per_part, layers); ++i) {
      at.y += kRow;
      draw_row(svg, at, i + 1);
    }
  }
}

Legend::Legend(const Plan& plan, const arch::Device& device, double width) : width_(width) {
  entries_ = {
      {Symbol::first, "first of a cascade", {}},
      {Symbol::middle, "middle", {}},
      {Symbol::last, "last or single: writes the output", {}},
      {Symbol::cascade, "cascade", {}},
      {Symbol::edge,
       fmt::format("tensor in a memory tile, share of {}",
                   size_text(device.memory_size(arch::TileKind::memory).value)),
       {}},
      {Symbol::input, fmt::format("{} in", plan.host_end()), {}},
      {Symbol::output, fmt::format("{} out", plan.host_end()), {}},
      {Symbol::no_plio,
       fmt::format("shim without {}", !plan.plios.empty() && plan.plios.front().noc ? "NoC DMA" : "PLIO"),
       {}}};
  if (!plan.routes.empty()) {
    const std::int64_t most = most_words(plan);
    std::int64_t least = most;
    for (const Net& net : plan.nets) least = std::min(least, net.words_per_iteration);
    if (least < most)
      entries_.push_back({Symbol::thin, fmt::format("stream, {} words per iteration", least), {}});
    entries_.push_back({Symbol::thick, fmt::format("stream, {} words per iteration", most), {}});
  }
  Point at{};
  for (Entry& entry : entries_) {
    const double needed = symbol_width(entry.symbol) + 6 + text_width(entry.text, kLegendText);
    if (at.x > 0 && at.x + needed > width) at = {0, at.y + kLegendRow};
    entry.at = at;
    at.x += needed + kLegendGap;
  }
  height_ = at.y + kLegendRow;
}

double Legend::symbol_width(Symbol symbol) {
  switch (symbol) {
    case Symbol::first:
    case Symbol::middle:
    case Symbol::last:
    case Symbol::no_plio:
      return kTileMark;
    case Symbol::input:
    case Symbol::output:
      return kPlioMark;
    case Symbol::cascade:
    case Symbol::edge:
    case Symbol::thin:
    case Symbol::thick:
      break;
  }
  return kLongMark;
}

void Legend::draw_symbol(SvgWriter& svg, const Box& box, Symbol symbol) {
  const Rgb colour = layer_colour(0);
  const Point middle{box.mid_x(), box.mid_y()};
  const Box tile{box.x, box.mid_y() - kTileMark / 2, kTileMark, kTileMark};
  const auto role = [&](kernels::CascadeRole which) {
    svg.rect(tile, {colour.tinted(role_tint(which)).hex(), colour.hex(), 1}, 3);
  };
  const auto stream = [&](std::int64_t words, std::int64_t most) {
    const double width = stream_width(words, most, kWidestLine);
    svg.polyline({{box.x, middle.y}, {box.right(), middle.y}},
                 {"none", layer_colour(-1).shaded(0.8).tinted(0.5 + 0.5 * width / kWidestLine).hex(), width});
  };
  switch (symbol) {
    case Symbol::first:
      return role(kernels::CascadeRole::first);
    case Symbol::middle:
      return role(kernels::CascadeRole::middle);
    case Symbol::last:
      return role(kernels::CascadeRole::last);
    case Symbol::cascade:
      return draw_cascade(svg, {box.x, middle.y}, {box.right(), middle.y}, 10, colour.shaded(0.6).hex());
    case Symbol::edge:
      svg.rect({box.x, box.mid_y() - 5, box.width, 10}, {colour.tinted(0.12).hex(), "none"}, 2);
      return svg.rect({box.x, box.mid_y() - 5, box.width * 0.4, 10}, {colour.tinted(0.55).hex(), "none"}, 2);
    case Symbol::input:
    case Symbol::output:
      return draw_plio_mark(svg, middle, kPlioMark - 1, symbol == Symbol::input, "#333333");
    case Symbol::thin:
      return stream(0, 2);
    case Symbol::thick:
      return stream(2, 2);
    case Symbol::no_plio:
      return svg.rect(tile, {"#e4e4e4", "#d0d0d0", 0.75}, 3);
  }
}

void Legend::draw(SvgWriter& svg, Point corner) const {
  for (const Entry& entry : entries_) {
    const Box box{corner.x + entry.at.x, corner.y + entry.at.y, symbol_width(entry.symbol), kLegendRow};
    draw_symbol(svg, box, entry.symbol);
    svg.text({box.right() + 6, box.mid_y() + 3.5}, entry.text,
             {kLegendText, Anchor::start, "#333333", false, false});
  }
}

}  // namespace aie4ml::compiler
