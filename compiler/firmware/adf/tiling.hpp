// Access patterns of ADF: what a port of a shared buffer, or the DMA behind a kernel's port, goes through.
// Dimension 0 is the fastest in memory; everything counts in elements (UG1603, tiling parameters).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/plan/plan.hpp"
#include "compiler/plan/walks.hpp"

namespace aie4ml::compiler {

struct Tiling {
  struct Step {
    int dimension{};
    std::int32_t stride{}, wrap{};
    friend bool operator==(const Step&, const Step&) = default;
  };
  std::vector<std::int32_t> buffer, tile, offset;
  std::vector<Step> traversal;         // innermost first
  std::vector<std::int32_t> boundary;  // beyond it a read gives zeros; empty: nowhere
  friend bool operator==(const Tiling&, const Tiling&) = default;
};
using Tilings = std::vector<Tiling>;  // one after the other

// A row-major matrix in a shared buffer.
struct Matrix {
  std::int32_t rows{}, cols{};
};

// A rectangle in blocks, each row by row, row of blocks by row of blocks.
Tiling block_tiling(const Matrix& in, const Slice& slice, const BlockFormat& format);
// Of the transpose of what a kernel wants: the kernel's blocks, each column by column, in the kernel's order.
Tiling transposed_block_tiling(const Matrix& in, const Slice& slice, const BlockFormat& format);
// Row by row.
Tiling row_tiling(const Matrix& in, const Slice& slice);

// Rectangles row by row, one after the other; those that lie below each other become one.
Tilings row_tilings(const Matrix& in, const std::vector<Slice>& slices);

// A part of a tile's buffer that descriptor_parts() gives, in the order of blocks. The buffer holds rows x
// cols and has the dimensions block_dimensions() says.
Tiling tile_tiling(const Slice& part, const Matrix& held, const BlockFormat& format);
// The order of a walk over all of a tile's buffer; nothing where that is from its first to its last element.
Tilings walk_tilings(const Walk& walk, int element_bytes);

// "tiling({.buffer_dimension = {64, 8}, ...})", several in braces; lines after the first are indented.
std::string to_text(const Tilings& tilings, std::size_t indent);

}  // namespace aie4ml::compiler
