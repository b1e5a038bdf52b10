#include "compiler/passes/fold_constants.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

#include "compiler/graph/quantize.hpp"
#include "compiler/graph/view.hpp"

namespace aie4ml::compiler::fold_constants {
namespace {

std::vector<std::int64_t> codes_of(const OnnxGraph& graph, const OnnxNode& node, const OnnxQuantize& op) {
  const OnnxConstant& from = *graph.value(node.inputs[0]).constant;
  std::vector<std::int64_t> codes;
  codes.reserve(from.quant ? from.codes.size() : from.reals.size());
  if (from.quant) {
    for (const std::int64_t code : from.codes) {
      codes.push_back(quantize(std::ldexp(static_cast<double>(code), -from.quant->frac), op.quant));
    }
    return codes;
  }
  for (const float real : from.reals) {
    if (std::isnan(real)) {
      graph.fail(node, "its input " + graph.label(node.inputs[0]) + " holds a NaN",
                 "export finite parameters");
    }
    codes.push_back(quantize(static_cast<double>(real), op.quant));
  }
  return codes;
}

// A float32 constant as numbers only.
std::vector<float> reals_of(const OnnxConstant& constant) {
  return constant.quant ? dequantize(constant.codes, *constant.quant) : constant.reals;
}

// The same for the numbers and the codes of a constant: a constant has one of them.
template <class Transform>
OnnxConstant transformed(const OnnxConstant& from, Transform transform) {
  return {from.reals.empty() ? from.reals : transform(from.reals),
          from.codes.empty() ? from.codes : transform(from.codes), from.quant};
}

class Folder {
 public:
  Folder(const OnnxGraph& graph, const OnnxNode& node) : graph_(graph), node_(node) {}

  // What the node gives; nothing for operators that are not folded. All inputs are constants.
  std::optional<OnnxConstant> operator()(const OnnxQuantize& op) const {
    return OnnxConstant{{}, codes_of(graph_, node_, op), {}};
  }
  std::optional<OnnxConstant> operator()(const OnnxDequantize& op) const {
    return OnnxConstant{{}, constant(0).codes, op.quant};
  }
  std::optional<OnnxConstant> operator()(const OnnxLinear& /*op*/) const { return std::nullopt; }
  std::optional<OnnxConstant> operator()(const OnnxAdd& /*op*/) const {
    const std::vector<float> a = broadcast_reals(0);
    const std::vector<float> b = broadcast_reals(1);
    std::vector<float> sum(a.size());
    std::transform(a.begin(), a.end(), b.begin(), sum.begin(), std::plus<>());
    return OnnxConstant{std::move(sum), {}, {}};
  }
  std::optional<OnnxConstant> operator()(const OnnxRelu& /*op*/) const {
    return transformed(constant(0), [](auto values) {
      using Value = typename decltype(values)::value_type;
      for (Value& value : values) value = value < Value{} ? Value{} : value;  // keeps a NaN, as ONNX does
      return values;
    });
  }
  std::optional<OnnxConstant> operator()(const OnnxTranspose& op) const {
    return transformed(constant(0), [&](const auto& values) { return permuted(values, shape(0), op.perm); });
  }
  std::optional<OnnxConstant> operator()(const OnnxSlice& op) const {
    return transformed(
        constant(0), [&](const auto& values) { return sliced(values, shape(0), op.axis, op.begin, op.end); });
  }
  std::optional<OnnxConstant> operator()(const OnnxConcat& op) const {
    OnnxConstant joined;
    const bool coded = !constant(0).codes.empty();
    bool same = true;
    for (std::size_t i = 0; i < node_.inputs.size(); ++i) {
      same = same && constant(i).quant == constant(0).quant;
    }
    joined.quant = same ? constant(0).quant : std::nullopt;
    if (coded && same) {
      join(op.axis, joined.codes, [&](std::size_t i) { return constant(i).codes; });
    } else {
      join(op.axis, joined.reals, [&](std::size_t i) { return reals_of(constant(i)); });
    }
    return joined;
  }

 private:
  [[nodiscard]] const OnnxConstant& constant(std::size_t input) const {
    return *graph_.value(node_.inputs[input]).constant;
  }
  [[nodiscard]] const Shape& shape(std::size_t input) const {
    return graph_.value(node_.inputs[input]).shape;
  }

  [[nodiscard]] std::vector<float> broadcast_reals(std::size_t input) const {
    std::vector<float> values = reals_of(constant(input));
    const Shape& to = graph_.value(node_.output).shape;
    Shape from = shape(input);
    from.insert(from.begin(), to.size() - from.size(), 1);
    for (std::size_t axis = 0; axis < to.size(); ++axis) {
      if (from[axis] == to[axis]) continue;
      Shape repeated = from;
      repeated[axis] = to[axis];
      std::vector<float> larger(static_cast<std::size_t>(product(repeated, 0, repeated.size())));
      for (std::int64_t at = 0; at < to[axis]; ++at) insert_slice(larger, repeated, axis, at, values, from);
      values = std::move(larger);
      from = std::move(repeated);
    }
    return values;
  }

  template <class Values, class Part>
  void join(std::size_t axis, Values& joined, Part part) const {
    const Shape& to = graph_.value(node_.output).shape;
    joined.resize(static_cast<std::size_t>(product(to, 0, to.size())));
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < node_.inputs.size(); ++i) {
      insert_slice(joined, to, axis, begin, part(i), shape(i));
      begin += shape(i)[axis];
    }
  }

  const OnnxGraph& graph_;
  const OnnxNode& node_;
};

// Whether the node had constant inputs only and its output has become a constant.
bool fold(OnnxGraph& graph, const OnnxNode& node) {
  const bool all_constant = std::all_of(node.inputs.begin(), node.inputs.end(),
                                        [&](ValueId id) { return graph.value(id).constant.has_value(); });
  if (!all_constant) return false;
  auto result = std::visit(Folder(graph, node), node.op);
  if (!result) return false;
  graph.value(node.output).constant = std::move(result);
  return true;
}

}  // namespace

void run(OnnxGraph& graph) {
  std::erase_if(graph.nodes, [&](const OnnxNode& node) { return fold(graph, node); });
}

}  // namespace aie4ml::compiler::fold_constants
