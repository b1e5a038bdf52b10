// write_random_models DIR FIRST COUNT: random networks as seed_<n>.onnx and an MLP of seven layers, 512 wide,
// as mlp_7x512.onnx, each with a .json that holds inputs and expected outputs (real values where the graph's
// are float). For scripts/check_random_models.py.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include <nlohmann/json.hpp>

#include "tests/support/random_model.hpp"

namespace {

using namespace aie4ml::tests;
using nlohmann::json;

json values_of(const std::vector<RandomPort>& ports, const std::vector<Codes>& codes) {
  json list = json::array();
  for (std::size_t i = 0; i < ports.size(); ++i) {
    json values = json::array();
    for (const std::int64_t code : codes[i]) {
      if (ports[i].is_float) {
        values.push_back(std::ldexp(static_cast<double>(code), -ports[i].frac));
      } else {
        values.push_back(code);
      }
    }
    list.push_back({{"name", ports[i].name}, {"shape", ports[i].shape}, {"values", std::move(values)}});
  }
  return list;
}

void write(const std::filesystem::path& stem, const RandomModel& model) {
  std::mt19937_64 random(model.seed);
  const std::vector<Codes> inputs = random_inputs(model, random);
  std::ofstream(stem.string() + ".onnx", std::ios::binary) << model.onnx.bytes();
  std::ofstream(stem.string() + ".json")
      << json{{"inputs", values_of(model.inputs, inputs)},
              {"outputs", values_of(model.outputs, model.evaluate(inputs))},
              {"text", model.text}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: write_random_models DIR FIRST COUNT\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  const std::uint64_t first = std::strtoull(argv[2], nullptr, 10);
  const std::uint64_t count = std::strtoull(argv[3], nullptr, 10);
  // int8 only: onnxruntime computes in float32, which is exact for these sums and not for 16 bits.
  const RandomModelOptions options{.activations = {onnx::TensorProto::INT8, onnx::TensorProto::UINT8},
                                   .weights = {onnx::TensorProto::INT8}};
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    write(folder / ("seed_" + std::to_string(seed)), random_model(seed, options));
  }
  write(folder / "mlp_7x512", random_mlp(first, 8, std::vector<int>(8, 512)));
  return 0;
}
