// Models with one thing wrong, and the exact text the user must see.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/onnx_builder.hpp"

namespace aie4ml::tests {

using onnx::TensorProto;

struct Case {
  const char* name;
  const char* message;
  std::function<void(OnnxBuilder&)> break_it;  // takes dense_model()
};

inline void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

inline std::string case_name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

class ModelError : public testing::TestWithParam<Case> {};

// A tensor of the interface: x_q of the input, y_q of the output.
inline onnx::TypeProto::Tensor& type_of(onnx::ValueInfoProto& info) {
  return *info.mutable_type()->mutable_tensor_type();
}
inline onnx::TensorShapeProto& x_shape(OnnxBuilder& b) {
  return *type_of(*b.graph().mutable_input(0)).mutable_shape();
}

// Replaces the data of a float initializer.
inline void set_floats(OnnxBuilder& b, const std::string& name, std::vector<float> values) {
  auto& tensor = b.initializer(name);
  tensor.clear_raw_data();
  tensor.clear_float_data();
  tensor.clear_dims();
  for (const float value : values) tensor.add_float_data(value);
  if (values.size() > 1) tensor.add_dims(static_cast<std::int64_t>(values.size()));
}

// x_q and w of dense_model() are there; a second layer that reads `input` and ends in an output.
inline void second_layer(OnnxBuilder& b, const std::string& input) {
  const auto w = b.parameter("w2", TensorProto::INT8, {2, 2}, {1, 2, 3, 4}, 0);
  b.q(b.add("MatMul", "fc2", {input, w}, "fc2_sum"), 0, TensorProto::INT8, "z_q");
  b.output("z_q", TensorProto::INT8, {2, 2});
}

}  // namespace aie4ml::tests
