// Private to fold_quantization: tensors of the graph under construction, weights and biases among them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "compiler/graph/graph.hpp"
#include "compiler/graph/onnx_graph.hpp"

namespace aie4ml::compiler::fold_quantization {

class LoweredTensors {
 public:
  LoweredTensors(const OnnxGraph& in, Graph& out) : in_(in), out_(out) {}

  // Adds a tensor; its name gets a number where it is taken.
  TensorId add(Tensor tensor);
  // Parameters of a layer, each once however many layers read it. Both throw arch::InputError for what is no
  // constant or has no integer codes (a bias: int32 codes at the accumulator's `frac`).
  TensorId weights(const OnnxNode& node, ValueId id, bool transpose);
  TensorId bias(const OnnxNode& node, ValueId id, std::int64_t features, std::int32_t frac);

 private:
  const OnnxGraph& in_;
  Graph& out_;
  std::set<std::string> names_;
  std::map<std::pair<ValueId, bool>, TensorId> weights_;
  std::map<std::tuple<ValueId, std::int32_t, std::int64_t>, TensorId> biases_;
};

}  // namespace aie4ml::compiler::fold_quantization
