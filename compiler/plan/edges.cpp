#include "compiler/plan/edges.hpp"

#include <algorithm>
#include <limits>

#include "compiler/plan/slicing.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kWordBytes = 4;
constexpr int kNoEnd = std::numeric_limits<int>::max();

// Slices of both sides as partitions of all columns: the last of each side goes on for ever.
Interval without_end(const std::vector<Endpoint>& ends, std::size_t i) {
  return {ends[i].columns.begin, i + 1 == ends.size() ? kNoEnd : ends[i].columns.end};
}

template <class Select>
std::vector<int> regions_where(const Edge& edge, Select select) {
  std::vector<int> found;
  for (std::size_t i = 0; i < edge.regions.size(); ++i) {
    if (select(edge.regions[i])) found.push_back(static_cast<int>(i));
  }
  return found;
}

}  // namespace

void cut_regions(Edge& edge, const EdgeCut& cut) {
  const int block = cut.block_columns;
  const int written_end = edge.writers.back().columns.end;
  const int read_end = edge.readers.back().columns.end;
  // What a layer reads beyond the written blocks the DMA makes up, as far as it can.
  const bool can_pad = edge.readers.back().layer >= 0;
  const int memory_end = can_pad ? std::max(std::min(read_end, round_up(written_end, block)),
                                            read_end - cut.max_zero_blocks * block)
                                 : read_end;
  edge.pitch = std::max(round_up(written_end, block), round_up(memory_end, block));
  edge.regions.clear();
  for (std::size_t w = 0; w < edge.writers.size(); ++w) {
    for (std::size_t r = 0; r < edge.readers.size(); ++r) {
      const Interval writer = without_end(edge.writers, w);
      const Interval reader = without_end(edge.readers, r);
      const Interval both{std::max(writer.begin, reader.begin), std::min(writer.end, reader.end)};
      if (both.begin >= both.end) continue;
      Region region;
      region.writer = static_cast<int>(w);
      region.reader = static_cast<int>(r);
      region.written = {both.begin, std::min(both.end, written_end)};
      const int wanted_end = std::min(both.end, read_end);
      region.read = {both.begin, std::min(wanted_end, memory_end)};
      region.zero_columns = wanted_end - region.read.end;
      edge.regions.push_back(region);
    }
  }
}

std::int64_t half_bytes(const Edge& edge) {
  return std::int64_t{edge.rows_stored} * edge.pitch * edge.element_bytes;
}

std::vector<int> regions_of_writer(const Edge& edge, int writer) {
  return regions_where(edge, [&](const Region& region) { return region.writer == writer; });
}
std::vector<int> regions_of_reader(const Edge& edge, int reader) {
  return regions_where(edge, [&](const Region& region) { return region.reader == reader; });
}

int plio_columns_on_stream(int columns, int element_bytes) {
  return round_up(columns * element_bytes, kWordBytes) / element_bytes;
}

}  // namespace aie4ml::compiler
