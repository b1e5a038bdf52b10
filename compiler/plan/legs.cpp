#include "compiler/plan/legs.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "arch/error.hpp"
#include "compiler/graph/shape.hpp"

namespace aie4ml::compiler {
namespace {

// A tensor in terms of produced ones.
struct View {
  bool transposed{};
  std::int32_t rows{}, cols{};  // of the stored matrix
  std::vector<Segment> segments;
};

Interval common(const Interval& a, const Interval& b) {
  return {std::max(a.begin, b.begin), std::min(a.end, b.end)};
}

class Resolver {
 public:
  explicit Resolver(const Graph& graph) : graph_(graph) {
    for (const GraphIo& input : graph.inputs) add_whole(input.tensor);
    for (const Node& node : graph.nodes) {
      if (const auto* transpose = std::get_if<TransposeOp>(&node.op)) {
        add(transpose->y, transposed(*transpose, node.name));
      } else if (const auto* slice = std::get_if<SliceOp>(&node.op)) {
        add(slice->y, cut(*slice, node.name));
      } else if (const auto* concat = std::get_if<ConcatOp>(&node.op)) {
        add(concat->y, joined(*concat, node.name));
      } else {
        add_whole(output_of(node.op));
      }
    }
  }

  [[nodiscard]] const View& view(TensorId id) const { return views_.at(id); }

 private:
  void add(TensorId id, View view) { views_.emplace(id, std::move(view)); }

  [[nodiscard]] std::int32_t dimension(std::int64_t size, TensorId id) const {
    constexpr std::int64_t kMost = 1 << 20;  // keeps all products of the planner inside their types
    if (size >= 1 && size <= kMost) return static_cast<std::int32_t>(size);
    throw arch::InputError(fmt::format("tensor '{}'", graph_.tensor(id).name),
                           fmt::format("has {} rows or columns", size),
                           fmt::format("it must be from 1 to {}", kMost));
  }

  void add_whole(TensorId id) {
    const Tensor& tensor = graph_.tensor(id);
    View view;
    view.rows = dimension(tensor.rows(), id);
    view.cols = dimension(tensor.cols(), id);
    view.segments = {{id, {{0, view.rows}, {0, view.cols}}, 0, 0}};
    add(id, std::move(view));
  }

  View transposed(const TransposeOp& op, const std::string& name) const {
    const Tensor& x = graph_.tensor(op.x);
    if (x.shape.size() < 2 || x.rows() != x.shape[x.shape.size() - 2]) {
      throw arch::InputError(fmt::format("node '{}'", name),
                             fmt::format("transposes each matrix of {}", shape_string(x.shape)),
                             "only a single matrix can be transposed: use a batch of 1");
    }
    View view = views_.at(op.x);
    view.transposed = !view.transposed;
    return view;
  }

  // Rows or columns of the view's matrix that an interval of an axis stands for.
  struct Range {
    bool of_rows{};
    Interval interval;
  };
  [[nodiscard]] Range range_of(const Tensor& tensor, std::int32_t axis, std::int64_t begin, std::int64_t end,
                               const std::string& name) const {
    const auto rank = static_cast<std::int32_t>(tensor.shape.size());
    std::int64_t outside = 1;
    std::int64_t inside = 1;
    for (std::int32_t d = 0; d + 1 < rank; ++d) {
      if (d < axis) outside *= tensor.shape[static_cast<std::size_t>(d)];
      if (d > axis) inside *= tensor.shape[static_cast<std::size_t>(d)];
    }
    if (axis == rank - 1) return {false, {static_cast<std::int32_t>(begin), static_cast<std::int32_t>(end)}};
    if (outside != 1) {
      throw arch::InputError(
          fmt::format("node '{}'", name),
          fmt::format("cuts axis {} of {}, which is no range of rows", axis, shape_string(tensor.shape)),
          "cut the last axis, or one that has only axes of size 1 before it");
    }
    return {true, {static_cast<std::int32_t>(begin * inside), static_cast<std::int32_t>(end * inside)}};
  }

  View cut(const SliceOp& op, const std::string& name) const {
    const View& whole = views_.at(op.x);
    const Range range = range_of(graph_.tensor(op.x), op.axis, op.begin, op.end, name);
    const bool rows = range.of_rows != whole.transposed;  // of the stored matrix
    Slice kept{{0, whole.rows}, {0, whole.cols}};
    (rows ? kept.rows : kept.cols) = range.interval;
    View view{whole.transposed, kept.rows.size(), kept.cols.size(), {}};
    for (const Segment& segment : whole.segments) {
      const Slice at = segment.stored(segment.from);
      const Slice part{common(at.rows, kept.rows), common(at.cols, kept.cols)};
      if (part.rows.size() <= 0 || part.cols.size() <= 0) continue;
      const std::int32_t down = part.rows.begin - at.rows.begin;
      const std::int32_t right = part.cols.begin - at.cols.begin;
      const Slice& from = segment.from;
      view.segments.push_back({segment.tensor,
                               {{from.rows.begin + down, from.rows.begin + down + part.rows.size()},
                                {from.cols.begin + right, from.cols.begin + right + part.cols.size()}},
                               part.rows.begin - kept.rows.begin,
                               part.cols.begin - kept.cols.begin});
    }
    return view;
  }

  View joined(const ConcatOp& op, const std::string& name) const {
    View view;
    const Tensor& y = graph_.tensor(op.y);
    const bool along_rows = range_of(y, op.axis, 0, 0, name).of_rows;
    for (std::size_t i = 0; i < op.xs.size(); ++i) {
      const View& part = views_.at(op.xs[i]);
      if (i == 0) {
        view.transposed = part.transposed;
      } else if (view.transposed != part.transposed) {
        throw arch::InputError(fmt::format("node '{}'", name),
                               "joins tensors of which some are transposed and some are not",
                               "transpose all of them, or the result");
      }
      const bool rows = along_rows != view.transposed;
      for (Segment segment : part.segments) {
        (rows ? segment.row : segment.col) += rows ? view.rows : view.cols;
        view.segments.push_back(segment);
      }
      view.rows = rows ? view.rows + part.rows : part.rows;
      view.cols = rows ? part.cols : view.cols + part.cols;
    }
    return view;
  }

  const Graph& graph_;
  std::map<TensorId, View> views_;
};

Leg leg_of(const View& view, TensorId tensor, std::int32_t consumer, std::int32_t operand) {
  return {tensor, consumer, operand, view.transposed, view.rows, view.cols, view.segments};
}

}  // namespace

Slice Segment::stored(const Slice& part) const {
  const std::int32_t down = row - from.rows.begin;
  const std::int32_t right = col - from.cols.begin;
  return {{part.rows.begin + down, part.rows.end + down}, {part.cols.begin + right, part.cols.end + right}};
}

std::vector<Leg> legs_of(const Graph& graph) {
  const Resolver resolver(graph);
  std::vector<Leg> legs;
  std::int32_t layer = 0;
  for (const NodeId node : graph.layers()) {
    std::int32_t operand = 0;
    for (const TensorId id : inputs_of(graph.nodes[static_cast<std::size_t>(node)].op)) {
      legs.push_back(leg_of(resolver.view(id), id, layer, operand++));
    }
    ++layer;
  }
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const TensorId id = graph.outputs[i].tensor;
    legs.push_back(leg_of(resolver.view(id), id, -1, static_cast<std::int32_t>(i)));
  }
  return legs;
}

}  // namespace aie4ml::compiler
