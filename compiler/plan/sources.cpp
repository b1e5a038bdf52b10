#include "compiler/plan/sources.hpp"

#include <algorithm>
#include <set>

#include "compiler/plan/edges.hpp"

namespace aie4ml::compiler {
namespace {

struct Cuts {
  std::set<std::int32_t> rows, cols;  // of the tensor, inside it
};

Cuts united(const Cuts& a, const Cuts& b) {
  Cuts both = a;
  both.rows.insert(b.rows.begin(), b.rows.end());
  both.cols.insert(b.cols.begin(), b.cols.end());
  return both;
}

void add_inside(std::set<std::int32_t>& cuts, std::int32_t at, const Interval& inside) {
  if (at > inside.begin && at < inside.end) cuts.insert(at);
}

// Boundaries of a layer's slices of an operand, in rows and columns of a tensor that is part of it.
Cuts reader_cuts(const Leg& leg, const Segment& segment, const LayerPlan& layer) {
  Cuts cuts;
  for (const PortSlice& slice : layer.inputs[static_cast<std::size_t>(leg.operand)].slices) {
    const Slice box = leg.transposed ? slice.slice.transposed() : slice.slice;
    for (const std::int32_t row : {box.rows.begin, box.rows.end}) {
      add_inside(cuts.rows, row - segment.row + segment.from.rows.begin, segment.from.rows);
    }
    for (const std::int32_t col : {box.cols.begin, box.cols.end}) {
      add_inside(cuts.cols, col - segment.col + segment.from.cols.begin, segment.from.cols);
    }
  }
  return cuts;
}

// Where the segment itself ends inside the tensor or the stored matrix goes on behind it: padding of the
// tensor must not run into what lies there.
Cuts segment_cuts(const Leg& leg, const Segment& segment, const Slice& whole) {
  Cuts cuts;
  const Slice& from = segment.from;
  add_inside(cuts.rows, from.rows.begin, whole.rows);
  add_inside(cuts.cols, from.cols.begin, whole.cols);
  const Slice at = segment.stored(from);
  if (from.rows.end < whole.rows.end || at.rows.end < leg.rows) cuts.rows.insert(from.rows.end);
  if (from.cols.end < whole.cols.end || at.cols.end < leg.cols) cuts.cols.insert(from.cols.end);
  return cuts;
}

std::vector<Interval> divided(const Interval& whole, const std::set<std::int32_t>& cuts) {
  std::vector<Interval> parts{whole};
  for (const std::int32_t cut : cuts) {
    if (cut <= parts.back().begin || cut >= parts.back().end) continue;
    const std::int32_t end = parts.back().end;
    parts.back().end = cut;
    parts.push_back({cut, end});
  }
  return parts;
}

std::vector<Slice> divided(const Slice& whole, const Cuts& cuts) {
  std::vector<Slice> parts;
  for (const Interval& rows : divided(whole.rows, cuts.rows)) {
    for (const Interval& cols : divided(whole.cols, cuts.cols)) parts.push_back({rows, cols});
  }
  return parts;
}

class SourceFinder {
 public:
  SourceFinder(const Graph& graph, const std::vector<Leg>& legs, Plan& plan)
      : graph_(graph), legs_(legs), plan_(plan) {}

  std::vector<Source> find() {
    std::int32_t port = 0;
    for (const GraphIo& input : graph_.inputs) add_input(input.tensor, port++);
    for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
      const LayerPlan& layer = plan_.layers[i];
      const TensorId tensor = output_of(graph_.nodes[static_cast<std::size_t>(layer.node)].op);
      const Cuts cuts = cuts_of(tensor);
      for (std::size_t s = 0; s < layer.output.slices.size(); ++s) {
        const Slice& box = layer.output.slices[s].slice;
        sources_.push_back({Endpoint::Kind::layer, static_cast<std::int32_t>(i), static_cast<std::int32_t>(s),
                            tensor, box, divided(box, cuts)});
      }
    }
    return std::move(sources_);
  }

 private:
  [[nodiscard]] Slice whole(TensorId id) const {
    const Tensor& tensor = graph_.tensor(id);
    return {{0, static_cast<std::int32_t>(tensor.rows())}, {0, static_cast<std::int32_t>(tensor.cols())}};
  }

  [[nodiscard]] Cuts cuts_of(TensorId tensor) const {
    Cuts cuts;
    for (const Leg& leg : legs_) {
      for (const Segment& segment : leg.segments) {
        if (segment.tensor == tensor) cuts = united(cuts, cuts_of(leg, segment));
      }
    }
    return cuts;
  }
  [[nodiscard]] Cuts cuts_of(const Leg& leg, const Segment& segment) const {
    Cuts cuts = segment_cuts(leg, segment, whole(segment.tensor));
    if (leg.consumer < 0) return cuts;
    return united(cuts, reader_cuts(leg, segment, plan_.layers[static_cast<std::size_t>(leg.consumer)]));
  }

  [[nodiscard]] bool is_read(TensorId tensor, const Slice& box) const {
    const auto meet = [](const Interval& a, const Interval& b) { return a.begin < b.end && b.begin < a.end; };
    return std::any_of(legs_.begin(), legs_.end(), [&](const Leg& leg) {
      return std::any_of(leg.segments.begin(), leg.segments.end(), [&](const Segment& segment) {
        return segment.tensor == tensor && meet(segment.from.rows, box.rows) &&
               meet(segment.from.cols, box.cols);
      });
    });
  }

  void add_input(TensorId tensor, std::int32_t port) {
    // One PLIO for every slice of the reader that has the most.
    Cuts best;
    const auto parts = [](const Cuts& cuts) { return (cuts.rows.size() + 1) * (cuts.cols.size() + 1); };
    for (const Leg& leg : legs_) {
      for (const Segment& segment : leg.segments) {
        if (segment.tensor != tensor || leg.consumer < 0) continue;
        const Cuts cuts = cuts_of(leg, segment);
        if (parts(cuts) > parts(best)) best = cuts;
      }
    }
    const int bytes = arch::bytes(graph_.tensor(tensor).quant.type);
    const Cuts cuts = cuts_of(tensor);
    std::vector<Slice> boxes = divided(whole(tensor), best);
    // All of the input arrives: what nobody reads has to come with something that is read.
    if (!std::all_of(boxes.begin(), boxes.end(), [&](const Slice& box) { return is_read(tensor, box); })) {
      boxes = {whole(tensor)};
    }
    for (Slice box : boxes) {
      box.cols.end = box.cols.begin + plio_columns_on_stream(box.cols.size(), bytes);
      Source source{Endpoint::Kind::plio, static_cast<std::int32_t>(plan_.plios.size()), 0, tensor, box,
                    divided(box, cuts)};
      PlioPlan plio;
      plio.port = port;
      plio.channel.direction = arch::PlioChannel::Direction::input;
      for (const Slice& piece : source.pieces) {
        const std::int32_t cols = std::min(piece.cols.end, whole(tensor).cols.end) - piece.cols.begin;
        plio.slices.push_back({source.index, piece.rows.begin, piece.rows.size(), piece.rows.size(),
                               piece.cols.begin, cols, piece.cols.size()});
      }
      plan_.plios.push_back(std::move(plio));
      sources_.push_back(std::move(source));
    }
  }

  const Graph& graph_;
  const std::vector<Leg>& legs_;
  Plan& plan_;
  std::vector<Source> sources_;
};

}  // namespace

std::vector<Source> sources_of(const Graph& graph, const std::vector<Leg>& legs, Plan& plan) {
  return SourceFinder(graph, legs, plan).find();
}

}  // namespace aie4ml::compiler
