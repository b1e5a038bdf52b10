// Builds small ONNX models in memory, so that a test shows the whole model it is about.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include <onnx/onnx_pb.h>

namespace aie4ml::tests {

// Where an exporter keeps the numbers of a tensor: both forms are legal.
enum class Storage : std::uint8_t { raw, typed };

using Dim = std::variant<int, std::string>;  // the string is a symbolic dimension
using Dims = std::vector<Dim>;

// Every method that makes a tensor returns its name.
class OnnxBuilder {
 public:
  explicit OnnxBuilder(int opset = 13);

  onnx::ModelProto model;
  onnx::GraphProto& graph() { return *model.mutable_graph(); }
  onnx::NodeProto& node(int index) { return *graph().mutable_node(index); }
  onnx::NodeProto& node(const std::string& name);
  onnx::TensorProto& initializer(const std::string& name);

  std::string input(const std::string& name, int type, const Dims& dims);
  void output(const std::string& name, int type, const Dims& dims);
  std::string ints(const std::string& name, int type, const std::vector<int>& dims,
                   const std::vector<std::int64_t>& values, Storage storage = Storage::raw);
  std::string floats(const std::string& name, const std::vector<int>& dims, const std::vector<float>& values,
                     Storage storage = Storage::raw);
  std::string add(const std::string& op, const std::string& name, const std::vector<std::string>& inputs,
                  const std::string& output);

  // Q and DQ named like their output, scale 2^-frac; zero point 0 of the type. Scale and zero point are
  // initializers "<output>_s" and "<output>_z".
  std::string q(const std::string& x, int frac, int type, const std::string& output);
  std::string dq(const std::string& x, int frac, int type, const std::string& output);
  // An initializer "<name>_q" with its DQ "<name>".
  std::string parameter(const std::string& name, int type, const std::vector<int>& dims,
                        const std::vector<std::int64_t>& codes, int frac);

  static void set_attribute(onnx::NodeProto& node, const std::string& name, std::int64_t value);
  static void set_attribute(onnx::NodeProto& node, const std::string& name, float value);
  static void set_attribute(onnx::NodeProto& node, const std::string& name,
                            const std::vector<std::int64_t>& values);

  std::string bytes() const { return model.SerializeAsString(); }
  // Writes a file of its own in the test's temporary directory.
  std::filesystem::path save(const std::string& file = "model.onnx") const;

 private:
  std::string scale(const std::string& name, int frac);
};

std::filesystem::path save_bytes(const std::string& bytes, const std::string& file = "model.onnx");

// x_q int8 2x3 (2^-2) -> Gemm "fc" with int8 weights 3x2 (2^-1) and int32 bias -> Relu -> y_q int8 (2^-1).
// The shift is 2. Weights (1 -2 | 3 4 | -5 6), bias (10, -20).
OnnxBuilder dense_model();

// What import_onnx() of the saved model throws, with "model.onnx" for the path; "" where it succeeds.
std::string import_error(const OnnxBuilder& builder, std::int64_t batch = 0);
std::string import_error(const std::filesystem::path& model, std::int64_t batch = 0);

}  // namespace aie4ml::tests
