#include "compiler/estimate/timed_unit.hpp"

#include <algorithm>
#include <utility>

namespace aie4ml::compiler {

TimedChannel::TimedChannel(std::string name, std::vector<TimedDescriptor> descriptors,
                           const arch::Device& device, arch::TileKind kind)
    : TimedUnit(std::move(name)),
      facts_(device.dma(kind)),
      access_cycles_(kind == arch::TileKind::memory ? device.memory_tile.access_cycles : 0),
      descriptors_(std::move(descriptors)),
      lock_service_(device.locks.service_cycles) {}

bool TimedChannel::begin() {
  gap_ = 0;
  if (descriptor().acquire != nullptr) {
    const Time granted = descriptor().acquire->acquire(descriptor().acquire_amount, requested_);
    if (granted == kUnknown) return false;
    if (granted > requested_) chained_ = false;
    if (chained_) gap_ = 1 + facts_.timing.bd_chain_cycles + lock_service_;
    time_ = std::max(time_, requested_ + lock_service_);
    wait_until(granted + lock_service_);
  }
  if (!chained_) time_ += facts_.timing.bd_start_cycles;
  begun_ = true;
  return true;
}

void TimedChannel::end(Time last, Time released) {
  if (descriptor().release != nullptr) descriptor().release->release(descriptor().release_amount, released);
  at_ = (at_ + 1) % descriptors_.size();
  // A successor that asks for no lock has been fetched ahead and follows at once.
  time_ = last + 1 + (descriptor().acquire != nullptr ? facts_.timing.bd_chain_cycles : 0);
  requested_ = time_;
  chained_ = true;
  begun_ = false;
}

bool TimedMm2s::advance() {
  bool moved = false;
  const std::int64_t held = std::max<std::int64_t>(facts_.timing.egress_words, facts_.memory_bits / 32);
  while (true) {
    if (!begun_) {
      if (!begin()) return moved;
      left_ = descriptor().words;
      moved = true;
    }
    while (left_ > 0) {
      const int words = std::min(left_, descriptor().words_per_access);
      if (const std::int64_t before = fetched_ + words - 1 - held; before >= 0) {
        const Time left = stream_.left(before);
        if (left == kUnknown) return moved;
        wait_until(left + 1);
      }
      for (int i = 0; i < words; ++i)
        stream_.send(time_ + facts_.timing.first_word_cycles + access_cycles_, std::exchange(gap_, 0));
      fetched_ += words;
      left_ -= words;
      ++time_;
      moved = true;
    }
    end(time_ - 1, time_);
  }
}

bool TimedS2mm::advance() {
  const Time write = std::max<Time>(1, facts_.timing.write_cycles + access_cycles_);
  const int words_per_cycle = std::max(1, facts_.stream_bits / 32);
  bool moved = false;
  while (true) {
    if (!begun_) {
      if (!begin()) return moved;
      left_ = descriptor().words;
      lane_ = 0;
      moved = true;
    }
    for (; left_ > 0; --left_) {
      const Time arrival = stream_.arrival(branch_, stream_.taken(branch_));
      if (arrival == kUnknown) return moved;
      if (arrival > time_) lane_ = 0;
      wait_until(arrival);
      stream_.take(branch_, time_);
      last_ = time_;
      if (++lane_ == words_per_cycle) {
        ++time_;
        lane_ = 0;
      }
      moved = true;
    }
    end(last_, last_ + write);
  }
}

TimedCore::TimedCore(std::string name, const TimedProgram& program, std::vector<TimedLock*> locks,
                     TimedStream* cascade_in, TimedStream* cascade_out, const arch::Device& device)
    : TimedUnit(std::move(name)),
      program_(program),
      locks_(std::move(locks)),
      in_(cascade_in),
      out_(cascade_out),
      lock_cycles_(device.core.timing.lock_resume_cycle - device.core.timing.lock_stall_cycle + 1),
      lock_service_(device.locks.service_cycles) {
  time_ = program.first_bundles;
}

bool TimedCore::perform(const TimedOperation& operation) {
  using Kind = TimedOperation::Kind;
  switch (operation.kind) {
    case Kind::acquire: {
      const Time granted = locks_[static_cast<std::size_t>(operation.lock_role)]->acquire(1, time_);
      if (granted == kUnknown) return false;
      time_ += lock_cycles_;
      wait_until(granted + lock_service_);
      return true;
    }
    case Kind::release:
      locks_[static_cast<std::size_t>(operation.lock_role)]->release(1, time_);
      time_ += lock_cycles_;
      return true;
    case Kind::read: {
      const Time arrival = in_->arrival(0, in_->taken(0));
      if (arrival == kUnknown) return false;
      wait_until(arrival);
      in_->take(0, time_++);
      return true;
    }
    case Kind::write: {
      if (!sent_) out_->send(time_);
      sent_ = true;
      const Time left = out_->left(out_->sent() - 1);
      if (left == kUnknown) return false;
      wait_until(left);
      ++time_;
      return true;
    }
  }
  return false;
}

// The locks of a call are acquired first and given back last.
void TimedCore::note_first_call() {
  const std::size_t operations = program_.operations.size() / program_.calls;
  if (program_.operations[at_].kind == TimedOperation::Kind::acquire) first_start_ = time_;
  if (at_ + 1 == operations) first_end_ = time_;
}

bool TimedCore::advance() {
  bool moved = false;
  while (true) {
    const TimedOperation& operation = program_.operations[at_];
    if (!issued_) time_ += operation.bundles;
    issued_ = true;
    if (!perform(operation)) return moved;
    issued_ = sent_ = false;
    moved = true;
    if (first_end_ == kUnknown) note_first_call();
    if (++at_ < program_.operations.size()) continue;
    at_ = 0;
    time_ += program_.last_bundles;
  }
}

void TimedHostEnd::count_words(std::int64_t words, Time cycle) {
  if (in_iteration_ == 0) first_beats_.push_back(cycle);
  moved_ += words;
  in_iteration_ += words;
  if (in_iteration_ < words_) return;
  last_beats_.push_back(cycle);
  in_iteration_ = 0;
}

TimedPlio::TimedPlio(std::string name, const arch::PlioChannel& plio, std::int64_t words_per_iteration,
                     const arch::Device& device, TimedStream& stream)
    : TimedHostEnd(std::move(name), words_per_iteration, stream),
      shim_(device.shim),
      clock_(device.clock.aie_mhz, plio.pl_clock_mhz),
      beat_words_(std::max(1, plio.width_bits / 32)) {}

Time TimedPlio::beat(Time cycle) {
  time_ = std::max(time_, clock_.cycle_of(edge_));
  edge_ = std::max(edge_, clock_.edge_from(cycle));
  const Time at = clock_.cycle_of(edge_++);
  wait_until(at);
  count_words(beat_words(), at);
  return at;
}

bool TimedSource::advance() {
  bool moved = false;
  while (!done()) {
    const std::int64_t words = beat_words();
    Time room = 0;
    if (const std::int64_t before = moved_ + words - 1 - std::max<std::int64_t>(shim_.cdc_fifo_words, words);
        before >= 0) {
      const Time left = stream_.left(before);
      if (left == kUnknown) return moved;
      room = left + 1;
    }
    const Time at = beat(room);
    for (std::int64_t i = 0; i < words; ++i) stream_.send(at + shim_.cdc_cycles);
    moved = true;
  }
  return moved;
}

bool TimedSink::advance() {
  bool moved = false;
  while (!done()) {
    const std::int64_t words = beat_words();
    const Time arrival = stream_.arrival(branch_, moved_ + words - 1);
    if (arrival == kUnknown) return moved;
    const Time at = beat(arrival + shim_.cdc_cycles);
    for (std::int64_t i = 0; i < words; ++i) stream_.take(branch_, at);
    moved = true;
  }
  return moved;
}

}  // namespace aie4ml::compiler
