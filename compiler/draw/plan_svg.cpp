#include "compiler/draw/plan_svg.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/draw/array_view.hpp"
#include "compiler/draw/draw_array.hpp"
#include "compiler/draw/draw_panels.hpp"
#include "compiler/draw/svg_writer.hpp"

namespace aie4ml::compiler {
namespace {

// All in px.
constexpr double kMargin = 20, kGap = 28;
constexpr double kWidestSheet = 1720;  // up to here the table stands beside the array
constexpr int kLongTable = 8;          // layers, from here on it is cut where there is room

}  // namespace

std::string plan_svg(const Plan& plan, const arch::Device& device) {
  ArrayView view(plan, device);
  const Headline headline(plan, device);
  const Overview overview(plan, device, view);
  const LayerTable table(plan, device);

  const double array_width = kAxisWidth + view.width();
  const bool beside = array_width + kGap + table.size().width <= kWidestSheet;
  const double width = std::max(
      {headline.size().width + kGap + overview.size().width,
       beside ? array_width + kGap + table.size().width : std::max(array_width, table.size().width)});
  int parts = 1;
  if (!beside && static_cast<int>(plan.layers.size()) > kLongTable) {
    while (table.size(parts + 1).width <= width) ++parts;
  }
  const double top = kMargin + std::max(headline.size().height, overview.size().height) + kGap;
  const Point array{kMargin + kAxisWidth, top};
  const double array_bottom = top + view.height() + kAxisHeight;
  const Point table_at =
      beside ? Point{array.x + view.width() + kGap, top} : Point{kMargin, array_bottom + kGap};
  const Legend legend(plan, device, beside ? table.size().width : width);
  const Point legend_at{table_at.x, table_at.y + table.size(parts).height + kGap / 2};

  SvgWriter svg;
  headline.draw(svg, {kMargin, kMargin});
  overview.draw(svg, {kMargin + width - overview.size().width, kMargin});
  view.move_to(array);
  draw_array(svg, plan, device, view);
  table.draw(svg, table_at, parts);
  legend.draw(svg, legend_at);
  return svg.document(width + 2 * kMargin,
                      std::max(array_bottom, legend_at.y + legend.size().height) + kMargin,
                      fmt::format("{} on {}", plan.model, device.name));
}

}  // namespace aie4ml::compiler
