// Defects that aie4ml 0.1 is known for, each shown not to be ours: whole networks from ONNX to simulated bits
// beside arithmetic written out here. The numbers are those of the list that the tests were written from.
#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "arch/error.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/planner.hpp"
#include "tests/models/random_run.hpp"

namespace aie4ml::test {
namespace {

using onnx::TensorProto;
using tests::Codes;

struct Type {
  int onnx{};
  std::int64_t low{}, high{};
};
constexpr Type kInt8{TensorProto::INT8, -128, 127};
constexpr Type kInt16{TensorProto::INT16, -32768, 32767};
constexpr Type kUint16{TensorProto::UINT16, 0, 65535};

// sum * 2^-shift, halves to even, saturated: docs/numerics.md. All sums here are below 2^48.
std::int64_t shifted(std::int64_t sum, int shift, const Type& type) {
  std::int64_t code = sum;
  if (shift <= 0) {
    code = sum * (std::int64_t{1} << -shift);
  } else {
    const std::int64_t unit = std::int64_t{1} << shift;
    code = sum / unit;
    std::int64_t rest = sum % unit;
    if (rest < 0) rest += unit, --code;
    if (2 * rest > unit || (2 * rest == unit && code % 2 != 0)) ++code;
  }
  return std::clamp(code, type.low, type.high);
}

struct Layer {
  int k{}, n{};
  Type weight{kInt8};
  int x_frac{7}, weight_frac{7}, y_frac{7};
  std::int64_t lowest_weight{-128}, highest_weight{127};
  [[nodiscard]] int shift() const { return x_frac + weight_frac - y_frac; }
};

class Network {
 public:
  Network(int rows, Type type, std::uint64_t seed) : rows_(rows), type_(type), random_(seed) {
    model_.seed = seed;
  }

  // The input, as real values for layers.
  std::string input(int features, int frac) {
    model_.inputs.push_back({"x", {rows_, features}, type_.onnx, frac, false});
    return model_.onnx.dq(model_.onnx.input("x", type_.onnx, {rows_, features}), frac, type_.onnx, "x_real");
  }
  // A Gemm of x; its output as real values. apply() computes its codes.
  std::string dense(const std::string& name, const std::string& x, const Layer& layer) {
    Codes weights;
    const auto span = static_cast<std::uint64_t>(layer.highest_weight - layer.lowest_weight + 1);
    for (int i = 0; i < layer.k * layer.n; ++i) {
      weights.push_back(layer.lowest_weight + static_cast<std::int64_t>(random_() % span));
    }
    const auto w =
        model_.onnx.parameter(name + "_w", layer.weight.onnx, {layer.k, layer.n}, weights, layer.weight_frac);
    layers_.push_back({layer, weights});
    return requantized(model_.onnx.add("Gemm", name, {x, w}, name + "_sum"), name, layer.y_frac);
  }
  std::string requantized(const std::string& sum, const std::string& name, int frac) {
    return model_.onnx.dq(model_.onnx.q(sum, frac, type_.onnx, name + "_q"), frac, type_.onnx,
                          name + "_real");
  }
  std::string add(const std::string& a, const std::string& b, int frac) {
    return requantized(model_.onnx.add("Add", "sum", {a, b}, "sum_sum"), "sum", frac);
  }
  void output(const std::string& name, int features, int frac) {
    model_.outputs.push_back({name + "_q", {rows_, features}, type_.onnx, frac, false});
    model_.onnx.output(name + "_q", type_.onnx, {rows_, features});
  }

  [[nodiscard]] Codes apply(std::size_t layer, const Codes& x) const {
    const auto& [spec, weights] = layers_.at(layer);
    Codes y;
    for (int r = 0; r < rows_; ++r) {
      for (int c = 0; c < spec.n; ++c) {
        std::int64_t sum = 0;
        for (int i = 0; i < spec.k; ++i) {
          sum +=
              x[static_cast<std::size_t>(r * spec.k + i)] * weights[static_cast<std::size_t>(i * spec.n + c)];
        }
        y.push_back(shifted(sum, spec.shift(), type_));
      }
    }
    return y;
  }
  [[nodiscard]] const Type& type() const { return type_; }

  tests::RandomModel model_;

 private:
  int rows_;
  Type type_;
  std::mt19937_64 random_;
  std::vector<std::pair<Layer, Codes>> layers_;
};

// Layers one behind the other.
tests::RandomModel chain(int rows, Type type, const std::vector<Layer>& layers, std::uint64_t seed) {
  Network network(rows, type, seed);
  std::string x = network.input(layers.front().k, layers.front().x_frac);
  for (std::size_t i = 0; i < layers.size(); ++i) x = network.dense(fmt::format("fc{}", i + 1), x, layers[i]);
  network.output(fmt::format("fc{}", layers.size()), layers.back().n, layers.back().y_frac);
  tests::RandomModel model = network.model_;
  model.evaluate = [network, count = layers.size()](const std::vector<Codes>& inputs) {
    Codes codes = inputs.at(0);
    for (std::size_t i = 0; i < count; ++i) codes = network.apply(i, codes);
    return std::vector<Codes>{codes};
  };
  return model;
}

void expect_bit_exact(const tests::RandomModel& model, const std::string& directives) {
  const RandomRun run = run_with(model, arch::load_device("ve2802"), directives);
  EXPECT_EQ(run.refused, "");
  EXPECT_EQ(run.differences, "");
}

compiler::Plan plan_of(const tests::RandomModel& model, const std::string& directives = "{}") {
  const compiler::Graph graph = graph_of(model);
  return compiler::make_plan(
      graph,
      compiler::directives_from_json(nlohmann::json::parse(directives), graph, "directives of the test"),
      arch::load_device("ve2802"));
}

// N = 300 over two chains are slices of 150 columns in tiles of 160, K = 200 over four are 50 in 64: the
// boundary's tilings must not count padded columns as data, nor leave data out.
TEST(Aie4mlDefect1, UnevenSlicesAtTheBoundaryLoseNothing) {
  const auto model = chain(8, kInt8, {{.k = 200, .n = 300, .y_frac = 3}}, 11);
  const std::string directives = R"({"layers": {"fc1": {"cas_len": 4, "cas_num": 2}}})";
  const compiler::Plan plan = plan_of(model, directives);
  EXPECT_LT(300, 2 * plan.layers[0].n_slice);  // the last slice is padded
  EXPECT_LT(200, 4 * plan.layers[0].k_slice);
  expect_bit_exact(model, directives);
}

// Between layers the slices of one side need not be those of the other.
TEST(Aie4mlDefect1, UnevenSlicesBetweenLayersLoseNothing) {
  for (const auto& [k, n, len, num] : {std::array{300, 44, 2, 1}, {100, 200, 3, 5}, {92, 84, 2, 3}}) {
    const auto model =
        chain(4, kInt8, {{.k = 40, .n = k, .y_frac = 3}, {.k = k, .n = n, .x_frac = 3, .y_frac = 3}},
              static_cast<unsigned>(k));
    for (const int first : {1, 2, 3}) {
      expect_bit_exact(
          model, fmt::format(
                     R"({{"layers": {{"fc1": {{"cas_num": {}}}, "fc2": {{"cas_len": {}, "cas_num": {}}}}}}})",
                     first, len, num));
    }
  }
}

// Binary points may lie outside the code.
TEST(Aie4mlDefect4, NegativeFractionsMeanWhatTheySay) {
  struct Case {
    int x_frac, weight_frac, y_frac;
  };
  for (const Case& c : {Case{2, 2, 4}, Case{-2, 3, -4}, Case{-3, -1, -9}, Case{9, -3, 1}}) {
    const auto model = chain(4, kInt16,
                             {{.k = 32,
                               .n = 32,
                               .x_frac = c.x_frac,
                               .weight_frac = c.weight_frac,
                               .y_frac = c.y_frac,
                               .lowest_weight = -1,
                               .highest_weight = 1}},
                             5);
    EXPECT_EQ(plan_of(model).layers[0].tiles[0].dense().shift, c.x_frac + c.weight_frac - c.y_frac);
    expect_bit_exact(model, "{}");
  }
}

// An output with more fraction bits than the sum is refused (UG1583 calls shifts of -4 to -2 unsafe), not
// computed with a shift of 0.
TEST(Aie4mlDefect4, NegativeShiftsAreRefused) {
  for (const int bits : {1, 3, 5}) {
    const auto model =
        chain(4, kInt8, {{.k = 16, .n = 16, .x_frac = 1, .weight_frac = 1, .y_frac = 2 + bits}}, 5);
    try {
      plan_of(model);
      FAIL() << "shift " << -bits << " accepted";
    } catch (const arch::InputError& error) {
      const std::string what = error.what();
      EXPECT_NE(what.find("shift"), std::string::npos) << what;
      EXPECT_NE(what.find(fmt::format(" -{}", bits)), std::string::npos) << what;
    }
  }
}

// Seven of 8 x 4 tiles and sixteen of 4 x 4: aie4ml places them up to columns 40 and 44 of 38. (Of the placer
// alone: PlaceCrowded.StaysInsideTheArray.)
TEST(Aie4mlDefect6, PlacesNothingOutsideTheArray) {
  const arch::Device device = arch::load_device("ve2802");
  for (const auto& [layers, len, num] : {std::array{7, 8, 4}, {16, 4, 4}}) {
    const std::vector<int> widths(static_cast<std::size_t>(layers) + 1, 32 * len);
    const compiler::Plan plan =
        plan_of(tests::random_mlp(3, 4, widths),
                fmt::format(R"({{"default": {{"cas_len": {}, "cas_num": {}}}}})", len, num));
    EXPECT_EQ(plan.tiles_used(), layers * len * num);
    for (const compiler::LayerPlan& layer : plan.layers) {
      EXPECT_GE(layer.col, 0);
      EXPECT_LE(layer.col + len, device.columns()) << layer.name;
      EXPECT_LE(layer.row + num, device.grid.core_rows) << layer.name;
    }
  }
}

// 16 x 16 bit takes 64-bit accumulators only in shapes that have them: (4,2,8), (8,1,8) and (8,2,8) have not.
TEST(Aie4mlDefect9, WideAccumulatorsHaveAShapeTheDeviceHas) {
  const arch::Device device = arch::load_device("ve2802");
  const Layer full_scale{.k = 64,
                         .n = 64,
                         .weight = kInt16,
                         .x_frac = 15,
                         .weight_frac = 15,
                         .y_frac = 9,
                         .lowest_weight = 30000,
                         .highest_weight = 32767};
  const auto model = chain(4, kInt16, {full_scale}, 21);
  const kernels::DenseTile kernel = plan_of(model).layers[0].tiles[0].dense();
  EXPECT_EQ(kernel.accumulator_bits, 64);  // 64 * 2^30 do not fit 32
  const auto modes = device.multiply_modes(arch::ElementType::int16, arch::ElementType::int16);
  EXPECT_TRUE(std::any_of(modes.begin(), modes.end(), [&](const arch::MultiplyMode& mode) {
    return mode.rows == kernel.mmul.m && mode.inner == kernel.mmul.k && mode.columns == kernel.mmul.n &&
           mode.accumulator_bits == kernel.accumulator_bits;
  }));
  for (const arch::MmulShape narrow : {arch::MmulShape{4, 2, 8}, {8, 1, 8}, {8, 2, 8}}) {
    EXPECT_NE(kernel.mmul, narrow);
  }
  expect_bit_exact(model, "{}");
}

// 16 x 8 bit, K = 1024, weights near full scale: the sums leave 32 bits.
TEST(Aie4mlDefect10, SumsDoNotWrap) {
  const Layer full_scale{.k = 1024,
                         .n = 32,
                         .x_frac = 15,
                         .weight_frac = 7,
                         .y_frac = 6,
                         .lowest_weight = 120,
                         .highest_weight = 127};
  const auto model = chain(4, kUint16, {full_scale}, 31);
  std::mt19937_64 random(1);
  const Codes expected = model.evaluate(tests::random_inputs(model, random)).at(0);
  EXPECT_GT(*std::max_element(expected.begin(), expected.end()), std::int64_t{1} << (31 - 16));
  expect_bit_exact(model, "{}");
}

// A graph input with several readers that divide it differently: one set of PLIOs, as many as the most
// divided reader has slices, and every stream goes to all that want it.
TEST(Aie4mlDefect11, ReadersOfAnInputShareItsStreams) {
  Network network(4, kInt8, 41);
  const std::string x = network.input(96, 7);
  const Layer layer{.k = 96, .n = 48, .y_frac = 3};
  const std::string sum = network.add(network.dense("fc1", x, layer), network.dense("fc2", x, layer), 3);
  network.output("sum", 48, 3);
  tests::RandomModel model = network.model_;
  model.evaluate = [network](const std::vector<Codes>& inputs) {
    Codes a = network.apply(0, inputs.at(0));
    const Codes b = network.apply(1, inputs.at(0));
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] = std::clamp(a[i] + b[i], network.type().low, network.type().high);
    }
    return std::vector<Codes>{a};
  };
  const std::string directives = R"({"layers": {"fc1": {"cas_len": 2}, "fc2": {"cas_len": 3}}})";
  const compiler::Plan plan = plan_of(model, directives);
  const auto inputs = std::count_if(plan.plios.begin(), plan.plios.end(), [](const compiler::PlioPlan& plio) {
    return plio.channel.direction == arch::PlioChannel::Direction::input;
  });
  EXPECT_EQ(inputs, 3);  // not 2 + 3
  for (const compiler::Net& net : plan.nets) {
    if (net.source.port.side != arch::PortSide::south) continue;
    EXPECT_EQ(net.sinks.size(), 2U) << net.name;
  }
  expect_bit_exact(model, directives);
}

}  // namespace
}  // namespace aie4ml::test
