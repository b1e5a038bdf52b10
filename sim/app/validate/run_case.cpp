#include "sim/app/validate/run_case.hpp"

#include <fmt/format.h>

#include "arch/error.hpp"
#include "arch/host/port_map.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/graph/reference.hpp"
#include "compiler/plan/planner.hpp"
#include "sim/machine/machine.hpp"
#include "traces/report/make_report.hpp"

namespace aie4ml::sim::validate {
namespace {

constexpr std::uint64_t kInputSeed = 1;

compiler::Codes iteration_of(const arch::NpyArray& array, std::int64_t iteration, std::int64_t iterations) {
  const std::int64_t count = array.elements() / iterations;
  compiler::Codes codes;
  for (std::int64_t i = 0; i < count; ++i) codes.push_back(array.integer_at(iteration * count + i));
  return codes;
}

// Graph inputs and outputs are one each, see graph_of().
void check_outputs(const Case& published, const compiler::Graph& graph, const arch::NpyArray& input,
                   const arch::NpyArray& output) {
  for (int i = 0; i < published.iterations; ++i) {
    const std::vector<compiler::Codes> inputs = {iteration_of(input, i, published.iterations)};
    if (compiler::evaluate(graph, inputs).front() != iteration_of(output, i, published.iterations)) {
      throw arch::InputError(published.id,
                             fmt::format("outputs of iteration {} differ from the reference", i),
                             "a defect of compiler or simulator");
    }
  }
}

double value_of(Metric metric, const traces::Report& report, const std::string& id) {
  if (metric == Metric::interval) {
    if (report.interval.cycles) return *report.interval.cycles;
    throw arch::InputError(id, "one iteration has no interval", "give it more iterations");
  }
  return static_cast<double>(report.latency.first_output_cycles.value());
}

}  // namespace

std::vector<double> run_case(const Case& published, const std::string& device_file,
                             const std::vector<DeviceEdit>& edits) {
  const arch::Device device = device_of(published, device_file, edits);
  const compiler::Graph graph = graph_of(published);
  const compiler::Plan plan = compiler::make_plan(graph, directives_of(published), device);
  const arch::Image image = compiler::generate_image(graph, plan, device);
  const arch::PortArrays inputs = arch::random_inputs(image, published.iterations, kInputSeed);
  RunOptions options;
  options.iterations = published.iterations;
  const MachineResult result =
      run(device, image, words_from_inputs(image, inputs, published.iterations), options);
  if (result.fault) {
    throw arch::InputError(
        published.id,
        fmt::format("{} at cycle {}, {}: {}", to_string(result.fault->kind), result.fault->cycle.value,
                    device.tile_name(result.fault->tile), result.fault->message),
        "");
  }
  const arch::PortArrays outputs = outputs_from_words(image, result.plio_outputs, published.iterations);
  check_outputs(published, graph, inputs.begin()->second.array, outputs.begin()->second.array);
  const traces::Report report = traces::make_report(device, image, result.statistics);
  std::vector<double> predicted;
  for (const Expectation& expectation : published.expect) {
    predicted.push_back(value_of(expectation.metric, report, published.id));
  }
  return predicted;
}

}  // namespace aie4ml::sim::validate
