#include "compiler/graph/onnx_graph.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "compiler/graph/shape.hpp"

namespace aie4ml::compiler {
namespace {

bool reads(const OnnxNode& node, ValueId id) {
  return std::find(node.inputs.begin(), node.inputs.end(), id) != node.inputs.end();
}

// What an operator makes of the types of its inputs and gives as output; the type of a view's output is that
// of its inputs.
struct Signature {
  std::size_t min_inputs;
  std::size_t max_inputs;
  bool real_inputs;
  bool real_output;
  bool view{};
};

constexpr std::size_t kMany = std::numeric_limits<std::size_t>::max();

Signature signature(const OnnxOp& op) {
  struct Visitor {
    Signature operator()(const OnnxQuantize&) const { return {1, 1, true, false}; }
    Signature operator()(const OnnxDequantize&) const { return {1, 1, false, true}; }
    Signature operator()(const OnnxLinear&) const { return {2, 3, true, true}; }
    Signature operator()(const OnnxAdd&) const { return {2, 2, true, true}; }
    Signature operator()(const OnnxRelu&) const { return {1, 1, true, true}; }
    Signature operator()(const OnnxTranspose&) const { return {1, 1, false, false, true}; }
    Signature operator()(const OnnxSlice&) const { return {1, 1, false, false, true}; }
    Signature operator()(const OnnxConcat&) const { return {1, kMany, false, false, true}; }
  };
  return std::visit(Visitor{}, op);
}

class Checker {
 public:
  explicit Checker(const OnnxGraph& graph) : graph_(graph), given_(graph.values.size()) {}

  arch::Problems run() {
    for (std::size_t i = 0; i < graph_.values.size(); ++i) check_value(i);
    for (const OnnxIo& io : graph_.inputs) give(io.value, fmt::format("input '{}'", io.name));
    for (const OnnxNode& node : graph_.nodes) check_node(node);
    for (const OnnxIo& io : graph_.outputs) take(io.value, fmt::format("output '{}'", io.name));
    return std::move(problems_);
  }

 private:
  void check_value(std::size_t index) {
    const OnnxValue& v = graph_.values[index];
    const auto count = element_count(v.shape);
    if (!count) problems_.push_back({v.name, "shape is not static or too large", ""});
    if (!v.constant || !count) return;
    given_[index] = true;
    const bool coded = arch::is_integer(v.type) || v.constant->quant;
    const std::size_t size = coded ? v.constant->codes.size() : v.constant->reals.size();
    if (static_cast<std::int64_t>(size) != *count)
      problems_.push_back({v.name, "data does not fill the shape", ""});
  }

  void check_node(const OnnxNode& node) {
    const Signature expected = signature(node.op);
    if (node.inputs.size() < expected.min_inputs || node.inputs.size() > expected.max_inputs) {
      problems_.push_back({node.where, "wrong number of inputs", ""});
      return;
    }
    for (const ValueId id : node.inputs) {
      if (!take(id, node.where)) continue;
      if (!expected.view && is_real(id) != expected.real_inputs) wrong_type(node, id);
      if (expected.view && graph_.value(id).type != graph_.value(node.inputs.front()).type)
        wrong_type(node, id);
    }
    if (!give(node.output, node.where)) return;
    const bool fits = expected.view ? graph_.value(node.output).type == graph_.value(node.inputs.front()).type
                                    : is_real(node.output) == expected.real_output;
    if (!fits) problems_.push_back({node.where, "type of the output", ""});
  }

  void wrong_type(const OnnxNode& node, ValueId id) {
    problems_.push_back({node.where, fmt::format("type of input {}", graph_.label(id)), ""});
  }

  [[nodiscard]] bool is_real(ValueId id) const { return graph_.value(id).type == arch::ElementType::float32; }

  bool give(ValueId id, const std::string& where) {
    if (id < 0 || static_cast<std::size_t>(id) >= given_.size()) {
      problems_.push_back({where, "gives a value that does not exist", ""});
      return false;
    }
    if (given_[static_cast<std::size_t>(id)])
      problems_.push_back({where, graph_.label(id) + " is given twice", ""});
    given_[static_cast<std::size_t>(id)] = true;
    return true;
  }

  bool take(ValueId id, const std::string& where) {
    const bool ok =
        id >= 0 && static_cast<std::size_t>(id) < given_.size() && given_[static_cast<std::size_t>(id)];
    if (!ok) problems_.push_back({where, fmt::format("value {} is not given before", id), ""});
    return ok;
  }

  const OnnxGraph& graph_;
  std::vector<bool> given_;
  arch::Problems problems_;
};

}  // namespace

bool is_view(const OnnxOp& op) {
  return signature(op).view;
}

std::string OnnxGraph::label(ValueId id) const {
  return fmt::format("'{}' ({})", value(id).name, shape_string(value(id).shape));
}

const OnnxNode* OnnxGraph::producer(ValueId id) const {
  const auto it = std::find_if(nodes.begin(), nodes.end(), [&](const OnnxNode& n) { return n.output == id; });
  return it == nodes.end() ? nullptr : &*it;
}

OnnxNode* OnnxGraph::producer(ValueId id) {
  return const_cast<OnnxNode*>(std::as_const(*this).producer(id));
}

std::vector<const OnnxNode*> OnnxGraph::readers(ValueId id) const {
  std::vector<const OnnxNode*> found;
  for (const OnnxNode& node : nodes) {
    if (reads(node, id)) found.push_back(&node);
  }
  return found;
}

bool OnnxGraph::is_output(ValueId id) const {
  return std::any_of(outputs.begin(), outputs.end(), [&](const OnnxIo& io) { return io.value == id; });
}

void OnnxGraph::replace_uses(ValueId from, ValueId to) {
  for (OnnxNode& node : nodes) std::replace(node.inputs.begin(), node.inputs.end(), from, to);
  for (OnnxIo& io : outputs) {
    if (io.value == from) io.value = to;
  }
}

void OnnxGraph::remove_dead() {
  std::vector<bool> used(values.size());
  for (const OnnxIo& io : outputs) used[static_cast<std::size_t>(io.value)] = true;
  // Backwards, so that what only dead nodes read is dead as well.
  for (std::size_t i = nodes.size(); i-- > 0;) {
    if (!used[static_cast<std::size_t>(nodes[i].output)]) continue;
    for (const ValueId id : nodes[i].inputs) used[static_cast<std::size_t>(id)] = true;
  }
  std::erase_if(nodes, [&](const OnnxNode& node) { return !used[static_cast<std::size_t>(node.output)]; });
}

void OnnxGraph::fail(const OnnxNode& node, const std::string& what, const std::string& remedy) const {
  throw arch::InputError(file + ": " + node.where, what, remedy);
}

arch::Problems OnnxGraph::validate() const {
  return Checker(*this).run();
}

}  // namespace aie4ml::compiler
