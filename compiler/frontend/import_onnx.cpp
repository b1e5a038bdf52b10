#include "compiler/frontend/import_onnx.hpp"

#include <fmt/format.h>

#include "arch/image/sha256.hpp"
#include "compiler/frontend/graph_ends.hpp"
#include "compiler/frontend/model_file.hpp"
#include "compiler/frontend/node_order.hpp"
#include "compiler/frontend/node_reader.hpp"
#include "compiler/frontend/op_table.hpp"
#include "compiler/passes/pipeline.hpp"

namespace aie4ml::compiler {
namespace {

void require_names(const std::string& file, const onnx::GraphProto& proto) {
  require_name(file, "graph", proto.name());
  for (const onnx::NodeProto& node : proto.node()) {
    require_name(file, "operator", node.op_type());
    require_name(file, "domain", node.domain());
    require_name(file, "node", node.name());
  }
}

void read_node(const onnx::NodeProto& proto, int index, OnnxGraph& graph, ValueTable& values) {
  NodeReader node(graph, values, proto, graph.file + ": " + node_where(proto, index));
  const OpEntry* op = find_op(proto.domain(), proto.op_type());
  if (op == nullptr) {
    const std::string domain = proto.domain().empty() ? "" : fmt::format(" of domain '{}'", proto.domain());
    node.fail(fmt::format("operator {}{} is not supported", proto.op_type(), domain),
              "see aie4ml-compile --list-ops for those that are");
  }
  op->handler(node);
}

}  // namespace

OnnxGraph parse_onnx(std::string_view bytes, const std::string& file, const ImportOptions& options) {
  const onnx::ModelProto model = parse_model(bytes, file);
  const onnx::GraphProto& proto = model.graph();
  OnnxGraph graph;
  graph.file = file;
  graph.name = proto.name();
  graph.model_sha256 = arch::sha256_hex(bytes);
  require_names(graph.file, proto);
  ValueTable values(graph, proto);
  read_inputs(proto, options, graph, values);
  for (const int index : node_order(proto, graph.file)) read_node(proto.node(index), index, graph, values);
  read_outputs(proto, graph, values);
  return graph;
}

OnnxGraph read_onnx(const std::filesystem::path& model, const ImportOptions& options) {
  return parse_onnx(read_bytes(model), model.string(), options);
}

Graph import_onnx(const std::filesystem::path& model, const ImportOptions& options) {
  return lower(read_onnx(model, options));
}

}  // namespace aie4ml::compiler
