// The interface that the headers call (aie4ml_adf/elaboration.hpp): keeps what is said, refuses what cannot
// be right.
#include <adf/graph.hpp>
#include <adf/kernel.hpp>
#include <aie4ml_adf/elaboration.hpp>
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/adf/runtime/design.hpp"
#include "sim/adf/runtime/failure.hpp"

namespace aie4ml::adf {
namespace {

PortRecord& make_port(Direction direction, Where where) {
  PortRecord& port = design().ports.emplace_back();
  port.direction = direction;
  port.where = where;
  port.sequence = design().made++;
  return port;
}

[[noreturn]] void fail_index(const std::string& node, Direction direction, std::size_t index,
                             std::size_t count, Where where) {
  constexpr std::array kLists{"in", "out", "inout"};
  const char* list = kLists[static_cast<std::size_t>(direction)];
  fail_graph(where, fmt::format("there is no {}[{}]: {} has {}", list, index, node, count));
}

template <class Record>
Record* existing(Record* record, const char* what, Where where) {
  if (record == nullptr) fail_not_created(what, where);
  return record;
}

std::vector<PortRecord*> ports_in(const KernelRecord& kernel, Direction direction) {
  std::vector<PortRecord*> found;
  for (PortRecord* port : kernel.ports) {
    if (port->direction == direction) found.push_back(port);
  }
  return found;
}

std::vector<PortRecord*> ports_in(const SharedBufferRecord& buffer, Direction direction) {
  if (direction == Direction::inout) return {};
  return direction == Direction::in ? buffer.inputs : buffer.outputs;
}

std::vector<PortRecord*> ports_in(const PlioRecord& plio, Direction direction) {
  if (plio.port->direction != direction) return {};
  return {plio.port};
}

template <class Record>
PortRecord* port_in(const Record& record, Direction direction, std::size_t index, Where where) {
  const std::vector<PortRecord*> ports = ports_in(record, direction);
  if (index >= ports.size()) fail_index(name_of(record), direction, index, ports.size(), where);
  return ports[index];
}

}  // namespace

void fail_not_created(const char* what, Where where) {
  fail_graph(where, fmt::format("this {0} was not created: assign {0}::create...() to it first", what));
}

Registration*& open_registration() {
  static thread_local Registration* open = nullptr;
  return open;
}

GraphRecord* make_graph(Where where) {
  const std::size_t number = design().made++;
  return &design().graphs.emplace_back(number, where);
}

PortRecord* make_graph_port(Direction direction, Where where) {
  return &make_port(direction, where);
}

KernelRecord* make_kernel(KernelType type, Where where) {
  if (type.body == nullptr) {
    fail_graph(
        where,
        "the kernel's registerKernelClass() names no function; say REGISTER_FUNCTION(CLASS::FUNCTION) there");
  }
  KernelRecord& kernel = design().kernels.emplace_back();
  kernel.type = std::move(type);
  kernel.where = where;
  kernel.sequence = design().made++;
  std::array<std::size_t, 3> count{};
  for (std::size_t i = 0; i < kernel.type.arguments.size(); ++i) {
    const Direction direction = kernel.type.arguments[i].direction;
    PortRecord& port = make_port(direction, where);
    port.kernel = &kernel;
    port.index = count[static_cast<std::size_t>(direction)]++;
    port.argument = i;
    kernel.ports.push_back(&port);
  }
  return &kernel;
}

PlioRecord* make_plio(PlioOrigin origin, std::string name, int width_bits, std::string file, Where where) {
  PlioRecord& plio = design().plios.emplace_back();
  plio.origin = origin;
  plio.name = std::move(name);
  plio.width_bits = width_bits;
  plio.file = std::move(file);
  plio.where = where;
  plio.sequence = design().made++;
  plio.port = &make_port(origin == PlioOrigin::file_in ? Direction::out : Direction::in, where);
  plio.port->plio = &plio;
  return &plio;
}

SharedBufferRecord* make_shared_buffer(Element element, std::vector<std::uint32_t> dimensions,
                                       std::size_t inputs, std::size_t outputs, Where where) {
  if (dimensions.empty() || std::count(dimensions.begin(), dimensions.end(), 0U) > 0) {
    fail_graph(where, "a shared_buffer has at least one dimension, and none of 0 elements");
  }
  if (inputs == 0 || outputs == 0) fail_graph(where, "a shared_buffer has at least one input and one output");
  SharedBufferRecord& buffer = design().shared_buffers.emplace_back();
  buffer.element = element;
  buffer.dimensions = std::move(dimensions);
  buffer.where = where;
  buffer.sequence = design().made++;
  const auto add = [&](std::vector<PortRecord*>& list, std::size_t count, Direction direction) {
    for (std::size_t i = 0; i < count; ++i) {
      PortRecord& port = make_port(direction, where);
      port.shared_buffer = &buffer;
      port.index = i;
      list.push_back(&port);
    }
  };
  add(buffer.inputs, inputs, Direction::in);
  add(buffer.outputs, outputs, Direction::out);
  return &buffer;
}

PortRecord* port_of(KernelRecord* kernel, Direction direction, std::size_t index, Where where) {
  return port_in(*existing(kernel, "kernel", where), direction, index, where);
}
PortRecord* port_of(PlioRecord* plio, Direction direction, std::size_t index, Where where) {
  return port_in(*existing(plio, direction == Direction::out ? "input_plio" : "output_plio", where),
                 direction, index, where);
}
PortRecord* port_of(SharedBufferRecord* buffer, Direction direction, std::size_t index, Where where) {
  return port_in(*existing(buffer, "shared_buffer", where), direction, index, where);
}
std::size_t ports_of(const KernelRecord* kernel, Direction direction) {
  return kernel == nullptr ? 0 : ports_in(*kernel, direction).size();
}
std::size_t ports_of(const PlioRecord* plio, Direction direction) {
  return plio == nullptr ? 0 : ports_in(*plio, direction).size();
}
std::size_t ports_of(const SharedBufferRecord* buffer, Direction direction) {
  return buffer == nullptr ? 0 : ports_in(*buffer, direction).size();
}

NetRecord* connect_ports(PortRecord* from, PortRecord* to, Link link, Where where) {
  if (!from->is_of_graph() && from->direction == Direction::in) {
    fail_graph(where, fmt::format("{} takes data: a connection cannot start there", name_of(*from)));
  }
  if (!to->is_of_graph() && to->direction == Direction::out) {
    fail_graph(where, fmt::format("{} gives data: a connection cannot end there", name_of(*to)));
  }
  if (to->source != nullptr) {
    fail_graph(where, fmt::format("two connections to {}: the other one is at {}", name_of(*to),
                                  to_string(to->source->where)));
  }
  NetRecord& net = design().nets.emplace_back();
  net.from = from;
  net.to = to;
  net.link = link;
  net.where = where;
  from->sinks.push_back(&net);
  to->source = &net;
  return &net;
}

void set_dimensions(PortRecord* port, std::vector<std::uint32_t> dimensions, Where where) {
  if (port->kernel == nullptr || argument_of(*port).kind != ArgumentKind::buffer) {
    fail_graph(where, fmt::format("dimensions() are said of a kernel's buffer; this is {}", name_of(*port)));
  }
  if (dimensions.empty() || std::count(dimensions.begin(), dimensions.end(), 0U) > 0) {
    fail_graph(where,
               fmt::format("dimensions() of {}: there is at least one, and none is 0", name_of(*port)));
  }
  port->dimensions = std::move(dimensions);
  port->dimensions_where = where;
}

void set_async(PortRecord* port) {
  port->async = true;
}
void set_buffers(PortRecord* port, int buffers) {
  port->buffers = buffers;
}

void set_access(PortRecord* port, bool is_read, Tiling tiling, Where where) {
  // A DMA reads behind an output of a shared buffer or of a kernel, and writes before an input.
  const bool outwards = port->direction == Direction::out;
  const bool has_dma = port->shared_buffer != nullptr ||
                       (port->kernel != nullptr && argument_of(*port).kind == ArgumentKind::buffer);
  if (!has_dma || outwards != is_read) {
    fail_graph(
        where,
        fmt::format("{}() is said of an {} of a shared_buffer or of a kernel's buffer; this is {}",
                    is_read ? "read_access" : "write_access", is_read ? "output" : "input", name_of(*port)));
  }
  port->tiling = std::move(tiling);
  port->tiling_where = where;
}

void set_fifo_depth(NetRecord* net, std::int64_t words, Where where) {
  if (words < 1) fail_graph(where, fmt::format("fifo_depth() is {}; at least 1 word is possible", words));
  net->fifo_words = words;
}

void set_buffers(SharedBufferRecord* buffer, int buffers, Where where) {
  if (buffers < 1) fail_graph(where, fmt::format("num_buffers() is {}; at least 1 is needed", buffers));
  buffer->buffers = buffers;
}

void set_runtime_ratio(KernelRecord* kernel, double ratio, Where where) {
  if (!(ratio > 0.0 && ratio <= 1.0)) {
    fail_graph(where, fmt::format("runtime<ratio>() of {} is {}; more than 0 and at most 1 is possible",
                                  name_of(*kernel), ratio));
  }
  kernel->ratio = ratio;
}
void set_repetitions(KernelRecord* kernel, std::int64_t count, Where where) {
  if (count < 1)
    fail_graph(where, fmt::format("repetition_count() of {} is {}; at least 1 is possible", name_of(*kernel),
                                  count));
  kernel->repetitions = count;
}
void set_initialization(KernelRecord* kernel, std::string function, Where where) {
  kernel->initialization = std::move(function);
  kernel->initialization_where = where;
}
void set_source(KernelRecord* kernel, std::string file, Where /*where*/) {
  kernel->source = std::move(file);
}
void set_stack_bytes(KernelRecord* kernel, std::int64_t bytes, Where where) {
  if (bytes < 1)
    fail_graph(where,
               fmt::format("stack_size() of {} is {}; at least 1 byte is possible", name_of(*kernel), bytes));
  kernel->stack_bytes = bytes;
}

void place_kernel(KernelRecord* kernel, Place tile, Where where) {
  kernel->place = tile;
  kernel->place_where = where;
}
void place_stack(KernelRecord* kernel, std::vector<Place> places, Where where) {
  kernel->stack_places = std::move(places);
  kernel->stack_where = where;
}
void place_port(PortRecord* port, std::vector<Place> places, Where where) {
  if (port->kernel == nullptr) {
    fail_graph(where,
               fmt::format("location<buffer>() is said of a kernel's port or of a shared_buffer; this is {}",
                           name_of(*port)));
  }
  port->places = std::move(places);
  port->places_where = where;
}
void place_plio(PlioRecord* plio, Place place, Where where) {
  plio->place = place;
  plio->place_where = where;
}
void place_shared_buffer(SharedBufferRecord* buffer, std::vector<Place> places, Where where) {
  buffer->places = std::move(places);
  buffer->places_where = where;
}

}  // namespace aie4ml::adf
