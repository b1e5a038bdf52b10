// Streams drawn over the switches that they pass.
#pragma once

#include "compiler/draw/array_view.hpp"
#include "compiler/draw/svg_writer.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// The busiest stream is drawn as wide as the tracks allow, and no wider than this.
inline constexpr double kWidestLine = 2.2;  // px

// One line for each net that has a route, in the colour of its layer; width and tint by words per iteration.
void draw_routes(SvgWriter& svg, const Plan& plan, const ArrayView& view);

}  // namespace aie4ml::compiler
