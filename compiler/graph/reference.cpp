#include "compiler/graph/reference.hpp"

#include <algorithm>
#include <limits>

#include <Eigen/Core>
#include <fmt/format.h>

#include "arch/numeric/rounding.hpp"

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

// Only 32-bit activations with 32-bit weights could get here.
void check_sums(const Graph& graph, const Node& node) {
  const auto& op = std::get<DenseOp>(node.op);
  if (accumulator_bound(graph, op) == std::numeric_limits<std::int64_t>::max()) {
    throw arch::InputError(fmt::format("node '{}'", node.name), "its sums can leave 64 bits",
                           "use narrower activations or weights");
  }
}

void run(const Graph& graph, const DenseOp& op, std::vector<Codes>& codes) {
  const auto of = [&](TensorId id) -> Codes& { return codes[static_cast<std::size_t>(id)]; };
  const Tensor& x = graph.tensor(op.x);
  const Tensor& w = graph.tensor(op.w);
  const Tensor& y = graph.tensor(op.y);
  Matrix acc = as_matrix(of(op.x), x) * as_matrix(of(op.w), w);
  if (op.bias) acc.rowwise() += as_matrix(of(*op.bias), graph.tensor(*op.bias)).row(0);
  const int shift = x.quant.frac + w.quant.frac - y.quant.frac;
  of(op.y).resize(static_cast<std::size_t>(acc.size()));
  std::transform(acc.data(), acc.data() + acc.size(), of(op.y).begin(), [&](std::int64_t sum) {
    const std::int64_t code = arch::srs(sum, shift, op.rounding, op.saturation, y.quant.type).value;
    return op.relu ? std::max(code, std::int64_t{0}) : code;
  });
}

}  // namespace

std::vector<Codes> evaluate_all(const Graph& graph, std::span<const Codes> inputs) {
  if (inputs.size() != graph.inputs.size()) {
    throw arch::InputError(fmt::format("graph '{}'", graph.name),
                           fmt::format("{} inputs given", inputs.size()),
                           fmt::format("it takes {}", graph.inputs.size()));
  }
  std::vector<Codes> codes(graph.tensors.size());
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = graph.tensors[i].data;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    check_input(graph.inputs[i], graph.tensor(graph.inputs[i].tensor), inputs[i]);
    codes[static_cast<std::size_t>(graph.inputs[i].tensor)] = inputs[i];
  }
  for (const Node& node : graph.nodes) {
    check_sums(graph, node);
    std::visit([&](const auto& op) { run(graph, op, codes); }, node.op);
  }
  return codes;
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
  const arch::ElementType x_type = graph.tensor(op.x).quant.type;
  const std::int64_t x_bound = std::max(-arch::min_value(x_type), arch::max_value(x_type));
  // In double, which cannot overflow here and is exact up to 2^53, far above any accumulator worth asking
  // about.
  Eigen::RowVectorXd magnitude =
      as_matrix(w.data, w).cast<double>().cwiseAbs().colwise().sum() * static_cast<double>(x_bound);
  if (op.bias) {
    const Tensor& bias = graph.tensor(*op.bias);
    magnitude += as_matrix(bias.data, bias).cast<double>().cwiseAbs();
  }
  const double worst = magnitude.maxCoeff();
  return worst < kBeyondInt64 ? static_cast<std::int64_t>(worst) : std::numeric_limits<std::int64_t>::max();
}

}  // namespace aie4ml::compiler
