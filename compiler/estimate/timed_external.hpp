// Buffers of the host in external memory, as the times of the bursts that a shim's NoC DMA moves.
//
// APPROX: every channel has an even share of the bandwidth, whether the others use theirs or not; the
// simulated bus serves bursts as they come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "arch/device/device.hpp"
#include "compiler/estimate/timed_unit.hpp"

namespace aie4ml::compiler {

class TimedExternal : public TimedHostEnd {
 public:
  // sharing: channels that the bandwidth is for.
  TimedExternal(std::string name, std::int64_t words_per_iteration, const arch::Device& device, int sharing,
                TimedStream& stream);

 protected:
  // Until the last byte of a burst asked for in `cycle` has come over the bus; latency not included.
  Time transfer(Time cycle, std::int64_t words);
  [[nodiscard]] Time cycles_of(double ns) const;
  [[nodiscard]] std::int64_t burst_words() const { return next_words(burst_); }

  const arch::Device& device_;

 private:
  double cycles_per_word_;
  std::int64_t burst_;
  Time bus_free_{};
};

// Into the array: the first beat of an iteration is when its first burst is asked for.
class TimedRead final : public TimedExternal {
 public:
  using TimedExternal::TimedExternal;
  bool advance() override;

 private:
  Time fetched_{};  // the last burst
};

// Out of the array: a beat is a burst in memory.
class TimedWrite final : public TimedExternal {
 public:
  TimedWrite(std::string name, std::int64_t words_per_iteration, const arch::Device& device, int sharing,
             TimedStream& stream, std::size_t branch)
      : TimedExternal(std::move(name), words_per_iteration, device, sharing, stream), branch_(branch) {}
  bool advance() override;

 private:
  std::size_t branch_;
  std::int64_t left_{};  // words of the burst at hand
  Time written_{};
};

}  // namespace aie4ml::compiler
