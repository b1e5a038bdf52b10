// Add, Relu, Identity.
#include <fmt/format.h>

#include "compiler/frontend/op_table.hpp"
#include "compiler/frontend/shape_rules.hpp"

namespace aie4ml::compiler {

void read_add(NodeReader& node) {
  node.expect(2, 2, {});
  const ValueId a = node.real_input(0);
  const ValueId b = node.real_input(1);
  const auto shape = broadcast(node.value(a).shape, node.value(b).shape);
  if (!shape)
    node.fail(fmt::format("{} and {} do not fit", node.label(a), node.label(b)),
              "give them the same last axis");
  node.emit(OnnxAdd{}, {a, b}, *shape, arch::ElementType::float32);
}

void read_relu(NodeReader& node) {
  node.expect(1, 1, {});
  const ValueId x = node.real_input(0);
  node.emit(OnnxRelu{}, {x}, node.value(x).shape, arch::ElementType::float32);
}

void read_identity(NodeReader& node) {
  node.expect(1, 1, {});
  node.emit_alias(node.input(0));
}

}  // namespace aie4ml::compiler
