// Memory of kernels' buffers: an access beyond its end hits a page without access.
#pragma once

#include <cstddef>
#include <cstdint>

namespace aie4ml::adf {

class BufferMemory {
 public:
  explicit BufferMemory(std::size_t bytes);
  BufferMemory(BufferMemory&& other) noexcept;
  BufferMemory& operator=(BufferMemory&&) = delete;
  ~BufferMemory();

  // Aligned to 64 bytes. Between its end and the page without access lie less than 64 bytes.
  [[nodiscard]] std::uint8_t* data() const { return data_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool guards(const void* address) const;  // the page without access

 private:
  std::size_t bytes_;
  std::uint8_t* pages_{};
  std::size_t mapped_{};
  std::uint8_t* data_{};
};

// Bytes that look like nothing, the same for the same seed: what is in a buffer before it is written. Neither
// zero nor the data of an earlier iteration, so that a kernel that leaves elements unwritten is found out.
void fill_arbitrary(std::uint8_t* data, std::size_t bytes, std::uint64_t seed);

}  // namespace aie4ml::adf
