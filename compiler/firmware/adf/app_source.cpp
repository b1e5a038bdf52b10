// app.cpp: PLIOs, run-time parameters and main(); src/weights/<layer>.h: what the parameters are set to.
#include <cstring>
#include <iterator>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "compiler/codegen/parameters.hpp"
#include "compiler/firmware/adf/names.hpp"
#include "compiler/firmware/adf/project.hpp"

namespace aie4ml::compiler {
namespace {

constexpr std::size_t kValuesPerLine = 24;
constexpr int kBufferWidthBits = 128;  // of the PLIO that stands for a buffer in external memory

class AppWriter {
 public:
  explicit AppWriter(const Project& project) : project_(project), plan_(project.plan) {}

  std::string write() {
    text_ = fmt::format(
        "// {} on {}: what the array is connected to, and the program that runs it in a simulator.\n#include "
        "<adf.h>\n\n",
        comment_text(plan_.model), comment_text(plan_.device));
    if (plan_.host_end() == std::string_view("GMIO")) {
      text_ +=
          "// The plan has graph inputs and outputs in external memory, moved by the shims' NoC DMAs. Here "
          "PLIOs with "
          "files stand\n// for them, where the compiler likes; put input_gmio and output_gmio in their place "
          "for "
          "the device.\n";
    }
    text_ += "#include \"parameters.h\"\n#include \"top_graph.h\"\n";
    for_parameters([&](const std::string& layer, const char*, std::size_t, bool first) {
      if (first) text_ += fmt::format("#include \"weights/{}.h\"\n", layer);
    });
    text_ += "\nusing namespace adf;\n\nclass dut_graph : public graph {\n public:\n";
    for_plios([&](const PlioPlan& plio) {
      text_ += fmt::format("  {}_plio {};  // {}\n", word(plio), plio.channel.name, slices_text(plio));
    });
    for_parameters([&](const std::string& layer, const char* what, std::size_t count, bool) {
      text_ += fmt::format("  port<input> {}_{}[{}];\n", layer, what, count);
    });
    text_ += "  top_graph top;\n\n  dut_graph() {\n";
    for_plios([&](const PlioPlan& plio) { write_plio(plio); });
    for_parameters([&](const std::string& layer, const char* what, std::size_t count, bool) {
      text_ +=
          fmt::format("    for (int i = 0; i < {0}; ++i) connect<parameter>({1}_{2}[i], top.{1}_{2}[i]);\n",
                      count, layer, what);
    });
    text_ +=
        "  }\n};\n\ndut_graph dut;\n\n#if defined(__AIESIM__) || defined(__X86SIM__)\nint main() {\n  "
        "dut.init();\n";
    for_parameters([&](const std::string& layer, const char* what, std::size_t count, bool) {
      text_ += fmt::format(
          "  for (int i = 0; i < {0}; ++i) dut.update(dut.{1}_{2}[i], {1}_{2}[i], {1}_{2}_size);\n", count,
          layer, what);
    });
    text_ += "  dut.run(N_ITER);\n  dut.end();\n  return 0;\n}\n#endif\n";
    return std::move(text_);
  }

 private:
  static const char* word(const PlioPlan& plio) {
    return plio.channel.direction == arch::PlioChannel::Direction::input ? "input" : "output";
  }
  template <class Visit>
  void for_plios(Visit visit) const {
    for (std::size_t p = 0; p < plan_.plios.size(); ++p) {
      if (project_.live.plios[p]) visit(plan_.plios[p]);
    }
  }
  template <class Visit>
  void for_parameters(Visit visit) const {
    for (std::size_t l = 0; l < plan_.layers.size(); ++l) {
      bool first = true;
      for (const bool bias : {false, true}) {
        const std::size_t count = project_.parameter_tiles(l, bias).size();
        if (count == 0) continue;
        visit(project_.layer_names[l], bias ? "bias" : "weights", count, first);
        first = false;
      }
    }
  }

  [[nodiscard]] std::string slices_text(const PlioPlan& plio) const {
    const bool input = plio.channel.direction == arch::PlioChannel::Direction::input;
    const Graph& graph = project_.graph;
    const GraphIo& io = (input ? graph.inputs : graph.outputs)[static_cast<std::size_t>(plio.port)];
    std::string text =
        fmt::format("{} ({}{})", comment_text(io.name), quantization_text(graph.tensor(io.tensor)),
                    plio.transposed ? ", transposed" : "");
    for (const arch::PlioSlice& slice : plio.slices) {
      text += fmt::format(", rows {} to {} x columns {} to {}", slice.row, slice.row + slice.rows - 1,
                          slice.col, slice.col + slice.cols - 1);
    }
    return text;
  }

  void write_plio(const PlioPlan& plio) {
    const std::string& name = plio.channel.name;
    const int width = plio.noc ? kBufferWidthBits : plio.channel.width_bits;
    text_ += fmt::format("    {0} = {1}_plio::create(\"{0}\", plio_{2}_bits, \"data/{0}.txt\");\n", name,
                         word(plio), width);
    if (!plio.noc) text_ += fmt::format("    location<PLIO>({}) = shim({});\n", name, plio.channel.column);
    text_ += plio.channel.direction == arch::PlioChannel::Direction::input
                 ? fmt::format("    connect<>({0}.out[0], top.{0});\n", name)
                 : fmt::format("    connect<>(top.{0}, {0}.in[0]);\n", name);
  }

  const Project& project_;
  const Plan& plan_;
  std::string text_;
};

// The values of a little-endian array as C++ writes them.
template <class T>
void append_values(std::string& text, const std::vector<std::uint8_t>& bytes) {
  const std::size_t count = bytes.size() / sizeof(T);
  fmt::memory_buffer out;
  for (std::size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    const bool line_ends = (i + 1) % kValuesPerLine == 0 && i + 1 < count;
    fmt::format_to(std::back_inserter(out), "{}{}", static_cast<std::int32_t>(value),
                   i + 1 == count ? ""
                   : line_ends    ? ",\n    "
                                  : ", ");
  }
  text.append(out.data(), out.size());
}

void append_values(std::string& text, arch::ElementType type, const std::vector<std::uint8_t>& bytes) {
  switch (arch::bytes(type)) {
    case 1:
      return append_values<std::int8_t>(text, bytes);
    case 2:
      return append_values<std::int16_t>(text, bytes);
    default:
      return append_values<std::int32_t>(text, bytes);
  }
}

// Arrays of a layer's tiles and the table of them. Tiles with equal values share an array.
void append_arrays(std::string& text, const Project& project, std::size_t layer, bool bias) {
  const LayerPlan& plan = project.plan.layers[layer];
  const auto& op = std::get<DenseOp>(project.op(layer));
  const std::string name = fmt::format("{}_{}", project.layer_names[layer], bias ? "bias" : "weights");
  const arch::ElementType type = bias ? arch::ElementType::int32 : project.graph.tensor(op.w).quant.type;
  std::map<std::vector<std::uint8_t>, std::string> known;
  std::vector<std::string> table;
  std::size_t elements = 0;
  for (const std::int32_t t : project.parameter_tiles(layer, bias)) {
    const TilePlan& tile = plan.tiles[static_cast<std::size_t>(t)];
    std::vector<std::uint8_t> bytes =
        bias ? bias_of(project.graph, op, tile) : weights_of(project.graph, op, tile);
    if (bias) bytes.resize(static_cast<std::size_t>(kernels::bias_bytes(tile.dense())));
    elements = bytes.size() / static_cast<std::size_t>(arch::bytes(type));
    const auto found = known.find(bytes);
    if (found != known.end()) {
      table.push_back(found->second);
      continue;
    }
    const std::string array = fmt::format("{}_{}_{}", name, tile.chain, tile.position);
    text += fmt::format("\n// Chain {}, position {}{}\nalignas(32) static const {} {}[] = {{\n    ",
                        tile.chain, tile.position,
                        bias ? fmt::format(": columns {} to {}", tile.n.begin, tile.n.end - 1)
                             : fmt::format(": K {} to {}, columns {} to {}", tile.k.begin, tile.k.end - 1,
                                           tile.n.begin, tile.n.end - 1),
                        arch::to_string(type), array);
    append_values(text, type, bytes);
    text += "};\n";
    table.push_back(array);
    known.emplace(std::move(bytes), array);
  }
  if (table.empty()) return;
  text += fmt::format("\nstatic const {}* const {}[] = {{", arch::to_string(type), name);
  for (std::size_t i = 0; i < table.size(); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : i % 4 == 0 ? ",\n    " : ", ", table[i]);
  }
  text += fmt::format("}};\nstatic const unsigned {}_size = {};  // elements of each\n", name, elements);
}

}  // namespace

std::string app_source(const Project& project) {
  return AppWriter(project).write();
}

std::string weights_header(const Project& project, std::size_t layer) {
  const LayerPlan& plan = project.plan.layers[layer];
  const auto& op = std::get<DenseOp>(project.op(layer));
  const kernels::DenseTile& tile = plan.tiles.front().dense();
  std::string text = fmt::format(
      "// Weights of layer {} ({}), packed as its kernels read them: [K/{}][N/{}][{}][{}] on every tile,\n"
      "// zeros where a tile's share goes beyond the matrix.\n",
      comment_text(plan.name), quantization_text(project.graph.tensor(op.w)), tile.mmul.k, tile.mmul.n,
      tile.mmul.k, tile.mmul.n);
  if (op.bias) {
    text += fmt::format("// Bias ({}): [N/{}][{}][{}].\n", quantization_text(project.graph.tensor(*op.bias)),
                        tile.mmul.n, kernels::bias_copies(tile), tile.mmul.n);
  }
  text += "#pragma once\n\n#include <adf.h>\n";
  append_arrays(text, project, layer, false);
  append_arrays(text, project, layer, true);
  return text;
}

}  // namespace aie4ml::compiler
