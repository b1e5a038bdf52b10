#include "sim/adf/runtime/wiring.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/adf/runtime/failure.hpp"

namespace aie4ml::adf {
namespace {

const char* kind_name(const PortRecord& port) {
  if (port.plio != nullptr) return "PLIO";
  if (port.shared_buffer != nullptr) return "shared_buffer";
  switch (argument_of(port).kind) {
    case ArgumentKind::buffer:
      return "buffer";
    case ArgumentKind::stream:
      return "stream";
    case ArgumentKind::cascade:
      return "cascade";
    case ArgumentKind::parameter:
      return "parameter";
  }
  return "";
}

bool is_kind(const PortRecord& port, ArgumentKind kind) {
  return port.kernel != nullptr && argument_of(port).kind == kind;
}

Element element_of_port(const PortRecord& port) {
  if (port.kernel != nullptr) return argument_of(port).element;
  return port.shared_buffer != nullptr ? port.shared_buffer->element : Element{};
}

// Both ends of a net are known: whether they can talk, as `connect<>` at `net` says it.
void check_ends(const PortRecord& from, const PortRecord& to, const NetRecord& net) {
  const bool cascade = is_kind(from, ArgumentKind::cascade);
  const auto fail = [&](const std::string& what) { fail_graph(net.where, what); };
  if (cascade != is_kind(to, ArgumentKind::cascade)) {
    fail(fmt::format("a {} cannot be connected to a {}: {} to {}", kind_name(from), kind_name(to),
                     name_of(from), name_of(to)));
  }
  if (net.link == Link::parameter || (net.link == Link::cascade) != (cascade && net.link != Link::any)) {
    fail(fmt::format("connect<{}> of a {} and a {}: {} to {}",
                     net.link == Link::parameter ? "parameter"
                     : net.link == Link::cascade ? "cascade"
                                                 : "stream",
                     kind_name(from), kind_name(to), name_of(from), name_of(to)));
  }
  if (from.plio != nullptr && to.plio != nullptr) {
    fail(fmt::format("{} goes straight to {}: no type of element says how to read its file", name_of(from),
                     name_of(to)));
  }
  const Element a = element_of_port(from);
  const Element b = element_of_port(to);
  const bool typed = from.plio == nullptr && to.plio == nullptr && !cascade;
  const bool float_differs = (a.kind == ElementKind::floating || a.kind == ElementKind::brain_float) !=
                             (b.kind == ElementKind::floating || b.kind == ElementKind::brain_float);
  if (typed && (a.bytes != b.bytes || float_differs)) {
    fail(fmt::format("types differ: {} has elements of {} bytes, {} of {} bytes{}", name_of(from), a.bytes,
                     name_of(to), b.bytes, a.bytes == b.bytes ? ", one of them floating" : ""));
  }
}

class Resolver {
 public:
  void add_consumer(PortRecord* to) {
    PortRecord* at = to;
    std::int64_t fifo_words = 0;
    while (at->source != nullptr && (at == to || at->is_of_graph())) {
      fifo_words = std::max(fifo_words, at->source->fifo_words.value_or(0));
      at = at->source->from;
    }
    if (at == to) {
      fail_graph(to->where, fmt::format("{} is not connected", name_of(*to)));
    }
    if (at->is_of_graph()) {
      fail_graph(
          at->where,
          fmt::format("this port of a graph is connected to nothing outside, and {} needs it", name_of(*to)));
    }
    check_ends(*at, *to, *to->source);
    auto [found, is_new] = wires_.try_emplace(at->sequence, Wire{at, {}, 0});
    found->second.consumers.push_back(to);
    found->second.fifo_words = std::max(found->second.fifo_words, fifo_words);
  }

  void add_parameter(PortRecord* kernel_port) {
    PortRecord* at = kernel_port;
    while (at->source != nullptr) {
      if (at->source->link != Link::any && at->source->link != Link::parameter) {
        fail_graph(at->source->where,
                   fmt::format("{} is a run-time parameter: connect<parameter> it", name_of(*kernel_port)));
      }
      at = at->source->from;
      if (!at->is_of_graph()) {
        fail_graph(kernel_port->source->where,
                   fmt::format("{} is a run-time parameter: it comes from a port of the graph, not from {}",
                               name_of(*kernel_port), name_of(*at)));
      }
    }
    if (at != kernel_port) parameters_.push_back({at, kernel_port});
    if (kernel_port->direction == Direction::inout) {
      PortRecord* out = kernel_port;
      while (!out->sinks.empty()) out = out->sinks.front()->to;
      if (out != kernel_port) parameters_.push_back({out, kernel_port});
    } else if (at == kernel_port) {
      fail_graph(kernel_port->where, fmt::format("{} is not connected", name_of(*kernel_port)));
    }
  }

  Wiring take() {
    Wiring wiring;
    for (auto& [sequence, wire] : wires_) wiring.wires.push_back(std::move(wire));
    wiring.parameters = std::move(parameters_);
    return wiring;
  }
  [[nodiscard]] bool has_consumer(const PortRecord& producer) const {
    return wires_.contains(producer.sequence);
  }

 private:
  std::map<std::size_t, Wire> wires_;  // by the producer's sequence
  std::vector<ParameterWire> parameters_;
};

void check_produced(const Resolver& resolver, const PortRecord& port) {
  if (!resolver.has_consumer(port)) fail_graph(port.where, fmt::format("{} is not connected", name_of(port)));
}

}  // namespace

Nodes nodes_between(std::size_t first, std::size_t end) {
  Nodes nodes;
  const auto select = [&](auto& records, auto& out) {
    for (auto& record : records) {
      if (record.sequence >= first && record.sequence < end) out.push_back(&record);
    }
  };
  select(design().kernels, nodes.kernels);
  select(design().plios, nodes.plios);
  select(design().shared_buffers, nodes.shared_buffers);
  return nodes;
}

Wiring resolve(const Nodes& nodes) {
  Resolver resolver;
  for (const KernelRecord* kernel : nodes.kernels) {
    for (PortRecord* port : kernel->ports) {
      if (argument_of(*port).kind == ArgumentKind::parameter) {
        resolver.add_parameter(port);
      } else if (port->direction == Direction::in) {
        resolver.add_consumer(port);
      }
    }
  }
  for (const SharedBufferRecord* buffer : nodes.shared_buffers) {
    for (PortRecord* port : buffer->inputs) resolver.add_consumer(port);
  }
  for (const PlioRecord* plio : nodes.plios) {
    if (plio->port->direction == Direction::in) resolver.add_consumer(plio->port);
  }
  for (const KernelRecord* kernel : nodes.kernels) {
    for (const PortRecord* port : kernel->ports) {
      if (port->direction == Direction::out) check_produced(resolver, *port);
    }
  }
  for (const SharedBufferRecord* buffer : nodes.shared_buffers) {
    for (const PortRecord* port : buffer->outputs) check_produced(resolver, *port);
  }
  for (const PlioRecord* plio : nodes.plios) {
    if (plio->port->direction == Direction::out) check_produced(resolver, *plio->port);
  }
  return resolver.take();
}

}  // namespace aie4ml::adf
