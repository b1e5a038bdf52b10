#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "sim/adf/runtime/failure.hpp"
#include "sim/adf/runtime/grid.hpp"
#include "sim/adf/runtime/wiring.hpp"

namespace aie4ml::adf {
namespace {

constexpr std::int64_t kDefaultStackBytes = 1024;  // UG1603
constexpr double kRatioSlack = 1e-6;               // sums of decimal fractions

using TileKey = std::pair<int, int>;
using BankKey = std::tuple<int, int, int>;

bool in_grid(const Place& place, int rows) {
  return place.column >= 0 && place.column < grid().columns && place.row >= 0 && place.row < rows;
}

std::string outside(const std::string& what, const Place& place, int rows, const char* of_what) {
  return fmt::format("({},{}) of {} is outside {}, whose {} have columns 0..{} and rows 0..{}", place.column,
                     place.row, what, grid().name, of_what, grid().columns - 1, rows - 1);
}

void check_tiles(const Nodes& nodes) {
  std::map<TileKey, std::vector<const KernelRecord*>> on_tile;
  for (const KernelRecord* kernel : nodes.kernels) {
    if (!kernel->place) continue;
    const Place& place = *kernel->place;
    if (!in_grid(place, grid().core_rows)) {
      fail_graph(kernel->place_where,
                 "tile " + outside(name_of(*kernel), place, grid().core_rows, "core tiles"));
    }
    std::vector<const KernelRecord*>& here = on_tile[{place.column, place.row}];
    here.push_back(kernel);
    double sum = 0;
    for (const KernelRecord* other : here) sum += other->ratio;
    if (sum <= 1.0 + kRatioSlack) continue;
    fail_graph(
        kernel->place_where,
        fmt::format(
            "{} kernels on one tile: {} and {} (placed at {}); their runtime<ratio>() add up to {}, at "
            "most 1 is possible",
            here.size() == 2 ? "two" : fmt::format("{}", here.size()), name_of(*kernel),
            name_of(*here.front()), to_string(here.front()->place_where), sum));
  }
}

// A core reaches its own memory and those of its neighbours to the south, west and north.
bool reaches(const Place& core, const Place& memory) {
  const int columns = core.column - memory.column;
  const int rows = core.row - memory.row;
  return (columns == 0 && rows >= -1 && rows <= 1) || (columns == 1 && rows == 0);
}

void check_memory_of(const KernelRecord& kernel, const std::vector<Place>& places, const std::string& what,
                     Where where) {
  for (const Place& place : places) {
    if (place.kind == Place::Kind::shim)
      fail_graph(where, fmt::format("{} cannot lie in an interface tile", what));
    if (!in_grid(place, grid().core_rows)) {
      fail_graph(where, "memory " + outside(what, place, grid().core_rows, "core tiles"));
    }
    if (place.kind == Place::Kind::bank && (place.index < 0 || place.index >= grid().banks)) {
      fail_graph(where, fmt::format("{}: there is no bank {}, a tile of {} has banks 0..{}", what,
                                    place.index, grid().name, grid().banks - 1));
    }
    if (kernel.place && !reaches(*kernel.place, place)) {
      fail_graph(
          where,
          fmt::format("{}: the kernel cannot reach the memory of tile ({},{}), only its own and those to "
                      "the south, west and north",
                      what, place.column, place.row));
    }
  }
}

// Buffers that are placed in a bank fit into it together.
class Banks {
 public:
  void add(const Place& place, std::int64_t bytes, const std::string& what, Where where) {
    if (place.kind != Place::Kind::bank) return;
    Use& use = uses_[{place.column, place.row, place.index}];
    use.bytes += bytes;
    use.what += fmt::format("{}{} ({} bytes)", use.what.empty() ? "" : ", ", what, bytes);
    if (use.bytes <= grid().bank_bytes) return;
    fail_graph(where,
               fmt::format("bank {} of tile ({},{}) has {} bytes, {} are placed in it: {}", place.index,
                           place.column, place.row, grid().bank_bytes, use.bytes, use.what));
  }

 private:
  struct Use {
    std::int64_t bytes{};
    std::string what;
  };
  std::map<BankKey, Use> uses_;
};

bool same_places(const std::vector<Place>& a, const std::vector<Place>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Place& x, const Place& y) {
    return x.column == y.column && x.row == y.row && x.index == y.index;
  });
}

// Producer and consumer that lie next to each other may use one buffer.
bool is_handed_over(const PortRecord& port, const Wiring& wiring) {
  return std::any_of(wiring.wires.begin(), wiring.wires.end(), [&](const Wire& wire) {
    return wire.consumers.size() == 1 && wire.consumers.front() == &port &&
           wire.producer->kernel != nullptr && same_places(wire.producer->places, port.places);
  });
}

void check_banks(const Nodes& nodes, const Wiring& wiring) {
  Banks banks;
  for (const KernelRecord* kernel : nodes.kernels) {
    check_memory_of(*kernel, kernel->stack_places, "the stack of " + name_of(*kernel), kernel->stack_where);
    for (const Place& place : kernel->stack_places) {
      banks.add(place, kernel->stack_bytes > 0 ? kernel->stack_bytes : kDefaultStackBytes,
                "the stack of " + name_of(*kernel), kernel->stack_where);
    }
    for (const PortRecord* port : kernel->ports) {
      if (port->places.empty()) continue;
      const Argument& argument = argument_of(*port);
      if (argument.kind != ArgumentKind::buffer && argument.kind != ArgumentKind::parameter) {
        fail_graph(port->places_where,
                   fmt::format("{} is a stream: it has no buffer to place", name_of(*port)));
      }
      check_memory_of(*kernel, port->places, name_of(*port), port->places_where);
      if (is_handed_over(*port, wiring)) continue;
      const std::size_t elements =
          argument.kind == ArgumentKind::buffer ? buffer_elements(*port) : argument.count;
      const auto bytes = static_cast<std::int64_t>(elements * argument.element.bytes);
      for (const Place& place : port->places) banks.add(place, bytes, name_of(*port), port->places_where);
    }
  }
}

void check_shared_buffers(const Nodes& nodes) {
  for (const SharedBufferRecord* buffer : nodes.shared_buffers) {
    const auto bytes = static_cast<std::int64_t>(buffer->elements() * buffer->element.bytes);
    if (bytes > grid().memory_tile_bytes) {
      fail_graph(buffer->where, fmt::format("this shared_buffer has {} bytes, a memory tile of {} has {}",
                                            bytes, grid().name, grid().memory_tile_bytes));
    }
    for (const Place& place : buffer->places) {
      if (in_grid(place, grid().memory_rows)) continue;
      fail_graph(buffer->places_where,
                 "memory tile " + outside(name_of(*buffer), place, grid().memory_rows, "memory tiles"));
    }
  }
}

void check_plios(const Nodes& nodes) {
  for (const PlioRecord* plio : nodes.plios) {
    if (!plio->place) continue;
    const std::vector<int>& columns = grid().plio_columns;
    if (std::find(columns.begin(), columns.end(), plio->place->column) != columns.end()) continue;
    fail_graph(plio->place_where, fmt::format("{}: column {} of {} has no PLIO", name_of(*plio),
                                              plio->place->column, grid().name));
  }
}

}  // namespace

void check_places(const Nodes& nodes, const Wiring& wiring) {
  check_tiles(nodes);
  check_banks(nodes, wiring);
  check_shared_buffers(nodes);
  check_plios(nodes);
}

}  // namespace aie4ml::adf
