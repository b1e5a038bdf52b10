// Private to the frontend: inputs and outputs of the graph.
#pragma once

#include "compiler/frontend/import_onnx.hpp"
#include "compiler/frontend/node_reader.hpp"
#include "compiler/frontend/onnx_proto.hpp"

namespace aie4ml::compiler {

// Adds the graph's inputs with the batch filled in (ImportOptions::batch). Entries that only repeat an
// initializer, as old exporters write them, are no inputs. Throws arch::InputError for types we do not know
// and for dimensions that stay open.
void read_inputs(const onnx::GraphProto& proto, const ImportOptions& options, OnnxGraph& graph,
                 ValueTable& values);

// Adds the graph's outputs. Throws arch::InputError for an output that nothing gives and where the type or
// the fixed features that the file declares are not what we computed.
void read_outputs(const onnx::GraphProto& proto, OnnxGraph& graph, ValueTable& values);

}  // namespace aie4ml::compiler
