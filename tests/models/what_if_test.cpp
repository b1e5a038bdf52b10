// Devices that nobody builds: what a person can work out about them comes out, and whatever a device file
// says, it is refused in words or the design is bit-exact.
#include <algorithm>
#include <cstdio>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "arch/error.hpp"
#include "arch/host/port_files.hpp"
#include "arch/host/port_map.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/plan/planner.hpp"
#include "sim/host/compare.hpp"
#include "sim/machine/machine.hpp"
#include "tests/models/model_run.hpp"
#include "tests/support/json_mutator.hpp"

namespace aie4ml::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using Direction = arch::PlioChannel::Direction;

// A what-if device: the numbers at these paths ("/grid/columns") of ve2802 changed.
arch::Device changed(const std::vector<std::pair<std::string, json>>& numbers) {
  json device = arch::merged_device_json("ve2802");
  for (const auto& [path, value] : numbers) device.at(json::json_pointer(path)).at("value") = value;
  return arch::device_from_json(device, "what_if.json");
}

arch::Device of_columns(int columns) {
  return changed({{"/grid/columns", columns},
                  {"/grid/plio_columns", {1, 2, 3}},
                  {"/grid/noc_columns", {1, 2}},
                  {"/grid/default_start_column", 0}});
}

struct Outcome {
  compiler::Plan plan;
  std::string wrong;  // empty: bit-exact
};

// The digit classifier on the device, two iterations.
Outcome run_digits(const arch::Device& device, const std::string& directives = "{}") {
  const std::filesystem::path folder = own_model("digits_mlp");
  const compiler::Graph graph = compiler::import_onnx(folder / "model.onnx", {});
  Outcome outcome;
  outcome.plan = compiler::make_plan(
      graph, compiler::directives_from_json(json::parse(directives), graph, "directives"), device);
  const arch::Image image = compiler::generate_image(graph, outcome.plan, device);
  constexpr int kIterations = 2;
  const auto read = [&](Direction direction, const char* file) {
    arch::PortArray array{file, arch::read_npy(folder / file)};
    arch::truncate(array.array, kIterations);
    return arch::PortArrays{{arch::ports_of(image, direction).front(), std::move(array)}};
  };
  sim::RunOptions options;
  options.iterations = kIterations;
  options.max_cycles = arch::Cycles(5'000'000);
  const arch::PortArrays inputs = read(Direction::input, "in_x_q.npy");
  const sim::MachineResult result =
      sim::run(device, image, arch::words_from_inputs(image, inputs, kIterations), options);
  if (result.fault) {
    outcome.wrong = result.fault->message;
    return outcome;
  }
  const arch::PortArrays outputs = arch::outputs_from_words(image, result.plio_outputs, kIterations);
  for (const auto& [port, expected] : read(Direction::output, "out_y_q.npy")) {
    const auto comparison = sim::compare(expected, outputs.at(port).array, image.ports[port]);
    if (comparison.differing > 0) outcome.wrong += sim::to_text(comparison);
  }
  return outcome;
}

std::string refusal(const arch::Device& device, const std::string& directives) {
  try {
    run_digits(device, directives);
  } catch (const arch::InputError& error) {
    return error.what();
  }
  return "";
}

// Layers of 4, 4 and 2 tiles in a row: of two that are together wider than the array one stands above the
// other.
TEST(WhatIf, FewerColumnsStackTheLayers) {
  const std::string cut =
      R"({"layers": {"fc1": {"cas_len": 4}, "fc2": {"cas_len": 4}, "fc3": {"cas_len": 2}}})";
  for (const int columns : {38, 7, 5, 4}) {
    const Outcome outcome = run_digits(of_columns(columns), cut);
    EXPECT_EQ(outcome.wrong, "") << columns;
    ASSERT_EQ(outcome.plan.layers.size(), 3U);
    for (const compiler::LayerPlan& a : outcome.plan.layers) {
      EXPECT_LE(a.col + a.cas_len, columns) << a.name;
      for (const compiler::LayerPlan& b : outcome.plan.layers) {
        if (&a == &b || a.cas_len + b.cas_len <= columns) continue;
        EXPECT_NE(a.row, b.row) << a.name << " and " << b.name << " in " << columns << " columns";
      }
    }
  }
}

TEST(WhatIf, ALayerWiderThanTheArrayIsRefusedWithTheReason) {
  const std::string message = refusal(of_columns(6), R"({"layers": {"fc1": {"cas_len": 8}}})");
  EXPECT_THAT(message, HasSubstr("fc1"));
  EXPECT_THAT(message, HasSubstr("8"));
  EXPECT_THAT(message, HasSubstr("6"));
}

// One number of a device at a time, to values that are likely to be too small, too large or of no use.
json odd_value(const json& value, std::mt19937& random) {
  const auto pick = [&](const std::vector<json>& values) { return values[random() % values.size()]; };
  if (value.is_number()) {
    const std::int64_t whole = value.get<std::int64_t>();
    return pick({0, 1, 2, 3, 5, whole + 1, whole - 1, 2 * whole, whole / 2, 16 * whole, -1, 31, 64, 1000,
                 1'000'000, 1LL << 31, 0.5});
  }
  if (value.is_array() && !value.empty()) {
    json shorter = value;
    shorter.erase(shorter.begin());
    json longer = value;
    longer.push_back(value.back());
    json doubled = value;
    for (json& element : doubled) element = 2 * element.get<std::int64_t>();
    json reversed = json::array();
    for (std::size_t i = value.size(); i-- > 0;) reversed.push_back(value[i]);
    return pick({json::array(), shorter, longer, doubled, reversed, json{0}, json{31}});
  }
  return pick({"none", "mov", "vec", json::array({0}), 1});
}

// Returns how many devices were accepted.
int run_odd_devices(unsigned first, unsigned count) {
  int accepted = 0;
  for (unsigned seed = first; seed < first + count; ++seed) {
    const json base = arch::merged_device_json(seed % 2 == 0 ? "xc2ve3858" : "ve2802");
    const std::vector<arch::SourcedNumber> numbers = arch::all_numbers(base);
    std::mt19937 random(seed);
    json device = base;
    std::string what = "damaged";
    if (random() % 4 == 0) {
      random() % 2 == 0 ? damage(device, random) : disturb(device, random);
    } else {
      std::string path = numbers[random() % numbers.size()].path;
      std::replace(path.begin(), path.end(), '.', '/');
      json& value = device.at(json::json_pointer("/" + path)).at("value");
      value = odd_value(value, random);
      what = path + " = " + value.dump();
    }
    std::printf("seed %u: %s\n", seed, what.c_str());
    std::fflush(stdout);  // what it was, should it abort
    try {
      EXPECT_EQ(run_digits(arch::device_from_json(device, "odd.json")).wrong, "")
          << "seed " << seed << " " << what;
      ++accepted;
    } catch (const arch::InputError& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
  return accepted;
}

TEST(WhatIf, OddDevicesAreRefusedOrWork) {
  const int accepted = run_odd_devices(1, 60);
  EXPECT_GT(accepted, 5);
  EXPECT_LT(accepted, 55);
}
TEST(LongWhatIf, OddDevicesAreRefusedOrWork) {
  EXPECT_GT(run_odd_devices(1000, 1500), 100);
}

}  // namespace
}  // namespace aie4ml::test
