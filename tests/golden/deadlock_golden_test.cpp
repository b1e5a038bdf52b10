// Deadlocks as people get them drawn.
#include <gtest/gtest.h>

#include "arch/device/device_loader.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/graph/graph.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/planner.hpp"
#include "sim/machine/machine.hpp"
#include "tests/golden/golden_file.hpp"
#include "tests/support/constant_inputs.hpp"
#include "tests/support/image_builder.hpp"

namespace aie4ml::tests {
namespace {

std::string drawn(const arch::Device& device, const arch::Image& image) {
  const sim::MachineResult result = sim::run(device, image, test::constant_inputs(image, 1), {});
  return result.fault ? sim::to_dot(result.fault->graph,
                                    image.model + ": " + std::string(to_string(result.fault->kind)))
                      : "no fault";
}

// Each core gives the other its lock only after it got its own.
TEST(DeadlockGolden, TwoCoresWaitForEachOther) {
  const arch::Device device = arch::load_device("ve2802");
  test::ImageBuilder builder(device);
  arch::TileImage& south = builder.core(8, 0);
  builder.program(south, "movx r16, #-1\nmovx r17, #1\nacq #48, r16\nrel #49, r17\nrel #50, r17\ndone\n");
  builder.program(builder.core(8, 1), "movx r16, #-1\nmovx r17, #1\nacq #1, r16\nrel #0, r17\ndone\n");
  builder.lock(south, 0, 0, "a");
  builder.lock(south, 1, 0, "b");
  builder.bd(south, {.id = 0, .words = 4, .acquire = 2});
  builder.task(south, arch::DmaDirection::mm2s, 0, 0);
  builder.words_port(builder.output("y", 8, 0, south.tile, 0, 0), 4);
  arch::Image image = builder.build();
  image.model = "two \"cores\"";
  expect_golden(drawn(device, image), "deadlock/two_cores.dot");
}

// A compiled network whose second layer was not told that its output buffers are free.
TEST(DeadlockGolden, CompiledNetworkNamesLayersAndBuffers) {
  const arch::Device device = arch::load_device("ve2802");
  const auto graph =
      compiler::import_onnx(std::string(AIE4ML_SOURCE_DIR) + "/tests/models/digits_mlp/model.onnx");
  const compiler::Plan plan = compiler::make_plan(graph, compiler::Directives{}, device);
  arch::Image image = compiler::generate_image(graph, plan, device);
  const arch::TileCoord broken = image.debug.layers.at(1).tiles.back();
  for (arch::TileImage& tile : image.tiles) {
    if (tile.tile != broken) continue;
    for (arch::LockInit& lock : tile.locks) lock.value = 0;
  }
  expect_golden(drawn(device, image), "deadlock/digits_mlp.dot");
}

}  // namespace
}  // namespace aie4ml::tests
