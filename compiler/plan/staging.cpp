#include "compiler/plan/staging.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/plan/edges.hpp"
#include "compiler/plan/slicing.hpp"

namespace aie4ml::compiler {
namespace {

// A piece of a source's stream as the leg sees it.
struct Piece {
  bool wanted{};
  Slice written;          // stored matrix; of a piece nobody wants: rows and columns of its tensor
  Slice data;             // the part of it that is no padding
  std::int32_t reader{};  // slice of the consumer's operand
};
// A source as far as one segment of the leg uses it.
struct Stream {
  std::int32_t source{};
  Slice box;  // of the source, in the stored matrix
  std::vector<Piece> pieces;
  [[nodiscard]] bool feeds(const std::set<std::int32_t>& readers) const {
    return std::any_of(pieces.begin(), pieces.end(),
                       [&](const Piece& p) { return p.wanted && readers.contains(p.reader); });
  }
};

std::optional<Slice> common(const Slice& a, const Slice& b) {
  const Slice both{{std::max(a.rows.begin, b.rows.begin), std::min(a.rows.end, b.rows.end)},
                   {std::max(a.cols.begin, b.cols.begin), std::min(a.cols.end, b.cols.end)}};
  if (both.rows.size() <= 0 || both.cols.size() <= 0) return std::nullopt;
  return both;
}

// [0, count) in so many runs of nearly equal length.
std::vector<Interval> runs(int count, int parts) {
  std::vector<Interval> result;
  for (int i = 0; i < parts; ++i) result.push_back({count * i / parts, count * (i + 1) / parts});
  return result;
}

class LegStager {
 public:
  LegStager(const Graph& graph, const Leg& leg, const std::vector<Source>& sources,
            const arch::Device& device, Plan& plan, std::vector<Listener>& listeners)
      : graph_(graph),
        leg_(leg),
        sources_(sources),
        dma_(device.memory_tile_dma),
        plan_(plan),
        listeners_(listeners) {}

  void stage() {
    find_readers();
    find_streams();
    if (leg_.consumer < 0) {
      stage_output();
    } else {
      stage_operand();
    }
  }

 private:
  using Streams = std::vector<const Stream*>;
  using Readers = std::set<std::int32_t>;

  [[nodiscard]] const LayerPort& port() const {
    return plan_.layers[static_cast<std::size_t>(leg_.consumer)]
        .inputs[static_cast<std::size_t>(leg_.operand)];
  }

  // Boxes of the consumer's slices in the stored matrix; of a graph output everything.
  void find_readers() {
    if (leg_.consumer < 0) {
      readers_ = {{{0, leg_.rows}, {0, leg_.cols}}};
      return;
    }
    for (const PortSlice& slice : port().slices) {
      readers_.push_back(leg_.transposed ? slice.slice.transposed() : slice.slice);
    }
  }

  void find_streams() {
    for (const Segment& segment : leg_.segments) {
      for (std::size_t s = 0; s < sources_.size(); ++s) {
        if (sources_[s].tensor != segment.tensor || !common(sources_[s].box, segment.from)) continue;
        Stream stream{static_cast<std::int32_t>(s), segment.stored(sources_[s].box), {}};
        for (const Slice& piece : sources_[s].pieces) stream.pieces.push_back(piece_of(piece, segment));
        streams_.push_back(std::move(stream));
      }
    }
  }

  [[nodiscard]] Piece piece_of(const Slice& piece, const Segment& segment) const {
    const auto data = common(piece, segment.from);
    if (!data) return {false, piece, {}, -1};
    Piece result{true, segment.stored(piece), segment.stored(*data), -1};
    for (std::size_t r = 0; r < readers_.size(); ++r) {
      if (common(readers_[r], result.data)) result.reader = static_cast<std::int32_t>(r);
    }
    return result;
  }

  // The readers in so many groups of neighbours.
  [[nodiscard]] std::vector<Readers> groups(int parts) const {
    std::vector<Readers> result;
    for (const Interval& run : runs(static_cast<int>(readers_.size()), parts)) {
      Readers& group = result.emplace_back();
      for (std::int32_t r = run.begin; r < run.end; ++r) group.insert(r);
    }
    return result;
  }

  // The fewest memory tiles that have the channels and descriptors, if need be with relays in front.
  void stage_operand() {
    const auto stage_first = [&](auto fit) {
      for (int parts = 1; parts <= static_cast<int>(readers_.size()); ++parts) {
        const std::vector<Readers> candidate = groups(parts);
        if (!std::all_of(candidate.begin(), candidate.end(), fit)) continue;
        for (const Readers& group : candidate) stage_group(group, parts > 1);
        return true;
      }
      return false;
    };
    const auto few = [&](const Readers& group) { return std::ssize(group) <= dma_.mm2s_channels; };
    if (!stage_first([&](const Readers& group) { return few(group) && fits(feeding(group), group); })) {
      stage_first(few);
    }
  }

  [[nodiscard]] Streams feeding(const Readers& readers) const {
    Streams feeding;
    for (const Stream& stream : streams_) {
      if (stream.feeds(readers)) feeding.push_back(&stream);
    }
    return feeding;
  }
  [[nodiscard]] bool fits(const Streams& streams, const Readers& readers) const {
    std::size_t descriptors = 0;
    for (const Stream* stream : streams) {
      for (const Piece& piece : stream->pieces) {
        descriptors += piece.wanted && readers.contains(piece.reader) ? 2 : 1;
      }
    }
    return std::ssize(streams) <= dma_.s2mm_channels && static_cast<std::int64_t>(descriptors) <= dma_.bds;
  }

  void stage_group(const Readers& readers, bool is_part) {
    const Streams streams = feeding(readers);
    Edge edge = new_edge(is_part ? fmt::format(" part {}", ++parts_) : "");
    for (const std::int32_t r : readers) {
      edge.readers.push_back({Endpoint::Kind::layer, leg_.consumer, leg_.operand, r, 0, 0, {}});
    }
    if (std::ssize(streams) <= dma_.s2mm_channels) {
      for (const Stream* stream : streams) add_writer(edge, *stream, readers);
    } else {
      relay(edge, streams, readers);
    }
    finish(std::move(edge));
  }

  // Each relay collects as many streams as a memory tile takes and sends what they bring as one.
  void relay(Edge& edge, const Streams& streams, const Readers& readers) {
    const int count = static_cast<int>(streams.size());
    const int relays = ceil_div(count, dma_.s2mm_channels);
    // Its own index is known once the relays, which come before it, are there.
    const auto target = static_cast<std::int32_t>(plan_.edges.size()) + relays;
    for (const Interval& run : runs(count, relays)) {
      Edge collector = new_edge(fmt::format(" relay {}", ++relays_));
      collector.relay_to = target;
      const auto writer = static_cast<std::int32_t>(edge.writers.size());
      collector.readers.push_back({Endpoint::Kind::relay, target, 0, writer, 0, 0, {}});
      for (std::int32_t s = run.begin; s < run.end; ++s) {
        add_writer(collector, *streams[static_cast<std::size_t>(s)], readers);
      }
      for (Region& region : collector.regions) {
        if (region.reader < 0) continue;
        Region sent = region;
        sent.writer = writer;
        edge.regions.push_back(sent);
        region.reader = 0;
        region.read = region.written;
        region.zero_cols = 0;
      }
      edge.writers.push_back(
          {Endpoint::Kind::relay, static_cast<std::int32_t>(plan_.edges.size()), 0, 0, 0, 0, {}});
      finish(std::move(collector));
    }
  }

  void stage_output() {
    const int parts =
        ceil_div(static_cast<int>(streams_.size()), std::min(dma_.s2mm_channels, dma_.mm2s_channels));
    for (const Interval& run : runs(static_cast<int>(streams_.size()), parts)) {
      Edge edge = new_edge(parts > 1 ? fmt::format(" part {}", ++parts_) : "");
      for (std::int32_t s = run.begin; s < run.end; ++s) {
        const Stream& stream = streams_[static_cast<std::size_t>(s)];
        const std::size_t first = edge.regions.size();
        add_writer(edge, stream, {0});
        edge.readers.push_back(
            {Endpoint::Kind::plio, static_cast<std::int32_t>(plan_.plios.size()), 0, 0, 0, 0, {}});
        add_output_plio(edge, first);
      }
      finish(std::move(edge));
    }
  }

  // Sends what the regions from `first` on bring: data without padding, rows of whole words.
  void add_output_plio(Edge& edge, std::size_t first) {
    const auto index = static_cast<std::int32_t>(plan_.plios.size());
    PlioPlan plio;
    plio.port = leg_.operand;
    plio.transposed = leg_.transposed;
    plio.channel.direction = arch::PlioChannel::Direction::output;
    for (std::size_t i = first; i < edge.regions.size(); ++i) {
      Region& region = edge.regions[i];
      if (region.reader < 0) continue;
      region.reader = static_cast<std::int32_t>(edge.readers.size()) - 1;
      const Slice data = common(region.written, readers_.front()).value();
      const std::int32_t on_stream = plio_columns_on_stream(data.cols.size(), edge.element_bytes);
      region.read = {data.rows, {data.cols.begin, data.cols.begin + on_stream}};
      region.zero_cols = 0;
      plio.slices.push_back({index, data.rows.begin, data.rows.size(), data.rows.size(), data.cols.begin,
                             data.cols.size(), on_stream});
    }
    plan_.plios.push_back(std::move(plio));
  }

  [[nodiscard]] Edge new_edge(const std::string& part) const {
    const Tensor& tensor = graph_.tensor(leg_.tensor);
    Edge edge;
    edge.tensor = leg_.tensor;
    edge.name = tensor.name + part;
    edge.consumer = leg_.consumer;
    edge.operand = leg_.operand;
    edge.transposed = leg_.transposed;
    edge.tensor_slice = {{0, leg_.rows}, {0, leg_.cols}};
    edge.element_bytes = arch::bytes(tensor.quant.type);
    return edge;
  }

  // The writer's regions; what none of the readers wants gets none.
  void add_writer(Edge& edge, const Stream& stream, const Readers& readers) {
    const Source& source = sources_[static_cast<std::size_t>(stream.source)];
    const auto writer = static_cast<std::int32_t>(edge.writers.size());
    edge.writers.push_back(
        {source.kind, source.index, 0, source.slice, stream.box.rows.begin, stream.box.cols.begin, {}});
    pending_.push_back({stream.source, 0, writer});
    for (const Piece& piece : stream.pieces) {
      Region region;
      region.writer = writer;
      region.written = piece.written;
      if (piece.wanted && readers.contains(piece.reader)) {
        region.reader = static_cast<std::int32_t>(std::distance(readers.begin(), readers.find(piece.reader)));
        region.read = piece.written;
        if (leg_.consumer >= 0) set_read(region, piece);
      }
      edge.regions.push_back(region);
    }
  }

  // A layer's slice goes on behind the tensor: what lies there in memory is zero, or the DMA makes it up.
  void set_read(Region& region, const Piece& piece) const {
    const Slice& box = readers_[static_cast<std::size_t>(piece.reader)];
    if (piece.data.rows.end == leg_.rows) region.read.rows.end = box.rows.end;
    if (piece.data.cols.end != leg_.cols) return;
    region.read.cols.end = box.cols.end;
    const std::int32_t block = port().format.block_cols;
    const bool whole_blocks = (region.read.cols.begin - box.cols.begin) % block == 0;
    if (leg_.transposed || !whole_blocks) return;
    const auto round_from_box = [&](std::int32_t col) {
      return box.cols.begin + round_up(col - box.cols.begin, block);
    };
    const int most = dma_.padding_bits.size() > 2 ? (1 << dma_.padding_bits[2]) - 1 : 0;
    const std::int32_t in_memory = std::max(std::min(box.cols.end, round_from_box(region.written.cols.end)),
                                            box.cols.end - most * block);
    region.zero_cols = box.cols.end - in_memory;
    region.read.cols.end = in_memory;
  }

  void finish(Edge edge) {
    edge.stored = extent(edge);
    for (Listener& listener : pending_) {
      listener.edge = static_cast<std::int32_t>(plan_.edges.size());
      listeners_.push_back(listener);
    }
    pending_.clear();
    plan_.edges.push_back(std::move(edge));
  }

  [[nodiscard]] static Slice extent(const Edge& edge) {
    constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
    Slice all{{kMost, 0}, {kMost, 0}};
    const auto include = [](Interval& whole, const Interval& part) {
      whole = {std::min(whole.begin, part.begin), std::max(whole.end, part.end)};
    };
    for (const Region& region : edge.regions) {
      if (region.reader < 0) continue;
      for (const Slice& part : {region.written, region.read}) {
        include(all.rows, part.rows);
        include(all.cols, part.cols);
      }
    }
    return all;
  }

  const Graph& graph_;
  const Leg& leg_;
  const std::vector<Source>& sources_;
  const arch::DmaFacts& dma_;
  Plan& plan_;
  std::vector<Listener>& listeners_;
  std::vector<Slice> readers_;
  std::vector<Stream> streams_;
  std::vector<Listener> pending_;  // of the edge being made
  int parts_{}, relays_{};
};

}  // namespace

void stage_leg(const Graph& graph, const Leg& leg, const std::vector<Source>& sources,
               const arch::Device& device, Plan& plan, std::vector<Listener>& listeners) {
  LegStager(graph, leg, sources, device, plan, listeners).stage();
}

}  // namespace aie4ml::compiler
