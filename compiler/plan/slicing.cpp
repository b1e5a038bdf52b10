#include "compiler/plan/slicing.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/error.hpp"
#include "compiler/graph/reference.hpp"

namespace aie4ml::compiler {
namespace {

// Far beyond any array, and keeps all products of the planner inside their types.
constexpr std::int64_t kMaxDimension = 1 << 20;

int dimension(std::int64_t value, const char* what, const std::string& where) {
  if (value >= 1 && value <= kMaxDimension) return static_cast<int>(value);
  throw arch::InputError(where, fmt::format("{} is {}", what, value),
                         fmt::format("it must be from 1 to {}", kMaxDimension));
}

std::string shape_text(const arch::MultiplyMode& mode) {
  return fmt::format("{}x{}x{}", mode.rows, mode.inner, mode.columns);
}

// The multiplies that the directive leaves; without one all of them.
std::vector<arch::MultiplyMode> allowed_modes(std::vector<arch::MultiplyMode> modes, const DenseOp& op,
                                              const Graph& graph, const LayerDirectives& fixed,
                                              const std::string& where, const arch::Device& device) {
  if (!fixed.mmul) return modes;
  const auto [m, k, n] = *fixed.mmul;
  std::vector<std::string> known;
  for (const arch::MultiplyMode& mode : modes) {
    if (std::find(known.begin(), known.end(), shape_text(mode)) == known.end())
      known.push_back(shape_text(mode));
  }
  std::erase_if(modes, [m = m, k = k, n = n](const arch::MultiplyMode& mode) {
    return mode.rows != m || mode.inner != k || mode.columns != n;
  });
  if (!modes.empty()) return modes;
  throw arch::InputError(
      where,
      fmt::format("mmul {}x{}x{} is no multiply that {} has for {} activations and {} weights", m, k, n,
                  device.name, arch::to_string(graph.tensor(op.x).quant.type),
                  arch::to_string(graph.tensor(op.w).quant.type)),
      fmt::format("use {}", fmt::join(known, " or ")));
}

// What a mode is chosen by: the multiplies it takes, and of two that take as many the one that pads less.
std::pair<std::int64_t, std::int64_t> multiplies(const Graph& graph, const DenseOp& op,
                                                 const arch::MultiplyMode& mode) {
  const auto parts = [](std::int64_t size, int of) { return (size + of - 1) / of; };
  const std::int64_t rows = parts(graph.tensor(op.x).rows(), mode.rows);
  const std::int64_t products =
      rows * parts(graph.tensor(op.w).rows(), mode.inner) * parts(graph.tensor(op.w).cols(), mode.columns);
  return {products, rows * mode.rows};
}

arch::MultiplyMode multiply_mode(const Graph& graph, const DenseOp& op, const LayerDirectives& fixed,
                                 const std::string& where, const arch::Device& device) {
  const arch::ElementType lhs = graph.tensor(op.x).quant.type;
  const arch::ElementType weights = graph.tensor(op.w).quant.type;
  std::vector<arch::MultiplyMode> modes = kernels::dense_modes(lhs, weights, device);
  if (modes.empty()) {
    throw arch::InputError(where,
                           fmt::format("{} cannot multiply {} activations by {} weights", device.name,
                                       arch::to_string(lhs), arch::to_string(weights)),
                           "quantize the weights to int8, or the activations to 16 bit");
  }
  modes = allowed_modes(std::move(modes), op, graph, fixed, where, device);
  const std::int64_t bound = accumulator_bound(graph, op);
  const auto wraps = [&](const arch::MultiplyMode& mode) {
    return mode.accumulator_bits < 64 && bound >= std::int64_t{1} << (mode.accumulator_bits - 1);
  };
  const auto safe = std::find_if_not(modes.begin(), modes.end(), wraps);
  if (safe != modes.end()) {
    // Of the modes with the narrowest accumulators that are safe.
    const auto end = std::find_if(safe, modes.end(), [&](const arch::MultiplyMode& mode) {
      return mode.accumulator_bits != safe->accumulator_bits;
    });
    return *std::min_element(safe, end, [&](const arch::MultiplyMode& a, const arch::MultiplyMode& b) {
      return multiplies(graph, op, a) < multiplies(graph, op, b);
    });
  }
  throw arch::InputError(
      where,
      fmt::format("its sums can reach {}, beyond the {} bit of an accumulator lane{}", bound,
                  modes.back().accumulator_bits, fixed.mmul ? " of mmul " + shape_text(modes.back()) : ""),
      fixed.mmul ? "leave mmul out, or use smaller weights or a smaller K"
                 : "use smaller weights or a smaller K");
}

}  // namespace

LayerShape shape_of(const Graph& graph, NodeId node, const LayerDirectives& fixed,
                    const arch::Device& device) {
  const Node& layer = graph.nodes.at(static_cast<std::size_t>(node));
  const auto& op = std::get<DenseOp>(layer.op);
  const Tensor& x = graph.tensor(op.x);
  const Tensor& w = graph.tensor(op.w);
  const Tensor& y = graph.tensor(op.y);
  const std::string where = fmt::format("layer '{}'", layer.name);
  LayerShape shape;
  shape.name = layer.name;
  shape.rows = dimension(x.rows(), "the number of rows", where);
  shape.k = dimension(w.rows(), "K", where);
  shape.n = dimension(w.cols(), "N", where);
  kernels::DenseTile& kernel = shape.kernel;
  const arch::MultiplyMode mode = multiply_mode(graph, op, fixed, where, device);
  kernel.mmul = {static_cast<std::uint8_t>(mode.rows), static_cast<std::uint8_t>(mode.inner),
                 static_cast<std::uint8_t>(mode.columns)};
  kernel.accumulator_bits = mode.accumulator_bits;
  kernel.lhs = x.quant.type;
  kernel.weights = w.quant.type;
  kernel.out = y.quant.type;
  kernel.bias = op.bias.has_value();
  kernel.relu = op.relu;
  kernel.shift = x.quant.frac + w.quant.frac - y.quant.frac;
  kernel.rounding = op.rounding;
  kernel.saturation = op.saturation;
  const kernels::DenseTile probe = tile_kernel(shape, {}, 0);
  for (const arch::Problem& problem : kernels::check(probe, device)) {
    throw arch::InputError(where, problem.what, problem.remedy);
  }
  return shape;
}

kernels::CascadeRole role_of(int position, int cas_len) {
  using enum kernels::CascadeRole;
  if (cas_len == 1) return single;
  if (position == 0) return first;
  return position == cas_len - 1 ? last : middle;
}

kernels::DenseTile tile_kernel(const LayerShape& shape, const Parallelism& cut, int position) {
  kernels::DenseTile kernel = shape.kernel;
  kernel.blocking = cut.blocking;
  kernel.rows = shape.row_slicing(cut).slice();
  kernel.k = shape.k_slicing(cut).slice();
  kernel.n = shape.n_slicing(cut).slice();
  kernel.role = role_of(position, cut.cas_len);
  if (kernel.role == kernels::CascadeRole::first || kernel.role == kernels::CascadeRole::middle) {
    kernel.bias = kernel.relu = false;
  }
  return kernel;
}

}  // namespace aie4ml::compiler
