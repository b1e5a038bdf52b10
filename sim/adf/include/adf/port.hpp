// Ports of graphs, kernels, PLIOs and shared buffers, and what is said about a port.
#pragma once

#include <aie4ml_adf/elaboration.hpp>
#include <concepts>
#include <cstddef>
#include <deque>
#include <initializer_list>
#include <iterator>
#include <vector>

namespace aie4ml::adf {

// An index as the user writes it, with the line it stands in.
struct Index {
  template <std::integral I>
  Index(I i, Where line = Where::current()) : value(static_cast<std::size_t>(i)), where(line) {}
  std::size_t value;
  Where where;
};

struct Access;

}  // namespace aie4ml::adf

namespace adf {

enum class direction { in, out, inout };
inline constexpr direction input = direction::in;
inline constexpr direction output = direction::out;
inline constexpr direction inout = direction::inout;

// A handle: copies mean the same port. Made by default it is a port of the graph it is a member of.
template <direction D>
class port {
 public:
  port(aie4ml::adf::Where where = aie4ml::adf::Where::current())
      : record_(aie4ml::adf::make_graph_port(static_cast<aie4ml::adf::Direction>(D), where)) {}

 private:
  friend struct aie4ml::adf::Access;
  explicit port(aie4ml::adf::PortRecord* record) : record_(record) {}
  aie4ml::adf::PortRecord* record_;
};

using input_port = port<direction::in>;
using output_port = port<direction::out>;
using inout_port = port<direction::inout>;

}  // namespace adf

namespace aie4ml::adf {

// The way from a user's handle to its record.
struct Access {
  template <::adf::direction D>
  static ::adf::port<D> port(PortRecord* record) {
    return ::adf::port<D>(record);
  }
  template <class Handle>
  static auto* record(const Handle& handle) {
    return handle.record_;
  }
};

// The members in, out and inout of a node: indexed, counted, iterated.
template <class Record, ::adf::direction D>
class PortList {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = ::adf::port<D>;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = value_type;
    iterator(const PortList* list, std::size_t at) : list_(list), at_(at) {}
    value_type operator*() const { return (*list_)[at_]; }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    const PortList* list_;
    std::size_t at_;
  };

  explicit PortList(Record* record) : record_(record) {}
  // A reference, as functions that place ports take it; good as long as the node's handle.
  ::adf::port<D>& operator[](Index index) const {
    const auto port = Access::port<D>(port_of(record_, static_cast<Direction>(D), index.value, index.where));
    while (ports_.size() <= index.value) ports_.push_back(port);
    return ports_[index.value] = port;
  }
  [[nodiscard]] std::size_t size() const { return ports_of(record_, static_cast<Direction>(D)); }
  [[nodiscard]] iterator begin() const { return {this, 0}; }
  [[nodiscard]] iterator end() const { return {this, size()}; }

 private:
  Record* record_;  // null: of a handle that nothing was created for
  mutable std::deque<::adf::port<D>> ports_;
};

// What `dimensions(port)` and the like return: something to assign to.
class DimensionsOf {
 public:
  DimensionsOf(PortRecord* port, Where where) : port_(port), where_(where) {}
  void operator=(std::vector<std::uint32_t> dimensions) const {
    set_dimensions(port_, std::move(dimensions), where_);
  }

 private:
  PortRecord* port_;
  Where where_;
};

}  // namespace aie4ml::adf

namespace adf {

// Extents of a kernel's buffer in elements, fastest axis first.
template <direction D>
aie4ml::adf::DimensionsOf dimensions(const port<D>& p,
                                     aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return {aie4ml::adf::Access::record(p), where};
}

// A run-time parameter that a kernel reads as it is, without waiting for an update before each call.
template <direction D>
port<D> async(const port<D>& p) {
  aie4ml::adf::set_async(aie4ml::adf::Access::record(p));
  return p;
}
template <direction D>
port<D> sync(const port<D>& p) {
  return p;
}

// One buffer instead of two (ping and pong).
template <direction D>
void single_buffer(const port<D>& p) {
  aie4ml::adf::set_buffers(aie4ml::adf::Access::record(p), 1);
}
template <direction D>
void double_buffer(const port<D>& p) {
  aie4ml::adf::set_buffers(aie4ml::adf::Access::record(p), 2);
}

}  // namespace adf
