// The cases file: what it may hold, and exact messages for what it may not.
#include "sim/app/validate/cases.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/error.hpp"

namespace aie4ml::sim::validate {
namespace {

using nlohmann::json;

const std::filesystem::path kFile =
    std::filesystem::path(AIE4ML_SOURCE_DIR) / "tests" / "reference" / "cases" / "one_dense.json";

json good() {
  std::ifstream in(kFile);
  return json::parse(in);
}

std::string error_of(const std::string& text) {
  try {
    parse_cases(text, "f.json");
  } catch (const arch::InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Cases, ReadsEveryField) {
  const std::vector<Case> cases = read_cases(kFile);
  ASSERT_EQ(1U, cases.size());
  const Case& small = cases[0];
  EXPECT_EQ("small/runs", small.id);
  EXPECT_EQ("small", small.network());
  EXPECT_EQ("ve2802", small.device);
  EXPECT_EQ(1250, small.aie_clock_mhz);
  EXPECT_EQ(312.5, small.pl_clock_mhz);
  EXPECT_EQ(128, small.plio_bits);
  EXPECT_EQ(8, small.batch);
  EXPECT_EQ("int8", small.input);
  EXPECT_EQ("memtile", small.route);
  EXPECT_EQ(6, small.iterations);
  ASSERT_EQ(2U, small.layers.size());
  EXPECT_EQ(16, small.layers[0].k);
  EXPECT_EQ(32, small.layers[0].n);
  EXPECT_TRUE(small.layers[0].bias);
  EXPECT_EQ(7, small.layers[0].col);
  EXPECT_EQ(0, small.layers[0].row);
  EXPECT_EQ(2, small.layers[1].cas_len);
  EXPECT_FALSE(small.layers[1].relu);
  EXPECT_EQ(std::nullopt, small.layers[1].col);
  ASSERT_EQ(2U, small.expect.size());
  EXPECT_EQ(Metric::first_output_latency, small.expect[0].metric);
  EXPECT_EQ(600, small.expect[0].cycles);
  EXPECT_EQ(Metric::interval, small.expect[1].metric);
}

struct Mistake {
  const char* pointer;
  json value;
  const char* message;  // its beginning
};

class CasesMistake : public testing::TestWithParam<Mistake> {};

TEST_P(CasesMistake, IsNamed) {
  json file = good();
  file[json::json_pointer(GetParam().pointer)] = GetParam().value;
  EXPECT_THAT(error_of(file.dump()), testing::StartsWith(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, CasesMistake,
    testing::Values(Mistake{"/schema", 2, "f.json: schema: is not 1"},
                    Mistake{"/cases", json::array(), "f.json: holds no cases"},
                    Mistake{"/extra", 1, "f.json: "}, Mistake{"/cases/0/speed", 1, "f.json: cases[0]"},
                    Mistake{"/cases/0/id", 7, "f.json: cases[0].id: "},
                    Mistake{"/cases/0/note", 7, "f.json: cases[0].note: "},
                    Mistake{"/cases/0/aie_clock_mhz", 0, "f.json: cases[0].aie_clock_mhz: is not above 0"},
                    Mistake{"/cases/0/iterations", 0, "f.json: cases[0].iterations: "},
                    Mistake{"/cases/0/expect", json::object(), "f.json: cases[0].expect: names no metric"},
                    Mistake{"/cases/0/expect/watts", 3, "f.json: cases[0].expect"},
                    Mistake{"/cases/0/expect/interval_cycles", -1,
                            "f.json: cases[0].expect.interval_cycles: is not above 0"},
                    Mistake{"/cases/0/model/layers", json::array(),
                            "f.json: cases[0].model.layers: is empty"},
                    Mistake{"/cases/0/model/layers/1/k", 0, "f.json: cases[0].model.layers[1].k: "},
                    Mistake{"/cases/0/model/layers/1/k", 1.5, "f.json: cases[0].model.layers[1].k: "},
                    Mistake{"/cases/0/model/layers/1/bias", 1, "f.json: cases[0].model.layers[1].bias: "},
                    Mistake{"/cases/0/model/layers/1/colour", "red", "f.json: cases[0].model.layers[1]"}));

TEST(Cases, MissingKeysAreNamed) {
  for (const char* key : {"id", "device", "aie_clock_mhz", "pl_clock_mhz", "plio_bits", "model", "expect"}) {
    json file = good();
    file["cases"][0].erase(key);
    EXPECT_THAT(error_of(file.dump()),
                testing::AllOf(testing::StartsWith("f.json: cases[0]"), testing::HasSubstr(key)));
  }
}

TEST(Cases, NoJsonAndNoFile) {
  EXPECT_THAT(error_of("{"), testing::StartsWith("f.json: "));
  EXPECT_THAT(error_of("[]"), testing::StartsWith("f.json: "));
  EXPECT_THROW(read_cases("no/such/file.json"), arch::InputError);
}

}  // namespace
}  // namespace aie4ml::sim::validate
