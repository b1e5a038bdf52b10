#include "sim/adf/runtime/network.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/adf/runtime/failure.hpp"

namespace aie4ml::adf {
namespace {

// Of streams, cascades and connections to files. The FIFOs of the device are shorter: a graph that only stops
// because they are full runs on here.
constexpr std::size_t kFifoBytes = 4096;
constexpr std::size_t kWordBytes = 4;
constexpr std::size_t kWaitsShown = 12;

Element element_on(const Wire& wire) {
  for (const PortRecord* port : wire.consumers) {
    if (port->kernel != nullptr) return argument_of(*port).element;
    if (port->shared_buffer != nullptr) return port->shared_buffer->element;
  }
  if (wire.producer->kernel != nullptr) return argument_of(*wire.producer).element;
  return wire.producer->shared_buffer->element;
}

// A file is read as one type of element.
void check_readers(const Wire& wire) {
  if (wire.producer->plio == nullptr) return;
  const Element element = element_on(wire);
  for (const PortRecord* port : wire.consumers) {
    const Element other = port->kernel != nullptr ? argument_of(*port).element : port->shared_buffer->element;
    if (!(other == element)) {
      fail_graph(port->source->where, fmt::format("{} is read as {} and as {}", name_of(*wire.producer),
                                                  name_of(element), name_of(other)));
    }
  }
}

std::size_t capacity_of(const Wire& wire) {
  std::size_t capacity = std::max(kFifoBytes, static_cast<std::size_t>(wire.fifo_words) * kWordBytes);
  const auto add = [&](const PortRecord& port) {
    const int copies = port.kernel != nullptr ? port.buffers : 1;
    return bytes_at_once(port) * static_cast<std::size_t>(copies);
  };
  std::size_t most = 0;
  for (const PortRecord* port : wire.consumers) most = std::max(most, add(*port));
  const std::size_t buffers = add(*wire.producer) + most;
  return buffers > 0 ? buffers : capacity;
}

}  // namespace

Network::Network(Nodes nodes) : nodes_(std::move(nodes)), wiring_(resolve(nodes_)) {
  check_sizes(nodes_, wiring_);
  check_places(nodes_, wiring_);
  for (const KernelRecord* record : nodes_.kernels) {
    process_of_[record] = &kernels_.emplace_back(scheduler_, *record);
  }
  for (const SharedBufferRecord* record : nodes_.shared_buffers) {
    memory_of_[record] = &memories_.emplace_back(*record);
  }
  for (const Wire& wire : wiring_.wires) build(wire);
  for (KernelProcess& kernel : kernels_) kernel.start();
}

void Network::build(const Wire& wire) {
  check_readers(wire);
  Channel& channel = channels_.emplace_back(scheduler_, capacity_of(wire));
  const PortRecord& from = *wire.producer;
  if (from.kernel != nullptr) {
    process_of_.at(from.kernel)->connect_output(from, channel);
  } else if (from.shared_buffer != nullptr) {
    memory_of_.at(from.shared_buffer)->connect_output(from.index, channel);
  } else {
    source_of_[from.plio] = &sources_.emplace_back(*from.plio, element_on(wire), channel);
  }
  for (const PortRecord* to : wire.consumers) {
    if (to->kernel != nullptr) {
      process_of_.at(to->kernel)->connect_input(*to, channel);
    } else if (to->shared_buffer != nullptr) {
      memory_of_.at(to->shared_buffer)->connect_input(to->index, channel);
    } else {
      sinks_.emplace_back(*to->plio, element_on(wire), channel);
    }
  }
}

void Network::run(std::int64_t iterations) {
  if (iterations < 0 && sources_.empty()) {
    fail_run("run() without a number of iterations never ends: nothing reads a file");
  }
  endless_ = iterations < 0;
  for (KernelProcess& kernel : kernels_)
    kernel.add_calls(endless_ ? -1 : iterations * kernel.record().repetitions);
  go_on();
}

void Network::go_on() {
  for (PlioSource& source : sources_) scheduler_.wake(&source);
  scheduler_.run();
  if (endless_ && input_ended() && !waits_for_update()) {
    for (KernelProcess& kernel : kernels_) kernel.stop();
    return;
  }
  if (!all_done() && !waits_for_update()) fail_stuck();
}

void Network::wait() {
  if (!all_done() && !endless_) fail_stuck();
}

void Network::end() {
  wait();
  for (PlioSink& sink : sinks_) sink.complete();
}

bool Network::all_done() const {
  return std::all_of(kernels_.begin(), kernels_.end(),
                     [](const KernelProcess& kernel) { return kernel.done(); });
}

bool Network::waits_for_update() const {
  return std::any_of(kernels_.begin(), kernels_.end(), [](const KernelProcess& kernel) {
    return !kernel.done() && kernel.need() == KernelProcess::Need::update && !kernel.needed_port()->async;
  });
}

bool Network::input_ended() const {
  return std::any_of(sources_.begin(), sources_.end(),
                     [](const PlioSource& source) { return source.ended(); });
}

std::string Network::describe_wait(const KernelProcess& kernel) const {
  const PortRecord& port = *kernel.needed_port();
  const std::string who = fmt::format("{} {} call {}", name_of(kernel.record()),
                                      kernel.in_call() ? "in its" : "before its", kernel.calls() + 1);
  const std::string where = fmt::format("{}[{}]",
                                        port.direction == Direction::out  ? "out"
                                        : port.direction == Direction::in ? "in"
                                                                          : "inout",
                                        port.index);
  if (kernel.need() == KernelProcess::Need::update) {
    return fmt::format("{} waits for parameter {}: it was never updated", who, where);
  }
  const auto wire = std::find_if(wiring_.wires.begin(), wiring_.wires.end(), [&](const Wire& candidate) {
    return candidate.producer == &port || std::find(candidate.consumers.begin(), candidate.consumers.end(),
                                                    &port) != candidate.consumers.end();
  });
  if (kernel.need() == KernelProcess::Need::room) {
    std::string readers;
    for (const PortRecord* reader : wire->consumers)
      readers += (readers.empty() ? "" : ", ") + name_of(*reader);
    return fmt::format("{} waits for room at {}: {} bytes, {} are free until {} reads", who, where,
                       kernel.needed_bytes(), kernel.available_bytes(), readers);
  }
  std::string from = name_of(*wire->producer);
  if (const auto source = source_of_.find(wire->producer->plio); source != source_of_.end()) {
    from += fmt::format(" ({}){}", source->first->file, source->second->ended() ? ", which has ended" : "");
  } else if (const auto memory = memory_of_.find(wire->producer->shared_buffer); memory != memory_of_.end()) {
    const std::string missing = memory->second->missing();
    if (!missing.empty()) from += fmt::format(", where {}", missing);
  }
  return fmt::format("{} waits for data at {}: {} bytes, {} are there from {}", who, where,
                     kernel.needed_bytes(), kernel.available_bytes(), from);
}

void Network::fail_stuck() const {
  // Those at an ended input first: they are the cause of the others.
  std::vector<const KernelProcess*> waiting;
  for (const KernelProcess& kernel : kernels_) {
    if (!kernel.done()) waiting.push_back(&kernel);
  }
  std::vector<std::string> lines;
  for (const KernelProcess* kernel : waiting) lines.push_back(describe_wait(*kernel));
  const bool ended = input_ended();
  std::stable_partition(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("which has ended") != std::string::npos ||
           line.find("never updated") != std::string::npos;
  });
  if (lines.size() > kWaitsShown) {
    const std::size_t more = lines.size() - kWaitsShown;
    lines.resize(kWaitsShown);
    lines.push_back(fmt::format("and {} more", more));
  }
  const auto updates = std::any_of(waiting.begin(), waiting.end(), [](const KernelProcess* kernel) {
    return kernel->need() == KernelProcess::Need::update;
  });
  fail_run(updates ? "a run-time parameter was never updated"
           : ended ? "the input files have less data than the iterations need"
                   : "deadlock: no kernel can go on",
           lines);
}

std::vector<const ParameterWire*> Network::parameters(PortRecord* port, Element element, std::size_t count,
                                                      Where where) const {
  std::vector<const ParameterWire*> found;
  for (const ParameterWire& wire : wiring_.parameters) {
    if (wire.host != port) continue;
    const Argument& argument = argument_of(*wire.kernel);
    if (!(argument.element == element)) {
      fail_graph(where, fmt::format("{} has elements of {}, {} are given", name_of(*wire.kernel),
                                    name_of(argument.element), name_of(element)));
    }
    if (count != argument.count) {
      fail_graph(where, fmt::format("{} has {} elements, {} are given", name_of(*wire.kernel), argument.count,
                                    count));
    }
    found.push_back(&wire);
  }
  if (found.empty())
    fail_graph(where, fmt::format("{} is no run-time parameter of this graph", name_of(*port)));
  return found;
}

void Network::update(PortRecord* port, Element element, const std::uint8_t* values, std::size_t count,
                     Where where) {
  for (const ParameterWire* wire : parameters(port, element, count, where)) {
    process_of_.at(wire->kernel->kernel)->update(*wire->kernel, values);
  }
  scheduler_.run();
}

void Network::read(PortRecord* port, Element element, std::uint8_t* values, std::size_t count, Where where) {
  const ParameterWire& wire = *parameters(port, element, count, where).front();
  process_of_.at(wire.kernel->kernel)->read(*wire.kernel, values);
}

}  // namespace aie4ml::adf
