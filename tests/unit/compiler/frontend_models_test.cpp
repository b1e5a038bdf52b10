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

// The one file of a folder whose name starts so.
fs::path only_file(const fs::path& folder, const std::string& prefix) {
  fs::path found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with(prefix)) {
      EXPECT_TRUE(found.empty()) << folder;
      found = entry.path();
    }
  }
  EXPECT_FALSE(found.empty()) << folder << " " << prefix;
  return found;
}

// All iterations of one model with one input and one output.
void expect_bits(const fs::path& folder, std::optional<std::int64_t> batch = {}) {
  const Graph graph = import_onnx(folder / "model.onnx", {batch});
  const tests::Npy in = tests::read_npy(only_file(folder, "in_"));
  const tests::Npy out = tests::read_npy(only_file(folder, "out_"));
  ASSERT_EQ(graph.inputs.size(), 1U);
  ASSERT_EQ(graph.outputs.size(), 1U);
  const Tensor& x = graph.tensor(graph.inputs[0].tensor);
  const Tensor& y = graph.tensor(graph.outputs[0].tensor);
  ASSERT_EQ(graph.inputs[0].is_float, in.codes.empty());
  ASSERT_EQ(in.shape.front(), out.shape.front());
  const auto x_size = static_cast<std::size_t>(x.elements());
  const auto y_size = static_cast<std::size_t>(y.elements());
  const auto iterations = static_cast<std::size_t>(in.shape.front());
  for (std::size_t i = 0; i < iterations; ++i) {
    Codes codes;
    if (graph.inputs[0].is_float) {
      codes = quantize(std::span(in.reals).subspan(i * x_size, x_size), x.quant);
    } else {
      codes.assign(in.codes.begin() + static_cast<std::ptrdiff_t>(i * x_size),
                   in.codes.begin() + static_cast<std::ptrdiff_t>((i + 1) * x_size));
    }
    const Codes got = evaluate(graph, std::vector<Codes>{codes}).at(0);
    ASSERT_EQ(got.size(), y_size);
    if (out.reals.empty()) {
      const auto* expected = out.codes.data() + i * y_size;
      EXPECT_TRUE(std::equal(got.begin(), got.end(), expected)) << folder << " iteration " << i;
    } else {
      const auto* expected = out.reals.data() + i * y_size;
      const std::vector<float> reals = dequantize(got, y.quant);
      EXPECT_TRUE(std::equal(reals.begin(), reals.end(), expected)) << folder << " iteration " << i;
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
                         testing::Values("mlp_i8", "mnist_mlp_int8", "mlperf_ad_int8", "mlperf_ad_a16w8"),
                         [](const auto& param_info) { return std::string(param_info.param); });

}  // namespace
}  // namespace aie4ml::compiler
