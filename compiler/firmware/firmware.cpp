#include "compiler/firmware/firmware.hpp"

#include <cctype>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/device/device_loader.hpp"
#include "arch/error.hpp"
#include "arch/host/port_map.hpp"
#include "arch/image/image_io.hpp"
#include "arch/isa/assembly.hpp"
#include "compiler/codegen/core_program.hpp"
#include "compiler/codegen/image_text.hpp"
#include "compiler/codegen/kernel_store.hpp"
#include "compiler/draw/plan_svg.hpp"
#include "compiler/firmware/adf/data_files.hpp"
#include "compiler/firmware/adf/project.hpp"
#include "compiler/graph/graph_io.hpp"
#include "compiler/graph/graph_print.hpp"
#include "kernels/dense/dense_program.hpp"

namespace aie4ml::compiler {
namespace {

namespace fs = std::filesystem;

// Names may hold any bytes; JSON holds UTF-8.
template <class Json>
std::string dump(const Json& value) {
  return value.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_text(const fs::path& file, const std::string& content) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  if (!out) throw arch::InputError(file.string(), "cannot be written", "check permissions and free space");
}

std::string file_name(std::string name) {
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

void dump_kernels(const fs::path& directory, const Plan& plan, const arch::Device& device) {
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const LayerPlan& layer = plan.layers[i];
    for (int position = 0; position < layer.cas_len; ++position) {
      const TilePlan& tile = layer.at(0, position);
      if (position > 0 && tile.kernel == layer.at(0, position - 1).kernel) continue;
      const kernels::KernelCode code = code_of(tile.kernel, device);
      const arch::Program program = core_program(tile, code, static_cast<std::int32_t>(i), device);
      const std::string name = fmt::format("{}_{}", file_name(layer.name), kernels::to_string(tile.role()));
      write_text(directory / (name + ".vector.txt"), kernels::print(program_of(tile.kernel, device)));
      write_text(
          directory / (name + ".asm"),
          fmt::format(
              "// {} cycles, {} more until the last store is in memory, {} bytes of program memory\n{}",
              code.cycles.value, code.drain_cycles.value, program.size_bytes(device),
              arch::to_assembly(program)));
    }
  }
}

}  // namespace

void write_design(const fs::path& directory, const Graph& graph, const Plan& plan, const arch::Image& image,
                  const arch::Device& device, const arch::PortArrays& inputs) {
  const std::int64_t iterations = inputs.empty() ? 1 : arch::check_inputs(image, inputs);
  arch::FirmwareFiles files = adf_project(graph, plan, device, iterations);
  if (!inputs.empty()) files.merge(data_files(graph, image, inputs, iterations));
  files["plan.json"] = dump(to_json(plan, device));
  files["plan.txt"] = to_text(plan, device);
  files["plan.svg"] = plan_svg(plan, device);
  arch::write_firmware(directory, image, arch::to_json(device), files);
}

std::string image_json(const arch::Image& image) {
  std::vector<std::uint8_t> blob;
  return dump(arch::to_json(image, blob));
}

void dump_graph(const fs::path& directory, const Graph& graph) {
  write_text(directory / "graph.json", dump(to_json(graph)));
  write_text(directory / "graph.txt", to_string(graph));
}

void dump_plan(const fs::path& directory, const Plan& plan, const arch::Device& device) {
  write_text(directory / "plan.json", dump(to_json(plan, device)));
  write_text(directory / "plan.txt", to_text(plan, device));
  write_text(directory / "plan.svg", plan_svg(plan, device));
  dump_kernels(directory / "kernels", plan, device);
}

void dump_image(const fs::path& directory, const arch::Image& image, const arch::Device& device) {
  write_text(directory / "image.json", image_json(image));
  write_text(directory / "image.txt", to_text(image, device));
  for (const arch::TileImage& tile : image.tiles) {
    if (!tile.program) continue;
    const std::string name = fmt::format("tile_{}_{}.asm", tile.tile.col, device.core_grid_row(tile.tile));
    write_text(directory / "tiles" / name, arch::to_assembly(*tile.program));
  }
}

}  // namespace aie4ml::compiler
