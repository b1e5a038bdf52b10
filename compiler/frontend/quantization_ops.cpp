// QuantizeLinear and DequantizeLinear.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "compiler/frontend/op_table.hpp"
#include "compiler/frontend/tensor_proto.hpp"

namespace aie4ml::compiler {
namespace {

constexpr const char* kZeroPointRemedy = "quantize symmetrically, with zero point 0";

const OnnxConstant& parameter(const NodeReader& node, int index, const char* what) {
  const OnnxValue& value = node.value(node.input(index));
  if (!value.constant) {
    node.fail(fmt::format("its {} '{}' is no constant", what, value.name),
              "use an initializer or a Constant node");
  }
  return *value.constant;
}

// The frac of a scale 2^-frac.
std::int32_t frac_of(const NodeReader& node) {
  const OnnxConstant& constant = parameter(node, 1, "scale");
  const std::string& name = node.value(node.input(1)).name;
  if (node.value(node.input(1)).type != arch::ElementType::float32) {
    node.fail(fmt::format("scale '{}' is no float32 constant", name), "use a float32 initializer");
  }
  if (constant.reals.size() != 1) {
    node.fail(fmt::format("scale '{}' has {} values, one per channel or block", name, constant.reals.size()),
              "quantize per tensor, with one scale");
  }
  const float scale = constant.reals.front();
  if (!std::isfinite(scale) || scale <= 0) {
    node.fail(fmt::format("scale '{}' is {}", name, scale), "use a positive power of two");
  }
  int exponent = 0;
  const float mantissa = std::frexp(scale, &exponent);  // scale = mantissa * 2^exponent, mantissa in [0.5, 1)
  if (mantissa != 0.5F) {
    node.fail(fmt::format("scale '{}' = {} is not a power of two", name, scale),
              fmt::format("the nearest are {} (2^{}) and {} (2^{})", std::ldexp(1.0, exponent - 1),
                          exponent - 1, std::ldexp(1.0, exponent), exponent));
  }
  return 1 - exponent;
}

void require_scalar_form(const NodeReader& node) {
  if (node.int_attribute("block_size", 0) != 0) {
    node.fail("quantizes in blocks (block_size)", "quantize per tensor, with one scale");
  }
}

// The type of a zero point that is 0, if there is one.
std::optional<arch::ElementType> zero_point_type(const NodeReader& node) {
  if (!node.has_input(2)) return std::nullopt;
  const OnnxConstant& constant = parameter(node, 2, "zero point");
  const OnnxValue& value = node.value(node.input(2));
  if (arch::is_float(value.type)) {
    node.fail(fmt::format("zero point '{}' is {}", value.name, arch::to_string(value.type)),
              "use an integer type");
  }
  if (constant.codes.size() != 1) {
    node.fail(fmt::format("zero point '{}' has {} values, one per channel or block", value.name,
                          constant.codes.size()),
              "quantize per tensor, with one zero point");
  }
  if (constant.codes.front() != 0) {
    node.fail(fmt::format("zero point '{}' is {}", value.name, constant.codes.front()), kZeroPointRemedy);
  }
  return value.type;
}

}  // namespace

void read_quantize(NodeReader& node) {
  // saturate is about float8 only; precision and axis say nothing where there is one power-of-two scale.
  node.expect(2, 3, {"axis", "block_size", "output_dtype", "precision", "saturate"});
  require_scalar_form(node);
  const ValueId x = node.real_input(0);
  const std::int32_t frac = frac_of(node);
  const auto zero_type = zero_point_type(node);
  arch::ElementType type = zero_type.value_or(arch::ElementType::uint8);  // ONNX's default
  if (const auto dtype = static_cast<std::int32_t>(node.int_attribute("output_dtype", 0)); dtype != 0) {
    const auto given = element_type(dtype);
    if (!given || (zero_type && *zero_type != *given)) {
      node.fail(fmt::format("output_dtype is {}", onnx_type_name(dtype)),
                "use an integer type, that of the zero point where there is one");
    }
    type = *given;
  }
  if (!arch::is_integer(type) || arch::bits(type) > 16) {
    node.fail(fmt::format("quantizes to {}", arch::to_string(type)), "use int8, uint8, int16 or uint16");
  }
  node.emit(OnnxQuantize{{type, frac}}, {x}, node.value(x).shape, type);
}

void read_dequantize(NodeReader& node) {
  node.expect(2, 3, {"axis", "block_size", "output_dtype"});
  require_scalar_form(node);
  const ValueId x = node.input(0);
  const arch::ElementType type = node.value(x).type;
  if (arch::is_float(type)) {
    node.fail(fmt::format("its input {} is {}", node.label(x), arch::to_string(type)),
              "it works on integer codes");
  }
  const std::int32_t frac = frac_of(node);
  const auto zero_type = zero_point_type(node);
  if (zero_type && *zero_type != type) {
    node.fail(fmt::format("its input {} is {}, its zero point {}", node.label(x), arch::to_string(type),
                          arch::to_string(*zero_type)),
              "give both the same type");
  }
  const auto dtype = static_cast<std::int32_t>(node.int_attribute("output_dtype", onnx::TensorProto::FLOAT));
  if (dtype != onnx::TensorProto::FLOAT && dtype != 0) {
    node.fail(fmt::format("output_dtype is {}", onnx_type_name(dtype)), "use float32");
  }
  node.emit(OnnxDequantize{{type, frac}}, {x}, node.value(x).shape, arch::ElementType::float32);
}

}  // namespace aie4ml::compiler
