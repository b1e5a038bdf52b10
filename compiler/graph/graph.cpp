#include "compiler/graph/graph.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace aie4ml::compiler {
namespace {

// What there is to say about an operator without knowing which it is.
struct Facts {
  std::string_view kind;
  bool view;
  std::vector<TensorId> inputs;
  TensorId output;
};

struct FactsOf {
  Facts operator()(const DenseOp& op) const { return {"dense", false, {op.x}, op.y}; }
  Facts operator()(const AddOp& op) const { return {"add", false, {op.a, op.b}, op.y}; }
  Facts operator()(const ReluOp& op) const { return {"relu", false, {op.x}, op.y}; }
  Facts operator()(const TransposeOp& op) const { return {"transpose", true, {op.x}, op.y}; }
  Facts operator()(const SliceOp& op) const { return {"slice", true, {op.x}, op.y}; }
  Facts operator()(const ConcatOp& op) const { return {"concat", true, op.xs, op.y}; }
};

Facts facts_of(const Op& op) {
  return std::visit(FactsOf{}, op);
}

}  // namespace

std::string_view kind_of(const Op& op) {
  return facts_of(op).kind;
}
bool is_view(const Op& op) {
  return facts_of(op).view;
}
std::vector<TensorId> inputs_of(const Op& op) {
  return facts_of(op).inputs;
}
TensorId output_of(const Op& op) {
  return facts_of(op).output;
}

std::int64_t Tensor::elements() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::int64_t Tensor::rows() const {
  return elements() / cols();
}

std::optional<NodeId> Graph::producer(TensorId id) const {
  const auto it =
      std::find_if(nodes.begin(), nodes.end(), [&](const Node& node) { return output_of(node.op) == id; });
  return it == nodes.end() ? std::nullopt : std::optional(static_cast<NodeId>(it - nodes.begin()));
}

std::vector<NodeId> Graph::readers(TensorId id) const {
  std::vector<NodeId> found;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::vector<TensorId> read = inputs_of(nodes[i].op);
    if (std::find(read.begin(), read.end(), id) != read.end()) found.push_back(static_cast<NodeId>(i));
  }
  return found;
}

std::vector<NodeId> Graph::layers() const {
  std::vector<NodeId> found;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!is_view(nodes[i].op)) found.push_back(static_cast<NodeId>(i));
  }
  return found;
}

}  // namespace aie4ml::compiler
