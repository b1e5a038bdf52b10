#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/graph/graph.hpp"
#include "compiler/graph/shape.hpp"

namespace aie4ml::compiler {
namespace {

// Of float32 scales: 2^-149 (subnormal) to 2^127; outside there is no ONNX file that could have said so.
constexpr std::int32_t kMinFrac = -127;
constexpr std::int32_t kMaxFrac = 149;

class Checker {
 public:
  explicit Checker(const Graph& graph)
      : graph_(graph), written_(graph.tensors.size()), read_(graph.tensors.size()) {}

  arch::Problems run() {
    for (std::size_t i = 0; i < graph_.tensors.size(); ++i) check_tensor(i);
    if (graph_.nodes.empty()) add("nodes", "there are none", "give a network with at least one layer");
    if (graph_.inputs.empty()) add("inputs", "there are none", "give a network with an input");
    if (graph_.outputs.empty()) add("outputs", "there are none", "give a network with an output");
    check_inputs();
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const Node& node = graph_.nodes[i];
      where_ = fmt::format("nodes[{}] '{}'", i, node.name);
      if (node.name.empty() || !node_names_.insert(node.name).second)
        add(where_, "the name is empty or taken", "");
      std::visit([&](const auto& op) { check_op(op); }, node.op);
    }
    check_outputs();
    check_uses();
    return std::move(problems_);
  }

 private:
  void add(const std::string& where, const std::string& what, const std::string& remedy) {
    problems_.push_back({where, what, remedy});
  }
  [[nodiscard]] bool exists(TensorId id) const {
    return id >= 0 && static_cast<std::size_t>(id) < graph_.tensors.size();
  }

  void check_tensor(std::size_t index) {
    const Tensor& t = graph_.tensors[index];
    const std::string where = fmt::format("tensors[{}] '{}'", index, t.name);
    if (t.name.empty() || !tensor_names_.insert(t.name).second) add(where, "the name is empty or taken", "");
    if (t.quant.frac < kMinFrac || t.quant.frac > kMaxFrac) {
      add(where, fmt::format("frac {} is outside {}..{}", t.quant.frac, kMinFrac, kMaxFrac), "");
    }
    if (!arch::is_integer(t.quant.type)) {
      add(where, fmt::format("type {} holds no integer codes", arch::to_string(t.quant.type)), "");
      return;
    }
    const auto count = element_count(t.shape);
    if (!count || t.shape.empty()) {
      add(where,
          fmt::format("shape {} has no axis, a dimension below 1 or more than {} elements",
                      shape_string(t.shape), kMaxElements),
          "");
      return;
    }
    if (!t.is_parameter()) return;
    if (static_cast<std::int64_t>(t.data.size()) != *count) {
      add(where, fmt::format("{} codes for {} elements", t.data.size(), *count), "");
    }
    const auto [low, high] = std::minmax_element(t.data.begin(), t.data.end());
    if (*low < arch::min_value(t.quant.type) || *high > arch::max_value(t.quant.type)) {
      add(where, fmt::format("codes {}..{} do not fit {}", *low, *high, arch::to_string(t.quant.type)), "");
    }
  }

  void check_inputs() {
    std::set<std::string> names;
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      const GraphIo& io = graph_.inputs[i];
      where_ = fmt::format("inputs[{}] '{}'", i, io.name);
      if (io.name.empty() || !names.insert(io.name).second) add(where_, "the name is empty or taken", "");
      write(io.tensor);
    }
  }

  void check_outputs() {
    std::set<std::string> names;
    for (std::size_t i = 0; i < graph_.outputs.size(); ++i) {
      const GraphIo& io = graph_.outputs[i];
      where_ = fmt::format("outputs[{}] '{}'", i, io.name);
      if (io.name.empty() || !names.insert(io.name).second) add(where_, "the name is empty or taken", "");
      if (!read(io.tensor)) continue;
      const bool passed_through = std::any_of(graph_.inputs.begin(), graph_.inputs.end(),
                                              [&](const GraphIo& in) { return in.tensor == io.tensor; });
      if (passed_through) add(where_, "an input is passed through unchanged", "take it out of the network");
    }
  }

  void check_uses() {
    for (std::size_t i = 0; i < graph_.tensors.size(); ++i) {
      const Tensor& t = graph_.tensors[i];
      const std::string where = fmt::format("tensors[{}] '{}'", i, t.name);
      if (!t.is_parameter() && !written_[i]) add(where, "no node and no input gives it", "");
      if (!read_[i]) add(where, "no node and no output uses it", "remove it from the network");
    }
  }

  bool write(TensorId id) {
    if (!exists(id)) return add(where_, fmt::format("tensor {} does not exist", id), ""), false;
    const auto at = static_cast<std::size_t>(id);
    if (written_[at] || graph_.tensor(id).is_parameter()) {
      add(where_, fmt::format("tensor '{}' has a value already", graph_.tensor(id).name), "");
    }
    written_[at] = true;
    return true;
  }

  bool read(TensorId id, bool parameter = false) {
    if (!exists(id)) return add(where_, fmt::format("tensor {} does not exist", id), ""), false;
    const auto at = static_cast<std::size_t>(id);
    const Tensor& t = graph_.tensor(id);
    read_[at] = true;
    if (t.is_parameter() != parameter) {
      add(where_, fmt::format("'{}' must {}be a parameter", t.name, parameter ? "" : "not "), "");
      return false;
    }
    if (!parameter && !written_[at]) {
      add(where_, fmt::format("'{}' is used before a node gives it", t.name), "order the nodes");
    }
    return true;
  }

  void check_op(const DenseOp& op) {
    bool known = read(op.x);
    known = read(op.w, true) && known;  // read() first: it reports
    known = (!op.bias || read(*op.bias, true)) && known;
    if (!write(op.y) || !known) return;
    const Tensor& x = graph_.tensor(op.x);
    const Tensor& w = graph_.tensor(op.w);
    const Tensor& y = graph_.tensor(op.y);
    if (x.shape.size() < 2 || w.shape.size() != 2) {
      add(where_, fmt::format("x is {}, w is {}", shape_string(x.shape), shape_string(w.shape)),
          "x has at least two axes, w exactly two");
      return;
    }
    if (x.cols() != w.shape[0]) {
      add(where_, fmt::format("x has {} columns, w has K = {}", x.cols(), w.shape[0]), "make the two equal");
    }
    std::vector<std::int64_t> expected = x.shape;
    expected.back() = w.shape[1];
    check_shape(op.y, expected);
    const std::int32_t acc_frac = x.quant.frac + w.quant.frac;
    if (op.bias) {
      const Tensor& b = graph_.tensor(*op.bias);
      if (b.shape != std::vector{w.shape[1]} || b.quant != Quantization{arch::ElementType::int32, acc_frac}) {
        add(where_,
            fmt::format("bias is {} of {} with frac {}", shape_string(b.shape), arch::to_string(b.quant.type),
                        b.quant.frac),
            fmt::format("it must be {} of int32 with frac {}", w.shape[1], acc_frac));
      }
    }
    const std::int32_t shift = acc_frac - y.quant.frac;
    if (shift < arch::kMinSrsShift || shift > arch::kMaxSrsShift) {
      add(where_, fmt::format("shift {} is outside {}..{}", shift, arch::kMinSrsShift, arch::kMaxSrsShift),
          "choose scales that are closer");
    }
    if (arch::bits(y.quant.type) > 32) {
      add(where_, fmt::format("y is {}; SRS gives at most 32 bits", arch::to_string(y.quant.type)), "");
    }
  }

  bool read_all(const std::vector<TensorId>& operands) {
    bool known = !operands.empty();
    if (!known) add(where_, "it has no operands", "");
    for (const TensorId id : operands) known = read(id) && known;  // read() first: it reports
    return known;
  }

  void check_same_quant(TensorId operand, TensorId result) {
    const Tensor& x = graph_.tensor(operand);
    const Tensor& y = graph_.tensor(result);
    if (x.quant == y.quant) return;
    add(where_,
        fmt::format("'{}' is {} with frac {}, '{}' is {} with frac {}", x.name, arch::to_string(x.quant.type),
                    x.quant.frac, y.name, arch::to_string(y.quant.type), y.quant.frac),
        "they must be equal");
  }

  void check_shape(TensorId result, const std::vector<std::int64_t>& expected) {
    const Tensor& y = graph_.tensor(result);
    if (y.shape == expected) return;
    add(where_, fmt::format("y is {}, expected {}", shape_string(y.shape), shape_string(expected)), "");
  }

  // The axis as an index into the shape of x.
  std::optional<std::size_t> axis_of(std::int32_t axis, const Tensor& x) {
    if (axis >= 0 && static_cast<std::size_t>(axis) < x.shape.size()) return static_cast<std::size_t>(axis);
    add(where_, fmt::format("axis {} of {}", axis, shape_string(x.shape)), "it does not exist");
    return std::nullopt;
  }

  void check_op(const AddOp& op) {
    const bool known = read_all({op.a, op.b});
    if (!write(op.y) || !known) return;
    for (const TensorId operand : {op.a, op.b}) {
      check_same_quant(operand, op.y);
      check_shape(op.y, graph_.tensor(operand).shape);
    }
    if (arch::bits(graph_.tensor(op.y).quant.type) > 32) add(where_, "its sum does not fit 64 bits", "");
  }

  void check_op(const ReluOp& op) {
    const bool known = read_all({op.x});
    if (!write(op.y) || !known) return;
    check_same_quant(op.x, op.y);
    check_shape(op.y, graph_.tensor(op.x).shape);
  }

  void check_op(const TransposeOp& op) {
    const bool known = read_all({op.x});
    if (!write(op.y) || !known) return;
    check_same_quant(op.x, op.y);
    std::vector<std::int64_t> shape = graph_.tensor(op.x).shape;
    if (shape.size() < 2)
      return add(where_, fmt::format("x is {}", shape_string(shape)), "it needs two axes");
    std::swap(shape.back(), shape[shape.size() - 2]);
    check_shape(op.y, shape);
  }

  void check_op(const SliceOp& op) {
    const bool known = read_all({op.x});
    if (!write(op.y) || !known) return;
    check_same_quant(op.x, op.y);
    std::vector<std::int64_t> shape = graph_.tensor(op.x).shape;
    const auto axis = axis_of(op.axis, graph_.tensor(op.x));
    if (!axis) return;
    if (op.begin < 0 || op.begin >= op.end || op.end > shape[*axis]) {
      return add(where_,
                 fmt::format("[{}, {}) of axis {} of {}", op.begin, op.end, op.axis, shape_string(shape)),
                 "it must be a part of it");
    }
    shape[*axis] = op.end - op.begin;
    check_shape(op.y, shape);
  }

  void check_op(const ConcatOp& op) {
    const bool known = read_all(op.xs);
    if (!write(op.y) || !known) return;
    std::vector<std::int64_t> shape = graph_.tensor(op.xs.front()).shape;
    const auto axis = axis_of(op.axis, graph_.tensor(op.xs.front()));
    if (!axis) return;
    shape[*axis] = 0;
    for (const TensorId operand : op.xs) {
      check_same_quant(operand, op.y);
      std::vector<std::int64_t> others = graph_.tensor(operand).shape;
      if (others.size() == shape.size()) {
        shape[*axis] += std::exchange(others[*axis], shape[*axis]);
        others[*axis] = shape[*axis];
      }
      if (others != shape) {
        return add(where_,
                   fmt::format("operands {} and {}", shape_string(graph_.tensor(op.xs.front()).shape),
                               shape_string(graph_.tensor(operand).shape)),
                   fmt::format("they must be equal but for axis {}", op.axis));
      }
    }
    check_shape(op.y, shape);
  }

  const Graph& graph_;
  std::vector<bool> written_, read_;
  std::set<std::string> tensor_names_, node_names_;
  std::string where_;
  arch::Problems problems_;
};

}  // namespace

arch::Problems Graph::validate() const {
  return Checker(*this).run();
}

}  // namespace aie4ml::compiler
