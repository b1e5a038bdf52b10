// The array with the design on it: tiles, memory tiles, PLIOs, routes, cascades, axes.
#pragma once

#include "compiler/draw/array_view.hpp"
#include "compiler/draw/svg_writer.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Room that the numbers of the rows take left of the array, and those of the columns below it, in px.
inline constexpr double kAxisWidth = 46, kAxisHeight = 18;

// Draws the array where the view lies; the axes lie outside it.
void draw_array(SvgWriter& svg, const Plan& plan, const arch::Device& device, const ArrayView& view);

}  // namespace aie4ml::compiler
