#include "tests/models/random_run.hpp"

#include <algorithm>
#include <map>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/error.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/passes/pipeline.hpp"
#include "compiler/plan/planner.hpp"
#include "sim/host/port_map.hpp"
#include "sim/machine/machine.hpp"

namespace aie4ml::test {
namespace {

using Direction = arch::PlioChannel::Direction;
constexpr std::int64_t kIterations = 2;

void append(std::vector<std::uint8_t>& bytes, const tests::Codes& codes, int width) {
  for (const std::int64_t code : codes) {
    for (int b = 0; b < width; ++b)
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(code) >> 8 * b));
  }
}

// Cuts that most layers can take; what does not divide is part of the test.
compiler::Directives random_cuts(const compiler::Graph& graph, std::mt19937_64& random) {
  compiler::Directives directives;
  directives.layers.resize(graph.nodes.size());
  for (const compiler::NodeId node : graph.layers()) {
    const auto index = static_cast<std::size_t>(node);
    const auto* dense = std::get_if<compiler::DenseOp>(&graph.nodes[index].op);
    // Few enough that no slice holds only padding.
    const auto slices = [&](std::int64_t size, std::int64_t step) {
      auto count = 1 + static_cast<std::int64_t>(random() % 4);
      const auto slice = [&] { return ((size + count - 1) / count + step - 1) / step * step; };
      while (count > 1 && (count - 1) * slice() >= size) --count;
      return static_cast<int>(count);
    };
    const std::int64_t n = graph.tensor(compiler::output_of(graph.nodes[index].op)).cols();
    compiler::LayerDirectives& cut = directives.layers[index];
    if (random() % 4 == 0) continue;  // left to the compiler
    cut.cas_num = slices(n, 16);
    if (dense != nullptr) cut.cas_len = slices(graph.tensor(dense->w).rows(), 16);
  }
  return directives;
}

}  // namespace

RandomRun run_random(const tests::RandomModel& model, const arch::Device& device) {
  RandomRun result;
  std::mt19937_64 random(model.seed + 1);
  const compiler::Graph graph = compiler::lower(compiler::parse_onnx(model.onnx.bytes(), "random model"));
  compiler::Plan plan;
  arch::Image image;
  try {
    plan = compiler::make_plan(graph, random_cuts(graph, random), device);
    image = compiler::generate_image(graph, plan, device);
  } catch (const arch::InputError& error) {
    result.refused = error.what();
    return result;
  }
  result.tiles = plan.tiles_used();
  std::vector<std::vector<tests::Codes>> expected;  // by iteration, output
  std::map<std::size_t, std::vector<std::uint8_t>> bytes;
  const auto inputs = [&] {
    std::vector<std::size_t> ports;
    for (std::size_t i = 0; i < image.ports.size(); ++i) {
      if (image.ports[i].direction == Direction::input) ports.push_back(i);
    }
    return ports;
  }();
  for (std::int64_t i = 0; i < kIterations; ++i) {
    const std::vector<tests::Codes> codes = tests::random_inputs(model, random);
    for (std::size_t p = 0; p < inputs.size(); ++p) {
      append(bytes[inputs[p]], codes[p], arch::bytes(image.ports[inputs[p]].type));
    }
    expected.push_back(model.evaluate(codes));
  }
  sim::PortArrays arrays;
  for (auto& [port, data] : bytes) {
    arch::GraphPort as_codes = image.ports[port];
    arrays[port] = {"random", sim::array_of(std::move(data), as_codes, kIterations)};
  }
  sim::RunOptions options;
  options.iterations = kIterations;
  options.max_cycles = arch::Cycles(5'000'000);
  const sim::MachineResult run =
      sim::run(device, image, sim::words_from_inputs(image, arrays, kIterations), options);
  const std::string about = fmt::format("seed {}, {} tiles\n{}\n", model.seed, result.tiles, model.text);
  if (run.fault) {
    result.differences = about + run.fault->message;
    return result;
  }
  if (!run.warnings.empty()) result.differences += about + fmt::format("{}\n", fmt::join(run.warnings, "\n"));
  const sim::PortArrays outputs = sim::outputs_from_words(image, run.plio_outputs, kIterations);
  std::size_t output = 0;
  for (const auto& [port, array] : outputs) {
    const arch::GraphPort& described = image.ports[port];
    std::vector<std::uint8_t> wanted;
    for (const auto& iteration : expected) append(wanted, iteration.at(output), arch::bytes(described.type));
    if (sim::codes_of(array.array, described) != wanted) {
      result.differences += fmt::format("{}output '{}' differs\n", about, described.tensor);
    }
    ++output;
  }
  return result;
}

}  // namespace aie4ml::test
