#include "sim/module/plio_module.hpp"

#include <algorithm>

#include "sim/kernel/fresh_stack.hpp"

namespace aie4ml::sim {

PlioPort::PlioPort(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
                   const arch::PlioChannel& plio, std::int64_t words_per_iteration, int iterations,
                   StreamChannel* stream)
    : sc_module(name),
      services_(services),
      log_(log),
      stream_(stream),
      clock_(services.device().clock.aie_mhz, plio.pl_clock_mhz),
      beat_words_(std::max(1, plio.width_bits / 32)),
      words_per_iteration_(words_per_iteration),
      iterations_(iterations),
      complete_(words_per_iteration * iterations == 0) {
  statistics_.name = plio.name;
  statistics_.input = plio.direction == arch::PlioChannel::Direction::input;
  SC_THREAD(main);
}

std::int64_t PlioPort::cdc_words() const {
  return std::max(services_.device().shim.cdc_fifo_words, beat_words_);
}

void PlioPort::main() {
  fresh_stack();
  if (stream_ == nullptr && !complete_) {
    const WaitScope scope(log_, {.reason = traces::StallReason::stream, .what = WaitCause::What::words}, 0);
    sc_core::wait(never_);  // its port is not connected
  }
  for (int iteration = 0; iteration < iterations_ && words_per_iteration_ > 0; ++iteration) {
    for (std::int64_t left = words_per_iteration_; left > 0;) {
      const std::int64_t words = std::min<std::int64_t>(left, beat_words_);
      beat(words, words == left);
      if (left == words_per_iteration_) {
        statistics_.first_beat.push_back(beat_cycle_);
        services_.first_beat(log_.place(beat_cycle_));
        log_.begin_work(kUnnamedWork, beat_cycle_, iteration);
      }
      left -= words;
      moved_ += words;
      statistics_.words = moved_;
    }
    statistics_.last_beat.push_back(beat_cycle_);
    log_.end_work(beat_cycle_ + 1);
  }
  complete_ = true;
  log_.finished(log_.cursor());
  if (!statistics_.input) services_.output_complete();
}

PlioSource::PlioSource(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
                       const arch::PlioChannel& plio, std::int64_t words_per_iteration, int iterations,
                       StreamChannel* stream, std::span<const std::uint32_t> words)
    : PlioPort(name, services, log, plio, words_per_iteration, iterations, stream), words_(words) {}

void PlioSource::beat(std::int64_t words, bool last) {
  const std::int64_t due = clock_.cycle_of(edge_);
  // The clock-crossing FIFO takes a beat when it has room for all of it.
  const std::int64_t must_have_left = moved_ + words - 1 - cdc_words();
  Ending ending;
  if (must_have_left >= 0) {
    const std::int64_t free = stream_->wait_left(must_have_left, log_, std::max(due, log_.cursor())) + 1;
    ending = stream_->why_left(must_have_left);
    edge_ = std::max(edge_, clock_.edge_from(free));
  }
  beat_cycle_ = clock_.cycle_of(edge_++);
  log_.waited(
      {.reason = traces::StallReason::stream, .what = WaitCause::What::room, .link = stream_->index()},
      std::max(due, log_.cursor()), beat_cycle_, ending);
  for (std::int64_t i = 0; i < words; ++i) {
    stream_->push({words_[static_cast<std::size_t>(moved_ + i)], last && i + 1 == words},
                  beat_cycle_ + services_.device().shim.cdc_cycles, log_);
  }
}

PlioSink::PlioSink(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
                   const arch::PlioChannel& plio, std::int64_t words_per_iteration, int iterations,
                   StreamChannel* stream, int receiver)
    : PlioPort(name, services, log, plio, words_per_iteration, iterations, stream), receiver_(receiver) {}

std::int32_t PlioSink::storage_words(const arch::Device& device, const arch::PlioChannel& plio) {
  return std::max(device.shim.cdc_fifo_words, plio.width_bits / 32);
}

void PlioSink::beat(std::int64_t words, bool /*last*/) {
  const std::int64_t due = clock_.cycle_of(edge_);
  const std::int64_t arrival =
      stream_->wait_arrival(receiver_, moved_ + words - 1, log_, std::max(due, log_.cursor()));
  edge_ = std::max(edge_, clock_.edge_from(arrival + services_.device().shim.cdc_cycles));
  beat_cycle_ = clock_.cycle_of(edge_++);
  log_.waited(
      {.reason = traces::StallReason::stream, .what = WaitCause::What::words, .link = stream_->index()},
      std::max(due, log_.cursor()), beat_cycle_, stream_->why_arrived(receiver_, moved_ + words - 1));
  for (std::int64_t i = 0; i < words; ++i) words_.push_back(stream_->word(moved_ + i).bits);
  cycles_.assign(static_cast<std::size_t>(words), beat_cycle_);
  stream_->pop(receiver_, cycles_, log_);
}

}  // namespace aie4ml::sim
