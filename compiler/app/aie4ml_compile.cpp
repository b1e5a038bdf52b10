// aie4ml-compile: from an ONNX model to firmware.
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/command_line.hpp"
#include "arch/device/device_loader.hpp"
#include "arch/error.hpp"
#include "arch/host/port_files.hpp"
#include "arch/program_exit.hpp"
#include "arch/text_table.hpp"
#include "compiler/codegen/codegen.hpp"
#include "compiler/codegen/image_text.hpp"
#include "compiler/estimate/estimate.hpp"
#include "compiler/firmware/firmware.hpp"
#include "compiler/frontend/import_onnx.hpp"
#include "compiler/graph/graph_io.hpp"
#include "compiler/graph/graph_print.hpp"
#include "compiler/plan/directives.hpp"
#include "compiler/plan/plan.hpp"
#include "compiler/plan/planner.hpp"

namespace {

using namespace aie4ml;

constexpr const char* kFooter = R"(Examples:
  aie4ml-compile model.onnx -o firmware/
  aie4ml-compile model.onnx -o firmware/ --device ve2302 --batch 8
  aie4ml-compile model.onnx --until plan                       # what would it take? writes nothing
  aie4ml-compile model.onnx --estimate                         # how fast would it be? in milliseconds
  aie4ml-compile model.onnx --until image --json               # what would be loaded
  aie4ml-compile model.onnx -o firmware/ --directives tiles.json
  aie4ml-compile model.onnx -o firmware/ --optimize throughput --max-tiles 40
  aie4ml-compile model.onnx -o firmware/ --inputs x.npy        # the Vitis project gets data/ifm_c*.txt, data/y_p*.txt

A directives file fixes how layers are cut and placed; what it leaves open is chosen:
  {"default": {"cas_len": 1},
   "layers": {"fc1": {"cas_len": 2, "cas_num": 4, "col": 10, "row": 0}, "#1": {"cas_num": 2}}}
cas_len tiles, a chain, split K; cas_num chains split N ("contract": "inner") or the rows ("outer"). col and row are those
of the lower left tile in the core grid. "mmul": [4, 8, 8] and "block": [2, 4] choose the kernel's multiply and how many
of them it works on at once.

Exit codes: 0 ok, 2 bad input (model, options, files); anything else is a defect of this program.
Run the firmware with aie4ml-sim.)";

struct Options {
  std::string model, output, device{"ve2802"}, directives, until{"firmware"}, dump_dir;
  std::vector<std::string> inputs;
  std::optional<std::int64_t> batch;
  compiler::PlanOptions plan;
  bool json{}, list_ops{}, estimate{};
};

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string operators_table() {
  arch::TextTable table({{"operator"}, {"domain"}, {"what is accepted"}});
  for (const compiler::SupportedOp& op : compiler::supported_ops()) {
    table.add_row(
        {std::string(op.name), op.domain.empty() ? "ai.onnx" : std::string(op.domain), std::string(op.note)});
  }
  return table.print();
}

// Errors of planning name the layer; people want the file as well.
template <class Stage>
auto of_model(const Options& options, Stage stage) {
  try {
    return stage();
  } catch (const arch::InputError& error) {
    throw arch::InputError(options.model, error.what(), "");
  }
}

int run(const Options& options) {
  if (options.list_ops) {
    print(operators_table());
    return 0;
  }
  if (options.model.empty())
    throw arch::InputError("command line", "MODEL.onnx is missing", "see aie4ml-compile --help");
  if (options.until == "firmware" && options.output.empty() && !options.estimate) {
    throw arch::InputError("command line", "no directory to write to",
                           "give -o FIRMWARE/, or --until plan to only look");
  }
  const arch::Device device = arch::load_device(options.device);
  const compiler::Graph graph = compiler::import_onnx(options.model, {options.batch});
  // A stage is dumped as soon as it is reached, so that a failure of the next one can be looked into.
  const bool dumps = !options.dump_dir.empty();
  if (dumps) compiler::dump_graph(options.dump_dir, graph);
  if (options.until == "graph") {
    print(options.json ? compiler::to_json(graph).dump(1) + "\n" : compiler::to_string(graph));
    return 0;
  }
  const compiler::Directives directives = options.directives.empty()
                                              ? compiler::Directives{}
                                              : compiler::read_directives(options.directives, graph);
  const compiler::Plan plan =
      of_model(options, [&] { return compiler::make_plan(graph, directives, device, options.plan); });
  if (dumps) compiler::dump_plan(options.dump_dir, plan, device);
  if (options.estimate) {
    const compiler::Estimate estimate = compiler::estimate(plan, device);
    print(options.json ? compiler::to_json(estimate, device).dump(1) + "\n"
                       : compiler::to_text(estimate, device));
    return 0;
  }
  if (options.until != "plan") {
    const arch::Image image =
        of_model(options, [&] { return compiler::generate_image(graph, plan, device); });
    if (dumps) compiler::dump_image(options.dump_dir, image, device);
    if (options.until == "image") {
      print(options.json ? compiler::image_json(image) : compiler::to_text(image, device));
      return 0;
    }
    compiler::write_design(options.output, graph, plan, image, device,
                           arch::read_port_files(image, arch::PlioChannel::Direction::input, options.inputs));
  }
  print(options.json ? compiler::to_json(plan, device).dump(1) + "\n" : compiler::to_text(plan, device));
  if (!options.json && options.until == "firmware") print(fmt::format("wrote {}\n", options.output));
  return 0;
}

int parse_and_run(int argc, char** argv) {
  Options options;
  CLI::App app{"Compiles a quantized ONNX model into firmware for an AMD AIE-ML array.", "aie4ml-compile"};
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("aie4ml-compile ") + AIE4ML_VERSION,
                       "print the version and exit");
  app.add_option("model", options.model, "quantized ONNX model")->option_text("MODEL.onnx");
  app.add_option("-o,--output", options.output, "firmware directory, made or replaced")
      ->option_text("FIRMWARE/");
  app.add_option("--device", options.device,
                 fmt::format("device: {}, or a JSON file (default: {})",
                             fmt::join(arch::builtin_device_names(), ", "), options.device))
      ->option_text("NAME|FILE.json");
  app.add_option("--batch", options.batch,
                 "leading dimension of the inputs, where the model leaves it open or has 1")
      ->option_text("N")
      ->check(arch::above_zero());
  app.add_option("--directives", options.directives, "how to cut and place layers (see below)")
      ->option_text("FILE.json");
  const std::map<std::string, compiler::Goal> goals{{"tiles", compiler::Goal::tiles},
                                                    {"throughput", compiler::Goal::throughput},
                                                    {"latency", compiler::Goal::latency}};
  app.add_option_function<std::string>(
         "--optimize", [&](const std::string& name) { options.plan.goal = goals.at(name); },
         "spend tiles on: tiles (as few as hold the model), throughput (the shortest interval between "
         "iterations) or latency (default: tiles)")
      ->option_text("GOAL")
      ->check(CLI::IsMember({"tiles", "throughput", "latency"}));
  app.add_option("--max-tiles", options.plan.max_tiles, "use at most so many tiles")
      ->option_text("N")
      ->check(arch::above_zero());
  app.add_option("--interval-cycles", options.plan.interval_cycles,
                 "cycles of the AIE clock that no layer may take longer than for an iteration")
      ->option_text("N")
      ->check(arch::above_zero());
  const std::map<std::string, compiler::HostPorts> ports{{"plio", compiler::HostPorts::plio},
                                                         {"noc", compiler::HostPorts::noc}};
  app.add_option_function<std::string>(
         "--host-ports", [&](const std::string& name) { options.plan.host_ports = ports.at(name); },
         "graph inputs and outputs are streams of the programmable logic (plio) or buffers in external "
         "memory "
         "(noc) (default: plio where the device has it)")
      ->option_text("KIND")
      ->check(CLI::IsMember({"plio", "noc"}));
  app.add_option("--until", options.until,
                 "stop after this stage: graph, plan, image or firmware (default: firmware)")
      ->option_text("STAGE")
      ->check(CLI::IsMember({"graph", "plan", "image", "firmware"}));
  app.add_option("--dump-dir", options.dump_dir,
                 "write every stage that is reached, kernels, schedules and programs to this directory")
      ->option_text("DIR");
  app.add_flag("--estimate", options.estimate,
               "print latency and interval by formula, without simulation; writes no firmware");
  app.add_option(
         "--inputs", options.inputs,
         "arrays for the graph inputs, leading axis iterations: the firmware gets them as PLIO files, with "
         "what should come out")
      ->option_text("[NAME=]FILE.npy ...");
  app.add_flag("--list-ops", options.list_ops, "list the operators that are accepted, and exit");
  app.add_flag("--json", options.json, "print graph, plan or image as JSON; for firmware the plan");
  if (const auto done = arch::parse_command_line(app, argc, argv)) return *done;
  return run(options);
}

}  // namespace

int main(int argc, char** argv) {
  return aie4ml::arch::run_program("aie4ml-compile", [&] { return parse_and_run(argc, argv); });
}
