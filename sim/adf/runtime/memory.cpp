#include "sim/adf/runtime/memory.hpp"

#include <cstring>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

#include "sim/adf/runtime/failure.hpp"

namespace aie4ml::adf {
namespace {

constexpr std::size_t kAlignment = 64;  // of the widest access

std::size_t round_up(std::size_t value, std::size_t unit) {
  return (value + unit - 1) / unit * unit;
}

std::size_t page_bytes() {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

}  // namespace

BufferMemory::BufferMemory(std::size_t bytes) : bytes_(bytes) {
  const std::size_t aligned = round_up(bytes, kAlignment);
  const std::size_t usable = round_up(aligned, page_bytes());
  mapped_ = usable + page_bytes();
  void* pages = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) fail_graph("not enough memory for the buffers of the kernels");
  pages_ = static_cast<std::uint8_t*>(pages);
  mprotect(pages_ + usable, page_bytes(), PROT_NONE);
  data_ = pages_ + usable - aligned;
}

BufferMemory::BufferMemory(BufferMemory&& other) noexcept
    : bytes_(other.bytes_),
      pages_(std::exchange(other.pages_, nullptr)),
      mapped_(other.mapped_),
      data_(other.data_) {}

BufferMemory::~BufferMemory() {
  if (pages_ != nullptr) munmap(pages_, mapped_);
}

bool BufferMemory::guards(const void* address) const {
  const auto* at = static_cast<const std::uint8_t*>(address);
  return at >= pages_ + mapped_ - page_bytes() && at < pages_ + mapped_;
}

void fill_arbitrary(std::uint8_t* data, std::size_t bytes, std::uint64_t seed) {
  // splitmix64
  std::uint64_t state = seed * 0x9e3779b97f4a7c15U;
  for (std::size_t at = 0; at < bytes; at += sizeof state) {
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    z ^= z >> 31U;
    std::memcpy(data + at, &z, bytes - at < sizeof z ? bytes - at : sizeof z);
  }
}

}  // namespace aie4ml::adf
