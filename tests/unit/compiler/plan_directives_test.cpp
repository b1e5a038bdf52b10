#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/error.hpp"
#include "compiler/plan/directives.hpp"
#include "tests/unit/compiler/plan_fixture.hpp"

namespace aie4ml::tests {
namespace {

using nlohmann::json;

const compiler::Graph& graph() {
  static const compiler::Graph g = make_dense_graph(8, 64, {{64}, {32}, {16}});
  return g;
}

compiler::Directives read(const char* text) {
  return compiler::directives_from_json(json::parse(text), graph(), "tiles.json");
}

std::string error_of(const char* text) {
  try {
    read(text);
  } catch (const arch::InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(PlanDirectives, LayersAreNamedByNodeOrIndexAndOverrideTheDefault) {
  const auto directives = read(
      R"({"default": {"cas_len": 2}, "layers": {"fc1": {"cas_num": 4, "col": 10, "row": 1}, "#2": {"cas_len": 1}}})");
  EXPECT_EQ(directives.of(0), (compiler::LayerDirectives{2, 4, 10, 1}));
  EXPECT_EQ(directives.of(1), (compiler::LayerDirectives{2, {}, {}, {}}));
  EXPECT_EQ(directives.of(2), (compiler::LayerDirectives{1, {}, {}, {}}));
}

TEST(PlanDirectives, NothingIsFixedWithoutAFile) {
  EXPECT_EQ(compiler::Directives{}.of(1), compiler::LayerDirectives{});
  EXPECT_EQ(read("{}").of(1), compiler::LayerDirectives{});
}

TEST(PlanDirectives, KernelsAndContracts) {
  const auto directives = read(
      R"({"default": {"mmul": [4, 8, 8], "contract": "outer"}, "layers": {"fc1": {"block": [2, 4], "contract": "inner"}}})");
  compiler::LayerDirectives expected;
  expected.mmul = {{4, 8, 8}};
  expected.contract = compiler::Contract::outer;
  EXPECT_EQ(directives.of(1), expected);
  expected.block = {{2, 4}};
  expected.contract = compiler::Contract::inner;
  EXPECT_EQ(directives.of(0), expected);
}

// What a default says of matrix products passes by other layers; said to one of those it is a mistake.
TEST(PlanDirectives, ElementwiseLayersHaveNoMultiply) {
  compiler::Graph with_relu = make_dense_graph(8, 64, {{64}, {32}});
  const auto& first = std::get<compiler::DenseOp>(with_relu.nodes[0].op);
  with_relu.nodes[1] = {"relu", compiler::ReluOp{first.y, first.y}};
  const auto read_it = [&](const char* text) {
    return compiler::directives_from_json(json::parse(text), with_relu, "tiles.json");
  };
  const auto directives =
      read_it(R"({"default": {"mmul": [4, 8, 8], "block": [2, 4], "cas_len": 2, "cas_num": 3}})");
  EXPECT_EQ(directives.of(1), (compiler::LayerDirectives{{}, 3, {}, {}}));
  for (const std::string key : {"mmul", "block"}) {
    const std::string value = key == "mmul" ? "[4, 8, 8]" : "[2, 4]";
    try {
      read_it(fmt::format(R"({{"layers": {{"relu": {{"{}": {}}}}}}})", key, value).c_str());
      FAIL() << "no error";
    } catch (const arch::InputError& error) {
      EXPECT_EQ(error.what(),
                fmt::format("tiles.json: layers.relu: '{}' is for matrix products, and this layer "
                            "is none; leave it out",
                            key));
    }
  }
}

TEST(PlanDirectives, ErrorsNameTheNearestName) {
  EXPECT_EQ(error_of(R"({"layers": {"fc4": {}}})"),
            "tiles.json: the model has no layer 'fc4'; did you mean 'fc1'?");
  EXPECT_EQ(error_of(R"({"layers": {"#3": {}}})"),
            "tiles.json: the model has no layer '#3'; indices go from #0 to #2");
  EXPECT_EQ(error_of(R"({"layers": {"fc1": {"cas_lenght": 2}}})"),
            "tiles.json: layers.fc1: unknown directive 'cas_lenght'; did you mean 'cas_len'?");
  EXPECT_EQ(error_of(R"({"layer": {}})"), "tiles.json: unknown key 'layer'; did you mean 'layers'?");
}

TEST(PlanDirectives, ErrorsOfValues) {
  EXPECT_EQ(error_of(R"({"layers": {"fc1": {"cas_len": 0}}})"),
            "tiles.json: layers.fc1: cas_len is 0; it must be an integer from 1");
  EXPECT_EQ(error_of(R"({"layers": {"fc1": {"cas_num": "2"}}})"),
            "tiles.json: layers.fc1: cas_num is \"2\"; it must be an integer from 1");
  EXPECT_EQ(error_of(R"({"default": {"col": 7, "row": 0}})"),
            "tiles.json: default: 'col' cannot be the same for all layers; give it to single layers");
  EXPECT_EQ(error_of(R"({"layers": {"fc1": {}, "#0": {}}})"),
            "tiles.json: layers.fc1: '#0' is the same layer; keep one of them");
  EXPECT_EQ(error_of(R"([])"), "tiles.json: is not a JSON object; write {\"layers\": {...}}");
}

// What read_directives says about a file with this text, without the path in front.
std::string file_error(const std::string& text) {
  const auto file = std::filesystem::temp_directory_path() / "aie4ml_directives_test.json";
  std::ofstream(file) << text;
  std::string message = "no error";
  try {
    compiler::read_directives(file, graph());
  } catch (const arch::InputError& error) {
    message = std::string(error.what()).substr(file.string().size());
  }
  std::filesystem::remove(file);
  return message;
}

TEST(PlanDirectives, OneCoordinateAloneIsEnough) {
  const compiler::LayerDirectives column = read(R"({"layers": {"fc1": {"col": 7}}})").of(0);
  EXPECT_EQ(column.col, 7);
  EXPECT_EQ(column.row, std::nullopt);
}

TEST(PlanDirectives, ValuesOfEveryKeyAreChecked) {
  const auto of = [](const char* entry) {
    return error_of(fmt::format(R"({{"default": {{{}}}}})", entry).c_str());
  };
  const std::string in = "tiles.json: default: ";
  EXPECT_EQ(of(R"("mmul": [4, 8])"), in + "mmul is [4,8]; it must be a list of 3 integers from 1");
  EXPECT_EQ(of(R"("block": [2, 0])"), in + "block is [2,0]; it must be a list of 2 integers from 1");
  EXPECT_EQ(of(R"("contract": "inside")"),
            in + "contract is \"inside\"; it must be one of \"inner\", \"outer\"");
  EXPECT_EQ(of(R"("route": 1)"), in + "route is 1; it must be one of \"auto\", \"direct\", \"memtile\"");
  EXPECT_EQ(of(R"("buffering": 3)"), in + "buffering is 3; it must be an integer from 1 to 2");
  EXPECT_EQ(of(R"("buffering": 1)"), in + "directive 'buffering' is not followed yet; leave it out");
}

TEST(PlanDirectives, FilesThatAreNoJson) {
  EXPECT_THROW(compiler::read_directives("/nonexistent/tiles.json", graph()), arch::InputError);
  EXPECT_EQ(file_error("{\"layers\""), ": is not JSON (byte 10); check the syntax");
  EXPECT_EQ(file_error(R"({"default": {"cas_len": 1e999}})"),
            ": holds a number that is too large; write small integers");
}

TEST(PlanDirectives, ADirectoryIsNoFile) {
  const auto directory = std::filesystem::temp_directory_path();
  try {
    compiler::read_directives(directory, graph());
    FAIL() << "no error";
  } catch (const arch::InputError& error) {
    EXPECT_EQ(error.what(), directory.string() + ": is a directory; name the JSON file in it");
  }
}

TEST(PlanDirectives, AKeyIsThereOnce) {
  const std::string message = ": key 'fc1' is there twice; keep one of them";
  EXPECT_EQ(file_error(R"({"layers": {"fc1": {"cas_len": 1}, "fc1": {"cas_len": 2}}})"), message);
  EXPECT_EQ(file_error(R"({"layers": {"fc1": {"cas_len": 1, "cas_len": 1}}})"),
            ": key 'cas_len' is there twice; keep one of them");
  EXPECT_EQ(file_error(R"({"layers": {}, "layers": {}})"), ": key 'layers' is there twice; keep one of them");
  // The same key in two objects is none of that.
  EXPECT_EQ(file_error(R"({"default": {"cas_len": 1}, "layers": {"fc1": {"cas_len": 1}}})"), "no error");
}

}  // namespace
}  // namespace aie4ml::tests
