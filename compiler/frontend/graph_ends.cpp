#include "compiler/frontend/graph_ends.hpp"

#include <fmt/format.h>

#include "compiler/frontend/model_file.hpp"
#include "compiler/frontend/tensor_proto.hpp"
#include "compiler/graph/shape.hpp"

namespace aie4ml::compiler {
namespace {

using Dimension = onnx::TensorShapeProto::Dimension;

// Symbolic, absent, or -1 and 0 as some exporters write it.
bool is_open(const Dimension& dim) {
  return !dim.has_dim_value() || dim.dim_value() < 1;
}

std::string dim_string(const Dimension& dim) {
  if (!is_open(dim)) return std::to_string(dim.dim_value());
  if (dim.has_dim_value()) return std::to_string(dim.dim_value());
  return dim.dim_param().empty() ? "?" : printable(dim.dim_param());
}

std::string declared_shape(const onnx::TensorShapeProto& shape) {
  std::string text;
  for (const Dimension& dim : shape.dim()) text += (text.empty() ? "" : "x") + dim_string(dim);
  return text.empty() ? "scalar" : text;
}

std::int64_t batch_of(const Dimension& dim, const ImportOptions& options, const std::string& where) {
  if (is_open(dim)) {
    if (options.batch) return *options.batch;
    throw arch::InputError(where, fmt::format("its leading dimension '{}' is open", dim_string(dim)),
                           "give --batch N");
  }
  if (!options.batch || *options.batch == dim.dim_value()) return dim.dim_value();
  if (dim.dim_value() != 1) {
    throw arch::InputError(
        where, fmt::format("its leading dimension is {}, --batch says {}", dim.dim_value(), *options.batch),
        "leave --batch out, or export the model with an open batch");
  }
  return *options.batch;
}

OnnxValue read_input(const onnx::ValueInfoProto& info, const ImportOptions& options,
                     const std::string& where) {
  if (!info.type().has_tensor_type()) throw arch::InputError(where, "is no tensor", "use tensors only");
  const onnx::TypeProto::Tensor& tensor = info.type().tensor_type();
  const auto type = element_type(tensor.elem_type());
  if (!type) {
    throw arch::InputError(where, fmt::format("has type {}", onnx_type_name(tensor.elem_type())),
                           "use float32 with a QuantizeLinear, or integer codes");
  }
  if (tensor.shape().dim_size() < 2) {
    throw arch::InputError(where, fmt::format("has the shape {}", declared_shape(tensor.shape())),
                           "give it at least two axes, batch x features");
  }
  std::vector<std::int64_t> shape = {batch_of(tensor.shape().dim(0), options, where)};
  for (int i = 1; i < tensor.shape().dim_size(); ++i) {
    const Dimension& dim = tensor.shape().dim(i);
    if (is_open(dim)) {
      throw arch::InputError(
          where, fmt::format("dimension {} of its shape {} is open", i, declared_shape(tensor.shape())),
          "only the leading dimension may be; export the model with fixed features");
    }
    shape.push_back(dim.dim_value());
  }
  if (!element_count(shape)) {
    throw arch::InputError(where, fmt::format("has the shape {}", shape_string(shape)),
                           fmt::format("a tensor has at most {} elements", kMaxElements));
  }
  return {info.name(), shape, *type, {}};
}

void check_declared(const onnx::ValueInfoProto& info, const OnnxValue& value, const std::string& where) {
  if (!info.type().has_tensor_type()) return;
  const onnx::TypeProto::Tensor& tensor = info.type().tensor_type();
  if (tensor.elem_type() != 0 && element_type(tensor.elem_type()) != value.type) {
    throw arch::InputError(where,
                           fmt::format("is declared {}, but is {}", onnx_type_name(tensor.elem_type()),
                                       arch::to_string(value.type)),
                           "export the model again");
  }
  if (!tensor.has_shape()) return;
  bool fits = tensor.shape().dim_size() == static_cast<int>(value.shape.size());
  for (int i = 1; fits && i < tensor.shape().dim_size(); ++i) {  // 0 is the batch
    const Dimension& dim = tensor.shape().dim(i);
    fits = is_open(dim) || dim.dim_value() == value.shape[static_cast<std::size_t>(i)];
  }
  if (!fits) {
    throw arch::InputError(where,
                           fmt::format("is declared as {}, but is {}", declared_shape(tensor.shape()),
                                       shape_string(value.shape)),
                           "export the model again");
  }
}

}  // namespace

void read_inputs(const onnx::GraphProto& proto, const ImportOptions& options, OnnxGraph& graph,
                 ValueTable& values) {
  if (options.batch && *options.batch < 1) {
    throw arch::InputError("--batch", fmt::format("is {}", *options.batch), "give at least 1");
  }
  for (const onnx::ValueInfoProto& info : proto.input()) {
    if (values.is_initializer(info.name())) continue;
    const std::string where = fmt::format("{}: graph input '{}'", graph.file, printable(info.name()));
    const ValueId id = values.define(read_input(info, options, where), where);
    graph.inputs.push_back({id, info.name()});
  }
}

void read_outputs(const onnx::GraphProto& proto, OnnxGraph& graph, ValueTable& values) {
  for (const onnx::ValueInfoProto& info : proto.output()) {
    const std::string where = fmt::format("{}: graph output '{}'", graph.file, printable(info.name()));
    const ValueId id = values.use(info.name(), where);
    for (const OnnxIo& io : graph.outputs) {
      if (io.name == info.name()) throw arch::InputError(where, "is there twice", "name it once");
    }
    check_declared(info, graph.value(id), where);
    graph.outputs.push_back({id, info.name()});
  }
  if (graph.inputs.empty())
    throw arch::InputError(graph.file, "the network has no input", "export the model again");
  if (graph.outputs.empty())
    throw arch::InputError(graph.file, "the network has no output", "export the model again");
}

}  // namespace aie4ml::compiler
