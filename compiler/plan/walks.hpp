// Rectangles as address walks of buffer descriptors. The same rectangle is walked at both ends of a stream,
// in a tile's blocks and in the row-major memory tile, and must give the same order of words: the order of
// the blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "arch/image/dma.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

// Before locks and ids. Addresses relative to the start of the buffer.
struct Walk {
  std::int32_t address_words{};
  std::vector<arch::BdDimension> dimensions;
  std::uint8_t zero_blocks{};  // appended to dimension 2
};

// The rectangle cut so that every part, in rows and in columns, is either whole blocks or lies within one:
// what one descriptor can walk. In the order of the stream; a rectangle on block boundaries stays whole.
// `slice` is relative to the upper left corner of the tile's slice.
std::vector<Slice> descriptor_parts(const Slice& slice, const BlockFormat& format);

// Whether the rectangle begins and ends on 32-bit words in its fast direction.
bool on_words(const Slice& slice, const BlockFormat& format, int element_bytes);

// max_wrap: the largest size of a dimension that the DMA can encode.

// A tile's buffer: a slice of rows x cols in blocks. `part` is one of descriptor_parts(), on_words().
Walk tile_walk(const Slice& part, std::int32_t cols, const BlockFormat& format, int element_bytes,
               std::int32_t max_wrap);

// The same part in a row-major buffer with `pitch` elements from row to row, the part's corner being at row
// and column `at`. With format.transposed the buffer holds the transposed matrix. zero_cols follow each row
// of blocks.
struct Corner {
  std::int32_t row{}, col{};
};
Walk memory_walk(const Slice& part, Corner at, std::int32_t pitch, const BlockFormat& format,
                 int element_bytes, std::int32_t zero_cols, std::int32_t max_wrap);

// A slice of rows x cols from one tile's buffer to another's, each in blocks of its own format; `to` is
// transposed if it holds the transposed slice. Their stream may have any order, so one is sought that both
// walks can have in `dimensions` dimensions of at most max_wrap (but the last): with words in long runs at
// both ends, then with few dimensions. nullopt: there is none.
struct DirectWalks {
  Walk from, to;
};
std::optional<DirectWalks> direct_walks(std::int32_t rows, std::int32_t cols, const BlockFormat& from,
                                        const BlockFormat& to, int element_bytes, int dimensions,
                                        std::int32_t max_wrap);

// Row by row, as PLIOs and relays have it.
Walk row_walk(const Slice& part, std::int32_t pitch, int element_bytes, std::int32_t max_wrap);

}  // namespace aie4ml::compiler
