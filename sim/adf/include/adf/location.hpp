// Where things lie on the array.
#pragma once

#include <adf/kernel.hpp>
#include <adf/plio.hpp>
#include <adf/port.hpp>
#include <adf/shared_buffer.hpp>
#include <concepts>
#include <initializer_list>
#include <type_traits>
#include <utility>
#include <vector>

namespace adf {

// Columns and rows count from 0 in the grid of core tiles; of a shared buffer in that of memory tiles.
class tile {
 public:
  tile(int column, int row) : place_{aie4ml::adf::Place::Kind::tile, column, row, -1} {}
  operator aie4ml::adf::Place() const { return place_; }

 private:
  aie4ml::adf::Place place_;
};
class bank {
 public:
  bank(int column, int row, int index) : place_{aie4ml::adf::Place::Kind::bank, column, row, index} {}
  operator aie4ml::adf::Place() const { return place_; }

 private:
  aie4ml::adf::Place place_;
};
// A byte address in the tile's memory.
class address {
 public:
  address(int column, int row, int offset) : place_{aie4ml::adf::Place::Kind::address, column, row, offset} {}
  operator aie4ml::adf::Place() const { return place_; }

 private:
  aie4ml::adf::Place place_;
};
// The interface tile of a column, and a channel of it.
class shim {
 public:
  explicit shim(int column, int channel = -1) : place_{aie4ml::adf::Place::Kind::shim, column, 0, channel} {}
  operator aie4ml::adf::Place() const { return place_; }

 private:
  aie4ml::adf::Place place_;
};

// Tags of location<>; its third is the class kernel.
struct buffer {};
struct stack {};
struct PLIO {};

}  // namespace adf

namespace aie4ml::adf {

// What location<>() returns: one place or several (ping and pong) are assigned to it.
template <class Put>
class LocationOf {
 public:
  LocationOf(Put put, Where where) : put_(put), where_(where) {}
  void operator=(Place place) const { put_(std::vector<Place>{place}, where_); }
  void operator=(std::initializer_list<Place> places) const { put_(std::vector<Place>(places), where_); }

 private:
  Put put_;
  Where where_;
};

}  // namespace aie4ml::adf

namespace adf {

template <class Kind>
requires std::same_as<Kind, kernel>
auto location(const kernel& k, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  struct Assign {
    aie4ml::adf::KernelRecord* record;
    aie4ml::adf::Where where;
    void operator=(tile place) const { aie4ml::adf::place_kernel(record, place, where); }
  };
  return Assign{aie4ml::adf::checked(k, where), where};
}

template <class Kind>
requires std::same_as<Kind, stack>
auto location(const kernel& k, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return aie4ml::adf::LocationOf(
      [record = aie4ml::adf::checked(k, where)](std::vector<aie4ml::adf::Place> places,
                                                aie4ml::adf::Where at) {
        aie4ml::adf::place_stack(record, std::move(places), at);
      },
      where);
}

// The buffers of a kernel's port.
template <class Kind, direction D>
requires(std::same_as<Kind, buffer> || std::same_as<Kind, parameter>) auto location(
    const port<D>& p, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return aie4ml::adf::LocationOf(
      [record = aie4ml::adf::Access::record(p)](std::vector<aie4ml::adf::Place> places,
                                                aie4ml::adf::Where at) {
        aie4ml::adf::place_port(record, std::move(places), at);
      },
      where);
}

// A shared buffer's ping and pong, in memory tiles.
template <class Kind, class T>
requires std::same_as<Kind, buffer>
auto location(const shared_buffer<T>& b, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return aie4ml::adf::LocationOf(
      [record = aie4ml::adf::checked(b, where)](std::vector<aie4ml::adf::Place> places,
                                                aie4ml::adf::Where at) {
        aie4ml::adf::place_shared_buffer(record, std::move(places), at);
      },
      where);
}

template <class Kind, class Plio>
requires(std::same_as<Kind, PLIO> &&
         (std::same_as<Plio, input_plio> ||
          std::same_as<Plio, output_plio>)) auto location(const Plio& plio,
                                                          aie4ml::adf::Where where =
                                                              aie4ml::adf::Where::current()) {
  struct Assign {
    aie4ml::adf::PlioRecord* record;
    aie4ml::adf::Where where;
    void operator=(shim place) const { aie4ml::adf::place_plio(record, place, where); }
  };
  return Assign{aie4ml::adf::checked(plio, where), where};
}

}  // namespace adf
