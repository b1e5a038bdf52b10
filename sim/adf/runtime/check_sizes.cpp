#include <functional>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "sim/adf/runtime/access_plan.hpp"
#include "sim/adf/runtime/failure.hpp"
#include "sim/adf/runtime/wiring.hpp"

namespace aie4ml::adf {
namespace {

bool is_buffer(const PortRecord& port) {
  return port.kernel != nullptr && argument_of(port).kind == ArgumentKind::buffer;
}

void check_buffer(const PortRecord& port) {
  const std::size_t fixed = argument_of(port).count;
  const std::size_t elements = buffer_elements(port);
  if (elements == 0) {
    fail_graph(port.where, fmt::format("the size of {} is not known: say dimensions() of it", name_of(port)));
  }
  if (fixed != 0 && elements != fixed) {
    fail_graph(port.dimensions_where,
               fmt::format("dimension mismatch: {} has {} elements by its type, {} by dimensions()",
                           name_of(port), fixed, elements));
  }
}

void check_tiling(const PortRecord& port, std::size_t elements) {
  if (!port.tiling) return;
  if (const auto problem = AccessPlan::problem_of(*port.tiling, elements)) {
    fail_graph(port.tiling_where, fmt::format("{}: {}", name_of(port), *problem));
  }
}

// Transfers of a node in an iteration of the graph: known of kernels, found out for shared buffers.
using Rate = std::pair<std::size_t, std::size_t>;  // a fraction

class Rates {
 public:
  // Bytes that the port moves in an iteration, as a fraction; nothing for streams, PLIOs and what is not
  // known yet.
  [[nodiscard]] bool known(const PortRecord& port) const {
    if (port.kernel != nullptr) return is_buffer(port);
    return port.shared_buffer != nullptr && of_buffer_.contains(port.shared_buffer);
  }
  [[nodiscard]] Rate bytes(const PortRecord& port) const {
    if (port.kernel != nullptr) {
      return {bytes_at_once(port) * static_cast<std::size_t>(port.kernel->repetitions), 1};
    }
    const Rate rate = of_buffer_.at(port.shared_buffer);
    return {bytes_at_once(port) * rate.first, rate.second};
  }
  // True if the other end told how often the shared buffer of `port` is filled.
  bool learn(const PortRecord& port, const PortRecord& other) {
    if (port.shared_buffer == nullptr || known(port) || !known(other)) return false;
    const Rate moved = bytes(other);
    const std::size_t per_fill = bytes_at_once(port) * moved.second;
    const std::size_t divisor = std::gcd(moved.first, per_fill);
    of_buffer_[port.shared_buffer] = {moved.first / divisor, per_fill / divisor};
    return true;
  }

 private:
  std::map<const SharedBufferRecord*, Rate> of_buffer_;
};

std::string amount(const Rate& rate) {
  return rate.second == 1 ? fmt::format("{} bytes", rate.first)
                          : fmt::format("{}/{} bytes", rate.first, rate.second);
}

}  // namespace

std::size_t buffer_elements(const PortRecord& port) {
  if (port.dimensions.empty()) return argument_of(port).count;
  return std::accumulate(port.dimensions.begin(), port.dimensions.end(), std::size_t{1}, std::multiplies<>());
}

std::size_t bytes_at_once(const PortRecord& port) {
  if (is_buffer(port)) {
    const std::size_t elements = port.tiling ? AccessPlan(*port.tiling).elements() : buffer_elements(port);
    return elements * argument_of(port).element.bytes;
  }
  if (port.shared_buffer == nullptr) return 0;
  const SharedBufferRecord& buffer = *port.shared_buffer;
  const std::size_t elements = port.tiling ? AccessPlan(*port.tiling).elements() : buffer.elements();
  return elements * buffer.element.bytes;
}

void check_sizes(const Nodes& nodes, const Wiring& wiring) {
  for (const KernelRecord* kernel : nodes.kernels) {
    for (const PortRecord* port : kernel->ports) {
      if (!is_buffer(*port)) continue;
      check_buffer(*port);
      check_tiling(*port, buffer_elements(*port));
    }
  }
  for (const SharedBufferRecord* buffer : nodes.shared_buffers) {
    for (const PortRecord* port : buffer->inputs) check_tiling(*port, buffer->elements());
    for (const PortRecord* port : buffer->outputs) check_tiling(*port, buffer->elements());
  }
  Rates rates;
  for (bool learned = true; learned;) {
    learned = false;
    for (const Wire& wire : wiring.wires) {
      for (const PortRecord* to : wire.consumers) {
        learned = rates.learn(*to, *wire.producer) || learned;
        learned = rates.learn(*wire.producer, *to) || learned;
      }
    }
  }
  for (const Wire& wire : wiring.wires) {
    for (const PortRecord* to : wire.consumers) {
      if (!rates.known(*wire.producer) || !rates.known(*to)) continue;
      const Rate from = rates.bytes(*wire.producer);
      const Rate taken = rates.bytes(*to);
      if (from.first * taken.second != taken.first * from.second) {
        fail_graph(to->source->where,
                   fmt::format("dimension mismatch: {} gives {} an iteration, {} takes {}",
                               name_of(*wire.producer), amount(from), name_of(*to), amount(taken)));
      }
    }
  }
}

}  // namespace aie4ml::adf
