// Private to the frontend: one ONNX node as its handler sees it, and the graph under construction.
#pragma once

#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/frontend/onnx_proto.hpp"
#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler {

// Names to values while the file is read. Initializers are decoded when a node first uses them.
class ValueTable {
 public:
  ValueTable(OnnxGraph& graph, const onnx::GraphProto& proto);

  [[nodiscard]] bool is_initializer(const std::string& name) const { return initializers_.contains(name); }
  // Throws arch::InputError with `where` for a name that has a value already, is empty or not printable.
  ValueId define(OnnxValue value, const std::string& where);
  // The same for another name of a value.
  void define_alias(const std::string& name, ValueId id, const std::string& where);
  // Throws arch::InputError with `where` for a name that nothing defines.
  ValueId use(const std::string& name, const std::string& where);

 private:
  OnnxGraph& graph_;
  std::map<std::string, const onnx::TensorProto*> initializers_;
  std::map<std::string, ValueId> ids_;

  void bind(const std::string& name, ValueId id, const std::string& where);
};

class NodeReader {
 public:
  NodeReader(OnnxGraph& graph, ValueTable& values, const onnx::NodeProto& proto, std::string where)
      : graph_(graph), values_(values), proto_(proto), where_(std::move(where)) {}

  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const;
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] const std::string& op_type() const { return proto_.op_type(); }

  // What the handler understands; anything else in the node is an error.
  static constexpr int kMany = std::numeric_limits<int>::max();
  void expect(int min_inputs, int max_inputs, std::initializer_list<std::string_view> attributes,
              int max_outputs = 1) const;

  // Inputs by position. An optional input may be absent (shorter list or empty name).
  [[nodiscard]] bool has_input(int index) const;
  [[nodiscard]] ValueId input(int index) const;
  [[nodiscard]] ValueId real_input(int index) const;  // float32, else an error
  [[nodiscard]] int input_count() const { return proto_.input_size(); }
  // A constant list of integers, such as the axes of a Slice; `what` names it in errors.
  [[nodiscard]] std::vector<std::int64_t> integers_input(int index, const char* what) const;
  [[nodiscard]] const OnnxValue& value(ValueId id) const { return graph_.value(id); }
  [[nodiscard]] std::string label(ValueId id) const { return graph_.label(id); }

  [[nodiscard]] const onnx::AttributeProto* attribute(std::string_view name) const;
  [[nodiscard]] std::int64_t int_attribute(std::string_view name, std::int64_t otherwise) const;
  [[nodiscard]] std::optional<std::vector<std::int64_t>> ints_attribute(std::string_view name) const;
  [[nodiscard]] float float_attribute(std::string_view name, float otherwise) const;

  // Outputs by position; those whose name is empty nobody wants.
  [[nodiscard]] int output_count() const { return proto_.output_size(); }
  [[nodiscard]] bool has_output(int index) const { return !proto_.output(index).empty(); }

  // Adds a node to the graph that gives this output, with this shape and type.
  void emit(OnnxOp op, std::vector<ValueId> inputs, std::vector<std::int64_t> shape, arch::ElementType type,
            int output = 0);
  // The output is another name of this value.
  void emit_alias(ValueId id, int output = 0);
  // The node's output is this constant; `value.name` is set here.
  void emit_constant(OnnxValue value);

 private:
  OnnxGraph& graph_;
  ValueTable& values_;
  const onnx::NodeProto& proto_;
  std::string where_;  // with the file
};

}  // namespace aie4ml::compiler
