#include "compiler/graph/graph_print.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/graph/shape.hpp"

namespace aie4ml::compiler {
namespace {

using Row = std::vector<std::string>;

std::string type_string(const Quantization& quant) {
  return fmt::format("{} 2^{}", arch::to_string(quant.type), -quant.frac);
}

std::string tensor_string(const Tensor& tensor) {
  return fmt::format("{} {} {}", tensor.name, shape_string(tensor.shape), type_string(tensor.quant));
}

// The columns from "op" on.
Row cells_of(const Graph& graph, const DenseOp& op) {
  const Tensor& w = graph.tensor(op.w);
  const Tensor& y = graph.tensor(op.y);
  const int shift = graph.tensor(op.x).quant.frac + w.quant.frac - y.quant.frac;
  return {"dense",
          tensor_string(graph.tensor(op.x)),
          fmt::format("{} {}", shape_string(w.shape), type_string(w.quant)),
          op.bias ? "yes" : "",
          op.relu ? "yes" : "",
          fmt::format("{}", shift),
          tensor_string(y)};
}

Row cells_of(const Graph& graph, const std::string& what, const std::string& x, bool relu, TensorId y) {
  return {what, x, "", "", relu ? "yes" : "", "", tensor_string(graph.tensor(y))};
}

Row cells_of(const Graph& graph, const AddOp& op) {
  const std::string x = tensor_string(graph.tensor(op.a)) + " + " + graph.tensor(op.b).name;
  return cells_of(graph, "add", x, op.relu, op.y);
}
Row cells_of(const Graph& graph, const ReluOp& op) {
  return cells_of(graph, "relu", tensor_string(graph.tensor(op.x)), false, op.y);
}
Row cells_of(const Graph& graph, const TransposeOp& op) {
  return cells_of(graph, "transpose", tensor_string(graph.tensor(op.x)), false, op.y);
}
Row cells_of(const Graph& graph, const SliceOp& op) {
  const std::string what = fmt::format("slice {}:{} of axis {}", op.begin, op.end, op.axis);
  return cells_of(graph, what, tensor_string(graph.tensor(op.x)), false, op.y);
}
Row cells_of(const Graph& graph, const ConcatOp& op) {
  std::string xs;
  for (const TensorId id : op.xs) xs += (xs.empty() ? "" : ", ") + graph.tensor(id).name;
  return cells_of(graph, fmt::format("concat on axis {}", op.axis), xs, false, op.y);
}

std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) line += fmt::format("{:<{}}  ", row[c], widths[c]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

void add_io(std::string& text, const char* title, const Graph& graph, const std::vector<GraphIo>& ios) {
  for (const GraphIo& io : ios) {
    text += fmt::format("{:<8}{}: {}{}\n", title, io.name, tensor_string(graph.tensor(io.tensor)),
                        io.is_float ? ", float outside" : "");
  }
}

}  // namespace

std::string to_string(const Graph& graph) {
  std::int64_t parameters = 0;
  for (const Tensor& t : graph.tensors) parameters += static_cast<std::int64_t>(t.data.size());
  std::string text =
      fmt::format("graph   {}: {} nodes, {} parameters\n", graph.name, graph.nodes.size(), parameters);
  add_io(text, "input", graph, graph.inputs);
  add_io(text, "output", graph, graph.outputs);
  std::vector<Row> rows = {{"#", "node", "op", "x", "weights", "bias", "relu", "shift", "y"}};
  int layer = 0;
  for (const Node& node : graph.nodes) {
    Row& row = rows.emplace_back(Row{is_view(node.op) ? "" : std::to_string(layer++), node.name});
    const Row cells = std::visit([&](const auto& op) { return cells_of(graph, op); }, node.op);
    row.insert(row.end(), cells.begin(), cells.end());
  }
  return text + table(rows);
}

}  // namespace aie4ml::compiler
