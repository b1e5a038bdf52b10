// Operators beside dense: what they mean, what a graph of them must satisfy, their text and JSON forms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "compiler/graph/graph.hpp"
#include "compiler/graph/graph_io.hpp"
#include "compiler/graph/graph_print.hpp"
#include "compiler/graph/reference.hpp"

namespace aie4ml::compiler {
namespace {

using arch::ElementType;
using testing::Contains;
using testing::ElementsAre;

constexpr Quantization kInt8{ElementType::int8, 2};

// Two inputs, every operator, fan-out of 'sum', a tensor that is an output and read inside, one output twice.
//   a, b 1x2x3 -> add (ReLU) -> sum -> transpose -> t 1x3x2 -> slice rows 1..2 -> s 1x2x2
//   b -> relu -> p -> slice column 2 -> last 1x2x1;   concat(s, last, s) -> c 1x2x5
enum : TensorId { kA, kB, kSum, kT, kS, kP, kLast, kC };
Graph all_views() {
  Graph g;
  g.name = "views";
  g.model_sha256 = "00";
  g.tensors = {{"a", {1, 2, 3}, kInt8, {}},    {"b", {1, 2, 3}, kInt8, {}}, {"sum", {1, 2, 3}, kInt8, {}},
               {"t", {1, 3, 2}, kInt8, {}},    {"s", {1, 2, 2}, kInt8, {}}, {"p", {1, 2, 3}, kInt8, {}},
               {"last", {1, 2, 1}, kInt8, {}}, {"c", {1, 2, 5}, kInt8, {}}};
  AddOp add;
  add.a = kA;
  add.b = kB;
  add.y = kSum;
  add.relu = true;
  g.nodes = {{"add", add},
             {"turn", TransposeOp{kSum, kT}},
             {"cut", SliceOp{kT, kS, 1, 1, 3}},
             {"act", ReluOp{kB, kP}},
             {"tail", SliceOp{kP, kLast, 2, 2, 3}},
             {"join", ConcatOp{{kS, kLast, kS}, kC, 2}}};
  g.inputs = {{kA, "a", false}, {kB, "b", true}};
  g.outputs = {{kC, "c", false}, {kSum, "sum", false}, {kC, "again", true}};
  return g;
}

template <class Alternative>
Alternative& op(Graph& g, std::size_t node) {
  return std::get<Alternative>(g.nodes.at(node).op);
}

std::vector<std::string> problems(const Graph& g) {
  std::vector<std::string> texts;
  for (const arch::Problem& p : g.validate()) texts.push_back(p.where + ": " + p.what);
  return texts;
}

TEST(GraphOps, ByHand) {
  // sum = ReLU(a + b) = (1 + 10, 127 saturated, ReLU(-3 + 1) | 0 + 5, -100 + 120, 6 - 1)
  const auto y =
      evaluate(all_views(), std::vector<Codes>{Codes{1, 100, -3, 0, -100, 6}, Codes{10, 50, 1, 5, 120, -1}});
  EXPECT_THAT(y.at(1), ElementsAre(11, 127, 0, 5, 20, 5));
  // transposed: (11 5 | 127 20 | 0 5), rows 1 and 2: (127 20 | 0 5); ReLU(b) in column 2: 1, 0
  EXPECT_THAT(y.at(0), ElementsAre(127, 20, 1, 127, 20, 0, 5, 0, 0, 5));
  EXPECT_EQ(y.at(2), y.at(0));
}

TEST(GraphOps, AddSaturatesAtBothEnds) {
  Graph g = all_views();
  op<AddOp>(g, 0).relu = false;
  const auto y =
      evaluate(g, std::vector<Codes>{Codes{127, -128, 127, -128, 0, 1}, Codes{1, -1, 0, 0, -5, 1}});
  EXPECT_THAT(y.at(1), ElementsAre(127, -128, 127, -128, -5, 2));
}

TEST(GraphOps, AddOfATensorToItself) {
  Graph g = all_views();
  op<AddOp>(g, 0).b = kA;
  EXPECT_THAT(problems(g), ElementsAre());
  EXPECT_THAT(evaluate(g, std::vector<Codes>{Codes{1, 2, 3, -4, 70, 0}, Codes(6)}).at(1),
              ElementsAre(2, 4, 6, 0, 127, 0));
}

TEST(GraphOps, Connections) {
  const Graph g = all_views();
  EXPECT_THAT(inputs_of(g.nodes[0].op), ElementsAre(kA, kB));
  EXPECT_THAT(inputs_of(g.nodes[5].op), ElementsAre(kS, kLast, kS));
  EXPECT_EQ(output_of(g.nodes[5].op), kC);
  EXPECT_EQ(g.producer(kT), 1);
  EXPECT_EQ(g.producer(kA), std::nullopt);
  EXPECT_THAT(g.readers(kB), ElementsAre(0, 3));
  EXPECT_THAT(g.readers(kS), ElementsAre(5));
  EXPECT_THAT(g.layers(), ElementsAre(0, 3));  // '#0' and '#1'
}

TEST(GraphOps, RangeBehindReluAndViews) {
  Graph g = all_views();
  g.tensors.push_back({"w", {5, 1}, {ElementType::int8, 0}, {1, 2, -3, 4, -5}});
  g.tensors.push_back({"y", {1, 2, 1}, {ElementType::int8, 0}, {}});
  DenseOp dense;
  dense.x = kC;
  dense.w = kC + 1;
  dense.y = kC + 2;
  g.nodes.push_back({"fc", dense});
  EXPECT_EQ(accumulator_bound(g, dense), 8 * 127);  // down; no code of c is below 0
  op<AddOp>(g, 0).relu = false;
  EXPECT_EQ(accumulator_bound(g, dense), 7 * 127 + 8 * 128);  // up
}

TEST(GraphOps, JsonRoundTrip) {
  const Graph g = all_views();
  EXPECT_THAT(problems(g), ElementsAre());
  const nlohmann::json json = to_json(g);
  EXPECT_EQ(json["nodes"][2], nlohmann::json::parse(R"({"op": "slice", "name": "cut", "x": 3, "y": 4,
                                                        "axis": 1, "begin": 1, "end": 3})"));
  const Graph back = graph_from_json(nlohmann::json::parse(json.dump()), "graph.json");
  EXPECT_EQ(to_json(back), json);
  const std::vector<Codes> inputs{Codes{1, 100, -3, 0, -100, 6}, Codes{10, 50, 1, 5, 120, -1}};
  EXPECT_EQ(evaluate(back, inputs), evaluate(g, inputs));
}

TEST(GraphOps, JsonOfAnotherOperatorsFields) {
  nlohmann::json json = to_json(all_views());
  json["nodes"][3]["relu"] = true;
  try {
    graph_from_json(json, "graph.json");
    FAIL();
  } catch (const arch::InputError& error) {
    EXPECT_THAT(std::string(error.what()), testing::HasSubstr("graph.json: nodes[3]"));
    EXPECT_THAT(std::string(error.what()), testing::HasSubstr("relu"));
  }
}

TEST(GraphOps, Table) {
  EXPECT_EQ(
      to_string(all_views()),
      "graph   views: 6 nodes, 0 parameters\n"
      "input   a: a 1x2x3 int8 2^-2\n"
      "input   b: b 1x2x3 int8 2^-2, float outside\n"
      "output  c: c 1x2x5 int8 2^-2\n"
      "output  sum: sum 1x2x3 int8 2^-2\n"
      "output  again: c 1x2x5 int8 2^-2, float outside\n"
      "#  node  op                   x                      weights  bias  relu  shift  y\n"
      "0  add   add                  a 1x2x3 int8 2^-2 + b                 yes          sum 1x2x3 int8 2^-2\n"
      "   turn  transpose            sum 1x2x3 int8 2^-2                                t 1x3x2 int8 2^-2\n"
      "   cut   slice 1:3 of axis 1  t 1x3x2 int8 2^-2                                  s 1x2x2 int8 2^-2\n"
      "1  act   relu                 b 1x2x3 int8 2^-2                                  p 1x2x3 int8 2^-2\n"
      "   tail  slice 2:3 of axis 2  p 1x2x3 int8 2^-2                                  last 1x2x1 int8 "
      "2^-2\n"
      "   join  concat on axis 2     s, last, s                                         c 1x2x5 int8 2^-2\n");
}

struct Broken {
  const char* problem;
  void (*break_it)(Graph&);
};

class GraphOpsEach : public testing::TestWithParam<Broken> {};

TEST_P(GraphOpsEach, IsFound) {
  Graph g = all_views();
  GetParam().break_it(g);
  EXPECT_THAT(problems(g), Contains(GetParam().problem));
}

INSTANTIATE_TEST_SUITE_P(
    All, GraphOpsEach,
    testing::Values(
        Broken{"nodes[0] 'add': 'b' is int8 with frac 3, 'sum' is int8 with frac 2",
               [](Graph& g) { g.tensors[kB].quant.frac = 3; }},
        Broken{"nodes[0] 'add': 'a' is int16 with frac 2, 'sum' is int8 with frac 2",
               [](Graph& g) { g.tensors[kA].quant.type = ElementType::int16; }},
        Broken{"nodes[0] 'add': y is 1x2x3, expected 1x1x3",
               [](Graph& g) {
                 g.tensors[kA].shape = {1, 1, 3};
               }},
        Broken{"nodes[0] 'add': its sum does not fit 64 bits",
               [](Graph& g) {
                 for (Tensor& tensor : g.tensors) tensor.quant.type = ElementType::int64;
               }},
        Broken{"nodes[0] 'add': tensor 99 does not exist", [](Graph& g) { op<AddOp>(g, 0).b = 99; }},
        Broken{"nodes[0] 'add': 't' is used before a node gives it",
               [](Graph& g) { op<AddOp>(g, 0).b = kT; }},
        Broken{"nodes[1] 'turn': y is 1x3x2, expected 1x2x3",
               [](Graph& g) {
                 g.tensors[kSum].shape = {1, 3, 2};
               }},
        Broken{"nodes[1] 'turn': x is 6", [](Graph& g) { g.tensors[kSum].shape = {6}; }},
        Broken{"nodes[1] 'turn': 'sum' is int8 with frac 2, 't' is uint8 with frac 2",
               [](Graph& g) { g.tensors[kT].quant.type = ElementType::uint8; }},
        Broken{"nodes[2] 'cut': [1, 4) of axis 1 of 1x3x2", [](Graph& g) { op<SliceOp>(g, 2).end = 4; }},
        Broken{"nodes[2] 'cut': [3, 3) of axis 1 of 1x3x2", [](Graph& g) { op<SliceOp>(g, 2).begin = 3; }},
        Broken{"nodes[2] 'cut': [-1, 3) of axis 1 of 1x3x2", [](Graph& g) { op<SliceOp>(g, 2).begin = -1; }},
        Broken{"nodes[2] 'cut': axis 3 of 1x3x2", [](Graph& g) { op<SliceOp>(g, 2).axis = 3; }},
        Broken{"nodes[2] 'cut': y is 1x2x2, expected 1x3x2", [](Graph& g) { op<SliceOp>(g, 2).begin = 0; }},
        Broken{"nodes[3] 'act': 'b' is int8 with frac 2, 'p' is int8 with frac 1",
               [](Graph& g) { g.tensors[kP].quant.frac = 1; }},
        Broken{"nodes[3] 'act': tensor 'sum' has a value already",
               [](Graph& g) { op<ReluOp>(g, 3).y = kSum; }},
        Broken{"nodes[5] 'join': operands 1x2x2 and 1x2x1", [](Graph& g) { op<ConcatOp>(g, 5).axis = 1; }},
        Broken{"nodes[5] 'join': axis -1 of 1x2x2", [](Graph& g) { op<ConcatOp>(g, 5).axis = -1; }},
        Broken{"nodes[5] 'join': y is 1x2x5, expected 1x2x3",
               [](Graph& g) { op<ConcatOp>(g, 5).xs.pop_back(); }},
        Broken{"nodes[5] 'join': it has no operands", [](Graph& g) { op<ConcatOp>(g, 5).xs.clear(); }}));

}  // namespace
}  // namespace aie4ml::compiler
