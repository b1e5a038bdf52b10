// Symbols and measures that the array and its legend share.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/draw/svg_writer.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// How strongly a tile is coloured says its role in the cascade.
double role_tint(kernels::CascadeRole role);
// Bytes of all buffers of a core tile.
std::int64_t tile_bytes(const TilePlan& tile);
// "512 B", "1.5 KB", "384 KB".
std::string size_text(std::int64_t bytes);
// Line width in px for a stream; most_words: of the busiest stream; widest: in px.
double stream_width(std::int64_t words, std::int64_t most_words, double widest);
std::int64_t most_words(const Plan& plan);
// Points up for a PLIO into the array, down for one out of it. left, centre: of the symbol.
void draw_plio_mark(SvgWriter& svg, Point centre, double size, bool input, const std::string& colour);
// From west to east; the tip is at `to`.
void draw_cascade(SvgWriter& svg, Point from, Point to, double size, const std::string& colour);

}  // namespace aie4ml::compiler
