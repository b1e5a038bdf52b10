// aie4ml-sim as people and scripts see it: exit codes, messages, files. The firmware is a memory tile that
// sends on what it gets, and a core that adds a constant; no compiler is needed.
#include <cstdlib>
#include <numeric>
#include <string>
#include <sys/wait.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "arch/host/npy.hpp"
#include "arch/image/image_io.hpp"
#include "sim/host/output_files.hpp"
#include "tests/support/host_files.hpp"
#include "tests/support/small_designs.hpp"

namespace aie4ml::sim {
namespace {

using arch::NpyType;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Outcome {
  int exit_code{};
  std::string out, err;
};

class SimProgram : public ::testing::Test {
 protected:
  // Relay of 64 words an iteration, from tensor x_q to y/q.
  void write_relay() {
    test::ImageBuilder builder(device_);
    test::relay_design(builder, {});
    write_image(builder.build());
  }
  void write_image(arch::Image image) {
    image.model = "relay";
    for (arch::GraphPort& port : image.ports) {
      port.tensor = port.direction == arch::PlioChannel::Direction::input ? "x_q" : "y/q";
    }
    arch::write_firmware(directory_ / "fw", image, arch::to_json(device_));
  }
  void write_array(const std::string& name, std::int64_t iterations, std::int32_t first) {
    std::vector<std::int32_t> values(static_cast<std::size_t>(iterations) * 64);
    std::iota(values.begin(), values.end(), first);
    write_npy(directory_ / name, test::array_of_values(NpyType::int32, {iterations, 1, 64}, values));
  }

  // Runs it in the scratch directory.
  Outcome sim(const std::string& arguments) {
    const std::string command = "cd '" + directory_.path().string() + "' && '" AIE4ML_SIM_PROGRAM "' " +
                                arguments + " >stdout.txt 2>stderr.txt";
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c)
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, test::contents(directory_ / "stdout.txt"),
            test::contents(directory_ / "stderr.txt")};
  }
  // Exit code 2, one line, nothing printed else.
  void expect_refused(const std::string& arguments, const std::string& message) {
    const Outcome outcome = sim(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_EQ(outcome.err, "aie4ml-sim: " + message + "\n");
    EXPECT_EQ(outcome.out, "") << arguments;
  }
  [[nodiscard]] bool exists(const std::string& name) const {
    return std::filesystem::exists(directory_ / name);
  }

  const arch::Device device_ = arch::load_device("ve2802");
  const test::ScratchDirectory directory_;
};

TEST_F(SimProgram, KeepsWhatItReads) {
  write_relay();
  write_array("x.npy", 2, 0);
  expect_refused("fw --report fw/image.json",
                 "fw/image.json: is a file of the firmware; give another one for the report");
  expect_refused("fw --report ./fw/../fw/manifest.json",
                 "./fw/../fw/manifest.json: is a file of the firmware; give another one for the report");
  expect_refused("fw --trace=fw/blobs.bin",
                 "fw/blobs.bin: is a file of the firmware; give another one for the trace");
  expect_refused("fw --inputs x.npy --trace=x.npy",
                 "x.npy: is read by this run; give another one for the trace");
  expect_refused("fw --report r.json --trace=r.json",
                 "r.json: is to be both report and trace; give two files");
  EXPECT_EQ(sim("fw --inputs x.npy --report fw/report.json").exit_code, 0);
  EXPECT_EQ(sim("fw --inputs x.npy --report fw/report.json").exit_code, 0);
}

TEST_F(SimProgram, CommandLine) {
  expect_refused("", "command line: FIRMWARE is required; see aie4ml-sim --help");
  expect_refused("fw --frobnicate",
                 "command line: The following argument was not expected: --frobnicate; see "
                 "aie4ml-sim --help");
  expect_refused("fw --max-seconds nan",
                 "command line: --max-seconds: nan is no number; see aie4ml-sim --help");
  expect_refused("fw --iterations 0",
                 "command line: --iterations: Value 0 not in range 1 to 2147483647; see "
                 "aie4ml-sim --help");
  expect_refused("fw --trace-format csv",
                 "command line: --trace-format requires --trace; see aie4ml-sim --help");
  expect_refused("fw --trace --trace-format fst",
                 "command line: --trace-format: fst not in {perfetto,vcd,csv}; see aie4ml-sim --help");
  expect_refused("fw", "fw: is no directory");
}

// The third program refuses in the same way.
TEST_F(SimProgram, ValidateRefusesInOneLine) {
  const auto refusal = [this](const std::string& arguments) {
    const std::string command = "cd '" + directory_.path().string() + "' && '" AIE4ML_VALIDATE_PROGRAM "' " +
                                arguments + " >stdout.txt 2>stderr.txt";
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c)
    EXPECT_EQ(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 2) << arguments;
    EXPECT_EQ(test::contents(directory_ / "stdout.txt"), "") << arguments;
    return test::contents(directory_ / "stderr.txt");
  };
  EXPECT_EQ(refusal(""), "aie4ml-validate: command line: cases is required; see aie4ml-validate --help\n");
  EXPECT_EQ(refusal("c.json --frobnicate"),
            "aie4ml-validate: command line: The following argument was not expected: --frobnicate; see "
            "aie4ml-validate --help\n");
}

TEST_F(SimProgram, BadTraceFilters) {
  write_relay();
  expect_refused("fw --trace-filter kind=core",
                 "command line: --trace-filter requires --trace; see aie4ml-sim --help");
  const std::string example = "; for example tile=7..10,0..3;kind=core,lock;cycles=1000..5000";
  expect_refused(
      "fw --trace --trace-filter kind=cores",
      "--trace-filter: 'kind=cores': 'cores' is no kind, use core, dma, s2mm, mm2s, plio, lock, bank, "
      "path" +
          example);
  expect_refused("fw --trace --trace-filter 'kind=core;cycles=9..2'",
                 "--trace-filter: 'cycles=9..2': '9..2' ends before it begins" + example);
  expect_refused("fw --trace --trace-filter ''", "--trace-filter: '': is not KEY=VALUE" + example);
  EXPECT_FALSE(exists("trace.perfetto-trace"));
}

TEST_F(SimProgram, TraceFilterCutsTheTrace) {
  write_relay();
  const Outcome outcome = sim(
      "fw --iterations 2 --trace=t.csv --trace-format csv --trace-filter 'memory=8;kind=s2mm;cycles=..99'");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("trace: t.csv (1 of "));
  const std::string trace = test::contents(directory_ / "t.csv");
  EXPECT_THAT(trace, HasSubstr("\"memory tile (8,0)\",S2MM 0,slice,"));
  EXPECT_THAT(trace, HasSubstr("# end total_cycles=100 "));
  EXPECT_THAT(trace, ::testing::Not(HasSubstr("PLIO")));
}

TEST_F(SimProgram, HelpAndVersion) {
  const Outcome help = sim("--help");
  EXPECT_EQ(help.exit_code, 0);
  for (const char* option :
       {"--inputs", "--outputs", "--expect", "--labels", "--iterations", "--trace[=FILE]", "--trace-format",
        "--trace-filter", "--deadlock-graph", "--report", "--json", "--deterministic", "--no-strict",
        "--no-run-ahead", "--max-cycles", "--max-seconds", "Exit codes:"}) {
    EXPECT_THAT(help.out, HasSubstr(option));
  }
  const Outcome version = sim("--version");
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, ::testing::MatchesRegex("aie4ml-sim [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(SimProgram, BadFiles) {
  write_relay();
  write_array("x.npy", 3, 0);
  write_npy(directory_ / "bytes.npy",
            test::array_of_values<std::int8_t>(NpyType::int8, {1, 1, 64}, std::vector<std::int8_t>(64)));
  expect_refused("fw --inputs no.npy", "no.npy: cannot be read; check its name and permissions");
  expect_refused("fw --inputs z=x.npy", "z=x.npy: there is no graph input 'z'; the graph's inputs are 'x_q'");
  expect_refused("fw --inputs bytes.npy",
                 "bytes.npy: it holds int8 of shape (1, 1, 64), graph input 'x_q' takes int32 of shape "
                 "(iterations, 1, 64); give the integer codes: .astype(numpy.int32)");
  expect_refused("fw --inputs x.npy --iterations 4",
                 "x.npy: holds 3 iterations, --iterations asks for 4; give more, or run fewer");
  expect_refused("fw --iterations 2 --expect x_q=x.npy",
                 "x_q=x.npy: there is no graph output 'x_q'; the graph's outputs are 'y/q'");
  expect_refused(
      "fw --iterations 4 --expect x.npy",
      "x.npy: it has 3 iterations of graph output 'y/q', the run has 4; give as many as are run, or "
      "choose them with --iterations");
  expect_refused("fw --outputs x.npy",
                 "x.npy: cannot be made a directory for outputs; choose another one that can be written");
  expect_refused("fw --report no/report.json", "no/report.json: its directory does not exist; make it first");
}

TEST_F(SimProgram, BitExactRunWritesOutputsReportAndTrace) {
  write_relay();
  write_array("x.npy", 5, -7);
  const Outcome outcome =
      sim("fw --inputs x_q=x.npy --expect y_q=x.npy --outputs out --report r.json --trace");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out,
              StartsWith("inputs: x.npy, 5 iterations\ntrace: trace.perfetto-trace (23 of 23 tracks)\n"));
  EXPECT_THAT(outcome.out, EndsWith("y/q: 320 values, bit-exact\noutputs: out\nreport: r.json\n"));
  EXPECT_EQ(test::contents(directory_ / "out" / "y_q.npy"), test::contents(directory_ / "x.npy"));
  EXPECT_TRUE(exists("trace.perfetto-trace"));
  const auto report = nlohmann::json::parse(test::contents(directory_ / "r.json"));
  EXPECT_EQ(report["completed_iterations"], 5);
  EXPECT_EQ(report["outputs"],
            nlohmann::json::parse(R"([{"name": "y/q", "expected": 320, "differing": 0}])"));
  EXPECT_TRUE(report.contains("host"));
}

TEST_F(SimProgram, DifferencesAreCountedAndGiveExitCode4) {
  write_relay();
  write_array("x.npy", 2, 0);
  arch::NpyArray expected = arch::read_npy(directory_ / "x.npy");
  expected.bytes[280] = 9;  // element 70
  expected.bytes[400] = 9;  // element 100
  write_npy(directory_ / "e.npy", expected);
  const Outcome outcome = sim("fw --inputs x.npy --expect e.npy --report r.json");
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_THAT(outcome.out, HasSubstr("\ny/q: 2 of 128 differ, first at [1,0,6]: expected 9, got 70\n"));
  EXPECT_EQ(nlohmann::json::parse(test::contents(directory_ / "r.json"))["outputs"][0]["differing"], 2);
}

TEST_F(SimProgram, ADeterministicReportHasTheSameBytes) {
  write_relay();
  for (const char* name : {"a.json", "b.json"}) {
    EXPECT_EQ(sim(std::string("fw --deterministic --report ") + name).exit_code, 0);
  }
  EXPECT_EQ(sim("fw --deterministic --no-run-ahead --report c.json").exit_code, 0);
  EXPECT_EQ(test::contents(directory_ / "a.json"), test::contents(directory_ / "b.json"));
  EXPECT_EQ(test::contents(directory_ / "a.json"), test::contents(directory_ / "c.json"));
  EXPECT_FALSE(nlohmann::json::parse(test::contents(directory_ / "a.json")).contains("host"));
}

TEST_F(SimProgram, JsonHasStandardOutputForItself) {
  write_relay();
  const Outcome outcome = sim("fw --json --iterations 3 --trace=t.csv --trace-format csv");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["iterations"], 3);
  // Two channels, two PLIOs, two locks, 16 banks and the critical path.
  EXPECT_EQ(outcome.err,
            "inputs: random codes (seed 1), 3 iterations; give --inputs for your own\n"
            "trace: t.csv (23 of 23 tracks)\n");
  EXPECT_THAT(test::contents(directory_ / "t.csv"), HasSubstr("\n# end total_cycles="));
}

TEST_F(SimProgram, DataOfTheFirmwareIsUsedAndRepeated) {
  write_relay();
  std::filesystem::create_directory(directory_ / "fw" / "data");
  write_array("fw/data/in_x_q.npy", 2, 1);
  EXPECT_THAT(sim("fw").out, StartsWith("inputs: fw/data/in_x_q.npy, 2 iterations\n"));
  const Outcome outcome = sim("fw --iterations 3 --outputs out");
  EXPECT_THAT(outcome.out, StartsWith("inputs: fw/data/in_x_q.npy, 3 iterations of 2, repeated\n"));
  const arch::NpyArray y = arch::read_npy(directory_ / "out" / "y_q.npy");
  EXPECT_EQ(y.integer_at(64), 65);
  EXPECT_EQ(y.integer_at(128), 1);
}

TEST_F(SimProgram, IterationsTakesTheFirstOfInputsExpectedAndLabels) {
  write_relay();
  write_array("x.npy", 5, 0);
  write_npy(directory_ / "labels.npy",
            test::array_of_values<std::uint8_t>(NpyType::uint8, {5, 1}, {63, 63, 0, 1, 2}));
  const Outcome outcome = sim("fw --inputs x.npy --expect x.npy --labels labels.npy --iterations 3");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("inputs: x.npy, 3 iterations of 5\n"));
  EXPECT_THAT(outcome.out,
              EndsWith("y/q: 192 values, bit-exact\n"
                       "y/q: top-1 accuracy 2/3 = 66.67 %, of the expected outputs 2/3 = 66.67 %\n"));
}

TEST_F(SimProgram, ADeadlockGivesExitCode3AndWritesNoOutputs) {
  test::ImageBuilder builder(device_);
  test::add_design(builder, {.omit_release = test::in_empty});
  write_image(builder.build());
  const Outcome outcome = sim("fw --iterations 4 --outputs out --report r.json");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, StartsWith("aie4ml-sim: deadlock at cycle "));
  EXPECT_THAT(outcome.err, HasSubstr("in empty"));  // who waits for what, by the lock's name
  EXPECT_TRUE(std::filesystem::is_empty(directory_ / "out"));
  const auto report = nlohmann::json::parse(test::contents(directory_ / "r.json"));
  EXPECT_EQ(report["fault"]["kind"], "deadlock");
  EXPECT_FALSE(report["fault"]["waits"].empty());
  EXPECT_THAT(outcome.err, HasSubstr("\n  --deadlock-graph FILE.dot draws these waits\n"));
}

TEST_F(SimProgram, ADeadlockIsDrawn) {
  test::ImageBuilder builder(device_);
  test::add_design(builder, {.omit_release = test::in_empty});
  write_image(builder.build());
  const Outcome outcome = sim("fw --iterations 4 --deadlock-graph d.dot");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, EndsWith("\n  graph of these waits: d.dot\n"));
  const std::string graph = test::contents(directory_ / "d.dot");
  EXPECT_THAT(graph, StartsWith("digraph waits {\n"));
  EXPECT_THAT(graph, HasSubstr("relay on ve2802: deadlock at"));
  EXPECT_THAT(graph, HasSubstr("in empty"));
  EXPECT_EQ(sim("fw --iterations 4 --deadlock-graph d.dot --report d.dot").exit_code, 2);
}

// A program that never waits for anybody and an output that never comes: only a limit ends that.
TEST_F(SimProgram, TooMuchTimeIsAFault) {
  test::ImageBuilder builder(device_);
  test::relay_design(builder, {});
  builder.program(builder.core(8, 0), "spin:\nj spin\nnop\nnop\nnop\nnop\nnop\n");
  arch::Image image = builder.build();
  for (arch::TileImage& tile : image.tiles) {
    for (arch::LockInit& lock : tile.locks) lock.value = 0;
  }
  write_image(image);
  const Outcome outcome = sim("fw --iterations 1 --max-seconds 0.2 --report r.json");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err, StartsWith("aie4ml-sim: wall limit at cycle "));
  EXPECT_EQ(nlohmann::json::parse(test::contents(directory_ / "r.json"))["fault"]["kind"], "wall_limit");
}

TEST_F(SimProgram, TooFewCyclesAllowedIsAFault) {
  write_relay();
  const Outcome outcome = sim("fw --max-cycles 20 --report r.json");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(nlohmann::json::parse(test::contents(directory_ / "r.json"))["fault"]["kind"], "cycle_limit");
}

}  // namespace
}  // namespace aie4ml::sim
