// The files of tests/models/bad are refused, each with its own reason.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/onnx_builder.hpp"

namespace aie4ml::tests {
namespace {

// Written by scripts/make_models.py; what its README says is wrong is what we say.
class BadModel : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(BadModel, IsRefused) {
  const auto path = std::filesystem::path(AIE4ML_SOURCE_DIR) / "tests" / "models" / "bad" / GetParam().first;
  ASSERT_TRUE(std::filesystem::exists(path));
  EXPECT_EQ(import_error(path), std::string("model.onnx: ") + GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadModel,
    testing::Values(std::pair{"truncated.onnx", "is no ONNX model, or is cut off; export the model again"},
                    std::pair{"shape_mismatch.onnx",
                              "node 'fc1' (Gemm): its input 'x' (8x24) has 24 features, its weights 'fc1_w' "
                              "(32x16) have K = 32; make the two equal"},
                    std::pair{"unsupported_op.onnx",
                              "node 'fc1_sin' (Sin): operator Sin is not supported; see aie4ml-compile "
                              "--list-ops for those that are"},
                    std::pair{"scale_not_pow2.onnx",
                              "node 'y_q' (QuantizeLinear): scale 'y_s' = 0.1 is not a power of two; the "
                              "nearest are 0.0625 (2^-4) and 0.125 (2^-3)"},
                    std::pair{"nonzero_zero_point.onnx",
                              "node 'y_q' (QuantizeLinear): zero point 'y_z' is 3; quantize "
                              "symmetrically, with zero point 0"},
                    std::pair{"per_axis_scale.onnx",
                              "node 'fc1_w_dq' (DequantizeLinear): scale 'fc1_w_s' has 16 values, one per "
                              "channel or block; quantize per tensor, with one scale"},
                    std::pair{"dynamic_features.onnx",
                              "graph input 'x_q': dimension 1 of its shape 8xfeatures is open; only the "
                              "leading dimension may be; export the model with fixed features"}),
    [](const auto& param_info) { return std::filesystem::path(param_info.param.first).stem().string(); });

// A model of the folder without a case above would be a hole.
TEST(BadModels, AllAreListed) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(AIE4ML_SOURCE_DIR) /
                                                               "tests" / "models" / "bad")) {
    EXPECT_NE(import_error(entry.path()), "") << entry.path();
    ++count;
  }
  EXPECT_EQ(count, 7);
}

}  // namespace
}  // namespace aie4ml::tests
