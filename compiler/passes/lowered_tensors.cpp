#include "compiler/passes/lowered_tensors.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "compiler/graph/shape.hpp"
#include "compiler/graph/view.hpp"

namespace aie4ml::compiler::fold_quantization {
namespace {

// The codes of a bias at another binary point, where they exist.
std::optional<std::int64_t> bias_code(const OnnxConstant& bias, std::size_t index, std::int32_t frac) {
  const double value = bias.quant ? std::ldexp(static_cast<double>(bias.codes[index]), -bias.quant->frac)
                                  : static_cast<double>(bias.reals[index]);
  const double code = std::ldexp(value, frac);
  constexpr double kLimit = 0x1p31;
  if (!(code >= -kLimit && code < kLimit) || code != std::floor(code)) return std::nullopt;
  if (std::ldexp(code, -frac) != value) return std::nullopt;  // underflow: no longer the value of the file
  return static_cast<std::int64_t>(code);
}

}  // namespace

TensorId LoweredTensors::add(Tensor tensor) {
  // One initializer can serve two layers in two forms (transposed, another binary point).
  const std::string base = tensor.name;
  for (int copy = 2; !names_.insert(tensor.name).second; ++copy)
    tensor.name = fmt::format("{}#{}", base, copy);
  out_.tensors.push_back(std::move(tensor));
  return static_cast<TensorId>(out_.tensors.size()) - 1;
}

TensorId LoweredTensors::weights(const OnnxNode& node, ValueId id, bool transpose) {
  const OnnxValue& v = in_.value(id);
  if (!v.constant) {
    in_.fail(node, fmt::format("its second operand {} is no constant", in_.label(id)),
             "only layers with constant weights are supported");
  }
  const OnnxConstant& constant = *v.constant;
  if (!constant.quant) {
    in_.fail(node, fmt::format("weights {} are float", in_.label(id)),
             "quantize them: integer initializer and DequantizeLinear with a power-of-two scale");
  }
  const auto [entry, is_new] = weights_.try_emplace({id, transpose});
  if (!is_new) return entry->second;
  if (!transpose) return entry->second = add({v.name, v.shape, *constant.quant, constant.codes});
  const std::vector<std::int64_t> swap = {1, 0};
  return entry->second =
             add({v.name, permuted(v.shape, swap), *constant.quant, permuted(constant.codes, v.shape, swap)});
}

TensorId LoweredTensors::bias(const OnnxNode& node, ValueId id, std::int64_t features, std::int32_t frac) {
  const OnnxValue& v = in_.value(id);
  const auto [entry, is_new] = biases_.try_emplace({id, frac, features});
  if (!is_new) return entry->second;
  Tensor b{v.name, {features}, {arch::ElementType::int32, frac}, {}};
  if (!v.constant) {
    in_.fail(node, fmt::format("its bias {} is no constant", in_.label(id)),
             "only constant biases are supported");
  }
  const OnnxConstant& constant = *v.constant;
  const std::int64_t given = *element_count(v.shape);
  if (given != 1 && (given != features || v.shape.back() != features)) {
    in_.fail(node, fmt::format("bias {} has not one value per output feature", in_.label(id)),
             fmt::format("give it the shape {}", features));
  }
  for (std::int64_t i = 0; i < features; ++i) {
    const std::size_t at = given == 1 ? 0 : static_cast<std::size_t>(i);
    const auto code = bias_code(constant, at, frac);
    if (!code) {
      in_.fail(node,
               fmt::format("element {} of bias {} is no int32 multiple of 2^{}, the scale of the input "
                           "times that of the weights",
                           at, in_.label(id), -frac),
               fmt::format("quantize the bias to int32 with scale 2^{}", -frac));
    }
    b.data.push_back(*code);
  }
  return entry->second = add(std::move(b));
}

}  // namespace aie4ml::compiler::fold_quantization
