#include "sim/app/validate/cases.hpp"

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "arch/error.hpp"
#include "arch/image/json_reader.hpp"

namespace aie4ml::sim::validate {
namespace {

using arch::JsonReader;

constexpr int kSchema = 1;
constexpr int kMostElements = 1 << 20;
constexpr int kMostIterations = 1'000'000;

void skip_text(JsonReader& reader, const std::string& key) {
  if (const auto text = reader.find(key)) text->text();
}

int positive(const JsonReader& reader, int most) {
  return static_cast<int>(reader.integer(1, most));
}

std::optional<int> optional_integer(JsonReader& reader, const std::string& key, int least) {
  const auto found = reader.find(key);
  if (!found) return std::nullopt;
  return static_cast<int>(found->integer(least, kMostElements));
}

double positive_number(const JsonReader& reader) {
  const double value = reader.number();
  if (!(value > 0)) reader.fail("is not above 0");
  return value;
}

CaseLayer read_layer(JsonReader reader) {
  CaseLayer layer;
  layer.op = reader.at("op").text();
  layer.k = positive(reader.at("k"), kMostElements);
  layer.n = positive(reader.at("n"), kMostElements);
  layer.weights = reader.at("weights").text();
  layer.output = reader.at("output").text();
  layer.bias = reader.at("bias").boolean();
  layer.relu = reader.at("relu").boolean();
  layer.cas_len = optional_integer(reader, "cas_len", 1);
  layer.cas_num = optional_integer(reader, "cas_num", 1);
  layer.col = optional_integer(reader, "col", 0);
  layer.row = optional_integer(reader, "row", 0);
  skip_text(reader, "note");
  reader.done();
  return layer;
}

void read_model(JsonReader reader, Case& result) {
  result.batch = positive(reader.at("batch"), kMostElements);
  result.input = reader.at("input").text();
  const auto route = reader.find("route");
  result.route = route ? route->text() : "memtile";
  const JsonReader layers = reader.at("layers");
  for (const JsonReader& layer : layers.items()) result.layers.push_back(read_layer(layer));
  if (result.layers.empty()) layers.fail("is empty", "a design has at least one layer");
  skip_text(reader, "note");
  reader.done();
}

std::vector<Expectation> read_expect(JsonReader reader) {
  std::vector<Expectation> expect;
  for (const Metric metric : {Metric::first_output_latency, Metric::interval}) {
    if (const auto found = reader.find(std::string(to_string(metric)))) {
      expect.push_back({metric, positive_number(*found)});
    }
  }
  reader.done();
  if (expect.empty()) reader.fail("names no metric", "there must be something to compare with");
  return expect;
}

Case read_case(JsonReader reader) {
  Case result;
  result.id = reader.at("id").text();
  if (result.id.empty()) reader.fail("id is empty");
  result.device = reader.at("device").text();
  result.aie_clock_mhz = positive_number(reader.at("aie_clock_mhz"));
  result.pl_clock_mhz = positive_number(reader.at("pl_clock_mhz"));
  result.plio_bits = positive(reader.at("plio_bits"), 1024);
  read_model(reader.at("model"), result);
  if (const auto iterations = reader.find("iterations"))
    result.iterations = positive(*iterations, kMostIterations);
  result.expect = read_expect(reader.at("expect"));
  for (const char* text : {"source", "kind", "note"}) skip_text(reader, text);
  reader.done();
  return result;
}

}  // namespace

std::string_view to_string(Metric metric) {
  return metric == Metric::interval ? "interval_cycles" : "first_output_latency_cycles";
}

std::vector<Case> parse_cases(const std::string& text, const std::string& where) {
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw arch::InputError(where, error.what(), "correct the JSON");
  }
  JsonReader reader(json, where);
  const JsonReader schema = reader.at("schema");
  if (schema.integer<std::int64_t>() != kSchema) schema.fail("is not 1, the only one this program knows");
  for (const char* key : {"what", "source", "note"}) skip_text(reader, key);
  reader.find("metrics");  // their definitions, for people
  std::vector<Case> cases;
  for (const JsonReader& item : reader.at("cases").items()) cases.push_back(read_case(item));
  reader.done();
  if (cases.empty()) throw arch::InputError(where, "holds no cases", "");
  return cases;
}

std::vector<Case> read_cases(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream in(file, std::ios::binary);
  if (!std::filesystem::is_regular_file(file, ignored) || !in) {
    throw arch::InputError(file.string(), "cannot be read", "give a file of published timings");
  }
  std::ostringstream text;
  text << in.rdbuf();
  return parse_cases(text.str(), file.string());
}

}  // namespace aie4ml::sim::validate
