#include "sim/adf/runtime/channel.hpp"

#include <algorithm>
#include <cstring>

namespace aie4ml::adf {

Channel::Channel(Scheduler& scheduler, std::size_t capacity_bytes)
    : scheduler_(scheduler), ring_(capacity_bytes) {}

std::size_t Channel::add_reader(Process* process) {
  readers_.push_back({process, 0});
  return readers_.size() - 1;
}

std::uint64_t Channel::slowest() const {
  std::uint64_t position = written_;
  for (const Reader& reader : readers_) position = std::min(position, reader.read);
  return position;
}

std::size_t Channel::room() const {
  return ring_.size() - static_cast<std::size_t>(written_ - slowest());
}

void Channel::push(const std::uint8_t* data, std::size_t bytes) {
  if (bytes == 0) return;
  const std::size_t at = written_ % ring_.size();
  const std::size_t first = std::min(bytes, ring_.size() - at);
  std::memcpy(ring_.data() + at, data, first);
  std::memcpy(ring_.data(), data + first, bytes - first);
  written_ += bytes;
  for (const Reader& reader : readers_) scheduler_.wake(reader.process);
}

void Channel::mark_last() {
  last_.push_back(written_);
}

std::size_t Channel::available(std::size_t reader) const {
  return static_cast<std::size_t>(written_ - readers_[reader].read);
}

void Channel::pop(std::size_t reader, std::uint8_t* data, std::size_t bytes) {
  if (bytes == 0) return;
  Reader& self = readers_[reader];
  const std::size_t at = self.read % ring_.size();
  const std::size_t first = std::min(bytes, ring_.size() - at);
  std::memcpy(data, ring_.data() + at, first);
  std::memcpy(data + first, ring_.data(), bytes - first);
  self.read += bytes;
  const std::uint64_t behind = slowest();
  while (!last_.empty() && last_.front() < behind) last_.pop_front();
  if (writer_ != nullptr) scheduler_.wake(writer_);
}

bool Channel::at_last(std::size_t reader) const {
  return std::binary_search(last_.begin(), last_.end(), readers_[reader].read);
}

std::size_t Channel::until_last(std::size_t reader) const {
  const auto next = std::upper_bound(last_.begin(), last_.end(), readers_[reader].read);
  return next == last_.end() ? available(reader) : static_cast<std::size_t>(*next - readers_[reader].read);
}

}  // namespace aie4ml::adf
