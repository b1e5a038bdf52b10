#include "compiler/graph/graph_io.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/image/json_reader.hpp"

namespace aie4ml::compiler {
namespace {

using nlohmann::json;

json ios_to_json(const std::vector<GraphIo>& ios) {
  json list = json::array();
  for (const GraphIo& io : ios)
    list.push_back({{"tensor", io.tensor}, {"name", io.name}, {"float", io.is_float}});
  return list;
}

// The keys of an operator beside "op" and "name".
json fields_of(const DenseOp& op) {
  json entry = {{"x", op.x},
                {"w", op.w},
                {"y", op.y},
                {"relu", op.relu},
                {"rounding", arch::to_string(op.rounding)},
                {"saturation", arch::to_string(op.saturation)}};
  if (op.bias) entry["bias"] = *op.bias;
  return entry;
}
json fields_of(const AddOp& op) {
  return {{"a", op.a},
          {"b", op.b},
          {"y", op.y},
          {"relu", op.relu},
          {"rounding", arch::to_string(op.rounding)},
          {"saturation", arch::to_string(op.saturation)}};
}
json fields_of(const ReluOp& op) {
  return {{"x", op.x}, {"y", op.y}};
}
json fields_of(const TransposeOp& op) {
  return {{"x", op.x}, {"y", op.y}};
}
json fields_of(const SliceOp& op) {
  return {{"x", op.x}, {"y", op.y}, {"axis", op.axis}, {"begin", op.begin}, {"end", op.end}};
}
json fields_of(const ConcatOp& op) {
  return {{"xs", op.xs}, {"y", op.y}, {"axis", op.axis}};
}

using arch::JsonReader;

std::vector<std::int64_t> integers(const JsonReader& list) {
  std::vector<std::int64_t> values;
  for (const JsonReader& item : list.items()) values.push_back(item.integer<std::int64_t>());
  return values;
}

template <class Parse>
auto named(const JsonReader& field, Parse parse) {
  const auto parsed = parse(field.text());
  if (!parsed) field.fail("'" + field.text() + "' is not known");
  return *parsed;
}

Tensor tensor_from(JsonReader in) {
  Tensor t;
  t.name = in.at("name").text();
  t.shape = integers(in.at("shape"));
  t.quant.type = named(in.at("type"), arch::element_type_from_string);
  t.quant.frac = in.at("frac").integer<std::int32_t>();
  t.data = integers(in.at("data"));
  in.done();
  return t;
}

TensorId id_from(JsonReader& in, const char* key) {
  return in.at(key).integer<TensorId>();
}

// DenseOp and AddOp.
template <class Layer>
void read_conversion(JsonReader& in, Layer& op) {
  op.relu = in.at("relu").boolean();
  op.rounding = named(in.at("rounding"), arch::rounding_mode_from_string);
  op.saturation = named(in.at("saturation"), arch::saturation_mode_from_string);
}

void read_fields(JsonReader& in, DenseOp& op) {
  op.x = id_from(in, "x");
  op.w = id_from(in, "w");
  if (auto bias = in.find("bias")) op.bias = bias->integer<TensorId>();
  op.y = id_from(in, "y");
  read_conversion(in, op);
}
void read_fields(JsonReader& in, AddOp& op) {
  op.a = id_from(in, "a");
  op.b = id_from(in, "b");
  op.y = id_from(in, "y");
  read_conversion(in, op);
}
void read_fields(JsonReader& in, ReluOp& op) {
  op = {id_from(in, "x"), id_from(in, "y")};
}
void read_fields(JsonReader& in, TransposeOp& op) {
  op = {id_from(in, "x"), id_from(in, "y")};
}
void read_fields(JsonReader& in, SliceOp& op) {
  op = {id_from(in, "x"), id_from(in, "y"), in.at("axis").integer<std::int32_t>(),
        in.at("begin").integer<std::int64_t>(), in.at("end").integer<std::int64_t>()};
}
void read_fields(JsonReader& in, ConcatOp& op) {
  for (const JsonReader& item : in.items("xs")) op.xs.push_back(item.integer<TensorId>());
  op.y = id_from(in, "y");
  op.axis = in.at("axis").integer<std::int32_t>();
}

// The alternative whose kind_of() is the name.
template <std::size_t... index>
std::optional<Op> op_named(const std::string& name, std::index_sequence<index...> /*alternatives*/) {
  std::optional<Op> found;
  const auto try_one = [&](const Op& op) {
    if (kind_of(op) == name) found = op;
  };
  (try_one(Op(std::in_place_index<index>)), ...);
  return found;
}

Node node_from(JsonReader in) {
  auto op = op_named(in.at("op").text(), std::make_index_sequence<std::variant_size_v<Op>>());
  if (!op) in.at("op").fail("the operator is not known");
  std::visit([&](auto& alternative) { read_fields(in, alternative); }, *op);
  Node node{in.at("name").text(), *std::move(op)};
  in.done();
  return node;
}

GraphIo io_from(JsonReader in) {
  GraphIo io{in.at("tensor").integer<TensorId>(), in.at("name").text(), in.at("float").boolean()};
  in.done();
  return io;
}

}  // namespace

json to_json(const Graph& graph) {
  json tensors = json::array();
  for (const Tensor& t : graph.tensors) {
    tensors.push_back({{"name", t.name},
                       {"shape", t.shape},
                       {"type", arch::to_string(t.quant.type)},
                       {"frac", t.quant.frac},
                       {"data", t.data}});
  }
  json nodes = json::array();
  for (const Node& node : graph.nodes) {
    json entry = std::visit([](const auto& op) { return fields_of(op); }, node.op);
    entry["op"] = kind_of(node.op);
    entry["name"] = node.name;
    nodes.push_back(std::move(entry));
  }
  return {{"schema", kGraphSchema},
          {"name", graph.name},
          {"model_sha256", graph.model_sha256},
          {"tensors", std::move(tensors)},
          {"nodes", std::move(nodes)},
          {"inputs", ios_to_json(graph.inputs)},
          {"outputs", ios_to_json(graph.outputs)}};
}

Graph graph_from_json(const json& json, const std::string& file) {
  JsonReader in(json, file);
  const JsonReader schema = in.at("schema");
  if (schema.text() != kGraphSchema) {
    schema.fail("is '" + schema.text() + "'", fmt::format("give one of schema '{}'", kGraphSchema));
  }
  Graph graph;
  graph.name = in.at("name").text();
  graph.model_sha256 = in.at("model_sha256").text();
  for (const JsonReader& item : in.items("tensors")) graph.tensors.push_back(tensor_from(item));
  for (const JsonReader& item : in.items("nodes")) graph.nodes.push_back(node_from(item));
  for (const JsonReader& item : in.items("inputs")) graph.inputs.push_back(io_from(item));
  for (const JsonReader& item : in.items("outputs")) graph.outputs.push_back(io_from(item));
  in.done();
  arch::throw_if_any(file, graph.validate());
  return graph;
}

}  // namespace aie4ml::compiler
