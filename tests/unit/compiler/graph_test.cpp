#include "compiler/graph/graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "compiler/graph/graph_io.hpp"
#include "compiler/graph/graph_print.hpp"
#include "compiler/graph/quantize.hpp"
#include "compiler/graph/reference.hpp"
#include "compiler/graph/shape.hpp"

namespace aie4ml::compiler {
namespace {

using arch::ElementType;
using testing::ElementsAre;
using testing::HasSubstr;

// Two rows of two codes, weights 2x3, bias, ReLU; shift 2 + 1 - 1 = 2.
Graph small_graph() {
  Graph g;
  g.name = "small";
  g.model_sha256 = "00";
  g.tensors = {{"x", {2, 2}, {ElementType::int8, 2}, {}},
               {"w", {2, 3}, {ElementType::int8, 1}, {1, 2, 3, -4, 5, -6}},
               {"b", {3}, {ElementType::int32, 3}, {1, 0, -1}},
               {"y", {2, 3}, {ElementType::int8, 1}, {}}};
  DenseOp op;
  op.x = 0;
  op.w = 1;
  op.bias = 2;
  op.y = 3;
  op.relu = true;
  g.nodes = {{"fc", op}};
  g.inputs = {{0, "x", true}};
  g.outputs = {{3, "y", false}};
  return g;
}

DenseOp& dense(Graph& g) {
  return std::get<DenseOp>(g.nodes[0].op);
}

std::vector<std::string> problems(const Graph& g) {
  std::vector<std::string> texts;
  for (const arch::Problem& p : g.validate()) texts.push_back(p.where + ": " + p.what);
  return texts;
}

TEST(Shape, CountsWithoutOverflow) {
  EXPECT_EQ(element_count({}), 1);
  EXPECT_EQ(element_count({65536, 32768}), kMaxElements);
  EXPECT_EQ(element_count({65536, 32769}), std::nullopt);
  EXPECT_EQ(element_count({INT64_MAX, INT64_MAX}), std::nullopt);
  EXPECT_EQ(element_count({4, 0}), std::nullopt);
  EXPECT_EQ(element_count({4, -1}), std::nullopt);
  EXPECT_EQ(shape_string({2, 3}), "2x3");
  EXPECT_EQ(shape_string({}), "scalar");
}

TEST(Quantize, RoundsHalvesToEvenAndClamps) {
  const Quantization q{ElementType::int8, 1};
  EXPECT_EQ(quantize(std::vector{0.25F, 0.75F, 1.25F, -0.25F, -0.75F, 0.26F, 63.5F, 64.0F, -64.0F, -70.0F,
                                 1e30F, -std::numeric_limits<float>::infinity()},
                     q),
            (std::vector<std::int64_t>{0, 2, 2, 0, -2, 1, 127, 127, -128, -128, 127, -128}));
  EXPECT_EQ(quantize(-3.0, {ElementType::uint8, 0}), 0);
  EXPECT_EQ(quantize(6.0, {ElementType::int8, -2}), 2);  // 6 / 4 = 1.5
  EXPECT_THROW(quantize(std::nan(""), q), arch::InputError);
}

TEST(Quantize, DequantizeScales) {
  EXPECT_EQ(dequantize(std::vector<std::int64_t>{3, -128}, {ElementType::int8, 2}),
            (std::vector<float>{0.75F, -32.0F}));
  EXPECT_EQ(dequantize(std::vector<std::int64_t>{3}, {ElementType::int8, -2}), (std::vector<float>{12.0F}));
}

TEST(Reference, ByHand) {
  // Row 0: 10 + 4 = 14 + 1 = 15, 20 - 5 = 15, 30 + 6 - 1 = 35; over 4 with halves to even: 3.75, 3.75, 8.75.
  // Row 1: -6, 4 + 0, -2 - 1: -6 -> 0; 8 + 10 = 18 / 4 = 4.5 -> 4; 12 - 12 - 1 = -1 -> 0.
  const auto y = evaluate(small_graph(), std::vector<Codes>{Codes{10, -1, 4, 2}});
  EXPECT_THAT(y.at(0), ElementsAre(4, 4, 9, 0, 4, 0));
}

TEST(Reference, SaturatesAndKeepsSignWithoutRelu) {
  Graph g = small_graph();
  dense(g).relu = false;
  const auto y = evaluate(g, std::vector<Codes>{Codes{127, -128, -128, 127}});
  // 127 + 512 + 1 = 640, 254 - 640 = -386, 381 + 768 - 1 = 1148; -128 - 508 + 1, -256 + 635, -384 - 762 - 1
  EXPECT_THAT(y.at(0), ElementsAre(127, -96, 127, -128, 95, -128));
}

TEST(Reference, NegativeShiftMultiplies) {
  Graph g = small_graph();
  g.tensors[3].quant = {ElementType::int16, 5};
  EXPECT_THAT(evaluate(g, std::vector<Codes>{Codes{10, -1, 4, 2}}).at(0), ElementsAre(60, 60, 140, 0, 72, 0));
}

TEST(Reference, RefusesWrongInputs) {
  EXPECT_THROW(evaluate(small_graph(), std::vector<Codes>{}), arch::InputError);
  EXPECT_THROW(evaluate(small_graph(), std::vector<Codes>{Codes{1, 2, 3}}), arch::InputError);
  EXPECT_THROW(evaluate(small_graph(), std::vector<Codes>{Codes{1, 2, 3, 128}}), arch::InputError);
}

TEST(Reference, AccumulatorBound) {
  Graph g = small_graph();
  EXPECT_EQ(accumulator_bound(g, dense(g)), 3 * 127 + 6 * 128);  // up in the last column of w, its bias is -1
  g.tensors[0].quant.type = ElementType::uint8;
  EXPECT_EQ(accumulator_bound(g, dense(g)), 7 * 255);  // up in the column 2, 5
  g.tensors[1].data[4] = 2;
  EXPECT_EQ(accumulator_bound(g, dense(g)), 6 * 255 + 1);  // down in the last column, with the bias
}

// aie4ml's kernels for int16 x int8 keep sums in 32-bit lanes; from K = 512 on they can wrap.
TEST(Reference, AccumulatorBoundOfLongInt16Sums) {
  Graph g = small_graph();
  g.tensors = {{"x", {1, 512}, {ElementType::int16, 0}, {}},
               {"w", {512, 1}, {ElementType::int8, 0}, Codes(512, -128)},
               {"y", {1, 1}, {ElementType::int16, 16}, {}}};
  DenseOp op;
  op.w = 1;
  op.y = 2;
  g.nodes = {{"fc", op}};
  EXPECT_EQ(accumulator_bound(g, op), std::int64_t{1} << 31);
  g.tensors[1].data.back() = -127;
  EXPECT_EQ(accumulator_bound(g, op), (std::int64_t{1} << 31) - 32768);
  g.tensors[0].quant.type = ElementType::int8;
  EXPECT_EQ(accumulator_bound(g, op), 128 * (512 * 128 - 1));
}

TEST(GraphValidate, AcceptsAGoodOne) {
  EXPECT_TRUE(problems(small_graph()).empty());
}

TEST(GraphValidate, NamesAllProblems) {
  Graph g = small_graph();
  g.tensors[1].data.pop_back();
  g.tensors[2].quant.frac = 4;
  g.tensors[3].name = "x";
  EXPECT_THAT(problems(g), ElementsAre("tensors[1] 'w': 5 codes for 6 elements",
                                       "tensors[3] 'x': the name is empty or taken",
                                       "nodes[0] 'fc': bias is 3 of int32 with frac 4"));
}

struct Broken {
  const char* problem;
  void (*break_it)(Graph&);
};

class GraphValidateEach : public testing::TestWithParam<Broken> {};

TEST_P(GraphValidateEach, IsFound) {
  Graph g = small_graph();
  GetParam().break_it(g);
  EXPECT_THAT(problems(g), testing::Contains(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    All, GraphValidateEach,
    testing::Values(
        Broken{"nodes: there are none", [](Graph& g) { g.nodes.clear(); }},
        Broken{"inputs: there are none", [](Graph& g) { g.inputs.clear(); }},
        Broken{"outputs: there are none", [](Graph& g) { g.outputs.clear(); }},
        Broken{"nodes[0] 'fc': tensor 9 does not exist", [](Graph& g) { dense(g).x = 9; }},
        Broken{"nodes[0] 'fc': tensor -1 does not exist", [](Graph& g) { dense(g).bias = -1; }},
        Broken{"nodes[0] 'fc': 'w' must not be a parameter", [](Graph& g) { dense(g).x = 1; }},
        Broken{"nodes[0] 'fc': 'x' must be a parameter", [](Graph& g) { dense(g).w = 0; }},
        Broken{"nodes[0] 'fc': tensor 'x' has a value already", [](Graph& g) { dense(g).y = 0; }},
        Broken{"nodes[0] 'fc': 'y' is used before a node gives it", [](Graph& g) { dense(g).x = 3; }},
        Broken{"nodes[0] 'fc': x has 2 columns, w has K = 3",
               [](Graph& g) {
                 g.tensors[1].shape = {3, 2};
               }},
        Broken{"nodes[0] 'fc': y is 3x2, expected 2x3",
               [](Graph& g) {
                 g.tensors[3].shape = {3, 2};
               }},
        Broken{"nodes[0] 'fc': shift 73 is outside -4..59", [](Graph& g) { g.tensors[3].quant.frac = -70; }},
        Broken{"nodes[0] 'fc': y is int64; SRS gives at most 32 bits",
               [](Graph& g) { g.tensors[3].quant.type = ElementType::int64; }},
        Broken{"nodes[0] '': the name is empty or taken", [](Graph& g) { g.nodes[0].name.clear(); }},
        Broken{"tensors[0] 'x': type float32 holds no integer codes",
               [](Graph& g) { g.tensors[0].quant.type = ElementType::float32; }},
        Broken{"tensors[0] 'x': frac 200 is outside -127..149",
               [](Graph& g) { g.tensors[0].quant.frac = 200; }},
        Broken{"tensors[0] 'x': shape 2x0 has no axis, a dimension below 1 or more than 2147483648 elements",
               [](Graph& g) {
                 g.tensors[0].shape = {2, 0};
               }},
        Broken{"tensors[1] 'w': codes -6..200 do not fit int8", [](Graph& g) { g.tensors[1].data[0] = 200; }},
        Broken{"tensors[4] 'z': no node and no input gives it",
               [](Graph& g) {
                 g.tensors.push_back({"z", {1}, {}, {}});
               }},
        Broken{"tensors[4] 'z': no node and no output uses it",
               [](Graph& g) {
                 g.tensors.push_back({"z", {1}, {}, {1}});
               }},
        Broken{"outputs[1] 'x': an input is passed through unchanged",
               [](Graph& g) {
                 g.outputs.push_back({0, "x", false});
               }},
        Broken{"outputs[1] 'y': the name is empty or taken", [](Graph& g) {
                 g.outputs.push_back({3, "y", false});
               }}));

TEST(GraphIo, RoundTrip) {
  const Graph g = small_graph();
  const nlohmann::json json = to_json(g);
  const Graph back = graph_from_json(nlohmann::json::parse(json.dump()), "graph.json");
  EXPECT_EQ(to_json(back), json);
  EXPECT_EQ(back.tensors[1].data, g.tensors[1].data);
  EXPECT_EQ(evaluate(back, std::vector<Codes>{Codes{10, -1, 4, 2}}),
            evaluate(g, std::vector<Codes>{Codes{10, -1, 4, 2}}));
}

std::string error_of(const nlohmann::json& json) {
  try {
    graph_from_json(json, "graph.json");
  } catch (const arch::InputError& error) {
    return error.what();
  }
  return "";
}

TEST(GraphIo, RefusesOtherForms) {
  nlohmann::json json = to_json(small_graph());
  json["schema"] = "aie4ml-graph/0";
  EXPECT_EQ(error_of(json), "graph.json: schema: is 'aie4ml-graph/0'; give one of schema 'aie4ml-graph/1'");
  json = to_json(small_graph());
  json["tensors"][0]["type"] = "int7";
  EXPECT_EQ(error_of(json), "graph.json: tensors[0].type: 'int7' is not known");
  json = to_json(small_graph());
  json["nodes"][0]["op"] = "conv";
  EXPECT_EQ(error_of(json), "graph.json: nodes[0].op: the operator is not known");
  json = to_json(small_graph());
  json["nodes"][0].erase("relu");
  EXPECT_EQ(error_of(json), "graph.json: nodes[0]: key 'relu' is missing");
  json = to_json(small_graph());
  json["tensors"][1]["data"] = {1, 2};
  EXPECT_EQ(error_of(json), "graph.json: tensors[1] 'w': 2 codes for 6 elements");
  EXPECT_THAT(error_of(nlohmann::json::array()), HasSubstr("graph.json"));
}

TEST(GraphPrint, Table) {
  EXPECT_EQ(to_string(small_graph()),
            "graph   small: 1 nodes, 9 parameters\n"
            "input   x: x 2x2 int8 2^-2, float outside\n"
            "output  y: y 2x3 int8 2^-1\n"
            "#  node  op     x                weights        bias  relu  shift  y\n"
            "0  fc    dense  x 2x2 int8 2^-2  2x3 int8 2^-1  yes   yes   2      y 2x3 int8 2^-1\n");
}

}  // namespace
}  // namespace aie4ml::compiler
