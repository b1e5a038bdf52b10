// What the host calls (adf/graph.hpp).
#include <adf/graph.hpp>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "sim/adf/runtime/design.hpp"
#include "sim/adf/runtime/failure.hpp"
#include "sim/adf/runtime/network.hpp"

namespace aie4ml::adf {
namespace {

constexpr const char* kIterations = "AIE4ML_ADF_ITERATIONS";

// Nodes made by the constructor of an outermost graph come after it and before the next outermost one; which
// graphs are outermost is known by their init().
std::size_t end_of(const GraphRecord& graph) {
  for (const GraphRecord& other : design().graphs) {
    if (other.sequence > graph.sequence && other.network != nullptr) return other.sequence;
  }
  return design().made;
}

void check_not_taken(const GraphRecord& graph, Where where) {
  for (const GraphRecord& other : design().graphs) {
    if (other.network == nullptr || other.sequence > graph.sequence) continue;
    for (const KernelProcess& kernel : other.network->kernels()) {
      if (kernel.record().sequence > graph.sequence) {
        fail_graph(
            where,
            fmt::format("this graph is part of the one made at {}, or was made before that one's init(): of "
                        "several outermost graphs, init() the one made last first",
                        to_string(other.where)));
      }
    }
  }
}

Network& network_of(GraphRecord* graph, const char* function, Where where) {
  if (graph->network == nullptr)
    fail_graph(where, fmt::format("{}() of a graph before its init()", function));
  return *graph->network;
}

std::int64_t iterations_or_asked(std::int64_t iterations) {
  const char* text = std::getenv(kIterations);
  if (text == nullptr || *text == '\0') return iterations;
  char* end = nullptr;
  const long long asked = std::strtoll(text, &end, 10);
  if (*end != '\0' || asked < 1)
    fail_graph(fmt::format("{}={}: not a number of iterations", kIterations, text));
  return asked;
}

}  // namespace

void init_graph(GraphRecord* graph, Where where) {
  if (graph->network != nullptr) fail_graph(where, "init() of a graph twice");
  check_not_taken(*graph, where);
  graph->network = std::make_unique<Network>(nodes_between(graph->sequence, end_of(*graph)));
}

void run_graph(GraphRecord* graph, std::int64_t iterations, Where where) {
  network_of(graph, "run", where).run(iterations_or_asked(iterations));
}

void wait_for_graph(GraphRecord* graph, Where where) {
  network_of(graph, "wait", where).wait();
}

void end_graph(GraphRecord* graph, Where where) {
  network_of(graph, "end", where).end();
}

void update_parameter(GraphRecord* graph, PortRecord* port, Element element, const void* values,
                      std::size_t count, Where where) {
  network_of(graph, "update", where)
      .update(port, element, static_cast<const std::uint8_t*>(values), count, where);
}

void read_parameter(GraphRecord* graph, PortRecord* port, Element element, void* values, std::size_t count,
                    Where where) {
  network_of(graph, "read", where).read(port, element, static_cast<std::uint8_t*>(values), count, where);
}

}  // namespace aie4ml::adf
