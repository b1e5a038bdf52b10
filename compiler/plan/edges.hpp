// The tensor between two layers, or between a layer and the boundary, as it lies in a memory tile: which
// columns each stream carries, and the regions they are cut into.
#pragma once

#include "arch/device/device.hpp"
#include "compiler/plan/plan.hpp"

namespace aie4ml::compiler {

struct EdgeCut {
  int block_columns{8};     // readers of layers take whole blocks of the matrix multiply
  int max_zero_blocks{15};  // that the DMA can append to a row of blocks
};

// Fills pitch and regions from the writers' and readers' columns, which must be given left to right, without
// gaps, beginning at column 0, none of them wholly beyond the tensor. Columns that are read but not written
// and cannot be made by the DMA stay zero in the buffer.
void cut_regions(Edge& edge, const EdgeCut& cut);

// Bytes of one half of the buffer.
std::int64_t half_bytes(const Edge& edge);
// The regions of one writer (reader), left to right, as indices into Edge::regions.
std::vector<int> regions_of_writer(const Edge& edge, int writer);
std::vector<int> regions_of_reader(const Edge& edge, int reader);
// Streams have whole words: columns a PLIO carries for a slice of so many columns.
int plio_columns_on_stream(int columns, int element_bytes);

}  // namespace aie4ml::compiler
