#include "compiler/codegen/codegen.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "arch/image/image_io.hpp"
#include "arch/isa/assembly.hpp"
#include "compiler/codegen/core_program.hpp"
#include "compiler/codegen/kernel_store.hpp"
#include "compiler/codegen/parameters.hpp"
#include "compiler/firmware/firmware.hpp"
#include "compiler/plan/planner.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

using compiler::DenseOp;

struct Design {
  compiler::Graph graph;
  compiler::Plan plan;
  arch::Image image;
};
const Design& design() {
  static const Design d = [] {
    const std::vector<DenseSpec> layers = {{64, true, true, 2, 2}, {10, true, false, 1, 1}};
    Design made{make_dense_graph(8, 60, layers), {}, {}};
    made.plan = compiler::make_plan(made.graph, make_directives(layers), ve2802());
    made.image = compiler::generate_image(made.graph, made.plan, ve2802());
    return made;
  }();
  return d;
}

// A kernel of two bundles: what is around it can be read.
kernels::KernelCode tiny_kernel(bool with_out) {
  kernels::KernelCode kernel;
  kernel.code = arch::parse_assembly("nop\nret\nnop\nnop\nnop\nnop\nnop\n", "kernel");
  kernel.arguments = {{"lhs", {arch::RegClass::p, 0}}, {"weights", {arch::RegClass::p, 1}}};
  if (with_out) kernel.arguments.push_back({"out", {arch::RegClass::p, 2}});
  kernel.rounding = arch::RoundingMode::conv_even;
  kernel.saturation = arch::SaturationMode::saturate;
  kernel.drain_cycles = arch::Cycles(3);
  return kernel;
}

std::vector<std::string> bundles(const arch::Program& program) {
  std::vector<std::string> lines;
  for (const arch::Bundle& bundle : program.bundles) lines.push_back(arch::to_assembly(bundle, program));
  return lines;
}

TEST(Codegen, CoreProgramOfAnEndOfAChain) {
  const compiler::TilePlan& tile = design().plan.layers[0].at(0, 1);
  const auto lines = bundles(compiler::core_program(tile, tiny_kernel(true), 0, ve2802()));
  const auto at = [&](const std::string& line) {
    return std::find(lines.begin(), lines.end(), line) - lines.begin();
  };
  // Own locks begin at 48: lhs_full 49, out_empty 50 before the call, lhs_empty 48 and out_full 51 behind it.
  EXPECT_LT(at("acq #49, r16"), at("acq #50, r16"));
  EXPECT_LT(at("acq #50, r16"), at("jl kernel"));
  EXPECT_LT(at("jl kernel"), at("rel #48, r17"));
  EXPECT_GE(at("rel #51, r17") - at("rel #48, r17"), 3);  // drain_cycles
  EXPECT_EQ(at("rel #48, r17") - at("jl kernel"), 6);     // five delay slots
  // Own memory begins at 0x70000 in the core's view: lhs ping in bank 0, pong in bank 3.
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "movxm p0, #458752"), 1);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "movxm p0, #507904"), 1);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "movxm p1, #475136"), 2);
}

// ve2802, but a scalar result can be used three bundles later, not one.
arch::Device slow_scalar_device() {
  nlohmann::json device = arch::merged_device_json("ve2802");
  device["core"]["timing"]["scalar_alu"]["def"]["value"] = 3;
  return arch::device_from_json(device, "slow");
}

TEST(Codegen, CoreProgramWaitsForSlowScalarResults) {
  const arch::Device slow = slow_scalar_device();
  const compiler::TilePlan& tile = design().plan.layers[0].at(0, 1);
  kernels::KernelCode kernel = tiny_kernel(true);
  kernel.code = arch::parse_assembly(
      "padda [p0], #32; paddb [p1], #32\nret\npadda [p2], #32\nnop\nnop\nnop\nnop\n", "kernel");
  kernel.arguments = {{"out", {arch::RegClass::p, 2}},  // used two bundles after the entry
                      {"weights", {arch::RegClass::p, 1}},
                      {"bias", {arch::RegClass::p, 3}},  // not used
                      {"lhs", {arch::RegClass::p, 0}}};
  const auto lines = bundles(compiler::core_program(tile, kernel, 0, slow));
  const auto at = [&](const std::string& line) {
    const auto found =
        std::find_if(lines.begin(), lines.end(), [&](const std::string& l) { return l.starts_with(line); });
    EXPECT_NE(found, lines.end()) << line;
    return found - lines.begin();
  };
  EXPECT_EQ(at("movx r1, #1; mov crrnd, r0") - at("movx r0, #12"), 3);
  EXPECT_EQ(at("movx r16, #-1; mov crsat, r1") - at("movx r1, #1; mov crrnd, r0"), 3);
  EXPECT_EQ(at("acq #49, r16") - at("movx r16, #-1; mov crsat, r1"), 3);
  EXPECT_GE(at("rel #48, r17") - at("movx r17, #1"), 3);
  // Five delay slots. p0 in the fourth would be too late, so the first pointer goes before the call.
  const auto call = at("jl kernel");
  const auto entry = call + 6;
  EXPECT_EQ(call - at("movxm p2, "), 1);
  EXPECT_GE(entry - at("movxm p1, #475136"), 3);
  EXPECT_EQ(entry - at("movxm p0, #458752"), 3);
}

TEST(Codegen, TodaysDevicesNeedNoEmptyBundles) {
  const compiler::TilePlan& tile = design().plan.layers[0].at(0, 1);
  for (const std::string& name : arch::builtin_device_names()) {
    const auto lines = bundles(compiler::core_program(tile, tiny_kernel(true), 0, arch::load_device(name)));
    const std::vector<std::string> begin(lines.begin(), lines.begin() + 7);
    EXPECT_EQ(begin, (std::vector<std::string>{"movx r0, #12", "movx r1, #1; mov crrnd, r0",
                                               "movx r16, #-1; mov crsat, r1", "movx r17, #1", "acq #49, r16",
                                               "acq #50, r16", "jl kernel"}));
  }
}

TEST(Codegen, ASlowScalarUnitGivesRightKernels) {
  const arch::Device slow = slow_scalar_device();
  const auto& d = design();
  EXPECT_TRUE(compiler::generate_image(d.graph, d.plan, slow).validate(slow).empty());
}

TEST(Codegen, CoreProgramInsideAChainHasNoOutputLocks) {
  const compiler::TilePlan& tile = design().plan.layers[0].at(0, 0);
  const auto lines = bundles(compiler::core_program(tile, tiny_kernel(false), 0, ve2802()));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "acq #50, r16"), 0);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "rel #51, r17"), 0);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "acq #49, r16"), 2);
}

TEST(Codegen, EveryKernelIsScheduledOnceAndStaysInPlace) {
  compiler::KernelStore store(ve2802());
  const compiler::TileKernel& first = design().plan.layers[0].at(0, 0).kernel;
  const compiler::TileKernel& last = design().plan.layers[0].at(0, 1).kernel;
  const kernels::KernelCode* code = &store.of(first);
  EXPECT_NE(&store.of(last), code);
  EXPECT_EQ(&store.of(design().plan.layers[0].at(1, 0).kernel), code);
}

TEST(CodegenDeathTest, AWrongKernelIsADefectOfOurs) {
  const kernels::DenseTile tile = design().plan.layers[1].at(0, 0).dense();
  kernels::KernelCode code = kernels::dense_code(tile, ve2802());
  compiler::require_right(code, tile, ve2802());
  // Nothing is stored any more.
  for (arch::Bundle& bundle : code.code.bundles) {
    std::erase_if(bundle.ops, [](const arch::Instruction& op) { return op.op == arch::Opcode::vst_srs; });
  }
  EXPECT_DEATH(compiler::require_right(code, tile, ve2802()), "internal error: kernel: ");
}

TEST(Codegen, ImageIsCleanAndNamesEverything) {
  const arch::Image& image = design().image;
  EXPECT_TRUE(image.validate(ve2802()).empty());
  ASSERT_EQ(image.debug.layers.size(), 2U);
  EXPECT_EQ(image.debug.layers[0].macs_per_iteration, 8 * 60 * 64);
  EXPECT_EQ(image.debug.layers[0].tiles.size(), 4U);
  std::set<std::string> names;
  for (const arch::BufferInfo& buffer : image.debug.buffers) names.insert(buffer.name);
  for (const char* name :
       {"fc1.in ping", "fc1.in pong", "fc1.weights", "fc1.bias", "fc1.out ping", "x ping", "stack"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  for (const arch::TileImage& tile : image.tiles) {
    for (const arch::BufferDescriptor& bd : tile.descriptors) EXPECT_GE(bd.buffer, 0);
    for (const arch::LockInit& lock : tile.locks) EXPECT_FALSE(lock.name.empty());
  }
  EXPECT_EQ(image.debug.routes.size(), design().plan.nets.size());
}

TEST(Codegen, CascadesRunFromWestToEast) {
  const auto& layer = design().plan.layers[0];
  const arch::TileImage* west = design().image.find(layer.at(0, 0).tile);
  const arch::TileImage* east = design().image.find(layer.at(0, 1).tile);
  EXPECT_EQ(west->cascade_in, arch::CascadeDirection::none);
  EXPECT_EQ(west->cascade_out, arch::CascadeDirection::horizontal);
  EXPECT_EQ(east->cascade_in, arch::CascadeDirection::horizontal);
  EXPECT_EQ(east->cascade_out, arch::CascadeDirection::none);
  EXPECT_EQ(east->tile.col, west->tile.col + 1);
}

TEST(Codegen, WeightsAreCutAndPadded) {
  const auto& graph = design().graph;
  const auto& op = std::get<DenseOp>(graph.nodes[0].op);
  const compiler::TilePlan& tile = design().plan.layers[0].at(1, 1);  // K 32..63 of 60, N 32..63
  const auto packed = compiler::weights_of(graph, op, tile);
  ASSERT_EQ(packed.size(), 32U * 32U);
  // Block (1, 2) of 8 x 8, row 3, column 5: K = 32 + 11, N = 32 + 21.
  EXPECT_EQ(static_cast<std::int8_t>(packed[(1 * 4 + 2) * 64 + 3 * 8 + 5]),
            graph.tensor(op.w).data[43 * 64 + 53]);
  // K = 60 does not exist.
  EXPECT_EQ(packed[(3 * 4 + 0) * 64 + 4 * 8], 0);
}

TEST(Codegen, GraphPortsCoverTheTensors) {
  const auto& ports = design().image.ports;
  ASSERT_EQ(ports.size(), 2U);
  ASSERT_EQ(ports[0].slices.size(), 2U);  // one PLIO per K slice
  EXPECT_EQ(ports[0].slices[1].col, 32);
  EXPECT_EQ(ports[0].slices[1].cols, 28);
  EXPECT_EQ(ports[0].slices[1].cols_on_stream, 28);
  ASSERT_EQ(ports[1].slices.size(), 1U);
  EXPECT_EQ(ports[1].slices[0].cols, 10);
  EXPECT_EQ(ports[1].slices[0].cols_on_stream, 12);
}

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Codegen, FirmwareIsReadBackAndReproducible) {
  const auto root = std::filesystem::temp_directory_path() / "aie4ml_codegen_test";
  std::filesystem::remove_all(root);
  for (const char* name : {"a", "b"}) {
    compiler::write_design(root / name, design().graph, design().plan, design().image, ve2802());
  }
  EXPECT_EQ(arch::read_firmware(root / "a").image, design().image);
  for (const char* file : {"image.json", "blobs.bin", "manifest.json", "plan.json", "plan.txt", "plan.svg"}) {
    EXPECT_FALSE(content(root / "a" / file).empty()) << file;
    EXPECT_EQ(content(root / "a" / file), content(root / "b" / file)) << file;
  }
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace aie4ml::tests
