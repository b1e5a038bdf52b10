// Gemm and MatMul: activation times constant weights. That the weights are constant is checked by the passes,
// when the DequantizeLinear before them is folded.
#include <fmt/format.h>

#include "compiler/frontend/op_table.hpp"
#include "compiler/frontend/shape_rules.hpp"
#include "compiler/graph/shape.hpp"

namespace aie4ml::compiler {
namespace {

void emit_linear(NodeReader& node, std::vector<ValueId> inputs, bool transpose_w) {
  const std::vector<std::int64_t>& x = node.value(inputs[0]).shape;
  const std::vector<std::int64_t>& w = node.value(inputs[1]).shape;
  if (x.size() < 2) {
    node.fail(fmt::format("its input {} has fewer than 2 axes", node.label(inputs[0])),
              "give it the shape rows x features");
  }
  if (w.size() != 2) {
    node.fail(fmt::format("its weights {} have {} axes", node.label(inputs[1]), w.size()),
              "give them two, K x N");
  }
  const std::int64_t k = transpose_w ? w[1] : w[0];
  const std::int64_t n = transpose_w ? w[0] : w[1];
  if (x.back() != k) {
    node.fail(fmt::format("its input {} has {} features, its weights {} have K = {}", node.label(inputs[0]),
                          x.back(), node.label(inputs[1]), k),
              "make the two equal");
  }
  std::vector<std::int64_t> y = x;
  y.back() = n;
  if (inputs.size() > 2 && broadcast(y, node.value(inputs[2]).shape) != y) {
    node.fail(fmt::format("its bias {} does not fit the result ({})", node.label(inputs[2]), shape_string(y)),
              fmt::format("give it the shape {}", n));
  }
  node.emit(OnnxLinear{transpose_w, false}, std::move(inputs), std::move(y), arch::ElementType::float32);
}

}  // namespace

void read_gemm(NodeReader& node) {
  node.expect(2, 3, {"alpha", "beta", "transA", "transB"});
  for (const char* name : {"alpha", "beta"}) {
    if (const float value = node.float_attribute(name, 1.0F); value != 1.0F) {
      node.fail(fmt::format("{} is {}", name, value), "fold it into the weights and use 1");
    }
  }
  if (node.int_attribute("transA", 0) != 0) node.fail("transA is set", "give the input as rows x features");
  std::vector<ValueId> inputs = {node.real_input(0), node.real_input(1)};
  if (node.has_input(2)) inputs.push_back(node.real_input(2));
  if (node.value(inputs[0]).shape.size() > 2) {
    node.fail(fmt::format("its input {} has more than 2 axes", node.label(inputs[0])), "use MatMul for that");
  }
  emit_linear(node, std::move(inputs), node.int_attribute("transB", 0) != 0);
}

void read_matmul(NodeReader& node) {
  node.expect(2, 2, {});
  emit_linear(node, {node.real_input(0), node.real_input(1)}, false);
}

}  // namespace aie4ml::compiler
