#include "compiler/frontend/node_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/frontend/model_file.hpp"
#include "compiler/frontend/tensor_proto.hpp"
#include "compiler/graph/shape.hpp"

namespace aie4ml::compiler {

ValueTable::ValueTable(OnnxGraph& graph, const onnx::GraphProto& proto) : graph_(graph) {
  for (const onnx::TensorProto& tensor : proto.initializer()) {
    require_name(graph.file, "initializer", tensor.name());
    if (!initializers_.emplace(tensor.name(), &tensor).second) {
      throw arch::InputError(graph.file, fmt::format("initializer '{}' is there twice", tensor.name()),
                             "give every tensor a name of its own");
    }
  }
}

ValueId ValueTable::define(OnnxValue value, const std::string& where) {
  const auto id = static_cast<ValueId>(graph_.values.size());
  bind(value.name, id, where);
  graph_.values.push_back(std::move(value));
  return id;
}

void ValueTable::define_alias(const std::string& name, ValueId id, const std::string& where) {
  bind(name, id, where);
}

void ValueTable::bind(const std::string& name, ValueId id, const std::string& where) {
  if (name.empty()) throw arch::InputError(where, "its output has no name", "name it");
  require_name(graph_.file, "tensor", name);
  if (is_initializer(name) || !ids_.emplace(name, id).second) {
    throw arch::InputError(where, fmt::format("gives tensor '{}', which has a value already", name),
                           "give every tensor a name of its own");
  }
}

ValueId ValueTable::use(const std::string& name, const std::string& where) {
  if (const auto known = ids_.find(name); known != ids_.end()) return known->second;
  const auto initializer = initializers_.find(name);
  if (initializer == initializers_.end()) {
    throw arch::InputError(
        where,
        fmt::format("'{}' is not defined: no graph input, initializer or node gives it", printable(name)),
        "export the model again");
  }
  const auto id = static_cast<ValueId>(graph_.values.size());
  graph_.values.push_back(read_tensor(*initializer->second, name, where));
  ids_.emplace(name, id);
  return id;
}

void NodeReader::fail(const std::string& what, const std::string& remedy) const {
  throw arch::InputError(where_, what, remedy);
}

void NodeReader::expect(int min_inputs, int max_inputs, std::initializer_list<std::string_view> attributes,
                        int max_outputs) const {
  int present = 0;
  for (int i = 0; i < proto_.input_size(); ++i) present = has_input(i) ? i + 1 : present;
  for (int i = 0; i < min_inputs; ++i) {
    if (!has_input(i)) fail(fmt::format("input {} is missing", i), fmt::format("it needs {}", min_inputs));
  }
  if (present > max_inputs)
    fail(fmt::format("has {} inputs", present), fmt::format("it takes at most {}", max_inputs));
  if (proto_.output_size() < 1 || proto_.output_size() > max_outputs) {
    fail(fmt::format("has {} outputs", proto_.output_size()),
         max_outputs == 1 ? "it gives exactly one" : "it gives at least one");
  }
  for (const onnx::AttributeProto& entry : proto_.attribute()) {
    if (std::find(attributes.begin(), attributes.end(), entry.name()) == attributes.end()) {
      fail(fmt::format("attribute '{}' is not supported", printable(entry.name())), "export without it");
    }
  }
}

bool NodeReader::has_input(int index) const {
  return index < proto_.input_size() && !proto_.input(index).empty();
}

ValueId NodeReader::input(int index) const {
  return values_.use(proto_.input(index), where_);
}

ValueId NodeReader::real_input(int index) const {
  const ValueId id = input(index);
  if (value(id).type != arch::ElementType::float32) {
    fail(fmt::format("its input {} is {}", label(id), arch::to_string(value(id).type)),
         "it works on float32, between DequantizeLinear and QuantizeLinear");
  }
  return id;
}

std::vector<std::int64_t> NodeReader::integers_input(int index, const char* what) const {
  const OnnxValue& list = value(input(index));
  if (!list.constant || !arch::is_integer(list.type)) {
    fail(fmt::format("its {} '{}' are no constant integers", what, list.name),
         "use an initializer or a Constant node");
  }
  return list.constant->codes;
}

const onnx::AttributeProto* NodeReader::attribute(std::string_view name) const {
  for (const onnx::AttributeProto& entry : proto_.attribute()) {
    if (entry.name() == name) return &entry;
  }
  return nullptr;
}

std::int64_t NodeReader::int_attribute(std::string_view name, std::int64_t otherwise) const {
  const onnx::AttributeProto* entry = attribute(name);
  if (entry == nullptr) return otherwise;
  if (entry->type() != onnx::AttributeProto::INT)
    fail(fmt::format("attribute '{}' is no integer", name), "export the model again");
  return entry->i();
}

std::optional<std::vector<std::int64_t>> NodeReader::ints_attribute(std::string_view name) const {
  const onnx::AttributeProto* entry = attribute(name);
  if (entry == nullptr) return std::nullopt;
  if (entry->type() != onnx::AttributeProto::INTS)
    fail(fmt::format("attribute '{}' is no list of integers", name), "export the model again");
  return std::vector<std::int64_t>(entry->ints().begin(), entry->ints().end());
}

float NodeReader::float_attribute(std::string_view name, float otherwise) const {
  const onnx::AttributeProto* entry = attribute(name);
  if (entry == nullptr) return otherwise;
  if (entry->type() != onnx::AttributeProto::FLOAT)
    fail(fmt::format("attribute '{}' is no float", name), "export the model again");
  return entry->f();
}

void NodeReader::emit(OnnxOp op, std::vector<ValueId> inputs, std::vector<std::int64_t> shape,
                      arch::ElementType type, int output) {
  if (!element_count(shape)) {
    fail(fmt::format("its output has the shape {}", shape_string(shape)),
         fmt::format("a tensor has at most {} elements", kMaxElements));
  }
  const ValueId given = values_.define({proto_.output(output), std::move(shape), type, {}}, where_);
  const std::string node_where = where_.substr(graph_.file.size() + 2);  // without "<file>: "
  graph_.nodes.push_back({proto_.name(), node_where, std::move(op), std::move(inputs), given});
}

void NodeReader::emit_alias(ValueId id, int output) {
  values_.define_alias(proto_.output(output), id, where_);
}

void NodeReader::emit_constant(OnnxValue value) {
  value.name = proto_.output(0);
  values_.define(std::move(value), where_);
}

}  // namespace aie4ml::compiler
