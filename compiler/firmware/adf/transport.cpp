#include "compiler/firmware/adf/transport.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "compiler/plan/chain_builder.hpp"
#include "compiler/plan/edges.hpp"
#include "compiler/plan/walks.hpp"

namespace aie4ml::compiler {
namespace {

using Kind = Endpoint::Kind;
using Output = std::pair<std::int32_t, std::int32_t>;  // layer, slice

std::size_t at(std::int32_t index) {
  return static_cast<std::size_t>(index);
}

Slice moved(const Slice& slice, std::int32_t rows, std::int32_t cols) {
  return {{slice.rows.begin + rows, slice.rows.end + rows}, {slice.cols.begin + cols, slice.cols.end + cols}};
}

// The pieces of a box from their sizes: they come row by row of pieces.
std::vector<Slice> pieces_in_box(const std::vector<Slice>& sizes, std::int32_t cols) {
  std::vector<Slice> pieces;
  std::int32_t row = 0;
  std::int32_t col = 0;
  for (const Slice& size : sizes) {
    pieces.push_back({{row, row + size.rows.size()}, {col, col + size.cols.size()}});
    col += size.cols.size();
    if (col < cols) continue;
    col = 0;
    row += size.rows.size();
  }
  return pieces;
}

class TransportPlanner {
 public:
  TransportPlanner(const Plan& plan, const LiveParts& live, const arch::Device& device)
      : plan_(plan), live_(live), device_(device) {}

  AdfTransport run() {
    find_outputs_in_pieces();
    for (std::size_t e = 0; e < plan_.edges.size(); ++e) {
      transport_.buffers.push_back(live_.edge(e) ? shared_buffer(plan_.edges[e]) : SharedBuffer{});
    }
    for (std::size_t l = 0; l < plan_.direct.size(); ++l) add_link(l);
    return std::move(transport_);
  }

 private:
  [[nodiscard]] const LayerPlan& layer(std::int32_t index) const { return plan_.layers[at(index)]; }
  [[nodiscard]] static Matrix size_of(const Slice& box) { return {box.rows.size(), box.cols.size()}; }

  [[nodiscard]] static std::vector<Slice> written_by(const Edge& edge, std::size_t writer) {
    std::vector<Slice> slices;
    for (const int r : regions_of_writer(edge, static_cast<int>(writer))) {
      slices.push_back(edge.regions[at(r)].written);
    }
    return slices;
  }

  void find_outputs_in_pieces() {
    for (std::size_t e = 0; e < plan_.edges.size(); ++e) {
      if (!live_.edge(e)) continue;
      const Edge& edge = plan_.edges[e];
      for (std::size_t w = 0; w < edge.writers.size(); ++w) {
        const Endpoint& end = edge.writers[w];
        if (end.kind != Kind::layer) continue;
        if (fits_whole(edge, w)) continue;
        const LayerPort& port = layer(end.index).output;
        const Slice& box = port.slices[at(end.slice)].slice;
        std::vector<Slice>& pieces = pieces_[{end.index, end.slice}];
        pieces = pieces_in_box(written_by(edge, w), box.cols.size());
        transport_.out[{end.index, end.slice}] = tile_tilings(pieces, box, port.format);
      }
    }
  }
  // Where all that a writer brings lies in the stored matrix; nothing of what nobody wants of the others.
  [[nodiscard]] std::vector<Slice> places(const Edge& edge, std::size_t writer) const {
    const Endpoint& end = edge.writers[writer];
    if (end.kind == Kind::layer) {
      const Slice& box = layer(end.index).output.slices[at(end.slice)].slice;
      return {{{end.row, end.row + box.rows.size()}, {end.col, end.col + box.cols.size()}}};
    }
    std::vector<Slice> wanted;
    for (const int r : regions_of_writer(edge, static_cast<int>(writer))) {
      if (edge.regions[at(r)].reader >= 0) wanted.push_back(edge.regions[at(r)].written);
    }
    return wanted;
  }
  // Whether a layer's slice can be stored as it is, with what nobody here wants of it: nothing else lies
  // there.
  [[nodiscard]] bool fits_whole(const Edge& edge, std::size_t writer) const {
    const Slice box = places(edge, writer).front();
    if (box.rows.begin < edge.stored.rows.begin || box.cols.begin < edge.stored.cols.begin) return false;
    for (std::size_t w = 0; w < edge.writers.size(); ++w) {
      if (w == writer) continue;
      for (const Slice& other : places(edge, w)) {
        if (box.rows.begin < other.rows.end && other.rows.begin < box.rows.end &&
            box.cols.begin < other.cols.end && other.cols.begin < box.cols.end) {
          return false;
        }
      }
    }
    return true;
  }
  static Tilings tile_tilings(const std::vector<Slice>& pieces, const Slice& box, const BlockFormat& format) {
    Tilings tilings;
    for (const Slice& piece : pieces) {
      for (const Slice& part : descriptor_parts(piece, format)) {
        tilings.push_back(tile_tiling(part, size_of(box), format));
      }
    }
    return tilings;
  }

  [[nodiscard]] bool goes_whole(const Endpoint& end) const {
    return end.kind == Kind::layer && !pieces_.contains({end.index, end.slice});
  }

  // Where a layer's slice of its operand lies in the edge's buffer.
  [[nodiscard]] Slice reader_box(const Edge& edge, const Endpoint& end) const {
    const Slice& slice = layer(end.index).inputs[at(end.operand)].slices[at(end.slice)].slice;
    return moved(edge.transposed ? slice.transposed() : slice, -edge.stored.rows.begin,
                 -edge.stored.cols.begin);
  }

  [[nodiscard]] SharedBuffer shared_buffer(const Edge& edge) const {
    SharedBuffer buffer;
    buffer.size = size_of(edge.stored);
    for (const Endpoint& end : edge.readers) {
      if (end.kind != Kind::layer) continue;
      const Slice box = reader_box(edge, end);
      buffer.size.rows = std::max(buffer.size.rows, box.rows.end);
      buffer.size.cols = std::max(buffer.size.cols, box.cols.end);
    }
    for (std::size_t w = 0; w < edge.writers.size(); ++w) {
      if (!goes_whole(edge.writers[w])) continue;
      const Slice box = places(edge, w).front();
      buffer.size.rows = std::max(buffer.size.rows, box.rows.end - edge.stored.rows.begin);
      buffer.size.cols = std::max(buffer.size.cols, box.cols.end - edge.stored.cols.begin);
    }
    const std::int32_t first_dump_row = buffer.size.rows;
    for (const Region& region : edge.regions) {
      if (region.reader >= 0 || goes_whole(edge.writers[at(region.writer)])) continue;
      const auto elements = static_cast<std::int32_t>(region.written.elements());
      buffer.dump_rows = std::max(buffer.dump_rows, (elements + buffer.size.cols - 1) / buffer.size.cols);
    }
    buffer.size.rows += buffer.dump_rows;
    for (std::size_t w = 0; w < edge.writers.size(); ++w) {
      buffer.in.push_back(written(edge, w, buffer.size, first_dump_row));
    }
    for (std::size_t r = 0; r < edge.readers.size(); ++r) {
      buffer.out.push_back(read(edge, r, buffer.size));
    }
    return buffer;
  }

  // What nobody wants lies one after the other in the rows for it.
  static void dump(Tilings& tilings, const Matrix& size, std::int32_t row, std::int64_t count) {
    const auto elements = static_cast<std::int32_t>(count);
    const std::int32_t whole = elements / size.cols;
    const std::int32_t rest = elements % size.cols;
    if (whole > 0) tilings.push_back(row_tiling(size, {{row, row + whole}, {0, size.cols}}));
    if (rest > 0) tilings.push_back(row_tiling(size, {{row + whole, row + whole + 1}, {0, rest}}));
  }

  [[nodiscard]] Tilings written(const Edge& edge, std::size_t writer, const Matrix& size,
                                std::int32_t dump_row) const {
    const Endpoint& end = edge.writers[writer];
    const std::int32_t row = edge.stored.rows.begin;
    const std::int32_t col = edge.stored.cols.begin;
    if (goes_whole(end)) {
      return {block_tiling(size, moved(places(edge, writer).front(), -row, -col),
                           layer(end.index).output.format)};
    }
    Tilings tilings;
    std::vector<Slice> rows;  // of streams row by row, not yet among the tilings
    const auto flush = [&] {
      for (Tiling& tiling : row_tilings(size, rows)) tilings.push_back(std::move(tiling));
      rows.clear();
    };
    std::size_t piece = 0;
    for (const int r : regions_of_writer(edge, static_cast<int>(writer))) {
      const Region& region = edge.regions[at(r)];
      const std::size_t index = piece++;
      if (region.reader < 0) {
        flush();
        dump(tilings, size, dump_row, region.written.elements());
        continue;
      }
      const Slice here = moved(region.written, -row, -col);
      if (end.kind != Kind::layer) {
        rows.push_back(here);
        continue;
      }
      const BlockFormat& format = layer(end.index).output.format;
      const Slice& in_box = pieces_.at({end.index, end.slice})[index];
      for (const Slice& part : descriptor_parts(in_box, format)) {
        const Slice target =
            moved(part, here.rows.begin - in_box.rows.begin, here.cols.begin - in_box.cols.begin);
        tilings.push_back(block_tiling(size, target, format));
      }
    }
    flush();
    return tilings;
  }

  [[nodiscard]] Tilings read(const Edge& edge, std::size_t reader, const Matrix& size) const {
    const Endpoint& end = edge.readers[reader];
    if (end.kind != Kind::layer) {
      std::vector<Slice> rows;
      for (const int r : regions_of_reader(edge, static_cast<int>(reader))) {
        rows.push_back(moved(edge.regions[at(r)].read, -edge.stored.rows.begin, -edge.stored.cols.begin));
      }
      return row_tilings(size, rows);
    }
    const Slice box = reader_box(edge, end);
    const BlockFormat& format = layer(end.index).inputs[at(end.operand)].format;
    Tiling tiling =
        edge.transposed ? transposed_block_tiling(size, box, format) : block_tiling(size, box, format);
    const Matrix there = written_extent(edge);
    if (box.rows.end > there.rows || box.cols.end > there.cols) {
      tiling.boundary = {std::min(there.cols, size.cols), std::min(there.rows, size.rows)};
    }
    return {tiling};
  }
  static Matrix written_extent(const Edge& edge) {
    Matrix extent;
    for (const Region& region : edge.regions) {
      if (region.reader < 0) continue;
      extent.rows = std::max(extent.rows, region.written.rows.end - edge.stored.rows.begin);
      extent.cols = std::max(extent.cols, region.written.cols.end - edge.stored.cols.begin);
    }
    return extent;
  }

  void add_link(std::size_t index) {
    const DirectLink& link = plan_.direct[index];
    if (!live_.link(plan_, link)) return;
    const LayerPort& from = layer(link.producer).output;
    const LayerPort& to = layer(link.consumer).inputs[at(link.operand)];
    const Slice& box = from.slices[at(link.out_slice)].slice;
    if (link.shared) {
      const auto pieces = pieces_.find({link.producer, link.out_slice});
      if (pieces != pieces_.end()) transport_.in[index] = tile_tilings(pieces->second, box, to.format);
      return;
    }
    const auto walks =
        direct_walks(link.slice.rows.size(), link.slice.cols.size(), from.format, to.format,
                     from.element_bytes, device_.tile_dma.dimensions, max_wrap(device_.tile_dma));
    const Tilings sent = walk_tilings(walks.value().from, from.element_bytes);
    const Tilings received = walk_tilings(walks.value().to, from.element_bytes);
    if (!sent.empty()) transport_.out[{link.producer, link.out_slice}] = sent;
    if (!received.empty()) transport_.in[index] = received;
  }

  const Plan& plan_;
  const LiveParts& live_;
  const arch::Device& device_;
  std::map<Output, std::vector<Slice>> pieces_;  // of outputs that leave in pieces, relative to their boxes
  AdfTransport transport_;
};

}  // namespace

AdfTransport plan_transport(const Plan& plan, const LiveParts& live, const arch::Device& device) {
  return TransportPlanner(plan, live, device).run();
}

}  // namespace aie4ml::compiler
