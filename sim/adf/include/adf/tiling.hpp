// Access patterns: the order in which a DMA walks through a buffer of up to four dimensions.
#pragma once

#include <adf/port.hpp>
#include <aie4ml_adf/elaboration.hpp>
#include <cstdint>
#include <utility>
#include <vector>

namespace adf {

// `wrap` steps of `stride` elements along `dimension`. The first entry of a traversal is the innermost loop.
struct traversing_parameters {
  std::uint32_t dimension = 0;
  std::uint32_t stride = 0;
  std::uint32_t wrap = 0;
};

// Dimension 0 is the fastest in memory. Tiles of tiling_dimension are visited in the order of tile_traversal,
// from offset on. With a boundary_dimension, elements outside [0, boundary) read as zero and are not written.
struct tiling_parameters {
  std::vector<std::uint32_t> buffer_dimension{};
  std::vector<std::uint32_t> tiling_dimension{};
  std::vector<std::int32_t> offset{};
  std::vector<traversing_parameters> tile_traversal{};
  std::vector<std::uint32_t> boundary_dimension{};
};

class tiling {
 public:
  tiling(tiling_parameters parameters) : parameters_(std::move(parameters)) {}

 private:
  friend struct aie4ml::adf::Access;
  friend class access_of;
  tiling_parameters parameters_;
};

// What read_access() and write_access() return: assign a tiling to it.
class access_of {
 public:
  access_of(aie4ml::adf::PortRecord* port, bool is_read, aie4ml::adf::Where where)
      : port_(port), is_read_(is_read), where_(where) {}
  void operator=(tiling pattern) const {
    tiling_parameters& p = pattern.parameters_;
    aie4ml::adf::Tiling plain{std::move(p.buffer_dimension),
                              std::move(p.tiling_dimension),
                              std::move(p.offset),
                              {},
                              std::move(p.boundary_dimension)};
    for (const traversing_parameters& step : p.tile_traversal) {
      plain.traversal.push_back({step.dimension, step.stride, step.wrap});
    }
    aie4ml::adf::set_access(port_, is_read_, std::move(plain), where_);
  }

 private:
  aie4ml::adf::PortRecord* port_;
  bool is_read_;
  aie4ml::adf::Where where_;
};

// How the DMA reads the buffer behind a port: outputs of shared buffers and of kernels.
template <direction D>
access_of read_access(const port<D>& p, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return {aie4ml::adf::Access::record(p), true, where};
}
// How it writes it: inputs of shared buffers and of kernels.
template <direction D>
access_of write_access(const port<D>& p, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  return {aie4ml::adf::Access::record(p), false, where};
}

}  // namespace adf
