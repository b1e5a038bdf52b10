// Whole models: what import_onnx() and evaluate() give must be the bits that come with them.
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "compiler/frontend/import_onnx.hpp"
#include "compiler/graph/graph_io.hpp"
#include "compiler/graph/quantize.hpp"
#include "compiler/graph/reference.hpp"
#include "tests/support/npy.hpp"
#include "tests/support/onnx_builder.hpp"

namespace aie4ml::compiler {
namespace {

namespace fs = std::filesystem;

// The file of a port: "in_<name>.npy", or the only one of its kind where the folder uses another name.
fs::path file_of(const fs::path& folder, const std::string& prefix, const std::string& name) {
  if (fs::exists(folder / (prefix + name + ".npy"))) return folder / (prefix + name + ".npy");
  fs::path found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    EXPECT_TRUE(found.empty()) << folder;
    found = entry.path();
  }
  EXPECT_FALSE(found.empty()) << folder << " " << prefix << name;
  return found;
}

std::vector<tests::Npy> read_ports(const fs::path& folder, const std::string& prefix, const Graph& graph,
                                   const std::vector<GraphIo>& ports) {
  std::vector<tests::Npy> arrays;
  for (const GraphIo& io : ports) {
    const tests::Npy& array = arrays.emplace_back(tests::read_npy(file_of(folder, prefix, io.name)));
    EXPECT_TRUE(io.is_float || array.reals.empty()) << io.name;  // some folders hold the codes of float ports
    const std::size_t size = array.codes.size() + array.reals.size();
    EXPECT_EQ(size, static_cast<std::size_t>(array.shape.front() * graph.tensor(io.tensor).elements()))
        << io.name;
  }
  return arrays;
}

// All iterations of a model.
void expect_bits(const fs::path& folder, std::optional<std::int64_t> batch = {}) {
  const Graph graph = import_onnx(folder / "model.onnx", {batch});
  const std::vector<tests::Npy> in = read_ports(folder, "in_", graph, graph.inputs);
  const std::vector<tests::Npy> out = read_ports(folder, "out_", graph, graph.outputs);
  ASSERT_FALSE(testing::Test::HasFailure());
  const auto iterations = static_cast<std::size_t>(in.front().shape.front());
  ASSERT_EQ(out.front().shape.front(), in.front().shape.front());
  for (std::size_t i = 0; i < iterations; ++i) {
    std::vector<Codes> inputs;
    for (std::size_t port = 0; port < in.size(); ++port) {
      const Tensor& x = graph.tensor(graph.inputs[port].tensor);
      const auto size = static_cast<std::size_t>(x.elements());
      if (in[port].codes.empty()) {
        inputs.push_back(quantize(std::span(in[port].reals).subspan(i * size, size), x.quant));
      } else {
        const auto* from = in[port].codes.data() + i * size;
        inputs.emplace_back(from, from + size);
      }
    }
    const std::vector<Codes> got = evaluate(graph, inputs);
    for (std::size_t port = 0; port < out.size(); ++port) {
      const std::size_t at = i * got[port].size();
      if (out[port].codes.empty()) {
        const std::vector<float> reals =
            dequantize(got[port], graph.tensor(graph.outputs[port].tensor).quant);
        EXPECT_TRUE(std::equal(reals.begin(), reals.end(), out[port].reals.data() + at))
            << folder << " iteration " << i << " " << graph.outputs[port].name;
      } else {
        EXPECT_TRUE(std::equal(got[port].begin(), got[port].end(), out[port].codes.data() + at))
            << folder << " iteration " << i << " " << graph.outputs[port].name;
      }
    }
  }
  EXPECT_EQ(to_json(graph_from_json(to_json(graph), "graph.json")), to_json(graph));
}

const fs::path kModels = fs::path(AIE4ML_SOURCE_DIR) / "tests" / "models";

TEST(Models, DigitsMlp) {
  expect_bits(kModels / "digits_mlp");
}
TEST(Models, DigitsMlpFloat) {
  expect_bits(kModels / "digits_mlp_float");
}
TEST(Models, DigitsWide) {
  expect_bits(kModels / "digits_wide");
}
TEST(Models, DigitsB1) {
  expect_bits(kModels / "digits_b1");
}
TEST(Models, DigitsDyn) {
  expect_bits(kModels / "digits_dyn", 8);
}
TEST(Models, MixerI8) {
  expect_bits(kModels / "mixer_i8");
}

// The batch of one at --batch 8 computes what the model of batch 8 does.
TEST(Models, DigitsB1AtBatch8) {
  const Graph one = import_onnx(kModels / "digits_b1" / "model.onnx", {8});
  const Graph eight = import_onnx(kModels / "digits_mlp" / "model.onnx", {});
  const tests::Npy in = tests::read_npy(kModels / "digits_mlp" / "in_x_q.npy");
  const Codes x(in.codes.begin(), in.codes.begin() + 8 * 64);
  EXPECT_EQ(evaluate(one, std::vector<Codes>{x}), evaluate(eight, std::vector<Codes>{x}));
}

// Models that are not part of this repository.
class SharedModels : public testing::TestWithParam<const char*> {};

TEST_P(SharedModels, Bits) {
  const char* from_environment = std::getenv("AIE4ML_SHARED_MODELS");
  const fs::path root = from_environment != nullptr
                            ? fs::path(from_environment)
                            : fs::path(AIE4ML_SOURCE_DIR).parent_path() / "shared" / "models";
  if (!fs::exists(root / GetParam() / "model.onnx")) {
    GTEST_SKIP() << "no model '" << GetParam() << "' in " << root
                 << "; set AIE4ML_SHARED_MODELS to its folder";
  }
  expect_bits(root / GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, SharedModels,
                         testing::Values("mlp_i8", "residual_i8", "branch_i16", "mnist_mlp_int8",
                                         "mlperf_ad_int8", "mlperf_ad_a16w8"),
                         [](const auto& param_info) { return std::string(param_info.param); });

}  // namespace
}  // namespace aie4ml::compiler
