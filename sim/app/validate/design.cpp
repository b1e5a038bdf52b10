#include "sim/app/validate/design.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "arch/error.hpp"
#include "arch/numeric/element_type.hpp"

namespace aie4ml::sim::validate {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr std::int64_t kBiasMagnitude = 1 << 12;  // a share of the sums, without saturating all of them

// std::uniform_int_distribution gives other numbers with another library.
std::vector<std::int64_t> random_codes(std::int64_t count, std::int64_t low, std::int64_t high,
                                       std::mt19937_64& random) {
  const auto range = static_cast<std::uint64_t>(high - low) + 1;
  std::vector<std::int64_t> codes(static_cast<std::size_t>(count));
  for (auto& code : codes) code = low + static_cast<std::int64_t>(random() % range);
  return codes;
}

// All values lie in -1..1, so that sums are scaled back by about the weights' bits.
compiler::Quantization quantization(const std::string& name, const std::string& where) {
  const auto type = arch::element_type_from_string(name);
  if (!type || !arch::is_integer(*type)) {
    throw arch::InputError(where, fmt::format("'{}' is no integer type", name), "use int8");
  }
  return {*type, arch::bits(*type) - (arch::is_signed(*type) ? 1 : 0)};
}

class GraphBuilder {
 public:
  explicit GraphBuilder(const Case& published) : case_(published) { graph_.name = published.id; }

  compiler::Graph build() {
    if (case_.route != "memtile") {
      throw arch::InputError(case_.id, fmt::format("route '{}' is not supported", case_.route),
                             "every edge goes through a memory tile");
    }
    x_ = add("x", {case_.batch, case_.layers.front().k}, quantization(case_.input, case_.id + ": input"));
    graph_.inputs.push_back({x_, "x", false});
    for (std::size_t i = 0; i < case_.layers.size(); ++i) add_layer(case_.layers[i], i);
    graph_.outputs.push_back({x_, "y", false});
    arch::throw_if_any(case_.id, graph_.validate());
    return std::move(graph_);
  }

 private:
  compiler::TensorId add(std::string name, std::vector<std::int64_t> shape, compiler::Quantization quant,
                         std::vector<std::int64_t> data = {}) {
    graph_.tensors.push_back({std::move(name), std::move(shape), quant, std::move(data)});
    return static_cast<compiler::TensorId>(graph_.tensors.size() - 1);
  }

  void add_layer(const CaseLayer& layer, std::size_t index) {
    const std::string where = fmt::format("{}: layers[{}]", case_.id, index);
    if (layer.op != "dense") {
      throw arch::InputError(where, fmt::format("operator '{}' is not supported", layer.op), "use dense");
    }
    const compiler::Tensor& x = graph_.tensor(x_);
    if (x.cols() != layer.k) {
      throw arch::InputError(where, fmt::format("k is {}, {} columns come in", layer.k, x.cols()), "");
    }
    const std::string name = fmt::format("dense_{}", index);
    const std::int32_t x_frac = x.quant.frac;
    const compiler::Quantization weights = quantization(layer.weights, where + ".weights");
    compiler::DenseOp op;
    op.x = x_;
    op.w = add(name + ".weights", {layer.k, layer.n}, weights,
               random_codes(std::int64_t{layer.k} * layer.n, arch::min_value(weights.type),
                            arch::max_value(weights.type), random_));
    if (layer.bias) {
      op.bias = add(name + ".bias", {layer.n}, {arch::ElementType::int32, x_frac + weights.frac},
                    random_codes(layer.n, -kBiasMagnitude, kBiasMagnitude, random_));
    }
    op.relu = layer.relu;
    compiler::Quantization out = quantization(layer.output, where + ".output");
    out.frac = std::min(out.frac, x_frac + weights.frac);  // a sum is never scaled up
    op.y = x_ = add(name + ".out", {case_.batch, layer.n}, out);
    graph_.nodes.push_back({name, op});
  }

  const Case& case_;
  compiler::Graph graph_;
  compiler::TensorId x_{};
  std::mt19937_64 random_{kSeed};
};

}  // namespace

double edited(double value, double share) {
  const bool whole = value == std::floor(value);
  const double size = std::abs(value * share);
  const double step = whole ? std::max(1.0, std::round(size)) : size;
  return std::max(0.0, share < 0 ? value - step : value + step);
}

arch::Device device_of(const Case& published, const std::string& device_file,
                       const std::vector<DeviceEdit>& edits) {
  const std::string& name = device_file.empty() ? published.device : device_file;
  nlohmann::json facts = arch::merged_device_json(name);
  facts["clock"]["aie"]["value"] = published.aie_clock_mhz;
  facts["clock"]["pl"]["value"] = published.pl_clock_mhz;
  facts["shim"]["default_plio_bits"]["value"] = published.plio_bits;
  for (const DeviceEdit& edit : edits) {
    std::string pointer = "/" + edit.path + "/value";
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    const nlohmann::json::json_pointer at(pointer);
    if (!facts.contains(at)) continue;
    nlohmann::json& value = facts[at];
    const double changed = edited(value.get<double>(), edit.share);
    value = value.is_number_integer() ? nlohmann::json(std::llround(changed)) : nlohmann::json(changed);
  }
  return arch::device_from_json(facts, fmt::format("{}: device {}", published.id, name));
}

compiler::Graph graph_of(const Case& published) {
  return GraphBuilder(published).build();
}

compiler::Directives directives_of(const Case& published) {
  compiler::Directives directives;
  for (const CaseLayer& layer : published.layers) {
    directives.layers.push_back({layer.cas_len, layer.cas_num, layer.col, layer.row});
  }
  return directives;
}

}  // namespace aie4ml::sim::validate
