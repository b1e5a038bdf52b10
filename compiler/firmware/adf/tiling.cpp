#include "compiler/firmware/adf/tiling.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace aie4ml::compiler {
namespace {

constexpr int kWordBytes = 4;

void add_steps(Tiling& tiling, const std::vector<Tiling::Step>& steps) {
  for (const Tiling::Step& step : steps) {
    if (step.wrap > 1) tiling.traversal.push_back(step);
  }
}

std::string steps_text(const std::vector<Tiling::Step>& steps) {
  std::string text;
  for (const Tiling::Step& step : steps) {
    text += fmt::format("{}{{.dimension = {}, .stride = {}, .wrap = {}}}", text.empty() ? "" : ", ",
                        step.dimension, step.stride, step.wrap);
  }
  return text;
}

std::string to_text(const Tiling& tiling, const std::string& indent) {
  std::string text = fmt::format(
      "tiling({{.buffer_dimension = {{{}}}, .tiling_dimension = {{{}}}, .offset = {{{}}}",
      fmt::join(tiling.buffer, ", "), fmt::join(tiling.tile, ", "), fmt::join(tiling.offset, ", "));
  if (!tiling.traversal.empty()) {
    text += fmt::format(",\n{}        .tile_traversal = {{{}}}", indent, steps_text(tiling.traversal));
  }
  if (!tiling.boundary.empty()) {
    text +=
        fmt::format(",\n{}        .boundary_dimension = {{{}}}", indent, fmt::join(tiling.boundary, ", "));
  }
  return text + "})";
}

}  // namespace

Tiling block_tiling(const Matrix& in, const Slice& slice, const BlockFormat& format) {
  const std::int32_t rows = std::min(slice.rows.size(), format.block_rows);
  const std::int32_t cols = std::min(slice.cols.size(), format.block_cols);
  Tiling tiling{{in.cols, in.rows}, {cols, rows}, {slice.cols.begin, slice.rows.begin}, {}, {}};
  add_steps(tiling, {{0, cols, slice.cols.size() / cols}, {1, rows, slice.rows.size() / rows}});
  return tiling;
}

Tiling transposed_block_tiling(const Matrix& in, const Slice& slice, const BlockFormat& format) {
  const std::int32_t rows = format.block_cols;  // of the buffer: the kernel's columns
  const std::int32_t cols = format.block_rows;
  Tiling tiling{{in.cols, in.rows}, {cols, rows}, {slice.cols.begin, slice.rows.begin}, {}, {}};
  add_steps(tiling, {{1, rows, slice.rows.size() / rows}, {0, cols, slice.cols.size() / cols}});
  return tiling;
}

Tiling row_tiling(const Matrix& in, const Slice& slice) {
  return {{in.cols, in.rows},
          {slice.cols.size(), slice.rows.size()},
          {slice.cols.begin, slice.rows.begin},
          {},
          {}};
}

Tilings row_tilings(const Matrix& in, const std::vector<Slice>& slices) {
  std::vector<Slice> joined;
  for (const Slice& slice : slices) {
    if (!joined.empty() && joined.back().cols == slice.cols && joined.back().rows.end == slice.rows.begin) {
      joined.back().rows.end = slice.rows.end;
    } else {
      joined.push_back(slice);
    }
  }
  Tilings tilings;
  for (const Slice& slice : joined) tilings.push_back(row_tiling(in, slice));
  return tilings;
}

Tiling tile_tiling(const Slice& part, const Matrix& held, const BlockFormat& format) {
  const std::int32_t m = format.block_rows;
  const std::int32_t n = format.block_cols;
  Tiling tiling{{n, m, held.cols / n, held.rows / m},
                {std::min(part.cols.size(), n), std::min(part.rows.size(), m), 1, 1},
                {part.cols.begin % n, part.rows.begin % m, part.cols.begin / n, part.rows.begin / m},
                {},
                {}};
  add_steps(tiling, {{2, 1, (part.cols.size() + n - 1) / n}, {3, 1, (part.rows.size() + m - 1) / m}});
  return tiling;
}

Tilings walk_tilings(const Walk& walk, int element_bytes) {
  const std::int32_t word = kWordBytes / element_bytes;
  std::vector<arch::BdDimension> order;
  for (const arch::BdDimension& d : walk.dimensions) {
    if (d.size > 1) order.push_back(d);
  }
  if (order.size() < 2) return {};
  std::vector<arch::BdDimension> memory = order;
  std::sort(memory.begin(), memory.end(),
            [](const auto& a, const auto& b) { return a.stride_words < b.stride_words; });
  Tiling tiling;
  for (const arch::BdDimension& d : memory) {
    const bool first = tiling.buffer.empty();
    tiling.buffer.push_back(first ? d.size * word : d.size);
    tiling.tile.push_back(first ? word : 1);
    tiling.offset.push_back(0);
  }
  for (const arch::BdDimension& d : order) {
    const auto at = std::find_if(memory.begin(), memory.end(),
                                 [&](const auto& m) { return m.stride_words == d.stride_words; });
    const auto dimension = static_cast<int>(at - memory.begin());
    if (dimension == 0 && &d == &order.front()) {
      tiling.tile.front() = d.size * word;  // a run
      continue;
    }
    tiling.traversal.push_back({dimension, dimension == 0 ? word : 1, d.size});
  }
  return {tiling};
}

std::string to_text(const Tilings& tilings, std::size_t indent) {
  const std::string spaces(indent, ' ');
  if (tilings.size() == 1) return to_text(tilings.front(), spaces);
  std::string text;
  for (const Tiling& tiling : tilings) {
    text += fmt::format("{}{}", text.empty() ? "{" : ",\n" + spaces + " ", to_text(tiling, spaces + " "));
  }
  return text + "}";
}

}  // namespace aie4ml::compiler
