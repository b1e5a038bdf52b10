// src/top_graph.h: the layers, the shared buffers between them and their tilings; src/parameters.h: sizes.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/firmware/adf/names.hpp"
#include "compiler/firmware/adf/project.hpp"

namespace aie4ml::compiler {
namespace {

using EndKind = Endpoint::Kind;

class TopWriter {
 public:
  explicit TopWriter(const Project& project) : project_(project), plan_(project.plan) {}

  std::string write() {
    text_ = fmt::format(
        "// {}: its layers, and the memory tiles between them.\n#pragma once\n\n#include <adf.h>\n\n",
        comment_text(plan_.model));
    for_layers([&](std::size_t, const std::string& name) {
      text_ += fmt::format("#include \"layers/{}.h\"\n", name);
    });
    text_ += "\nusing namespace adf;\n\nclass top_graph : public graph {\n public:\n";
    for_layers([&](std::size_t, const std::string& name) {
      text_ += fmt::format("  {0}_graph {0}_layer;\n", name);
    });
    for_buffers([&](std::size_t e, const Edge& edge) {
      text_ += fmt::format("  shared_buffer<{}> {};\n", type(edge), project_.buffer_names[e]);
    });
    declare_ports();
    text_ += "\n  top_graph() {\n";
    for_layers([&](std::size_t l, const std::string& name) { connect_parameters(l, name); });
    for_buffers([&](std::size_t e, const Edge& edge) { make_buffer(e, edge); });
    write_kernel_tilings();
    for_buffers([&](std::size_t e, const Edge& edge) { connect_buffer(e, edge); });
    connect_direct();
    text_ += "  }\n};\n";
    return std::move(text_);
  }

 private:
  template <class Visit>
  void for_layers(Visit visit) const {
    for (std::size_t l = 0; l < plan_.layers.size(); ++l) {
      if (!project_.live_chains(l).empty()) visit(l, project_.layer_names[l]);
    }
  }
  template <class Visit>
  void for_buffers(Visit visit) const {
    for (std::size_t e = 0; e < plan_.edges.size(); ++e) {
      if (project_.live.edge(e)) visit(e, plan_.edges[e]);
    }
  }
  [[nodiscard]] std::string_view type(const Edge& edge) const {
    return arch::to_string(project_.graph.tensor(edge.tensor).quant.type);
  }

  void declare_ports() {
    for (std::size_t p = 0; p < plan_.plios.size(); ++p) {
      if (!project_.live.plios[p]) continue;
      const arch::PlioChannel& channel = plan_.plios[p].channel;
      text_ += fmt::format("  port<{}> {};\n",
                           channel.direction == arch::PlioChannel::Direction::input ? "input" : "output",
                           channel.name);
    }
    for_layers([&](std::size_t l, const std::string& name) {
      for (const bool bias : {false, true}) {
        const std::size_t count = project_.parameter_tiles(l, bias).size();
        if (count > 0)
          text_ += fmt::format("  port<input> {}_{}[{}];\n", name, bias ? "bias" : "weights", count);
      }
    });
  }
  void connect_parameters(std::size_t l, const std::string& name) {
    for (const bool bias : {false, true}) {
      const std::size_t count = project_.parameter_tiles(l, bias).size();
      if (count == 0) continue;
      const char* what = bias ? "bias" : "weights";
      text_ +=
          fmt::format("    for (int i = 0; i < {0}; ++i) connect<parameter>({1}_{2}[i], {1}_layer.{2}[i]);\n",
                      count, name, what);
    }
  }

  [[nodiscard]] std::size_t live_readers(std::size_t e) const {
    const std::vector<bool>& readers = project_.live.readers[e];
    return static_cast<std::size_t>(std::count(readers.begin(), readers.end(), true));
  }

  void make_buffer(std::size_t e, const Edge& edge) {
    const SharedBuffer& buffer = project_.transport.buffers[e];
    const std::string& name = project_.buffer_names[e];
    text_ += fmt::format("\n    // {}{}, {} rows x {} columns{}; planned for memory tile ({}, {}).\n",
                         comment_text(edge.name), edge.transposed ? ", transposed for its reader" : "",
                         edge.tensor_slice.rows.size(), edge.tensor_slice.cols.size(), part_text(edge),
                         edge.tile.col, edge.tile.row - project_.device.memory_row(0));
    if (buffer.dump_rows > 0) {
      text_ +=
          fmt::format("    // The last {} rows take what its streams bring for others.\n", buffer.dump_rows);
    }
    text_ += fmt::format(
        "    {0} = shared_buffer<{1}>::create({{{2}, {3}}}, {4}, {5});\n    num_buffers({0}) = 2;\n", name,
        type(edge), buffer.size.cols, buffer.size.rows, edge.writers.size(), live_readers(e));
    for (std::size_t w = 0; w < edge.writers.size(); ++w) {
      text_ += fmt::format("    write_access({}.in[{}]) =\n        {};\n", name, w, to_text(buffer.in[w], 8));
    }
    std::size_t out = 0;
    for (std::size_t r = 0; r < edge.readers.size(); ++r) {
      if (!project_.live.readers[e][r]) continue;
      text_ +=
          fmt::format("    read_access({}.out[{}]) =\n        {};\n", name, out++, to_text(buffer.out[r], 8));
    }
  }
  static std::string part_text(const Edge& edge) {
    if (edge.stored.contains(edge.tensor_slice)) return "";
    return fmt::format("; here rows {} to {}, columns {} to {}", edge.stored.rows.begin,
                       edge.stored.rows.end - 1, edge.stored.cols.begin, edge.stored.cols.end - 1);
  }

  // Kernels whose buffers do not go from the first to the last element.
  void write_kernel_tilings() {
    for (const auto& [output, tilings] : project_.transport.out) {
      const auto l = static_cast<std::size_t>(output.first);
      const LayerPlan& layer = plan_.layers[l];
      const std::int32_t tile = layer.output.slices[static_cast<std::size_t>(output.second)].tiles.front();
      text_ += fmt::format("\n    read_access({}_layer.k[{}].out[0]) =\n        {};\n",
                           project_.layer_names[l], project_.kernel_index(l, tile), to_text(tilings, 8));
    }
    for (const auto& [index, tilings] : project_.transport.in) {
      const DirectLink& link = plan_.direct[index];
      const auto l = static_cast<std::size_t>(link.consumer);
      const LayerPlan& layer = plan_.layers[l];
      const PortSlice& slice = layer.inputs[static_cast<std::size_t>(link.operand)]
                                   .slices[static_cast<std::size_t>(link.in_slice)];
      for (const std::int32_t t : project_.live.tiles(layer, link.consumer, slice)) {
        const kernels::KernelSource& kernel =
            project_.kernels.of(layer.tiles[static_cast<std::size_t>(t)].kernel);
        text_ += fmt::format("\n    write_access({}_layer.k[{}].in[{}]) =\n        {};\n",
                             project_.layer_names[l], project_.kernel_index(l, t),
                             port_index(kernel, kernels::KernelPort::Kind::input_buffer, link.operand),
                             to_text(tilings, 8));
      }
    }
  }

  [[nodiscard]] std::string output_port(std::int32_t layer, std::int32_t slice) const {
    const auto l = static_cast<std::size_t>(layer);
    const std::int32_t chain = chain_of_slice(plan_.layers[l], slice);
    const std::vector<std::int32_t> chains = project_.live_chains(l);
    const auto at = std::find(chains.begin(), chains.end(), chain) - chains.begin();
    return fmt::format("{}_layer.out[{}]", project_.layer_names[l], at);
  }
  [[nodiscard]] std::string input_port(std::int32_t layer, std::int32_t operand, std::int32_t slice) const {
    const auto l = static_cast<std::size_t>(layer);
    const std::vector<std::int32_t> slices = project_.live_slices(l, static_cast<std::size_t>(operand));
    const auto at = std::find(slices.begin(), slices.end(), slice) - slices.begin();
    return fmt::format("{}_layer.in{}[{}]", project_.layer_names[l], operand, at);
  }
  [[nodiscard]] const std::string& plio(std::int32_t index) const {
    return plan_.plios[static_cast<std::size_t>(index)].channel.name;
  }

  void connect_buffer(std::size_t e, const Edge& edge) {
    const std::string& name = project_.buffer_names[e];
    text_ += "\n";
    for (std::size_t w = 0; w < edge.writers.size(); ++w) {
      const Endpoint& end = edge.writers[w];
      const std::string from = end.kind == EndKind::plio    ? plio(end.index)
                               : end.kind == EndKind::layer ? output_port(end.index, end.slice)
                                                            : relay_port(end, e, w);
      text_ += fmt::format("    connect<>({}, {}.in[{}]);\n", from, name, w);
    }
    std::size_t out = 0;
    for (std::size_t r = 0; r < edge.readers.size(); ++r) {
      if (!project_.live.readers[e][r]) continue;
      const Endpoint& end = edge.readers[r];
      const std::size_t port = out++;
      if (end.kind == EndKind::relay) continue;  // said by the buffer it goes to
      text_ += fmt::format(
          "    connect<>({}.out[{}], {});\n", name, port,
          end.kind == EndKind::plio ? plio(end.index) : input_port(end.index, end.operand, end.slice));
    }
  }
  // The output of the relay that sends to a writer of an edge.
  [[nodiscard]] std::string relay_port(const Endpoint& end, std::size_t edge, std::size_t writer) const {
    const auto from = static_cast<std::size_t>(end.index);
    std::size_t out = 0;
    for (std::size_t r = 0; r < plan_.edges[from].readers.size(); ++r) {
      if (!project_.live.readers[from][r]) continue;
      const Endpoint& to = plan_.edges[from].readers[r];
      if (to.kind == EndKind::relay && static_cast<std::size_t>(to.index) == edge &&
          static_cast<std::size_t>(to.slice) == writer) {
        break;
      }
      ++out;
    }
    return fmt::format("{}.out[{}]", project_.buffer_names[from], out);
  }

  void connect_direct() {
    bool first = true;
    for (const DirectLink& link : plan_.direct) {
      if (!project_.live.link(plan_, link)) continue;
      if (first) text_ += "\n    // without a memory tile, from DMA to DMA\n";
      first = false;
      text_ += fmt::format("    connect<>({}, {});\n", output_port(link.producer, link.out_slice),
                           input_port(link.consumer, link.operand, link.in_slice));
    }
  }

  const Project& project_;
  const Plan& plan_;
  std::string text_;
};

}  // namespace

std::string top_header(const Project& project) {
  return TopWriter(project).write();
}

std::string parameters_header(const Project& project, std::int64_t iterations) {
  std::string text = fmt::format(
      "// {}: how its layers are cut and placed on {}.\n#pragma once\n\n"
      "// Iterations of the graph in a simulation.\n#ifndef N_ITER\n#define N_ITER {}\n#endif\n",
      comment_text(project.plan.model), comment_text(project.plan.device), iterations);
  for (std::size_t l = 0; l < project.plan.layers.size(); ++l) {
    const LayerPlan& layer = project.plan.layers[l];
    if (project.live_chains(l).empty()) continue;
    text += fmt::format(
        "\nstruct {}_parameters {{\n"
        "  static constexpr int cas_len = {}, cas_num = {};  // tiles of a cascade, cascades\n"
        "  static constexpr int col = {}, row = {};          // of the lower left tile\n"
        "}};\n",
        project.layer_names[l], layer.cas_len, layer.cas_num, layer.col, layer.row);
  }
  return text;
}

}  // namespace aie4ml::compiler
