// The connections of a graph without its ports in between, and the checks that need them all. Every check
// ends the program with the first problem, at the line that caused it.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/adf/runtime/design.hpp"

namespace aie4ml::adf {

// The nodes of one outermost graph.
struct Nodes {
  std::vector<KernelRecord*> kernels;
  std::vector<PlioRecord*> plios;
  std::vector<SharedBufferRecord*> shared_buffers;
};

struct Wire {
  PortRecord* producer{};
  std::vector<PortRecord*> consumers;
  std::int64_t fifo_words{};  // the largest fifo_depth() on its nets; 0: none
};

// A run-time parameter: the outermost port of the graph and the kernel's argument behind it.
struct ParameterWire {
  PortRecord *host{}, *kernel{};
};

struct Wiring {
  std::vector<Wire> wires;
  std::vector<ParameterWire> parameters;
};

// Of the nodes made from `first` up to `end` (Design::made).
Nodes nodes_between(std::size_t first, std::size_t end);

// Follows the connections: each port connected, ends of the same kind and element type.
Wiring resolve(const Nodes& nodes);

// Elements of a kernel's buffer by its type or dimensions(), 0 if neither is said.
std::size_t buffer_elements(const PortRecord& port);
// Bytes that go over a port at once: a kernel's buffer, or the whole tiling of a shared buffer's port. 0 for
// streams and PLIOs.
std::size_t bytes_at_once(const PortRecord& port);

// Sizes of buffers, tilings, and that both ends of each wire move the same amount in an iteration.
void check_sizes(const Nodes& nodes, const Wiring& wiring);
// Tiles, banks and columns against the device, and who shares them.
void check_places(const Nodes& nodes, const Wiring& wiring);

}  // namespace aie4ml::adf
