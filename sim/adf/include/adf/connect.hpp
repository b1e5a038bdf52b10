// Connections between ports.
#pragma once

#include <adf/port.hpp>
#include <aie4ml_adf/elaboration.hpp>
#include <cstdint>
#include <type_traits>

namespace adf {

// Tags of what a connection carries; connect<> takes what its ends are.
struct parameter {};
struct cascade {};
struct stream {};

template <class Kind = void>
class connect {
  static_assert(
      std::is_void_v<Kind> || std::is_same_v<Kind, parameter> || std::is_same_v<Kind, cascade> ||
          std::is_same_v<Kind, stream>,
      "connect<> of this kind is not supported: use connect<>, connect<parameter>, connect<cascade> or "
      "connect<stream>");

 public:
  // From the producing to the consuming end; a port of a graph is both. Several connections from one end are
  // a multicast.
  template <direction From, direction To>
  connect(const port<From>& from, const port<To>& to,
          aie4ml::adf::Where where = aie4ml::adf::Where::current())
      : record_(aie4ml::adf::connect_ports(aie4ml::adf::Access::record(from), aie4ml::adf::Access::record(to),
                                           kLink, where)) {}

 private:
  friend struct aie4ml::adf::Access;
  static constexpr aie4ml::adf::Link kLink = std::is_same_v<Kind, parameter> ? aie4ml::adf::Link::parameter
                                             : std::is_same_v<Kind, cascade> ? aie4ml::adf::Link::cascade
                                             : std::is_same_v<Kind, stream>  ? aie4ml::adf::Link::stream
                                                                             : aie4ml::adf::Link::any;
  aie4ml::adf::NetRecord* record_;
};
template <direction From, direction To>
connect(const port<From>&, const port<To>&) -> connect<void>;
template <direction From, direction To>
connect(const port<From>&, const port<To>&, aie4ml::adf::Where) -> connect<void>;

// Words that the FIFOs on the way of a stream hold.
template <class Kind>
auto fifo_depth(const connect<Kind>& net, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  struct Assign {
    aie4ml::adf::NetRecord* net;
    aie4ml::adf::Where where;
    void operator=(std::int64_t words) const { aie4ml::adf::set_fifo_depth(net, words, where); }
  };
  return Assign{aie4ml::adf::Access::record(net), where};
}

}  // namespace adf
