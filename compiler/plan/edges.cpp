#include "compiler/plan/edges.hpp"

#include <algorithm>

#include "compiler/plan/slicing.hpp"

namespace aie4ml::compiler {
namespace {

constexpr int kWordBytes = 4;

template <class Select>
std::vector<int> regions_where(const Edge& edge, Select select) {
  std::vector<int> found;
  for (std::size_t i = 0; i < edge.regions.size(); ++i) {
    if (select(edge.regions[i])) found.push_back(static_cast<int>(i));
  }
  return found;
}

}  // namespace

std::int64_t half_bytes(const Edge& edge) {
  return edge.stored.elements() * edge.element_bytes;
}

std::int64_t dump_bytes(const Edge& edge) {
  std::int64_t most = 0;
  for (const Region& region : edge.regions) {
    if (region.reader < 0) most = std::max(most, region.written.elements() * edge.element_bytes);
  }
  return most;
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

std::int64_t writer_words(const Edge& edge, int writer) {
  std::int64_t elements = 0;
  for (const Region& region : edge.regions) {
    if (region.writer == writer) elements += region.written.elements();
  }
  return elements * edge.element_bytes / kWordBytes;
}

std::int64_t reader_words(const Edge& edge, int reader) {
  std::int64_t elements = 0;
  for (const Region& region : edge.regions) {
    if (region.reader != reader) continue;
    elements += region.read.elements() + std::int64_t{region.read.rows.size()} * region.zero_cols;
  }
  return elements * edge.element_bytes / kWordBytes;
}

std::int32_t layer_of(const Edge& edge) {
  if (edge.consumer >= 0) return edge.consumer;
  for (const Endpoint& writer : edge.writers) {
    if (writer.kind == Endpoint::Kind::layer) return writer.index;
  }
  return -1;
}

std::int32_t layer_of(const Edge& edge, const Endpoint& end) {
  return end.kind == Endpoint::Kind::layer ? end.index : layer_of(edge);
}

}  // namespace aie4ml::compiler
