#include "tests/support/onnx_builder.hpp"

#include <atomic>
#include <cmath>
#include <fstream>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/error.hpp"
#include "compiler/frontend/import_onnx.hpp"

namespace aie4ml::tests {
namespace {

template <class T, class Values>
std::string raw(const Values& values) {
  std::string bytes;
  for (const auto value : values) {
    const T typed = static_cast<T>(value);
    bytes.append(reinterpret_cast<const char*>(&typed), sizeof typed);
  }
  return bytes;
}

std::string raw_ints(int type, const std::vector<std::int64_t>& values) {
  switch (type) {
    case onnx::TensorProto::INT8:
    case onnx::TensorProto::UINT8:
      return raw<std::uint8_t>(values);
    case onnx::TensorProto::INT16:
    case onnx::TensorProto::UINT16:
      return raw<std::uint16_t>(values);
    case onnx::TensorProto::INT32:
      return raw<std::uint32_t>(values);
    default:
      return raw<std::uint64_t>(values);
  }
}

void fill(onnx::ValueInfoProto& info, const std::string& name, int type, const Dims& dims) {
  info.set_name(name);
  auto& tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape();
  for (const Dim& dim : dims) {
    auto& entry = *tensor.mutable_shape()->add_dim();
    if (std::holds_alternative<int>(dim)) {
      entry.set_dim_value(std::get<int>(dim));
    } else {
      entry.set_dim_param(std::get<std::string>(dim));
    }
  }
}

}  // namespace

OnnxBuilder::OnnxBuilder(int opset) {
  model.set_ir_version(8);
  auto& import = *model.add_opset_import();
  import.set_domain("");
  import.set_version(opset);
  graph().set_name("test");
}

onnx::NodeProto& OnnxBuilder::node(const std::string& name) {
  for (onnx::NodeProto& entry : *graph().mutable_node()) {
    if (entry.name() == name) return entry;
  }
  throw std::out_of_range(name);
}

onnx::TensorProto& OnnxBuilder::initializer(const std::string& name) {
  for (onnx::TensorProto& entry : *graph().mutable_initializer()) {
    if (entry.name() == name) return entry;
  }
  throw std::out_of_range(name);
}

std::string OnnxBuilder::input(const std::string& name, int type, const Dims& dims) {
  fill(*graph().add_input(), name, type, dims);
  return name;
}

void OnnxBuilder::output(const std::string& name, int type, const Dims& dims) {
  fill(*graph().add_output(), name, type, dims);
}

std::string OnnxBuilder::ints(const std::string& name, int type, const std::vector<int>& dims,
                              const std::vector<std::int64_t>& values, Storage storage) {
  auto& tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const int dim : dims) tensor.add_dims(dim);
  if (storage == Storage::raw) {
    tensor.set_raw_data(raw_ints(type, values));
  } else {
    for (const std::int64_t value : values) {
      if (type == onnx::TensorProto::INT64) {
        tensor.add_int64_data(value);
      } else {
        tensor.add_int32_data(static_cast<std::int32_t>(value));
      }
    }
  }
  return name;
}

std::string OnnxBuilder::floats(const std::string& name, const std::vector<int>& dims,
                                const std::vector<float>& values, Storage storage) {
  auto& tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const int dim : dims) tensor.add_dims(dim);
  if (storage == Storage::raw) {
    tensor.set_raw_data(raw<float>(values));
  } else {
    for (const float value : values) tensor.add_float_data(value);
  }
  return name;
}

std::string OnnxBuilder::add(const std::string& op, const std::string& name,
                             const std::vector<std::string>& inputs, const std::string& output) {
  auto& entry = *graph().add_node();
  entry.set_op_type(op);
  entry.set_name(name);
  for (const std::string& input_name : inputs) entry.add_input(input_name);
  entry.add_output(output);
  return output;
}

std::string OnnxBuilder::scale(const std::string& name, int frac) {
  return floats(name + "_s", {}, {std::ldexp(1.0F, -frac)}, Storage::typed);
}

std::string OnnxBuilder::q(const std::string& x, int frac, int type, const std::string& output) {
  return add("QuantizeLinear", output,
             {x, scale(output, frac), ints(output + "_z", type, {}, {0}, Storage::typed)}, output);
}

std::string OnnxBuilder::dq(const std::string& x, int frac, int type, const std::string& output) {
  return add("DequantizeLinear", output, {x, scale(output, frac), ints(output + "_z", type, {}, {0})},
             output);
}

std::string OnnxBuilder::parameter(const std::string& name, int type, const std::vector<int>& dims,
                                   const std::vector<std::int64_t>& codes, int frac) {
  return dq(ints(name + "_q", type, dims, codes), frac, type, name);
}

void OnnxBuilder::set_attribute(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  auto& entry = *node.add_attribute();
  entry.set_name(name);
  entry.set_type(onnx::AttributeProto::INT);
  entry.set_i(value);
}

void OnnxBuilder::set_attribute(onnx::NodeProto& node, const std::string& name, float value) {
  auto& entry = *node.add_attribute();
  entry.set_name(name);
  entry.set_type(onnx::AttributeProto::FLOAT);
  entry.set_f(value);
}

void OnnxBuilder::set_attribute(onnx::NodeProto& node, const std::string& name,
                                const std::vector<std::int64_t>& values) {
  auto& entry = *node.add_attribute();
  entry.set_name(name);
  entry.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) entry.add_ints(value);
}

std::filesystem::path save_bytes(const std::string& bytes, const std::string& file) {
  static std::atomic<int> count{0};
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / fmt::format("aie4ml_onnx_{}_{}", getpid(), count++);
  std::filesystem::create_directories(folder);
  std::ofstream(folder / file, std::ios::binary) << bytes;
  return folder / file;
}

std::filesystem::path OnnxBuilder::save(const std::string& file) const {
  return save_bytes(bytes(), file);
}

OnnxBuilder dense_model() {
  OnnxBuilder b;
  const auto x = b.dq(b.input("x_q", onnx::TensorProto::INT8, {2, 3}), 2, onnx::TensorProto::INT8, "x");
  const auto w = b.parameter("w", onnx::TensorProto::INT8, {3, 2}, {1, -2, 3, 4, -5, 6}, 1);
  const auto bias = b.parameter("b", onnx::TensorProto::INT32, {2}, {10, -20}, 3);
  b.q(b.add("Relu", "fc_relu", {b.add("Gemm", "fc", {x, w, bias}, "fc_sum")}, "fc_act"), 1,
      onnx::TensorProto::INT8, "y_q");
  b.output("y_q", onnx::TensorProto::INT8, {2, 2});
  return b;
}

std::string import_error(const std::filesystem::path& model, std::int64_t batch) {
  compiler::ImportOptions options;
  if (batch != 0) options.batch = batch;
  try {
    compiler::import_onnx(model, options);
  } catch (const arch::InputError& error) {
    std::string text = error.what();
    if (text.starts_with(model.string())) text.replace(0, model.string().size(), "model.onnx");
    return text;
  }
  return "";
}

std::string import_error(const OnnxBuilder& builder, std::int64_t batch) {
  const std::filesystem::path path = builder.save();
  const std::string text = import_error(path, batch);
  std::filesystem::remove_all(path.parent_path());
  return text;
}

}  // namespace aie4ml::tests
