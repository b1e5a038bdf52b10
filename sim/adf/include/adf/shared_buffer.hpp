// Shared buffers: memory tiles, written and read by DMAs in patterns of their own.
#pragma once

#include <adf/kernel.hpp>
#include <adf/port.hpp>
#include <adf/tiling.hpp>
#include <aie4ml_adf/elaboration.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace adf {

// A handle: copies mean the same buffer. Made by default it means none. A buffer is full when every input has
// written its whole tiling, and free again when every output has read its own.
template <class T>
class shared_buffer {
 public:
  static constexpr const char* kWhat = "shared_buffer";
  shared_buffer() = default;
  // Dimensions in elements of T, fastest first.
  static shared_buffer create(std::vector<std::uint32_t> dimensions, std::size_t inputs, std::size_t outputs,
                              aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
    return shared_buffer(aie4ml::adf::make_shared_buffer(aie4ml::adf::element_of<T>(), std::move(dimensions),
                                                         inputs, outputs, where));
  }

 private:
  friend struct aie4ml::adf::Access;
  explicit shared_buffer(aie4ml::adf::SharedBufferRecord* record)
      : in(record), out(record), record_(record) {}

 public:
  aie4ml::adf::PortList<aie4ml::adf::SharedBufferRecord, direction::in> in{nullptr};
  aie4ml::adf::PortList<aie4ml::adf::SharedBufferRecord, direction::out> out{nullptr};

 private:
  aie4ml::adf::SharedBufferRecord* record_{};
};

// Copies of a shared buffer: 2 lets it be written while it is read.
template <class T>
auto num_buffers(const shared_buffer<T>& b, aie4ml::adf::Where where = aie4ml::adf::Where::current()) {
  struct Assign {
    aie4ml::adf::SharedBufferRecord* record;
    aie4ml::adf::Where where;
    void operator=(int count) const { aie4ml::adf::set_buffers(record, count, where); }
  };
  return Assign{aie4ml::adf::checked(b, where), where};
}

}  // namespace adf
