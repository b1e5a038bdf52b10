#include "compiler/draw/marks.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace aie4ml::compiler {

double role_tint(kernels::CascadeRole role) {
  switch (role) {
    case kernels::CascadeRole::first:
      return 0.22;
    case kernels::CascadeRole::middle:
      return 0.4;
    case kernels::CascadeRole::last:
    case kernels::CascadeRole::single:
      break;
  }
  return 0.65;
}

std::int64_t tile_bytes(const TilePlan& tile) {
  std::int64_t bytes = 0;
  for (const PlacedBuffer& buffer : tile.buffers()) bytes += buffer.size;
  return bytes;
}

std::string size_text(std::int64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  const double kilobytes = static_cast<double>(bytes) / 1024;
  if (kilobytes >= 100 || bytes % 1024 == 0) return fmt::format("{:.0f} KB", kilobytes);
  return fmt::format("{:.1f} KB", kilobytes);
}

// By the logarithm: streams of a design differ by orders of magnitude.
double stream_width(std::int64_t words, std::int64_t most, double widest) {
  const double share =
      most <= 1 ? 1.0
                : std::log2(1.0 + static_cast<double>(words)) / std::log2(1.0 + static_cast<double>(most));
  return widest * (0.35 + 0.65 * share);
}

std::int64_t most_words(const Plan& plan) {
  std::int64_t most = 1;
  for (const Net& net : plan.nets) most = std::max(most, net.words_per_iteration);
  return most;
}

void draw_plio_mark(SvgWriter& svg, Point centre, double size, bool input, const std::string& colour) {
  const double half = size / 2, towards = input ? -half : half;
  svg.polygon({{centre.x - half, centre.y - towards},
               {centre.x + half, centre.y - towards},
               {centre.x, centre.y + towards}},
              {input ? colour : "#ffffff", colour, 1});
}

void draw_cascade(SvgWriter& svg, Point from, Point to, double size, const std::string& colour) {
  const double shaft = size * 0.22, neck = to.x - size;
  svg.polygon({{from.x, from.y - shaft},
               {neck, from.y - shaft},
               {neck, from.y - size / 2},
               {to.x, to.y},
               {neck, from.y + size / 2},
               {neck, from.y + shaft},
               {from.x, from.y + shaft}},
              {colour, "#ffffff", 0.75});
}

}  // namespace aie4ml::compiler
