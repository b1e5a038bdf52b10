// A connection: a bounded FIFO of bytes with one writer and one or several readers, each of which gets every
// byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/adf/runtime/scheduler.hpp"

namespace aie4ml::adf {

class Channel {
 public:
  Channel(Scheduler& scheduler, std::size_t capacity_bytes);

  void set_writer(Process* process) { writer_ = process; }
  std::size_t add_reader(Process* process);  // returns its number

  [[nodiscard]] std::size_t room() const;
  void push(const std::uint8_t* data, std::size_t bytes);  // at most room()
  void mark_last();                                        // the byte pushed last ends a packet

  [[nodiscard]] std::size_t available(std::size_t reader) const;
  void pop(std::size_t reader, std::uint8_t* data, std::size_t bytes);  // at most available()
  // Whether the byte popped last ends a packet.
  [[nodiscard]] bool at_last(std::size_t reader) const;
  // Bytes up to and including the next one that ends a packet, or all there are.
  [[nodiscard]] std::size_t until_last(std::size_t reader) const;

 private:
  [[nodiscard]] std::uint64_t slowest() const;

  Scheduler& scheduler_;
  std::vector<std::uint8_t> ring_;
  std::uint64_t written_{};
  std::deque<std::uint64_t> last_;  // ends of packets: positions behind their last byte
  struct Reader {
    Process* process;
    std::uint64_t read;
  };
  std::vector<Reader> readers_;
  Process* writer_{};
};

}  // namespace aie4ml::adf
