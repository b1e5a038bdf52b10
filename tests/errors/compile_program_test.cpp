// aie4ml-compile as people and scripts see it: exit codes, messages, files.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace aie4ml::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Outcome {
  int exit_code{};
  std::string out, err;
};

class CompileProgram : public ::testing::Test {
 protected:
  CompileProgram() { fs::create_directories(directory_); }
  ~CompileProgram() override { fs::remove_all(directory_); }

  // Runs it in the scratch directory.
  Outcome compile(const std::string& arguments) {
    const std::string command = "cd '" + directory_.string() + "' && '" AIE4ML_COMPILE_PROGRAM "' " +
                                arguments + " >stdout.txt 2>stderr.txt";
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c)
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(directory_ / "stdout.txt"),
            contents(directory_ / "stderr.txt")};
  }
  // Exit code 2, one line, nothing printed else.
  void expect_refused(const std::string& arguments, const std::string& message) {
    const Outcome outcome = compile(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_EQ(outcome.err, "aie4ml-compile: " + message + "\n");
    EXPECT_EQ(outcome.out, "") << arguments;
  }

  const std::string model_ = "'" AIE4ML_SOURCE_DIR "/tests/models/digits_mlp/model.onnx'";
  const fs::path directory_ = fs::temp_directory_path() / ("aie4ml_compile_test_" + std::to_string(getpid()));
};

TEST_F(CompileProgram, CommandLineErrorsAreOneLine) {
  expect_refused("", "command line: MODEL.onnx is missing; see aie4ml-compile --help");
  expect_refused(model_,
                 "command line: no directory to write to; give -o FIRMWARE/, or --until plan to only look");
  expect_refused(
      model_ + " --colour",
      "command line: The following argument was not expected: --colour; see aie4ml-compile --help");
  const Outcome outcome = compile(model_ + " --until lunch");
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, StartsWith("aie4ml-compile: command line: --until: "));
  EXPECT_THAT(outcome.err, testing::EndsWith("; see aie4ml-compile --help\n"));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
}

// Which ends a design has follows from the device, or from the option.
TEST_F(CompileProgram, HostPorts) {
  expect_refused(model_ + " --until plan --host-ports usb",
                 "command line: --host-ports: usb not in {plio,noc}; see aie4ml-compile --help");
  expect_refused(
      model_ + " --until plan --device npu1 --host-ports plio", AIE4ML_SOURCE_DIR
      "/tests/models/digits_mlp/model.onnx: PLIO 'ifm_c0': npu1 has no columns with PLIOs; choose a device "
      "with programmable logic, or --host-ports noc");
  const auto ends = [this](const std::string& options) {
    return nlohmann::json::parse(compile(model_ + " --until plan --json " + options).out).at("plios");
  };
  for (const auto& end : ends("--device npu1")) EXPECT_TRUE(end.contains("noc")) << end;
  for (const auto& end : ends("--host-ports noc")) EXPECT_TRUE(end.contains("noc")) << end;
  for (const auto& end : ends("")) EXPECT_FALSE(end.contains("noc")) << end;
  EXPECT_THAT(compile(model_ + " --until plan --device npu1").out, HasSubstr("1 GMIO in, 1 GMIO out"));
}

// A number that is no count is named, without the limits of a double.
TEST_F(CompileProgram, CountsAreAboveZero) {
  expect_refused(model_ + " --until plan --batch 0",
                 "command line: --batch: '0' is no number above 0; see aie4ml-compile --help");
}

TEST_F(CompileProgram, OptionsOfTheMapping) {
  for (const char* bad : {"--optimize speed", "--max-tiles 0", "--max-tiles many", "--interval-cycles -5",
                          "--interval-cycles 1.5"}) {
    const Outcome outcome = compile(model_ + " --until plan " + bad);
    EXPECT_EQ(outcome.exit_code, 2) << bad;
    EXPECT_THAT(outcome.err, StartsWith("aie4ml-compile: command line: ")) << bad;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << bad;
  }
  EXPECT_THAT(compile(model_ + " --until plan --max-tiles 1").err, HasSubstr("more than the 1 allowed"));
  const auto interval = [&](const std::string& options) {
    std::int64_t slowest = 0;
    const auto plan = nlohmann::json::parse(compile(model_ + " --until plan --json " + options).out);
    for (const auto& layer : plan.at("layers")) {
      slowest = std::max(slowest, layer.at("cost").at("interval").get<std::int64_t>());
    }
    return slowest;
  };
  EXPECT_LT(interval("--optimize throughput --max-tiles 24"), interval("--optimize tiles"));
}

TEST_F(CompileProgram, HelpAndVersionSucceed) {
  EXPECT_EQ(compile("--version").out, "aie4ml-compile " AIE4ML_VERSION "\n");
  EXPECT_EQ(compile("--version").exit_code, 0);
  const Outcome help = compile("--help");
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("--dump-dir"));
}

TEST_F(CompileProgram, ADirectoryAsDirectivesIsRefused) {
  expect_refused(model_ + " --until plan --directives .", ".: is a directory; name the JSON file in it");
}

TEST_F(CompileProgram, UntilImagePrintsTheImage) {
  const Outcome text = compile(model_ + " --until image");
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("program bytes"));
  const Outcome json = compile(model_ + " --until image --json");
  ASSERT_EQ(compile(model_ + " -o fw").exit_code, 0);
  EXPECT_EQ(nlohmann::json::parse(json.out),
            nlohmann::json::parse(contents(directory_ / "fw" / "image.json")));
}

TEST_F(CompileProgram, EveryStageIsDumped) {
  EXPECT_EQ(compile(model_ + " --until image --dump-dir d").exit_code, 0);
  for (const char* file : {"graph.json", "graph.txt", "plan.json", "plan.txt", "plan.svg", "image.txt"}) {
    EXPECT_NE(contents(directory_ / "d" / file), "") << file;
  }
  const auto image = nlohmann::json::parse(contents(directory_ / "d" / "image.json"));
  int programs = 0;
  for (const auto& tile : image.at("tiles")) {
    if (!tile.contains("program")) continue;
    ++programs;
    // Named as in all texts for people: the row is that of the core grid, above shim and two memory tiles.
    const auto& at = tile.at("tile");
    const auto name = "tile_" + at.at(0).dump() + "_" + std::to_string(at.at(1).get<int>() - 3) + ".asm";
    EXPECT_THAT(contents(directory_ / "d" / "tiles" / name), HasSubstr("jl kernel")) << name;
  }
  EXPECT_GT(programs, 0);
}

TEST_F(CompileProgram, TheGraphIsDumpedAlthoughPlanningFails) {
  std::ofstream(directory_ / "tiles.json") << R"({"default": {"cas_len": 4000}})";
  const Outcome outcome = compile(model_ + " -o fw --directives tiles.json --dump-dir d");
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(contents(directory_ / "d" / "graph.txt"), "");
  EXPECT_FALSE(fs::exists(directory_ / "d" / "plan.txt"));
  EXPECT_FALSE(fs::exists(directory_ / "fw"));
}

}  // namespace
}  // namespace aie4ml::tests
