#include "tests/unit/compiler/plan_fixture.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/device/device_loader.hpp"

namespace aie4ml::tests {

using compiler::DenseOp;
using compiler::Graph;

const arch::Device& ve2802() {
  static const arch::Device device = arch::load_device("ve2802");
  return device;
}

Matrix random_codes(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  Matrix codes(count);
  for (auto& code : codes) code = static_cast<std::int64_t>(random() % 256) - 128;
  return codes;
}

Graph make_dense_graph(int rows, int k, const std::vector<DenseSpec>& layers, std::uint32_t seed) {
  constexpr int kFrac = 7;
  Graph graph;
  graph.name = "dense";
  const auto add_tensor = [&](std::string name, std::vector<std::int64_t> shape, arch::ElementType type,
                              int frac, Matrix data) {
    graph.tensors.push_back({std::move(name), std::move(shape), {type, frac}, std::move(data)});
    return static_cast<compiler::TensorId>(graph.tensors.size() - 1);
  };
  compiler::TensorId x = add_tensor("x", {rows, k}, arch::ElementType::int8, kFrac, {});
  graph.inputs.push_back({x, "x", false});
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const int n = layers[i].n;
    const std::string name = fmt::format("fc{}", i + 1);
    DenseOp op;
    op.x = x;
    op.w = add_tensor(name + "_w", {k, n}, arch::ElementType::int8, kFrac,
                      random_codes(static_cast<std::size_t>(k) * static_cast<std::size_t>(n), ++seed));
    if (layers[i].bias) {
      Matrix bias = random_codes(static_cast<std::size_t>(n), ++seed);
      for (auto& b : bias) b *= 57;
      op.bias = add_tensor(name + "_b", {n}, arch::ElementType::int32, 2 * kFrac, std::move(bias));
    }
    op.relu = layers[i].relu;
    op.y = x = add_tensor(name + "_y", {rows, n}, arch::ElementType::int8, kFrac, {});
    graph.nodes.push_back({name, op});
    k = n;
  }
  graph.outputs.push_back({x, "y", false});
  return graph;
}

compiler::Directives make_directives(const std::vector<DenseSpec>& layers) {
  compiler::Directives directives;
  for (const DenseSpec& spec : layers) {
    compiler::LayerDirectives& layer = directives.layers.emplace_back();
    if (spec.cas_len > 0) layer.cas_len = spec.cas_len;
    if (spec.cas_num > 0) layer.cas_num = spec.cas_num;
    if (spec.outer) layer.contract = compiler::Contract::outer;
    layer.block = spec.block;
    layer.route = spec.route;
  }
  return directives;
}

std::int64_t requantize(std::int64_t sum, int shift, bool is_signed) {
  const std::int64_t unit = std::int64_t{1} << shift;
  std::int64_t quotient = sum / unit;
  std::int64_t rest = sum % unit;
  if (rest < 0) {
    rest += unit;
    --quotient;
  }
  if (2 * rest > unit || (2 * rest == unit && quotient % 2 != 0)) ++quotient;
  return std::clamp<std::int64_t>(quotient, is_signed ? -128 : 0, is_signed ? 127 : 255);
}

Matrix evaluate(const Graph& graph, const Matrix& input) {
  Matrix x = input;
  for (const compiler::Node& node : graph.nodes) {
    const auto& op = std::get<DenseOp>(node.op);
    const compiler::Tensor& w = graph.tensor(op.w);
    const compiler::Tensor& y = graph.tensor(op.y);
    const auto k = static_cast<std::size_t>(w.rows());
    const auto n = static_cast<std::size_t>(w.cols());
    const std::size_t rows = x.size() / k;
    const int shift = graph.tensor(op.x).quant.frac + w.quant.frac - y.quant.frac;
    Matrix out(rows * n);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < n; ++c) {
        std::int64_t sum = op.bias ? graph.tensor(*op.bias).data[c] : 0;
        for (std::size_t i = 0; i < k; ++i) sum += x[r * k + i] * w.data[i * n + c];
        const std::int64_t code = requantize(sum, shift, arch::is_signed(y.quant.type));
        out[r * n + c] = op.relu ? std::max<std::int64_t>(code, 0) : code;
      }
    }
    x = std::move(out);
  }
  return x;
}

}  // namespace aie4ml::tests
