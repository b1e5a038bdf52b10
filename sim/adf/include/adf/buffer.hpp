// Buffers as a kernel sees them.
#pragma once

#include <aie4ml_adf/elaboration.hpp>
#include <cstddef>
#include <cstdint>

namespace adf {

inline constexpr std::uint32_t inherited_extent = 0;  // the port's dimensions() say it

// Number of elements per dimension, as part of a buffer's type.
template <std::uint32_t... Extents>
struct extents {
  static constexpr std::size_t count = (std::size_t{1} * ... * Extents);
};

template <class T, class Config = extents<inherited_extent>>
class input_buffer {
 public:
  using value_type = T;
  explicit input_buffer(const aie4ml::adf::BufferSlot& slot)
      : data_(static_cast<T*>(slot.data)), size_(slot.count) {}
  input_buffer(const input_buffer&) = delete;
  input_buffer& operator=(const input_buffer&) = delete;
  // Elements are read-only by contract; the pointer is not const because the vendor's is not.
  T* data() { return data_; }
  const T* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  T* data_;
  std::size_t size_;
};

template <class T, class Config = extents<inherited_extent>>
class output_buffer {
 public:
  using value_type = T;
  explicit output_buffer(const aie4ml::adf::BufferSlot& slot)
      : data_(static_cast<T*>(slot.data)), size_(slot.count) {}
  output_buffer(const output_buffer&) = delete;
  output_buffer& operator=(const output_buffer&) = delete;
  // Contents are arbitrary until the kernel writes them.
  T* data() { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  T* data_;
  std::size_t size_;
};

}  // namespace adf
