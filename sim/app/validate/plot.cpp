#include "sim/app/validate/plot.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "compiler/draw/palette.hpp"
#include "compiler/draw/svg_writer.hpp"
#include "sim/app/validate/cases.hpp"
#include "sim/app/validate/output.hpp"

namespace aie4ml::sim::validate {
namespace {

using compiler::Anchor;
using compiler::Box;
using compiler::Paint;
using compiler::Point;

constexpr Box kFrame{80, 64, 560, 560};
constexpr double kHeight = 690;
constexpr double kLegend = 664;  // x
constexpr double kLegendLine = 20;
constexpr double kMark = 4.5;
constexpr double kBand = 0.05;  // what counts as near
constexpr const char* kGrid = "#e4e4e4";
constexpr const char* kInk = "#444444";

// Cycles to a share of an axis' length; both axes have the same.
class Scale {
 public:
  explicit Scale(const std::vector<Row>& rows) {
    low_ = rows.front().published;
    high_ = low_;
    for (const Row& row : rows) {
      low_ = std::min({low_, row.published, row.predicted});
      high_ = std::max({high_, row.published, row.predicted});
    }
    low_ = std::max(low_, 1.0);
    logarithmic_ = high_ > 10 * low_;
    if (logarithmic_) {
      low_ /= 1.3;
      high_ *= 1.3;
      add_log_ticks();
    } else {
      step_ = nice_step((high_ - low_) / 6);
      low_ = std::floor(low_ / step_ - 0.1) * step_;
      high_ = std::ceil(high_ / step_ + 0.1) * step_;
      low_ = std::max(low_, 0.0);
      for (double tick = low_; tick < high_ + step_ / 2; tick += step_) ticks_.push_back(tick);
    }
  }
  [[nodiscard]] double share(double cycles) const {
    if (!logarithmic_) return (cycles - low_) / (high_ - low_);
    return std::log(cycles / low_) / std::log(high_ / low_);
  }
  [[nodiscard]] Point at(double published, double predicted) const {
    return {kFrame.x + share(published) * kFrame.width, kFrame.bottom() - share(predicted) * kFrame.height};
  }
  // predicted = factor * published as far as it lies in the frame.
  [[nodiscard]] std::vector<Point> line(double factor) const {
    const double begin = std::max(low_, low_ / factor), end = std::min(high_, high_ / factor);
    return {at(begin, begin * factor), at(end, end * factor)};
  }
  [[nodiscard]] const std::vector<double>& ticks() const { return ticks_; }

 private:
  static double nice_step(double least) {
    double step = std::max(1.0, std::pow(10, std::floor(std::log10(std::max(least, 1.0)))));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
      if (factor * step >= least) return factor * step;
    }
    return step;
  }
  void add_log_ticks() {
    for (double decade = 1; decade < high_; decade *= 10) {
      for (const double factor : {1.0, 2.0, 5.0}) {
        if (decade * factor >= low_ && decade * factor <= high_) ticks_.push_back(decade * factor);
      }
    }
  }
  double low_{}, high_{}, step_{};
  bool logarithmic_{};
  std::vector<double> ticks_;
};

std::string colour_of(std::size_t network) {
  return compiler::layer_colour(static_cast<std::int32_t>(network)).hex();
}

void draw_mark(compiler::SvgWriter& svg, Point at, const std::string& metric, const std::string& colour) {
  if (metric == to_string(Metric::interval)) {
    svg.rect({at.x - kMark, at.y - kMark, 2 * kMark, 2 * kMark}, {"none", colour, 2});
  } else {
    svg.circle(at, kMark, {colour, "#ffffff", 0.7});
  }
}

void draw_axes(compiler::SvgWriter& svg, const Scale& scale) {
  std::vector<std::vector<Point>> grid;
  for (const double tick : scale.ticks()) {
    const Point at = scale.at(tick, tick);
    grid.push_back({{at.x, kFrame.y}, {at.x, kFrame.bottom()}});
    grid.push_back({{kFrame.x, at.y}, {kFrame.right(), at.y}});
    svg.text({at.x, kFrame.bottom() + 16}, fmt::format("{:g}", tick), {11, Anchor::middle});
    svg.text({kFrame.x - 6, at.y + 4}, fmt::format("{:g}", tick), {11, Anchor::end});
  }
  svg.polylines(grid, {"none", kGrid, 1});
  svg.rect(kFrame, {"none", kInk, 1});
  svg.text({kFrame.mid_x(), kFrame.bottom() + 42}, "published (AIE clock cycles)", {13, Anchor::middle});
  svg.text({22, kFrame.mid_y()}, "predicted (AIE clock cycles)",
           {13, Anchor::middle, "#222222", false, true});
}

// Lines of a legend from the top down.
double draw_legend(compiler::SvgWriter& svg, const std::vector<Row>& rows,
                   const std::vector<NetworkSummary>& networks) {
  double y = kFrame.y + 10, right = kLegend;
  const auto entry = [&](const std::string& text) {
    svg.text({kLegend + 26, y + 4}, text, {12});
    right = std::max(right, kLegend + 26 + compiler::text_width(text, 12));
    y += kLegendLine;
  };
  const auto line = [&](const Paint& paint, const std::string& text) {
    svg.polyline({{kLegend, y}, {kLegend + 18, y}}, paint);
    entry(text);
  };
  for (std::size_t i = 0; i < networks.size(); ++i) {
    svg.rect({kLegend + 4, y - 5, 10, 10}, {colour_of(i), "none", 0});
    entry(fmt::format("{}: median {:.1f} %, mean {:+.1f} %", networks[i].network,
                      networks[i].summary.median_abs_percent, networks[i].summary.mean_signed_percent));
  }
  y += kLegendLine / 2;
  for (const Metric metric : {Metric::first_output_latency, Metric::interval}) {
    const std::string name(to_string(metric));
    if (std::none_of(rows.begin(), rows.end(), [&](const Row& row) { return row.metric == name; })) continue;
    draw_mark(svg, {kLegend + 9, y}, name, kInk);
    entry(metric == Metric::interval ? "interval" : "first output latency");
  }
  line({"none", kInk, 1.2}, "predicted = published");
  line({"none", "#aaaaaa", 1}, "+5 % and -5 %");
  return right;
}

}  // namespace

std::string plot_svg(const std::vector<Row>& rows) {
  compiler::SvgWriter svg;
  const std::string title = "Predicted against published cycles";
  svg.text({kFrame.x, 28}, title, {17, Anchor::start, "#222222", true});
  svg.text({kFrame.x, 49}, "absolute error: " + to_text(summarize(rows)), {12, Anchor::start, kInk});
  if (rows.empty()) return svg.document(kFrame.right() + 20, kHeight, title);
  const Scale scale(rows);
  draw_axes(svg, scale);
  svg.polylines({scale.line(1 + kBand), scale.line(1 - kBand)}, {"none", "#aaaaaa", 1});
  svg.polyline(scale.line(1), {"none", kInk, 1.2});
  const std::vector<NetworkSummary> networks = summarize_networks(rows);
  for (const Row& row : rows) {
    const auto network = std::find_if(networks.begin(), networks.end(),
                                      [&](const auto& entry) { return entry.network == row.network; });
    svg.open_group(fmt::format("{}\n{}: predicted {:.1f}, published {:.1f}, {:+.2f} %", row.id, row.metric,
                               row.predicted, row.published, row.error_percent()));
    draw_mark(svg, scale.at(row.published, row.predicted), row.metric,
              colour_of(static_cast<std::size_t>(network - networks.begin())));
    svg.close_group();
  }
  const double right = draw_legend(svg, rows, networks);
  return svg.document(right + 20, kHeight, title);
}

}  // namespace aie4ml::sim::validate
