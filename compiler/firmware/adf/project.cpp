#include "compiler/firmware/adf/project.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/firmware/adf/names.hpp"

namespace aie4ml::compiler {
namespace {

std::string reader_name(const Project& project, const Edge& edge) {
  if (edge.consumer < 0) return "plio";
  const std::string& layer = project.layer_names[static_cast<std::size_t>(edge.consumer)];
  const bool several = project.plan.layers[static_cast<std::size_t>(edge.consumer)].inputs.size() > 1;
  return several ? fmt::format("{}_in{}", layer, edge.operand) : layer;
}

}  // namespace

Project::Project(const Graph& the_graph, const Plan& the_plan, const arch::Device& the_device)
    : graph(the_graph),
      plan(the_plan),
      device(the_device),
      live(the_plan),
      kernels(the_plan, live, the_device),
      transport(plan_transport(the_plan, live, the_device)) {
  UniqueNames layers;
  for (const LayerPlan& layer : plan.layers) layer_names.push_back(layers.take(identifier(layer.name)));
  UniqueNames buffers;
  for (const Edge& edge : plan.edges) {
    buffer_names.push_back(
        buffers.take(fmt::format("{}_to_{}", identifier(edge.name), reader_name(*this, edge))));
  }
}

std::vector<std::int32_t> Project::live_chains(std::size_t layer) const {
  std::vector<std::int32_t> chains;
  for (std::size_t c = 0; c < live.chains[layer].size(); ++c) {
    if (live.chains[layer][c]) chains.push_back(static_cast<std::int32_t>(c));
  }
  return chains;
}

std::vector<std::int32_t> Project::live_slices(std::size_t layer, std::size_t operand) const {
  std::vector<std::int32_t> found;
  const LayerPlan& of = plan.layers[layer];
  const std::vector<PortSlice>& slices = of.inputs[operand].slices;
  for (std::size_t s = 0; s < slices.size(); ++s) {
    if (!live.tiles(of, static_cast<std::int32_t>(layer), slices[s]).empty()) {
      found.push_back(static_cast<std::int32_t>(s));
    }
  }
  return found;
}

std::size_t Project::kernel_index(std::size_t layer, std::int32_t tile) const {
  const LayerPlan& from = plan.layers[layer];
  const TilePlan& at = from.tiles[static_cast<std::size_t>(tile)];
  const auto before = std::count(live.chains[layer].begin(), live.chains[layer].begin() + at.chain, true);
  return static_cast<std::size_t>(before * from.cas_len + at.position);
}

std::size_t Project::kernel_count(std::size_t layer) const {
  return live_chains(layer).size() * static_cast<std::size_t>(plan.layers[layer].cas_len);
}

const Op& Project::op(std::size_t layer) const {
  return graph.node(plan.layers[layer].node).op;
}

bool Project::has_bias(std::size_t layer) const {
  return !parameter_tiles(layer, true).empty();
}

std::vector<std::int32_t> Project::parameter_tiles(std::size_t layer, bool bias) const {
  std::vector<std::int32_t> tiles;
  const LayerPlan& from = plan.layers[layer];
  for (std::size_t t = 0; t < from.tiles.size(); ++t) {
    const TilePlan& tile = from.tiles[t];
    if (!live.chains[layer][static_cast<std::size_t>(tile.chain)]) continue;
    if (bias ? tile.bias.has_value() : tile.weights.has_value())
      tiles.push_back(static_cast<std::int32_t>(t));
  }
  return tiles;
}

std::string quantization_text(const Tensor& tensor) {
  return fmt::format("{}, frac {}", arch::to_string(tensor.quant.type), tensor.quant.frac);
}

arch::FirmwareFiles adf_project(const Graph& graph, const Plan& plan, const arch::Device& device,
                                std::int64_t iterations) {
  const Project project(graph, plan, device);
  arch::FirmwareFiles files = build_files(project);
  files["app.cpp"] = app_source(project);
  files["src/parameters.h"] = parameters_header(project, iterations);
  files["src/top_graph.h"] = top_header(project);
  for (std::size_t l = 0; l < plan.layers.size(); ++l) {
    if (project.live_chains(l).empty()) continue;
    files[fmt::format("src/layers/{}.h", project.layer_names[l])] = layer_header(project, l);
    if (!std::holds_alternative<DenseOp>(project.op(l))) continue;
    files[fmt::format("src/weights/{}.h", project.layer_names[l])] = weights_header(project, l);
  }
  for (const kernels::KernelSource& kernel : project.kernels.sources()) {
    files[fmt::format("src/kernels/{}.h", kernel.class_name)] = kernel.header;
    files[fmt::format("src/kernels/{}.cpp", kernel.class_name)] = kernel.source;
  }
  return files;
}

}  // namespace aie4ml::compiler
