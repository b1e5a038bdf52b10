// Constant nodes: parameters that an exporter did not make initializers.
#include <fmt/format.h>

#include "compiler/frontend/op_table.hpp"
#include "compiler/frontend/tensor_proto.hpp"

namespace aie4ml::compiler {

void read_constant(NodeReader& node) {
  node.expect(0, 0, {"value", "value_float", "value_floats", "value_int", "value_ints"});
  const auto make = [&](std::vector<std::int64_t> shape, arch::ElementType type, OnnxConstant constant) {
    node.emit_constant({"", std::move(shape), type, std::move(constant)});
  };
  const auto length = [](const auto& list) { return std::vector{static_cast<std::int64_t>(list.size())}; };
  if (const auto* tensor = node.attribute("value"); tensor != nullptr && tensor->has_t()) {
    return node.emit_constant(read_tensor(tensor->t(), "value", node.where()));
  }
  if (node.attribute("value_float") != nullptr) {
    return make({}, arch::ElementType::float32, {{node.float_attribute("value_float", 0)}, {}, {}});
  }
  if (node.attribute("value_int") != nullptr) {
    return make({}, arch::ElementType::int64, {{}, {node.int_attribute("value_int", 0)}, {}});
  }
  if (const auto* list = node.attribute("value_floats"); list != nullptr && list->floats_size() > 0) {
    const std::vector<float> reals(list->floats().begin(), list->floats().end());
    return make(length(reals), arch::ElementType::float32, {reals, {}, {}});
  }
  if (const auto* list = node.attribute("value_ints"); list != nullptr && list->ints_size() > 0) {
    const std::vector<std::int64_t> codes(list->ints().begin(), list->ints().end());
    return make(length(codes), arch::ElementType::int64, {{}, codes, {}});
  }
  node.fail("holds no value", "give it a tensor, a number or a list of numbers");
}

}  // namespace aie4ml::compiler
