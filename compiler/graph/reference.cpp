#include "compiler/graph/reference.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include <Eigen/Core>
#include <fmt/format.h>

#include "arch/numeric/rounding.hpp"
#include "compiler/graph/view.hpp"

namespace aie4ml::compiler {
namespace {

using Matrix = Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMatrix = Eigen::Map<const Matrix>;

constexpr double kBeyondInt64 = 0x1p63;

ConstMatrix as_matrix(const Codes& codes, const Tensor& tensor) {
  return {codes.data(), tensor.rows(), tensor.cols()};
}

void check_input(const GraphIo& io, const Tensor& tensor, const Codes& codes) {
  const std::string where = fmt::format("input '{}'", io.name);
  if (static_cast<std::int64_t>(codes.size()) != tensor.elements()) {
    throw arch::InputError(where, fmt::format("{} codes given", codes.size()),
                           fmt::format("one iteration takes {}", tensor.elements()));
  }
  const arch::ElementType type = tensor.quant.type;
  for (const std::int64_t code : codes) {
    if (code < arch::min_value(type) || code > arch::max_value(type)) {
      throw arch::InputError(where, fmt::format("code {} is outside {}", code, arch::to_string(type)),
                             fmt::format("give codes of type {}", arch::to_string(type)));
    }
  }
}

// Codes of a layer's result: SRS, then ReLU.
template <class Layer>
std::int64_t convert(std::int64_t sum, int shift, const Layer& op, arch::ElementType type) {
  const std::int64_t code = arch::srs(sum, shift, op.rounding, op.saturation, type).value;
  return op.relu ? std::max(code, std::int64_t{0}) : code;
}

class Evaluation {
 public:
  explicit Evaluation(const Graph& graph) : graph_(graph), codes_(graph.tensors.size()) {
    for (std::size_t i = 0; i < codes_.size(); ++i) codes_[i] = graph.tensors[i].data;
  }

  void set(TensorId id, const Codes& codes) { of(id) = codes; }

  void run(const Node& node) {
    // Only 32-bit activations with 32-bit weights can get there.
    const auto* dense = std::get_if<DenseOp>(&node.op);
    if (dense != nullptr && accumulator_bound(graph_, *dense) == std::numeric_limits<std::int64_t>::max()) {
      throw arch::InputError(fmt::format("node '{}'", node.name), "its sums can leave 64 bits",
                             "use narrower activations or weights");
    }
    std::visit([&](const auto& op) { run(op); }, node.op);
  }

  std::vector<Codes> take() { return std::move(codes_); }

 private:
  Codes& of(TensorId id) { return codes_[static_cast<std::size_t>(id)]; }
  Codes& sized(TensorId id) {
    of(id).resize(static_cast<std::size_t>(graph_.tensor(id).elements()));
    return of(id);
  }

  void run(const DenseOp& op) {
    const Tensor& x = graph_.tensor(op.x);
    const Tensor& w = graph_.tensor(op.w);
    const Tensor& y = graph_.tensor(op.y);
    Matrix acc = as_matrix(of(op.x), x) * as_matrix(of(op.w), w);
    if (op.bias) acc.rowwise() += as_matrix(of(*op.bias), graph_.tensor(*op.bias)).row(0);
    const int shift = x.quant.frac + w.quant.frac - y.quant.frac;
    std::transform(acc.data(), acc.data() + acc.size(), sized(op.y).begin(),
                   [&](std::int64_t sum) { return convert(sum, shift, op, y.quant.type); });
  }

  void run(const AddOp& op) {
    const arch::ElementType type = graph_.tensor(op.y).quant.type;
    std::transform(of(op.a).begin(), of(op.a).end(), of(op.b).begin(), sized(op.y).begin(),
                   [&](std::int64_t a, std::int64_t b) { return convert(a + b, 0, op, type); });
  }

  void run(const ReluOp& op) {
    std::transform(of(op.x).begin(), of(op.x).end(), sized(op.y).begin(),
                   [](std::int64_t code) { return std::max(code, std::int64_t{0}); });
  }

  void run(const TransposeOp& op) {
    const Shape& shape = graph_.tensor(op.x).shape;
    std::vector<std::int64_t> perm(shape.size());
    std::iota(perm.begin(), perm.end(), std::int64_t{0});
    std::swap(perm.back(), perm[perm.size() - 2]);
    of(op.y) = permuted(of(op.x), shape, perm);
  }

  void run(const SliceOp& op) {
    of(op.y) =
        sliced(of(op.x), graph_.tensor(op.x).shape, static_cast<std::size_t>(op.axis), op.begin, op.end);
  }

  void run(const ConcatOp& op) {
    const auto axis = static_cast<std::size_t>(op.axis);
    Codes& y = sized(op.y);
    std::int64_t begin = 0;
    for (const TensorId id : op.xs) {
      const Shape& shape = graph_.tensor(id).shape;
      insert_slice(y, graph_.tensor(op.y).shape, axis, begin, of(id), shape);
      begin += shape[axis];
    }
  }

  const Graph& graph_;
  std::vector<Codes> codes_;
};

// No code of the tensor is below this. After a ReLU that is 0, which halves the bound of the next layer.
std::int64_t lowest_code(const Graph& graph, TensorId id) {
  std::vector<bool> has_relu(graph.tensors.size());
  for (const Node& node : graph.nodes) {
    const auto* dense = std::get_if<DenseOp>(&node.op);
    const auto* add = std::get_if<AddOp>(&node.op);
    const std::vector<TensorId> inputs = inputs_of(node.op);
    has_relu[static_cast<std::size_t>(output_of(node.op))] =
        std::holds_alternative<ReluOp>(node.op) || (dense != nullptr && dense->relu) ||
        (add != nullptr && add->relu) ||
        (is_view(node.op) && std::all_of(inputs.begin(), inputs.end(),
                                         [&](TensorId x) { return has_relu[static_cast<std::size_t>(x)]; }));
  }
  return has_relu[static_cast<std::size_t>(id)] ? 0 : arch::min_value(graph.tensor(id).quant.type);
}

}  // namespace

std::vector<Codes> evaluate_all(const Graph& graph, std::span<const Codes> inputs) {
  if (inputs.size() != graph.inputs.size()) {
    throw arch::InputError(fmt::format("graph '{}'", graph.name),
                           fmt::format("{} inputs given", inputs.size()),
                           fmt::format("it takes {}", graph.inputs.size()));
  }
  Evaluation evaluation(graph);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    check_input(graph.inputs[i], graph.tensor(graph.inputs[i].tensor), inputs[i]);
    evaluation.set(graph.inputs[i].tensor, inputs[i]);
  }
  for (const Node& node : graph.nodes) evaluation.run(node);
  return evaluation.take();
}

std::vector<Codes> evaluate(const Graph& graph, std::span<const Codes> inputs) {
  const std::vector<Codes> all = evaluate_all(graph, inputs);
  std::vector<Codes> outputs;
  outputs.reserve(graph.outputs.size());
  for (const GraphIo& io : graph.outputs) outputs.push_back(all[static_cast<std::size_t>(io.tensor)]);
  return outputs;
}

std::int64_t accumulator_bound(const Graph& graph, const DenseOp& op) {
  const Tensor& w = graph.tensor(op.w);
  const auto low = static_cast<double>(lowest_code(graph, op.x));
  const auto high = static_cast<double>(arch::max_value(graph.tensor(op.x).quant.type));
  // In double, which cannot overflow here and is exact up to 2^53, far above any accumulator worth asking
  // about. Every weight once with the code that takes the sum up most, once with that that takes it down.
  const auto weights = as_matrix(w.data, w).cast<double>().array();
  Eigen::RowVectorXd up = (weights * high).max(weights * low).colwise().sum();
  Eigen::RowVectorXd down = (weights * high).min(weights * low).colwise().sum();
  if (op.bias) {
    const Tensor& bias = graph.tensor(*op.bias);
    const auto values = as_matrix(bias.data, bias).cast<double>();
    up += values.cwiseMax(0.0);
    down += values.cwiseMin(0.0);
  }
  const double worst = std::max(up.maxCoeff(), -down.minCoeff());
  return worst < kBeyondInt64 ? static_cast<std::int64_t>(worst) : std::numeric_limits<std::int64_t>::max();
}

}  // namespace aie4ml::compiler
