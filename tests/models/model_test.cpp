// Whole networks, from the ONNX file to the words on the PLIOs, bit for bit against outputs that other
// programs made (scripts/make_models.py: integer numpy, equal to onnxruntime; shared models: their own
// folders).
#include <string>

#include <gtest/gtest.h>

#include "tests/models/model_run.hpp"

namespace aie4ml::test {
namespace {

void expect_bit_exact(const std::filesystem::path& folder, const ModelCase& model) {
  const ModelRun run = run_model(folder, model);
  ASSERT_FALSE(run.result.fault) << run.result.fault->message;
  EXPECT_EQ(differences(folder, model, run), "");
  EXPECT_EQ(broken_invariants(run), "");
}

class OwnModel : public ::testing::TestWithParam<ModelCase> {};
TEST_P(OwnModel, IsBitExact) {
  expect_bit_exact(own_model(GetParam().folder), GetParam());
}

class SharedModel : public ::testing::TestWithParam<ModelCase> {};
TEST_P(SharedModel, IsBitExact) {
  const auto folder = shared_model(GetParam().folder);
  if (!folder)
    GTEST_SKIP() << "no model '" << GetParam().folder << "': set AIE4ML_SHARED_MODELS to its parent folder";
  expect_bit_exact(*folder, GetParam());
}

// The same bits however a layer is cut.
constexpr const char* k1x1 = R"({"default": {"cas_len": 1, "cas_num": 1}})";
constexpr const char* k2x2 =
    R"({"default": {"cas_len": 2, "cas_num": 2}, "layers": {"fc3": {"cas_num": 1}}})";
constexpr const char* k4x2 =
    R"({"default": {"cas_len": 4, "cas_num": 2}, "layers": {"fc3": {"cas_len": 2, "cas_num": 1}}})";
constexpr const char* kUneven =
    R"({"layers": {"fc1": {"cas_len": 2, "cas_num": 3}, "fc2": {"cas_len": 3, "cas_num": 2}, "fc3": {"cas_len": 4}}})";
constexpr const char* kTopRight = R"({"layers": {"fc1": {"cas_len": 2, "cas_num": 2, "col": 36, "row": 6}}})";

INSTANTIATE_TEST_SUITE_P(
    Digits, OwnModel,
    ::testing::Values(
        ModelCase{.folder = "digits_mlp"}, ModelCase{.folder = "digits_mlp", .directives = k1x1},
        ModelCase{.folder = "digits_mlp", .directives = k2x2},
        ModelCase{.folder = "digits_mlp", .directives = k4x2},
        ModelCase{.folder = "digits_mlp", .directives = kTopRight},
        ModelCase{.folder = "digits_mlp", .device = "ve2302"},
        ModelCase{.folder = "digits_mlp", .device = "xc2ve3858"},
        ModelCase{.folder = "digits_mlp", .directives = k2x2, .device = "xc2ve3858"},
        ModelCase{.folder = "digits_mlp", .directives = k4x2, .device = "xc2ve3858"},
        ModelCase{.folder = "digits_mlp_float"},
        ModelCase{.folder = "digits_mlp_float", .device = "xc2ve3858"},
        ModelCase{.folder = "digits_mlp_float", .directives = k2x2}, ModelCase{.folder = "digits_wide"},
        ModelCase{.folder = "digits_wide", .directives = kUneven},
        ModelCase{.folder = "digits_wide", .device = "xc2ve3858"}, ModelCase{.folder = "digits_b1"},
        ModelCase{.folder = "digits_b1", .device = "xc2ve3858"},
        ModelCase{.folder = "digits_dyn", .batch = 8},
        ModelCase{.folder = "digits_dyn", .device = "xc2ve3858", .batch = 8}));
INSTANTIATE_TEST_SUITE_P(Mixer, OwnModel,
                         ::testing::Values(ModelCase{.folder = "mixer_i8"},
                                           ModelCase{.folder = "mixer_i8", .device = "ve2302"},
                                           ModelCase{.folder = "mixer_i8", .device = "xc2ve3858"}));

INSTANTIATE_TEST_SUITE_P(
    Shared, SharedModel,
    ::testing::Values(
        ModelCase{.folder = "mlp_i8"},
        ModelCase{.folder = "mlp_i8", .directives = R"({"default": {"cas_len": 4, "cas_num": 2}})"},
        ModelCase{.folder = "mlp_i8", .device = "ve2302"},
        ModelCase{.folder = "mlperf_ad_int8", .files = {{"output", "0"}}},
        ModelCase{.folder = "mnist_mlp_int8", .files = {{"output", "0"}}}, ModelCase{.folder = "residual_i8"},
        ModelCase{.folder = "residual_i8", .directives = R"({"default": {"cas_num": 2}})"},
        ModelCase{.folder = "residual_i8", .device = "ve2302"}, ModelCase{.folder = "branch_i16"},
        ModelCase{.folder = "branch_i16", .device = "ve2302"},
        ModelCase{.folder = "mlperf_ad_a16w8", .files = {{"output", "0"}}},
        ModelCase{.folder = "mlp_i8", .device = "xc2ve3858"},
        ModelCase{.folder = "mlperf_ad_int8", .device = "xc2ve3858", .files = {{"output", "0"}}},
        ModelCase{.folder = "mnist_mlp_int8", .device = "xc2ve3858", .files = {{"output", "0"}}},
        ModelCase{.folder = "residual_i8", .device = "xc2ve3858"},
        ModelCase{.folder = "branch_i16", .device = "xc2ve3858"},
        ModelCase{.folder = "mlperf_ad_a16w8", .device = "xc2ve3858", .files = {{"output", "0"}}}));

// The NPU has no programmable logic: words come from external memory and go there. So they can elsewhere.
INSTANTIATE_TEST_SUITE_P(
    Noc, OwnModel,
    ::testing::Values(
        ModelCase{.folder = "digits_mlp", .device = "npu1"},
        ModelCase{.folder = "digits_mlp", .directives = k2x2, .device = "npu1"},
        ModelCase{.folder = "digits_mlp_float", .device = "npu1"},
        ModelCase{.folder = "digits_wide", .device = "npu1"},
        ModelCase{.folder = "digits_b1", .device = "npu1"},
        ModelCase{.folder = "digits_dyn", .device = "npu1", .batch = 8},
        ModelCase{.folder = "mixer_i8", .device = "npu1"},
        ModelCase{.folder = "digits_mlp", .directives = k4x2, .host_ports = compiler::HostPorts::noc},
        ModelCase{.folder = "mixer_i8", .device = "ve2302", .host_ports = compiler::HostPorts::noc}));
INSTANTIATE_TEST_SUITE_P(
    Noc, SharedModel,
    ::testing::Values(ModelCase{.folder = "mlp_i8", .device = "npu1"},
                      ModelCase{.folder = "mnist_mlp_int8", .device = "npu1", .files = {{"output", "0"}}},
                      ModelCase{.folder = "residual_i8", .device = "npu1"},
                      ModelCase{.folder = "branch_i16", .device = "npu1"}));

// Words of all iterations in external memory are those of the streams, and the plan says so.
TEST(ModelOnNoc, EndsAreBuffersInExternalMemory) {
  const ModelRun run = run_model(own_model("digits_mlp"), {.folder = "digits_mlp", .device = "npu1"});
  ASSERT_FALSE(run.result.fault) << run.result.fault->message;
  EXPECT_TRUE(run.image.plios.empty());
  ASSERT_EQ(run.image.gmios.size(), 2U);
  // 8 images of 64 bytes in, 8 rows of 10 classes, each 3 words, out.
  EXPECT_EQ(run.image.host_words(0), 8 * 64 / 4);
  EXPECT_EQ(run.image.host_words(1), 8 * 3);
  for (const arch::GmioChannel& gmio : run.image.gmios) EXPECT_TRUE(run.device.is_noc_column(gmio.column));
  for (std::size_t end = 0; end < 2; ++end) {
    EXPECT_EQ(run.result.statistics.plios.at(end).words, run.iterations * run.image.host_words(end));
  }
}

// A kernel whose buffers lie in banks of their own waits for nobody: simulated calls take what the schedule
// says.
class ModelTiming : public ::testing::TestWithParam<std::string> {};
TEST_P(ModelTiming, KernelCallsTakeTheirScheduledCycles) {
  const ModelCase model{.folder = "digits_mlp", .directives = k1x1, .device = GetParam()};
  const ModelRun run = run_model(own_model("digits_mlp"), model);
  ASSERT_FALSE(run.result.fault) << run.result.fault->message;
  ASSERT_EQ(run.result.statistics.cores.size(), run.plan.layers.size());
  for (const traces::CoreStatistics& core : run.result.statistics.cores) {
    const compiler::LayerPlan& layer = run.plan.layers.at(static_cast<std::size_t>(core.layer));
    EXPECT_GE(core.kernel_calls, run.iterations) << layer.name;
    const std::int64_t conflicts = core.cycles[static_cast<std::size_t>(traces::StallReason::bank)];
    EXPECT_EQ(core.kernel_cycles - conflicts, core.kernel_calls * layer.kernel_cycles.at(0).value)
        << layer.name;
  }
}
INSTANTIATE_TEST_SUITE_P(Devices, ModelTiming, ::testing::Values("ve2802", "xc2ve3858"));

}  // namespace

void PrintTo(const ModelCase& model, std::ostream* out) {
  *out << model.folder << " on " << model.device
       << (model.host_ports == compiler::HostPorts::noc ? " by NoC" : "") << ", directives "
       << model.directives;
}

}  // namespace aie4ml::test
