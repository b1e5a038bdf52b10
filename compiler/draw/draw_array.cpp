#include "compiler/draw/draw_array.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/draw/draw_routes.hpp"
#include "compiler/draw/marks.hpp"
#include "compiler/draw/palette.hpp"
#include "compiler/plan/edges.hpp"

namespace aie4ml::compiler {
namespace {

const Paint kUnusedBody{"#f5f5f5", "#dcdcdc", 0.75};
const Paint kSwitch{"#fafafa", "#e4e4e4", 0.75};
const Paint kNoPlioBody{"#e4e4e4", "#d0d0d0", 0.75};  // shim without PLIO
// Widths of a tile, in px, from which on it says more.
constexpr double kRoomForWords = 34, kRoomForSize = 38, kRoomForSlices = 58;
const TextStyle kAxis{10, Anchor::middle, "#666666", false, false};

class ArrayDrawing {
 public:
  ArrayDrawing(SvgWriter& svg, const Plan& plan, const arch::Device& device, const ArrayView& view)
      : svg_(svg), plan_(plan), device_(device), view_(view) {}
  void draw() const {
    draw_axes();
    for (const LayerPlan& layer : plan_.layers) draw_ground(layer);
    draw_grid();
    for (const LayerPlan& layer : plan_.layers) {
      draw_outline(layer);
      for (const TilePlan& tile : layer.tiles) draw_tile(layer, tile);
    }
    for (const arch::TileCoord tile : view_.tiles()) {
      draw_edges(tile);
      draw_plios(tile);
    }
    draw_routes(svg_, plan_, view_);
    for (const LayerPlan& layer : plan_.layers) draw_cascades(layer);
    for (const LayerPlan& layer : plan_.layers) draw_name(layer);
  }

 private:
  void draw_axes() const;
  void draw_grid() const;
  void draw_ground(const LayerPlan& layer) const;
  void draw_outline(const LayerPlan& layer) const;
  void draw_tile(const LayerPlan& layer, const TilePlan& tile) const;
  void draw_cascades(const LayerPlan& layer) const;
  void draw_name(const LayerPlan& layer) const;
  void draw_edges(arch::TileCoord tile) const;
  void draw_plios(arch::TileCoord tile) const;
  void draw_line_text(const Box& line, double skip, const std::string& left, const std::string& right) const;

  [[nodiscard]] std::int32_t index_of(const LayerPlan& layer) const {
    return static_cast<std::int32_t>(&layer - plan_.layers.data());
  }
  [[nodiscard]] Rgb colour_of(const LayerPlan& layer) const { return layer_colour(index_of(layer)); }
  [[nodiscard]] std::string tile_title(const LayerPlan& layer, const TilePlan& tile) const;
  // Room kept free at the top of each body for the layer's name.
  [[nodiscard]] double name_height() const {
    return std::clamp(view_.body(top_left()).width * 0.35, 8.0, 14.0);
  }
  [[nodiscard]] arch::TileCoord top_left() const {
    return {static_cast<std::int16_t>(view_.first_col()), static_cast<std::int16_t>(view_.last_row())};
  }
  [[nodiscard]] Box rectangle(const LayerPlan& layer) const;

  SvgWriter& svg_;
  const Plan& plan_;
  const arch::Device& device_;
  const ArrayView& view_;
};

void ArrayDrawing::draw_axes() const {
  const arch::TileCoord corner{static_cast<std::int16_t>(view_.first_col()), 0};
  for (arch::TileCoord tile = corner; tile.row <= view_.last_row(); ++tile.row) {
    const Box body = view_.body(tile);
    const int memory_row = tile.row - device_.memory_row(0);
    const std::string label = tile.row >= device_.core_row(0)
                                  ? fmt::format("row {}", device_.core_grid_row(tile))
                              : memory_row < 0               ? std::string("shim")
                              : device_.grid.memory_rows > 1 ? fmt::format("mem {}", memory_row)
                                                             : std::string("mem");
    TextStyle style = kAxis;
    style.anchor = Anchor::end;
    svg_.text({view_.cell(tile).x - 6, body.mid_y() + 3.5}, label, style);
  }
  for (arch::TileCoord tile = corner; tile.col <= view_.last_col(); ++tile.col) {
    svg_.text({view_.body(tile).mid_x(), view_.cell(tile).bottom() + 13}, std::to_string(tile.col), kAxis);
  }
}

void ArrayDrawing::draw_grid() const {
  for (const arch::TileCoord tile : view_.tiles()) {
    const bool shim = device_.kind(tile) == arch::TileKind::shim;
    const bool noc = !plan_.plios.empty() && plan_.plios.front().noc;
    const bool host = shim && (noc ? device_.is_noc_column(tile.col) : device_.is_plio_column(tile.col));
    const char* what = noc ? "NoC DMA" : "PLIO";
    svg_.open_group(device_.tile_name(tile) + (shim ? fmt::format(": {}{}", host ? "" : "no ", what) : ""));
    svg_.rect(view_.switch_box(tile).grown(-0.5), kSwitch, 2);
    svg_.rect(view_.body(tile), shim && !host ? kNoPlioBody : kUnusedBody, 4);
    svg_.close_group();
  }
}

Box ArrayDrawing::rectangle(const LayerPlan& layer) const {
  const Box first = view_.body(layer.tiles.front().tile), last = view_.body(layer.tiles.back().tile);
  return Box{first.x, last.y, last.right() - first.x, first.bottom() - last.y}.grown(
      std::min(3.0, view_.gutter() * 0.1));
}

void ArrayDrawing::draw_ground(const LayerPlan& layer) const {
  if (layer.tiles.empty()) return;
  svg_.rect(rectangle(layer), {colour_of(layer).tinted(0.14).hex(), "none"}, 6);
}

void ArrayDrawing::draw_outline(const LayerPlan& layer) const {
  if (!layer.tiles.empty()) svg_.rect(rectangle(layer), {"none", colour_of(layer).tinted(0.7).hex(), 1}, 6);
}

std::string ArrayDrawing::tile_title(const LayerPlan& layer, const TilePlan& tile) const {
  std::string title = fmt::format("{}: {}, chain {}, position {} ({})\nK {}..{}, N {}..{}\n",
                                  device_.tile_name(tile.tile), layer.name, tile.chain, tile.position,
                                  tile.task(), tile.k.begin, tile.k.end - 1, tile.n.begin, tile.n.end - 1);
  const auto add = [&](const char* what, std::int64_t bytes) {
    title += fmt::format("{} {}, ", what, size_text(bytes));
  };
  if (tile.weights) add("weights", tile.weights->size);
  for (const DoubleBuffer& input : tile.inputs) add("input", input[0].size + input[1].size);
  if (tile.out) add("output", (*tile.out)[0].size + (*tile.out)[1].size);
  if (tile.bias) add("bias", tile.bias->size);
  add("stack", tile.stack.size);
  title += fmt::format("{} of {}", size_text(tile_bytes(tile)), size_text(device_.data_memory.size.value));
  const auto position = static_cast<std::size_t>(tile.position);
  if (position < layer.kernel_cycles.size()) {
    title += fmt::format("\nkernel {} cycles", layer.kernel_cycles[position].value);
  }
  return title;
}

void ArrayDrawing::draw_tile(const LayerPlan& layer, const TilePlan& tile) const {
  const Rgb colour = colour_of(layer);
  const Rgb fill = colour.tinted(role_tint(tile.role()));
  const Box body = view_.body(tile.tile);
  svg_.open_group(tile_title(layer, tile));
  svg_.rect(body, {fill.hex(), colour.hex(), 1}, std::min(7.0, body.width * 0.14));
  std::vector<std::string> lines{tile.task()};
  if (body.width < kRoomForWords && tile.role() == kernels::CascadeRole::middle) lines.front() = "mid";
  if (body.width >= kRoomForSize) lines.push_back(size_text(tile_bytes(tile)));
  if (body.width >= kRoomForSlices) {
    lines.insert(lines.begin() + 1, {fmt::format("K {}-{}", tile.k.begin, tile.k.end - 1),
                                     fmt::format("N {}-{}", tile.n.begin, tile.n.end - 1)});
  }
  const double room = body.height - name_height() - 4;
  const double size = std::min({9.5, room / static_cast<double>(lines.size()) / 1.15, body.width * 0.25});
  const double step = std::min(room / static_cast<double>(lines.size()), size * 1.4);
  double baseline = body.bottom() - room / 2 - 4 - step * static_cast<double>(lines.size()) / 2 + size * 0.9;
  for (const std::string& line : lines) {
    const bool bold = &line == lines.data();
    const double fitted = std::min(size, size * (body.width - 4) / text_width(line, size, bold));
    svg_.text({body.mid_x(), baseline}, line, {fitted, Anchor::middle, fill.text_on_it(), bold, false});
    baseline += step;
  }
  svg_.close_group();
}

void ArrayDrawing::draw_cascades(const LayerPlan& layer) const {
  const Rgb colour = colour_of(layer);
  for (const TilePlan& tile : layer.tiles) {
    if (tile.position + 1 >= layer.cas_len) continue;
    const Box from = view_.body(tile.tile), to = view_.body(layer.at(tile.chain, tile.position + 1).tile);
    svg_.open_group(fmt::format("cascade of {}: chain {}, position {} to {}", layer.name, tile.chain,
                                tile.position, tile.position + 1));
    const double y = from.y + name_height() + (from.height - name_height()) * 0.4;
    draw_cascade(svg_, {from.right(), y}, {to.x, y}, view_.gutter() * 0.3, colour.shaded(0.6).hex());
    svg_.close_group();
  }
}

void ArrayDrawing::draw_name(const LayerPlan& layer) const {
  if (layer.tiles.empty()) return;
  const Rgb colour = colour_of(layer);
  const Box all = rectangle(layer);
  const double size = name_height() * 0.75, room = all.width - 8;
  std::string name = layer.name;
  if (name.empty() || text_width(name, size, true) > room) {
    // The number finds the layer in the table; a part of the name beside it helps if it is not too short.
    name = fmt::format("#{}", index_of(layer));
    const std::string longer = fit_text(name + " " + layer.name, size, room, true);
    if (longer.size() > name.size() + 8) name = longer;
  }
  const Box pill{all.x, all.y, text_width(name, size, true) + 8, name_height()};
  svg_.open_group(layer.name);
  svg_.rect(pill, {colour.shaded(0.85).hex(), "none"}, 4);
  svg_.text({pill.x + 4, pill.bottom() - (pill.height - size * 0.72) / 2}, name,
            {size, Anchor::start, colour.shaded(0.85).text_on_it(), true, false});
  svg_.close_group();
}

// In the direction of reading: first the left text, shortened if need be, then the right one.
void ArrayDrawing::draw_line_text(const Box& line, double skip, const std::string& left,
                                  const std::string& right) const {
  const bool upwards = view_.lines_upwards();
  const double length = (upwards ? line.height : line.width) - skip - 4;
  const double thickness = upwards ? line.width : line.height;
  const double size = std::min(9.0, thickness * 0.85), half = size * 0.35;
  const double right_width = right.empty() ? 0 : text_width(right, size) + size * 0.4;
  const std::string fitted = fit_text(left, size, length - right_width);
  const TextStyle begin{size, Anchor::start, "#111111", false, upwards};
  const TextStyle end{size, Anchor::end, "#111111", false, upwards};
  if (upwards) {
    svg_.text({line.mid_x() + half, line.bottom() - skip - 2}, fitted, begin);
    svg_.text({line.mid_x() + half, line.y + 2}, right, end);
  } else {
    svg_.text({line.x + skip + 2, line.mid_y() + half}, fitted, begin);
    svg_.text({line.right() - 2, line.mid_y() + half}, right, end);
  }
}

void ArrayDrawing::draw_edges(arch::TileCoord tile) const {
  const auto& edges = view_.edges_in(tile);
  if (edges.empty()) return;
  const bool upwards = view_.lines_upwards();
  const double capacity = static_cast<double>(device_.memory_size(arch::TileKind::memory).value);
  svg_.rect(view_.body(tile), {"#ffffff", "#888888", 1}, 4);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const Edge& edge = *edges[i];
    const std::int64_t bytes = std::int64_t{edge.buffer[0].size} + edge.buffer[1].size;
    const double share = std::min(1.0, static_cast<double>(bytes) / capacity);
    const Rgb colour = layer_colour(layer_of(edge, edge.writers.front()));
    const Box entry = view_.line(tile, i, edges.size());
    Box line = entry;  // where there is width, the name stands above the bar
    if (!upwards) line = {entry.x, entry.mid_y(), entry.width, entry.height / 2 - 1};
    Box bar = line;
    if (upwards) {
      bar.height = std::max(1.0, line.height * share);
      bar.y = line.bottom() - bar.height;
    } else {
      bar.width = std::max(1.0, line.width * share);
    }
    svg_.open_group(fmt::format(
        "{}: {}\n{} x {} in rows of {}, twice: {} of {}\n{} writers, {} readers, {} regions",
        device_.tile_name(tile), edge.name, edge.stored.rows.size(), edge.tensor_slice.cols.size(),
        edge.pitch(), size_text(bytes), size_text(device_.memory_size(arch::TileKind::memory).value),
        edge.writers.size(), edge.readers.size(), edge.regions.size()));
    svg_.rect(line, {colour.tinted(0.12).hex(), "none"}, 2);
    svg_.rect(bar, {colour.tinted(0.55).hex(), "none"}, 2);
    if (upwards) {
      draw_line_text(line, 0, edge.name, size_text(bytes));
    } else {
      draw_line_text({entry.x, entry.y, entry.width, entry.height / 2}, 0, edge.name, "");
      draw_line_text(line, 0, "", size_text(bytes));
    }
    svg_.close_group();
  }
}

void ArrayDrawing::draw_plios(arch::TileCoord tile) const {
  if (device_.kind(tile) != arch::TileKind::shim) return;
  const auto& plios = view_.plios_in(tile.col);
  if (plios.empty()) return;
  svg_.rect(view_.body(tile), {"#ffffff", "#888888", 1}, 4);
  for (std::size_t i = 0; i < plios.size(); ++i) {
    const arch::PlioChannel& channel = plios[i]->channel;
    std::string boxes;
    for (const arch::PlioSlice& slice : plios[i]->slices) {
      boxes += fmt::format("\nrows {}..{}, columns {}..{}", slice.row, slice.row + slice.rows - 1, slice.col,
                           slice.col + slice.cols - 1);
    }
    const bool input = channel.direction == arch::PlioChannel::Direction::input;
    const Box line = view_.line(tile, i, plios.size());
    const double mark = std::min(9.0, std::min(line.width, line.height) * 0.8);
    const std::string way =
        plios[i]->noc
            ? fmt::format("NoC DMA {}, South {}", arch::to_string(plios[i]->noc->channel), channel.index)
            : fmt::format("channel {}, {} bit at {:g} MHz", channel.index, channel.width_bits,
                          channel.pl_clock_mhz);
    svg_.open_group(fmt::format("{}: {} {} {}, {}{}", device_.tile_name(tile), plan_.host_end(),
                                input ? "in" : "out", channel.name, way, boxes));
    const Point centre = view_.lines_upwards() ? Point{line.mid_x(), line.bottom() - mark / 2 - 1}
                                               : Point{line.x + mark / 2 + 1, line.mid_y()};
    draw_plio_mark(svg_, centre, mark, input, "#333333");
    draw_line_text(line, mark + 2, channel.name, "");
    svg_.close_group();
  }
}

}  // namespace

void draw_array(SvgWriter& svg, const Plan& plan, const arch::Device& device, const ArrayView& view) {
  ArrayDrawing(svg, plan, device, view).draw();
}

}  // namespace aie4ml::compiler
