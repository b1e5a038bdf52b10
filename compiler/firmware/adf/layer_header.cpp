// src/layers/<layer>.h: the kernels of a layer, where they lie, and their connections among each other.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/firmware/adf/names.hpp"
#include "compiler/firmware/adf/project.hpp"

namespace aie4ml::compiler {
namespace {

using Kind = kernels::KernelPort::Kind;

class LayerWriter {
 public:
  LayerWriter(const Project& project, std::size_t index)
      : project_(project),
        index_(index),
        layer_(project.plan.layers[index]),
        name_(project.layer_names[index]),
        chains_(project.live_chains(index)) {}

  std::string write() {
    text_ = comment() + "#pragma once\n\n#include <adf.h>\n\n";
    std::map<std::string, bool> headers;
    for (const std::int32_t chain : chains_) {
      for (std::int32_t p = 0; p < layer_.cas_len; ++p)
        headers[kernel(layer_.at(chain, p)).class_name] = true;
    }
    for (const auto& [header, used] : headers) text_ += fmt::format("#include \"kernels/{}.h\"\n", header);
    text_ += fmt::format(
        "#include \"parameters.h\"\n\nusing namespace adf;\n\nclass {}_graph : public graph {{\n public:\n",
        name_);
    text_ +=
        fmt::format("  kernel k[{}];  // [chain][position in the cascade]\n", project_.kernel_count(index_));
    for (std::size_t o = 0; o < layer_.inputs.size(); ++o) {
      text_ += fmt::format("  port<input> in{}[{}];  // {}\n", o, project_.live_slices(index_, o).size(),
                           slices_text(layer_.inputs[o], o == 0 && layer_.op == "dense" ? "K" : "columns"));
    }
    text_ += fmt::format("  port<output> out[{}];  // {}\n", chains_.size(),
                         slices_text(layer_.output, "columns"));
    const std::size_t biased = project_.parameter_tiles(index_, true).size();
    if (layer_.op == "dense")
      text_ += fmt::format("  port<input> weights[{}];\n", project_.kernel_count(index_));
    if (biased > 0) text_ += fmt::format("  port<input> bias[{}];\n", biased);
    text_ += fmt::format("\n  {}_graph() {{\n    using P = {}_parameters;\n", name_, name_);
    for (std::int32_t p = 0; p < layer_.cas_len; ++p) write_position(p);
    write_cascades();
    write_inputs();
    text_ += "  }\n};\n";
    return std::move(text_);
  }

 private:
  [[nodiscard]] const kernels::KernelSource& kernel(const TilePlan& tile) const {
    return project_.kernels.of(tile.kernel);
  }
  [[nodiscard]] int bank(const PlacedBuffer& buffer) const {
    return static_cast<int>(buffer.address / project_.device.data_memory.bank_size().value);
  }

  [[nodiscard]] std::string comment() const {
    const Graph& graph = project_.graph;
    const Op& op = project_.op(index_);
    std::string text =
        fmt::format("// Layer {}: {}, {} rows", comment_text(layer_.name), layer_.op, layer_.rows);
    text += layer_.op == "dense" ? fmt::format(", K {}, N {}\n", layer_.k, layer_.n)
                                 : fmt::format(", {} columns\n", layer_.n);
    const auto tensor = [&](const char* what, TensorId id) {
      const Tensor& t = graph.tensor(id);
      text += fmt::format("//   {:<8}{} ({})\n", what, comment_text(t.name), quantization_text(t));
    };
    for (const TensorId id : inputs_of(op)) tensor("reads", id);
    if (const auto* dense = std::get_if<DenseOp>(&op)) {
      tensor("weights", dense->w);
      if (dense->bias) tensor("bias", *dense->bias);
    }
    tensor("writes", output_of(op));
    text += fmt::format("// {} x {} tiles from tile ({}, {}) on", layer_.cas_len, layer_.cas_num, layer_.col,
                        layer_.row);
    if (layer_.cas_len > 1) text += fmt::format("; cascades of {} tiles split K", layer_.cas_len);
    if (layer_.cas_num > 1) text += fmt::format("; {} chains split {}", layer_.cas_num, layer_.split_axis());
    text += ".\n";
    if (chains_.size() < static_cast<std::size_t>(layer_.cas_num)) {
      text += fmt::format("// Nobody reads what the other {} chains would compute, so they are not here.\n",
                          static_cast<std::size_t>(layer_.cas_num) - chains_.size());
    }
    return text;
  }

  static std::string slices_text(const LayerPort& port, const char* columns) {
    const Slice& first = port.slices.front().slice;
    return fmt::format("slices of {} rows x {} {}", first.rows.size(), first.cols.size(), columns);
  }

  // All that is said of a tile but its place in the rectangle.
  [[nodiscard]] std::string settings(const TilePlan& tile, std::int32_t chain) const {
    const kernels::KernelSource& source = kernel(tile);
    std::string text = fmt::format(
        "      k[t] = kernel::create_object<{0}>();\n"
        "      source(k[t]) = \"kernels/{0}.cpp\";\n"
        "      runtime<ratio>(k[t]) = 1.0;\n"
        "      location<kernel>(k[t]) = tile(col, row);\n"
        "      location<stack>(k[t]) = bank(col, row, {1});\n",
        source.class_name, bank(tile.stack));
    int inputs = 0;
    int outputs = 0;
    std::size_t operand = 0;
    bool weights = true;
    for (const kernels::KernelPort& port : source.ports) {
      const std::string self =
          port.is_input() ? fmt::format("k[t].in[{}]", inputs++) : fmt::format("k[t].out[{}]", outputs++);
      switch (port.kind) {
        case Kind::input_buffer:
          text += buffer_text(self, input_dimensions(tile, operand, port.elements), tile.inputs.at(operand));
          ++operand;
          break;
        case Kind::output_buffer:
          text += buffer_text(self, output_dimensions(chain, port.elements), tile.out.value());
          break;
        case Kind::parameter: {
          const PlacedBuffer& where = weights ? tile.weights.value() : tile.bias.value();
          text += fmt::format(
              "      connect<parameter>({}, async({}));\n      single_buffer({});\n"
              "      location<buffer>({}) = bank(col, row, {});\n",
              weights ? "weights[t]" : "bias[i]", self, self, self, bank(where));
          weights = false;
          break;
        }
        case Kind::cascade_in:
        case Kind::cascade_out:
          break;
      }
    }
    return text;
  }
  [[nodiscard]] std::string buffer_text(const std::string& port, const std::string& dimensions,
                                        const DoubleBuffer& where) const {
    return fmt::format(
        "      dimensions({0}) = {{{1}}};\n"
        "      location<buffer>({0}) = {{bank(col, row, {2}), bank(col, row, {3})}};\n",
        port, dimensions, bank(where[0]), bank(where[1]));
  }
  // Those of its tilings, where its DMA has some.
  static std::string dimensions(const Tilings* tilings, std::int64_t elements) {
    return tilings == nullptr ? fmt::to_string(elements)
                              : fmt::format("{}", fmt::join(tilings->front().buffer, ", "));
  }
  [[nodiscard]] std::string output_dimensions(std::int32_t chain, std::int64_t elements) const {
    for (std::size_t s = 0; s < layer_.output.slices.size(); ++s) {
      const auto slice = static_cast<std::int32_t>(s);
      if (chain_of_slice(layer_, slice) != chain) continue;
      const auto found = project_.transport.out.find({static_cast<std::int32_t>(index_), slice});
      if (found != project_.transport.out.end()) return dimensions(&found->second, elements);
    }
    return dimensions(nullptr, elements);
  }
  [[nodiscard]] std::string input_dimensions(const TilePlan& tile, std::size_t operand,
                                             std::int64_t elements) const {
    for (const auto& [index, tilings] : project_.transport.in) {
      const DirectLink& link = project_.plan.direct[index];
      if (static_cast<std::size_t>(link.consumer) != index_ ||
          static_cast<std::size_t>(link.operand) != operand)
        continue;
      const auto& tiles = layer_.inputs[operand].slices[static_cast<std::size_t>(link.in_slice)].tiles;
      if (std::any_of(tiles.begin(), tiles.end(), [&](std::int32_t t) {
            return layer_.tiles[static_cast<std::size_t>(t)].tile == tile.tile;
          })) {
        return dimensions(&tilings, elements);
      }
    }
    return dimensions(nullptr, elements);
  }

  void write_position(std::int32_t position) {
    for (std::size_t i = 0; i < chains_.size();) {
      const std::string text = settings(layer_.at(chains_[i], position), chains_[i]);
      std::size_t end = i + 1;
      while (end < chains_.size() && chains_[end] == chains_[end - 1] + 1 &&
             settings(layer_.at(chains_[end], position), chains_[end]) == text) {
        ++end;
      }
      if (layer_.cas_len > 1) {
        text_ += fmt::format("    // {} of each cascade\n",
                             kernels::to_string(layer_.at(chains_[i], position).role()));
      }
      const bool all = i == 0 && end == static_cast<std::size_t>(layer_.cas_num);
      text_ +=
          fmt::format("    for (int i = {}; i < {}; ++i) {{\n", i, all ? "P::cas_num" : fmt::to_string(end));
      text_ += fmt::format("      const int t = {};\n", kernel_index(position));
      const std::int32_t skipped = chains_[i] - static_cast<std::int32_t>(i);
      text_ += fmt::format("      const int col = P::col{}, row = P::row + i{};\n",
                           position > 0 ? fmt::format(" + {}", position) : "",
                           skipped > 0 ? fmt::format(" + {}", skipped) : "");
      text_ += text;
      if (position + 1 == layer_.cas_len) text_ += "      connect<>(k[t].out[0], out[i]);\n";
      text_ += "    }\n";
      i = end;
    }
  }
  [[nodiscard]] std::string kernel_index(std::int32_t position) const {
    if (layer_.cas_len == 1) return "i";
    return position == 0 ? "i * P::cas_len" : fmt::format("i * P::cas_len + {}", position);
  }

  void write_cascades() {
    if (layer_.cas_len == 1) return;
    text_ += "    // partial sums go east\n";
    const auto input = [&](std::int32_t p) {
      return port_index(kernel(layer_.at(chains_.front(), p)), Kind::cascade_in);
    };
    text_ += fmt::format("    for (int i = 0; i < {}; ++i) {{\n", chains_.size());
    for (std::int32_t p = 0; p + 1 < layer_.cas_len; ++p) {
      text_ += fmt::format("      connect<cascade>(k[{}].out[0], k[{}].in[{}]);\n", kernel_index(p),
                           kernel_index(p + 1), input(p + 1));
    }
    text_ += "    }\n";
  }

  void write_inputs() {
    for (std::size_t o = 0; o < layer_.inputs.size(); ++o) {
      const int port =
          port_index(kernel(layer_.at(chains_.front(), 0)), Kind::input_buffer, static_cast<int>(o));
      text_ += fmt::format("    // operand {}: a slice goes to every chain that wants it\n", o);
      const std::vector<std::int32_t> slices = project_.live_slices(index_, o);
      for (std::size_t s = 0; s < slices.size(); ++s) {
        const PortSlice& slice = layer_.inputs[o].slices[static_cast<std::size_t>(slices[s])];
        for (const std::int32_t t : project_.live.tiles(layer_, static_cast<std::int32_t>(index_), slice)) {
          text_ += fmt::format("    connect<>(in{}[{}], k[{}].in[{}]);\n", o, s,
                               project_.kernel_index(index_, t), port);
        }
      }
    }
  }

  const Project& project_;
  const std::size_t index_;
  const LayerPlan& layer_;
  const std::string& name_;
  const std::vector<std::int32_t> chains_;
  std::string text_;
};

}  // namespace

std::string layer_header(const Project& project, std::size_t layer) {
  return LayerWriter(project, layer).write();
}

}  // namespace aie4ml::compiler
