#include "compiler/draw/draw_routes.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/draw/marks.hpp"
#include "compiler/draw/palette.hpp"
#include "compiler/draw/route_tracks.hpp"

namespace aie4ml::compiler {
namespace {

constexpr double kThinnestLine = 1;  // px, of the busiest stream

}  // namespace

void draw_routes(SvgWriter& svg, const Plan& plan, const ArrayView& view) {
  const RouteTracks tracks(plan, view);
  const std::int64_t most = most_words(plan);
  const double widest = std::clamp(tracks.spacing() * 0.65, kThinnestLine, kWidestLine),
               arrow = std::min(4.0, view.gutter() * 0.13);
  for (std::size_t i = 0; i < plan.routes.size() && i < plan.nets.size(); ++i) {
    const Net& net = plan.nets[i];
    // Little used streams are paler as well as thinner.
    const double width = stream_width(net.words_per_iteration, most, widest);
    const std::string colour = layer_colour(net.layer).shaded(0.8).tinted(0.5 + 0.5 * width / widest).hex();
    std::set<arch::TileCoord> passed;
    std::vector<std::vector<Point>> lines;
    for (const Hop& hop : plan.routes[i]) {
      lines.push_back(tracks.line(hop));
      passed.insert(hop.tile);
    }
    if (lines.empty()) continue;
    svg.open_group(fmt::format("{}: {} words per iteration, {} {}, {} switches", net.name,
                               net.words_per_iteration, net.sinks.size(),
                               net.sinks.size() == 1 ? "sink" : "sinks", passed.size()));
    svg.polylines(lines, {"none", colour, width});
    for (std::size_t h = 0; h < lines.size(); ++h) {
      const Hop& hop = plan.routes[i][h];
      if (RouteTracks::is_local(hop.tile, hop.connection.slave)) {
        svg.circle(lines[h].front(), arrow * 0.6, {colour, "none"});
      }
      if (RouteTracks::is_local(hop.tile, hop.connection.master)) {
        const Point tip = lines[h].back();
        svg.polygon({tip, {tip.x - arrow, tip.y - arrow * 0.65}, {tip.x - arrow, tip.y + arrow * 0.65}},
                    {colour, "none"});
      }
    }
    svg.close_group();
  }
}

}  // namespace aie4ml::compiler
