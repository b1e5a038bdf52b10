#include "tests/models/random_run.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "arch/error.hpp"
#include "arch/host/port_map.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/graph/reference.hpp"
#include "compiler/passes/pipeline.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/planner.hpp"
#include "sim/machine/machine.hpp"
#include "traces/report/make_report.hpp"

namespace aie4ml::test {
namespace {

using Direction = arch::PlioChannel::Direction;
constexpr std::int64_t kIterations = 3;

void append(std::vector<std::uint8_t>& bytes, const tests::Codes& codes, int width) {
  for (const std::int64_t code : codes) {
    for (int b = 0; b < width; ++b)
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(code) >> 8 * b));
  }
}

RandomRun run(const tests::RandomModel& model, const compiler::Graph& graph,
              const compiler::Directives& directives, const arch::Device& device) {
  RandomRun result;
  std::mt19937_64 random(model.seed + 2);
  compiler::Plan plan;
  arch::Image image;
  try {
    plan = plan_of(graph, directives, device);
    image = compiler::generate_image(graph, plan, device);
  } catch (const arch::InputError& error) {
    result.refused = error.what();
    return result;
  }
  result.tiles = plan.tiles_used();
  result.direct = static_cast<int>(plan.direct.size());
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
  arch::PortArrays arrays;
  for (auto& [port, data] : bytes) {
    arch::GraphPort as_codes = image.ports[port];
    arrays[port] = {"random", arch::array_of(std::move(data), as_codes, kIterations)};
  }
  sim::RunOptions options;
  options.iterations = kIterations;
  options.max_cycles = arch::Cycles(5'000'000);
  const sim::MachineResult machine =
      sim::run(device, image, arch::words_from_inputs(image, arrays, kIterations), options);
  const std::string about = fmt::format("seed {}, {} tiles\n{}\n", model.seed, result.tiles, model.text);
  if (machine.fault) {
    result.differences = about + machine.fault->message;
    return result;
  }
  if (!machine.warnings.empty())
    result.differences += about + fmt::format("{}\n", fmt::join(machine.warnings, "\n"));
  const traces::Report report = traces::make_report(device, image, machine.statistics);
  if (report.interval.cycles) result.interval_cycles = *report.interval.cycles;
  const arch::PortArrays outputs = arch::outputs_from_words(image, machine.plio_outputs, kIterations);
  std::size_t output = 0;
  for (const auto& [port, array] : outputs) {
    const arch::GraphPort& described = image.ports[port];
    std::vector<std::uint8_t> wanted;
    for (const auto& iteration : expected) append(wanted, iteration.at(output), arch::bytes(described.type));
    if (arch::codes_of(array.array, described) != wanted) {
      result.differences += fmt::format("{}output '{}' differs\n", about, described.tensor);
    }
    ++output;
  }
  return result;
}

}  // namespace

tests::RandomModelOptions array_options(std::uint64_t seed) {
  tests::RandomModelOptions options;
  options.max_features = 96;
  options.feature_step = 4;
  const bool wide = seed % 2 == 1;
  options.activations = {onnx::TensorProto::INT16};
  options.weights = {onnx::TensorProto::INT8, onnx::TensorProto::INT16};
  if (!wide) {
    options.activations = {onnx::TensorProto::INT8, onnx::TensorProto::UINT8};
    options.weights = {onnx::TensorProto::INT8};
  }
  options.rank3 = seed % 4 < 2;
  options.transpose = !options.rank3;
  return options;
}

compiler::Graph graph_of(const tests::RandomModel& model) {
  return compiler::lower(compiler::parse_onnx(model.onnx.bytes(), "random model"));
}

compiler::Directives random_cuts(const compiler::Graph& graph, const arch::Device& device, int most_slices,
                                 std::mt19937_64& random) {
  compiler::Directives directives;
  directives.layers.resize(graph.nodes.size());
  std::map<compiler::TensorId, int> chains;  // that make a tensor, each a range of its columns
  for (const compiler::NodeId node : graph.layers()) {
    const auto index = static_cast<std::size_t>(node);
    const auto* dense = std::get_if<compiler::DenseOp>(&graph.nodes[index].op);
    // Few enough that no slice holds only padding.
    const auto slices = [&](std::int64_t size, std::int64_t step) {
      auto count = 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most_slices));
      const auto slice = [&] { return ((size + count - 1) / count + step - 1) / step * step; };
      while (count > 1 && (count - 1) * slice() >= size) --count;
      return static_cast<int>(count);
    };
    const std::int64_t n = graph.tensor(compiler::output_of(graph.nodes[index].op)).cols();
    compiler::LayerDirectives& cut = directives.layers[index];
    if (random() % 4 == 0) continue;  // left to the compiler
    if (random() % 3 == 0) {
      cut.contract = compiler::Contract::outer;
      cut.cas_num = std::min(slices(graph.tensor(compiler::output_of(graph.nodes[index].op)).rows(), 16),
                             device.grid.core_rows);
    } else {
      cut.cas_num = std::min(slices(n, 16), device.grid.core_rows);
      chains[compiler::output_of(graph.nodes[index].op)] = *cut.cas_num;
    }
    if (random() % 2 == 0) cut.route = compiler::Transport::direct;
    if (dense == nullptr) continue;
    if (random() % 3 == 0) {
      auto modes =
          kernels::dense_modes(graph.tensor(dense->x).quant.type, graph.tensor(dense->w).quant.type, device);
      const std::int64_t bound = compiler::accumulator_bound(graph, *dense);
      std::erase_if(modes, [&](const arch::MultiplyMode& mode) {
        return mode.accumulator_bits == 32 && bound >= std::int64_t{1} << 31;
      });
      const arch::MultiplyMode& mode = modes[random() % modes.size()];
      cut.mmul = {{mode.rows, mode.inner, mode.columns}};
    }
    if (random() % 3 == 0) {
      const int rows = 1 << random() % 3;
      if (2 * rows < device.core.accumulator_registers) cut.block = {{rows, 2}};
    }
    const std::int64_t k = graph.tensor(dense->w).rows();
    const auto alike = chains.find(dense->x);
    cut.cas_len = alike != chains.end() && random() % 2 == 0 ? alike->second : slices(k, 16);
    // Weights have one bank; where this cut leaves too many of them, the compiler finds the length.
    constexpr std::int64_t kMostWeights = 6000;
    if (k * n > kMostWeights * *cut.cas_len * *cut.cas_num) cut.cas_len.reset();
    if (k * n > kMostWeights * 37 * *cut.cas_num) cut.cas_num.reset();
  }
  return directives;
}

compiler::Plan plan_of(const compiler::Graph& graph, compiler::Directives directives,
                       const arch::Device& device) {
  while (true) {
    try {
      return compiler::make_plan(graph, directives, device);
    } catch (const arch::InputError& error) {
      const std::string what = error.what();
      if (what.find(" directly: it ") == std::string::npos) throw;
      for (const compiler::NodeId node : graph.layers()) {
        const auto index = static_cast<std::size_t>(node);
        if (what.starts_with("layer '" + graph.nodes[index].name + "'"))
          directives.layers[index].route.reset();
      }
    }
  }
}

RandomRun run_random(const tests::RandomModel& model, const arch::Device& device, int most_slices) {
  std::mt19937_64 random(model.seed + 1);
  const compiler::Graph graph = graph_of(model);
  return run(model, graph, random_cuts(graph, device, most_slices, random), device);
}

RandomRun run_with(const tests::RandomModel& model, const arch::Device& device,
                   const std::string& directives) {
  const compiler::Graph graph = graph_of(model);
  return run(
      model, graph,
      compiler::directives_from_json(nlohmann::json::parse(directives), graph, "directives of the test"),
      device);
}

namespace {

// crowded: more layers, wider ones, more slices.
void sweep(std::uint64_t first, std::uint64_t count, bool crowded, int least_percent,
           const std::string& name) {
  const arch::Device device = arch::load_device(name);
  int compiled = 0;
  int tiles = 0;
  int direct = 0;
  std::map<std::string, int> refusals;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    tests::RandomModelOptions options = array_options(seed);
    if (crowded) options.max_layers = 14, options.max_features = 240;
    const RandomRun run = run_random(tests::random_model(seed, options), device, crowded ? 8 : 4);
    if (!run.refused.empty()) {
      ++refusals[run.refused];
      EXPECT_THAT(run.refused, ::testing::Not(::testing::HasSubstr("standstill"))) << "seed " << seed;
      continue;
    }
    EXPECT_EQ(run.differences, "");
    ++compiled;
    tiles += run.tiles;
    direct += run.direct;
  }
  std::printf("%s, seeds %llu to %llu: %d networks on %d tiles bit-exact, %d direct links, %llu refused\n",
              name.c_str(), static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(first + count - 1), compiled, tiles, direct,
              static_cast<unsigned long long>(count) - static_cast<unsigned long long>(compiled));
  for (const auto& [text, times] : refusals) std::printf("  %d x %s\n", times, text.c_str());
  EXPECT_GE(compiled * 100, static_cast<int>(count) * least_percent);
}

}  // namespace

void sweep_random(std::uint64_t first, std::uint64_t count, const std::string& device) {
  sweep(first, count, false, 80, device);
}

void sweep_crowded(std::uint64_t first, std::uint64_t count, const std::string& device) {
  sweep(first, count, true, 66, device);
}

}  // namespace aie4ml::test
