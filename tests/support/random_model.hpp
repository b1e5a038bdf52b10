// Random quantized networks as ONNX, with what they compute: for the importer, and for whole pipelines.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/support/onnx_builder.hpp"

namespace aie4ml::tests {

using Codes = std::vector<std::int64_t>;  // of one tensor, row-major

// Which networks. Every layer is legal for aie4ml::compiler::import_onnx(); shapes and types need not be what
// a given device or kernel can take, so a test of the whole pipeline chooses them here.
struct RandomModelOptions {
  int max_layers{6};  // about: Gemm, MatMul, Add, Relu
  int max_inputs{2};
  int max_rows{12};      // of every axis but the last
  int max_features{48};  // of the last axis
  int feature_step{1};   // features are multiples of this
  bool rank3{true};      // batch x tokens x features, else batch x features
  bool add{true}, relu{true}, transpose{true}, split{true}, concat{true};
  bool fan_out{true};        // false: every tensor has one reader
  bool inner_outputs{true};  // a graph output may be read inside, and given twice
  std::vector<int> activations{onnx::TensorProto::INT8, onnx::TensorProto::INT16, onnx::TensorProto::UINT8};
  std::vector<int> weights{onnx::TensorProto::INT8, onnx::TensorProto::INT16};
};

struct RandomPort {
  std::string name;
  std::vector<std::int64_t> shape;
  int type{};  // onnx::TensorProto type of the codes
  int frac{};
  bool is_float{};
};

struct RandomModel {
  std::uint64_t seed{};
  std::string text;      // one line per operator, for failures
  OnnxBuilder onnx{21};  // int16 needs it
  std::vector<RandomPort> inputs, outputs;
  // Values of all outputs for given inputs, in order: the arithmetic of docs/numerics.md written out here,
  // sharing nothing with the compiler.
  std::function<std::vector<Codes>(const std::vector<Codes>&)> evaluate;
};

// The same seed and options give the same model.
RandomModel random_model(std::uint64_t seed, const RandomModelOptions& options = {});

// A chain of int8 dense layers with bias, widths.front() to widths.back() features, ReLU between them.
RandomModel random_mlp(std::uint64_t seed, int rows, const std::vector<int>& widths);

// Codes for every input: the whole range, with its ends often.
std::vector<Codes> random_inputs(const RandomModel& model, std::mt19937_64& random);

}  // namespace aie4ml::tests
