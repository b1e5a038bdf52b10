// The two ends of the array: streams from and to the programmable logic, beat by beat of its clock.
//
// APPROX: the PL never stalls: it has all inputs ready in cycle 0 and takes every output at once. Its clock
// edges fall on cycle 0.
#pragma once

#include <span>
#include <vector>

#include <systemc>

#include "arch/device/plio_clock.hpp"
#include "sim/module/services.hpp"
#include "sim/module/stream_channel.hpp"

namespace aie4ml::sim {

// An input ends every iteration with TLAST. A beat carries width_bits / 32 words; the last one of an
// iteration may carry fewer (TKEEP).
class PlioPort : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(PlioPort);
  PlioPort(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
           const arch::PlioChannel& plio, std::int64_t words_per_iteration, int iterations,
           StreamChannel* stream);

  // First and last beat of every iteration so far, and its words.
  [[nodiscard]] const traces::PlioStatistics& statistics() const { return statistics_; }
  [[nodiscard]] bool complete() const { return complete_; }

 protected:
  // Moves one beat, the last one of its iteration or not; sets beat_cycle_.
  virtual void beat(std::int64_t words, bool last) = 0;
  std::int64_t cdc_words() const;

  Services& services_;
  UnitLog& log_;
  StreamChannel* stream_;
  arch::PlioClock clock_;
  int beat_words_;
  std::int64_t edge_{};        // first PL clock edge that is free
  std::int64_t beat_cycle_{};  // of the latest beat
  std::int64_t moved_{};       // words
  sc_core::sc_event never_;

 private:
  void main();
  std::int64_t words_per_iteration_;
  int iterations_;
  bool complete_{};
  traces::PlioStatistics statistics_;
};

// Offers all words back to back.
class PlioSource final : public PlioPort {
 public:
  PlioSource(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
             const arch::PlioChannel& plio, std::int64_t words_per_iteration, int iterations,
             StreamChannel* stream, std::span<const std::uint32_t> words);

 private:
  void beat(std::int64_t words, bool last) override;
  std::span<const std::uint32_t> words_;
};

// Takes words as fast as its clock allows.
class PlioSink final : public PlioPort {
 public:
  PlioSink(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
           const arch::PlioChannel& plio, std::int64_t words_per_iteration, int iterations,
           StreamChannel* stream, int receiver);
  [[nodiscard]] const std::vector<std::uint32_t>& words() const { return words_; }

  // Words of storage between the array and the PL; at least a beat.
  static std::int32_t storage_words(const arch::Device& device, const arch::PlioChannel& plio);

 private:
  void beat(std::int64_t words, bool last) override;
  int receiver_;
  std::vector<std::uint32_t> words_;
  std::vector<std::int64_t> cycles_;
};

}  // namespace aie4ml::sim
