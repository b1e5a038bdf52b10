// aie4ml-compare as people and scripts see it: exit codes, messages, figures that a person can work out. The
// firmware is what aie4ml-sim's own test runs: frames through a memory tile, or a core that adds a constant.
#include <cstdlib>
#include <numeric>
#include <string>
#include <sys/wait.h>

#include <fmt/format.h>
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

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

struct Outcome {
  int exit_code{};
  std::string out, err;
};

class CompareProgram : public ::testing::Test {
 protected:
  void write_image(const std::string& name, arch::Image image, const arch::Device& device) {
    image.model = "words";
    image.model_sha256 = std::string(64, 'a');
    for (arch::GraphPort& port : image.ports) {
      port.tensor = port.direction == arch::PlioChannel::Direction::input ? "x_q" : "y/q";
    }
    arch::write_firmware(directory_ / name, image, arch::to_json(device));
  }
  void write_relay(const std::string& name, const arch::Device& device, int words = 64) {
    test::ImageBuilder builder(device);
    test::relay_design(builder, {.words = words});
    write_image(name, builder.build(), device);
  }
  void write_add(const std::string& name, const test::Design& design) {
    test::ImageBuilder builder(device_);
    test::add_design(builder, design);
    write_image(name, builder.build(), device_);
  }

  Outcome compare(const std::string& arguments) {
    const std::string command = "cd '" + directory_.path().string() + "' && '" AIE4ML_COMPARE_PROGRAM "' " +
                                arguments + " >stdout.txt 2>stderr.txt";
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c)
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, test::contents(directory_ / "stdout.txt"),
            test::contents(directory_ / "stderr.txt")};
  }
  void expect_refused(const std::string& arguments, const std::string& message) {
    const Outcome outcome = compare(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_EQ(outcome.err, "aie4ml-compare: " + message + "\n");
    EXPECT_EQ(outcome.out, "") << arguments;
  }
  nlohmann::json json(const std::string& arguments, int exit_code = 0) {
    const Outcome outcome = compare(arguments + " --json");
    EXPECT_EQ(outcome.exit_code, exit_code) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  }

  const arch::Device device_ = arch::load_device("ve2802");
  const test::ScratchDirectory directory_;
};

TEST_F(CompareProgram, CommandLine) {
  write_relay("a", device_);
  expect_refused("", "command line: FIRMWARE is required; see aie4ml-compare --help");
  expect_refused("a",
                 "command line: FIRMWARE: At least 2 required but received 1; see aie4ml-compare --help");
  expect_refused("a a --frobnicate",
                 "command line: The following argument was not expected: --frobnicate; see "
                 "aie4ml-compare --help");
  expect_refused("a a --fail-if-slower nan", "command line: nan is no number; see aie4ml-compare --help");
  expect_refused("a b", "b: is no directory");
  expect_refused("a a --inputs no.npy", "no.npy: cannot be read; check its name and permissions");
  expect_refused("a a --report a/image.json",
                 "a/image.json: is a file of the firmware; give another one for the report");
  const Outcome help = compare("--help");
  EXPECT_EQ(help.exit_code, 0);
  for (const char* option : {"--inputs", "--iterations", "--seed", "--fail-if-slower", "--report", "--json",
                             "--max-seconds", "Exit codes:"}) {
    EXPECT_THAT(help.out, HasSubstr(option));
  }
  EXPECT_THAT(compare("--version").out, MatchesRegex("aie4ml-compare [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(CompareProgram, RefusesOtherModels) {
  write_relay("a", device_);
  write_relay("batch", device_, 128);
  test::ImageBuilder builder(device_);
  test::relay_design(builder, {});
  arch::Image image = builder.build();
  image.model = "words";  // the same name, another file
  image.model_sha256 = std::string(64, 'b');
  arch::write_firmware(directory_ / "other", image, arch::to_json(device_));
  expect_refused("a other",
                 "other: is of model 'words' (SHA-256 bbbbbbbbbbbb...), a is of 'words' (SHA-256 "
                 "aaaaaaaaaaaa...); compile the same ONNX file for both");
  expect_refused(
      "a batch",
      "batch: has graph input 'x_q' int32 (1, 128), a has graph input 'x_q' int32 (1, 64); compile "
      "both by the same version, with the same --batch");
}

// A device of half the clocks does the same in as many cycles, which take twice the time.
TEST_F(CompareProgram, HalfTheClockTakesTwiceTheTime) {
  write_relay("a", device_);
  nlohmann::json half = arch::to_json(device_);
  half["clock"]["aie"]["value"] = device_.clock.aie_mhz / 2;
  half["clock"]["pl"]["value"] = device_.clock.pl_mhz / 2;
  arch::Device slow = arch::device_from_json(half, "half");
  test::ImageBuilder builder(slow);
  builder.plio_shape(128, slow.clock.pl_mhz);
  test::relay_design(builder, {});
  write_image("b", builder.build(), slow);
  const auto all = json("a b --iterations 6");
  EXPECT_EQ(all["schema"], 1);
  EXPECT_EQ(all["seed"], 1);
  EXPECT_EQ(all["iterations"], 6);
  const auto& first = all["designs"][0];
  const auto& second = all["designs"][1];
  EXPECT_EQ(first["outputs"], nlohmann::json::array());
  EXPECT_EQ(second["outputs"][0]["values"], 6 * 64);
  EXPECT_EQ(second["outputs"][0]["differing"], 0);
  for (const char* key : {"first_output", "last_output", "interval"}) {
    EXPECT_EQ(second["ratios"][std::string(key) + "_cycles"], 1.0) << key;
    EXPECT_EQ(second["ratios"][std::string(key) + "_ns"], 2.0) << key;
    EXPECT_NEAR(first["figures"][std::string(key) + "_ns"].get<double>(),
                first["figures"][std::string(key) + "_cycles"].get<double>() * 0.8, 0.001)
        << key;
  }
  EXPECT_EQ(second["ratios"]["iterations_per_second"], 0.5);
  // All of the path is in one kind of piece; a relay computes nothing.
  double path = 0;
  for (const char* kind : {"core", "cascade", "bank", "lock", "dma", "stream", "plio"}) {
    path += first["figures"]["path_" + std::string(kind) + "_cycles"].get<double>();
  }
  EXPECT_EQ(path, first["figures"]["first_output_cycles"].get<double>());
  EXPECT_EQ(first["figures"]["path_core_cycles"], 0);
  const double lock = first["figures"]["path_lock_cycles"].get<double>();
  EXPECT_NEAR(first["figures"]["data_movement_percent"].get<double>(), 100 * (1 - lock / path), 0.005);
}

TEST_F(CompareProgram, TextIsAlignedAndSaysWhatIsMeant) {
  write_add("a", {});
  write_add("b", {.delay = 10});
  const Outcome outcome = compare("a b --iterations 4 --seed 7");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out,
              StartsWith("words: 2 designs on the same inputs\n"
                         "inputs: random codes (seed 7), 4 iterations; give --inputs for your own\n"
                         "\n"
                         "design  firmware  device  AIE clock\n"
                         "A       a         ve2802   1250 MHz\n"
                         "B       b         ve2802   1250 MHz\n"
                         "\n"
                         "y/q: 256 values, B equals A bit for bit\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\n  core tiles                                1        1  1.00\n"));
  // Ten bundles more for every eight of the 64 words of a frame, at 0.8 ns.
  const auto designs = json("a b --iterations 4 --seed 7")["designs"];
  for (const auto& [key, more] :
       {std::pair("first_output_cycles", 80.0), std::pair("last_output_cycles", 80.0),
        std::pair("interval_cycles", 80.0), std::pair("interval_ns", 64.0)}) {
    EXPECT_NEAR(designs[1]["figures"][key].get<double>() - designs[0]["figures"][key].get<double>(), more,
                1e-6)
        << key;
  }
  EXPECT_THAT(outcome.out, HasSubstr("\nB against A, in ns: first output "));
  EXPECT_THAT(outcome.out, HasSubstr(" % later, last output "));
  EXPECT_THAT(outcome.out, HasSubstr("with as many tiles (1)\n"));
}

TEST_F(CompareProgram, DifferingOutputsGiveExitCode4AndTheFirstPlace) {
  write_relay("a", device_);
  write_add("b", {});
  std::vector<std::int32_t> values(128);
  std::iota(values.begin(), values.end(), 5);
  write_npy(directory_ / "x.npy", test::array_of_values(arch::NpyType::int32, {2, 1, 64}, values));
  const Outcome outcome = compare("a b a --inputs x_q=x.npy --report r.json");
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_EQ(outcome.err, "aie4ml-compare: b: output 'y/q' differs from that of a in 128 of 128 values\n");
  EXPECT_THAT(
      outcome.out,
      HasSubstr("\ny/q: 128 of 128 values of B DIFFER from those of A, first at [0,0,0]: 5 in A, 8 in B\n"
                "y/q: 128 values, C equals A bit for bit\n"));
  const auto report = nlohmann::json::parse(test::contents(directory_ / "r.json"));
  EXPECT_EQ(report["seed"], nullptr);
  EXPECT_EQ(report["designs"][1]["outputs"],
            nlohmann::json::parse(R"([{"name": "y/q", "values": 128, "differing": 128,
                "first_difference": {"index": [0, 0, 0], "first_design": "5", "this": "8"}}])"));
}

TEST_F(CompareProgram, SlowerThanAllowedGivesExitCode5) {
  write_add("a", {});
  write_add("b", {.delay = 10});
  const std::string base = "a b --iterations 4 --fail-if-slower ";
  const Outcome slower = compare(base + "5");
  EXPECT_EQ(slower.exit_code, 5);
  EXPECT_THAT(slower.err,
              MatchesRegex("aie4ml-compare: b: first output [0-9.]+ ns is [0-9.]+ % longer than [0-9.]+ ns "
                           "of a, 5 % are allowed\n(.*\n)*"));
  const auto figures = json("a b --iterations 4")["designs"];
  const double percent = 100 * (figures[1]["figures"]["first_output_ns"].get<double>() /
                                    figures[0]["figures"]["first_output_ns"].get<double>() -
                                1);
  EXPECT_THAT(slower.err, HasSubstr(fmt::format(" is {:.2f} % longer than ", percent)));
  EXPECT_EQ(compare(base + "100000").exit_code, 0);
  EXPECT_EQ(compare("a a --iterations 4 --fail-if-slower 0").exit_code, 0);
  EXPECT_EQ(compare("b a --iterations 4 --fail-if-slower 0").exit_code, 0);
}

TEST_F(CompareProgram, AFaultGivesExitCode3AndTheOthersRun) {
  write_add("a", {});
  write_add("stuck", {.omit_release = test::in_empty});
  const Outcome outcome = compare("a stuck a --iterations 4");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.err,
              AllOf(StartsWith("aie4ml-compare: stuck: deadlock at cycle "), HasSubstr("in empty")));
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("\nB FAILED: deadlock at cycle "),
                    HasSubstr("y/q: 256 values, C equals A bit for bit\n"), Not(HasSubstr("B equals"))));
  const auto designs = json("a stuck --iterations 4", 3)["designs"];
  EXPECT_EQ(designs[0]["fault"], nullptr);
  EXPECT_THAT(designs[1]["fault"].get<std::string>(), StartsWith("deadlock at cycle "));
}

}  // namespace
}  // namespace aie4ml::sim
