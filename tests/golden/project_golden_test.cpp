// The Vitis project as people read it: a change in what is emitted shows up as a diff. Weights are left out
// but those of the smallest layer.
#include <cctype>
#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "compiler/firmware/adf/project.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/planner.hpp"
#include "tests/golden/golden_file.hpp"

namespace aie4ml::tests {
namespace {

arch::FirmwareFiles project_of(const std::string& model, const char* directives_json) {
  const arch::Device device = arch::load_device("ve2802");
  const auto graph =
      compiler::import_onnx(std::string(AIE4ML_SOURCE_DIR) + "/tests/models/" + model + "/model.onnx");
  const auto directives =
      compiler::directives_from_json(nlohmann::json::parse(directives_json), graph, "directives");
  return compiler::adf_project(graph, compiler::make_plan(graph, directives, device), device, 1);
}

std::string text_of(const arch::FirmwareFiles& files, const std::string& weights) {
  std::string text;
  for (const auto& [file, content] : files) {
    if (file.starts_with("src/weights/") && file != weights) continue;
    text += "==== " + file + "\n" + content;
  }
  return text;
}

// Cascades, slices that do not divide N, and a layer that gets its operand from tile to tile.
constexpr const char* kParallel = R"({"layers": {"fc1": {"cas_len": 2, "cas_num": 5},
    "fc2": {"cas_len": 4, "cas_num": 2}, "#2": {"cas_len": 2, "route": "direct"}}})";

TEST(ProjectGolden, DigitsMlp) {
  expect_golden(text_of(project_of("digits_mlp", "{}"), "src/weights/fc3.h"), "project/digits_mlp.txt");
}
TEST(ProjectGolden, DigitsWideInParallel) {
  expect_golden(text_of(project_of("digits_wide", kParallel), ""), "project/digits_wide_parallel.txt");
}
// Residuals and transposes.
TEST(ProjectGolden, Mixer) {
  expect_golden(text_of(project_of("mixer_i8", "{}"), ""), "project/mixer_i8.txt");
}

std::set<std::string> identifiers(const std::string& text) {
  const std::string code = std::regex_replace(text, std::regex(R"(//[^\n]*|"[^"\n]*"|#include[^\n]*)"), "");
  const std::regex word(R"(\b[A-Za-z_][A-Za-z0-9_]*\b)");
  std::set<std::string> found;
  for (std::sregex_iterator i(code.begin(), code.end(), word), end; i != end; ++i) found.insert(i->str());
  return found;
}

// Every name that is no name of the project's own is the language's, or AMD documents it.
TEST(Project, UsesDocumentedNamesOnly) {
  const std::set<std::string> known = {
      // C++
      "alignas", "bool", "class", "const", "constexpr", "define", "defined", "endif", "for", "if", "ifndef",
      "int", "main", "namespace", "once", "pragma", "public", "return", "static", "struct", "unsigned",
      "using", "void",
      // ADF
      "N_ITER", "PLIO", "REGISTER_FUNCTION", "__AIESIM__", "__X86SIM__", "adf", "async", "bank",
      "boundary_dimension", "buffer", "buffer_dimension", "cascade", "connect", "create", "create_object",
      "data", "dimension", "dimensions", "end", "graph", "in", "init", "input", "input_buffer",
      "input_cascade", "input_plio", "kernel", "location", "num_buffers", "offset", "out", "output",
      "output_buffer", "output_cascade", "output_plio", "parameter", "plio_128_bits", "port", "ratio",
      "read_access", "readincr_v", "registerKernelClass", "run", "runtime", "shared_buffer", "shim",
      "single_buffer", "source", "stack", "stride", "tile", "tile_traversal", "tiling", "tiling_dimension",
      "update", "wrap", "write_access", "writeincr",
      // AIE API
      "__restrict", "acc32", "acc64", "accum", "add", "aie", "chess_loop_range",
      "chess_prepare_for_pipelining", "concat", "conv_even", "int16", "int32", "int8", "load_v", "mac", "max",
      "mmul", "rounding_mode", "saturate", "saturation_mode", "set_rounding", "set_saturation", "store_v",
      "to_accum", "to_vector", "transpose", "uint16", "uint8", "vector", "zeros"};
  // Layers, tensors, kernels and PLIOs; parameters of run() and the variables of its vector program.
  const std::regex own(
      "(fc|token|channel)[0-9].*|x_q.*|y_q.*|(dense|add|relu)_.*|ifm_c[0-9]+|y_p[0-9]+|top|top_graph|dut|dut_"
      "graph|"
      "[a-z0-9]+_port|cascade_(in|out)|lhs1?|weights|bias|out1?|in[0-9]|k|t|i|P|col|row|rows|cols|elements|"
      "cas_len|cas_num|Mmul|[abchdqyt][0-9]+|a|b|[ab][0-9]+_acc|[ab]_turned|bias[0-9]+");
  for (const auto& [model, directives] :
       {std::pair{"digits_mlp", "{}"}, {"digits_wide", kParallel}, {"mixer_i8", "{}"}}) {
    for (const auto& [file, content] : project_of(model, directives)) {
      if (!file.ends_with(".h") && !file.ends_with(".cpp")) continue;
      for (const std::string& name : identifiers(content)) {
        EXPECT_TRUE(known.contains(name) || std::regex_match(name, own))
            << model << ": " << file << ": " << name;
      }
    }
  }
}

}  // namespace
}  // namespace aie4ml::tests
