#include "sim/module/s2mm_channel.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/check.hpp"
#include "sim/kernel/kernel_time.hpp"

namespace aie4ml::sim {

S2mmChannel::S2mmChannel(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
                         const arch::TileImage& tile, const arch::DmaChannelConfig& config,
                         StreamChannel* stream, int receiver, int rounds)
    : DmaChannel(name, services, log, tile, config, stream, rounds), receiver_(receiver) {}

void S2mmChannel::transfer(ResolvedDescriptor& descriptor) {
  BankModule& banks = services_.banks(descriptor.memory);
  const int slot = slot_at(descriptor.memory);
  BdWalker walker(*descriptor.bd, descriptor.runs);
  begin();
  while (!walker.done() && !cut_short()) {
    WordGroup group = walker.next_group(line_words());
    check(!group.padding, "only what is read can be padded");
    wait_write_room();
    const int wanted = group.count;
    group.count = take(wanted);
    check_length(descriptor, walker.done() && group.count == wanted);
    Write w{.module = &banks, .slot = slot, .group = group};
    for (int i = 0; i < group.count; ++i) w.words[static_cast<std::size_t>(i)] = word(i);
    w.bank = banks.memory().physical_banks(group.addresses[0] * 4, 4);
    // In memory `write_cycles` after the last word was at the switch: the access is the cycle before.
    w.cycle = cycles_.back() + std::max(1, timing().write_cycles + access_cycles()) - 1;
    write(std::move(w));
    let_go();
  }
  const std::int32_t last_write = end();
  if (next_waits()) {
    while (!writes_.empty()) wait_write();
  }
  if (writes_.empty()) {
    release(descriptor, finished_.back(), last_write);
  } else {
    writes_.back().release_step = last_write;
    writes_.back().last_of = &descriptor;  // its words are still under way while the next ones come in
  }
}

BankMask S2mmChannel::pending_banks(arch::TileCoord memory) const {
  BankMask banks = 0;
  for (const Write& w : writes_) {
    if (w.module == &services_.banks(memory)) banks |= w.bank;
  }
  return banks;
}

void S2mmChannel::check_length(const ResolvedDescriptor& descriptor, bool all) {
  if (!config().out_of_order || packet_ended_ == all) return;
  fail(fmt::format("a packet for BD {} is {} than the {} words of the BD",
                   static_cast<int>(descriptor.bd->id.value), packet_ended_ ? "shorter" : "longer",
                   descriptor.bd->length_words));
}

std::int32_t S2mmChannel::end() {
  lane_ = 0;
  time_ = cycles_.back() + 1;
  const std::int32_t last_write = log_.step();
  log_.end_work(time_);
  time_ += chain_cycles();
  request_successor(time_);
  return last_write;
}

void S2mmChannel::wait_route() {
  if (stream_ != nullptr) return;
  const WaitScope scope(log_, {.reason = traces::StallReason::stream, .what = WaitCause::What::words}, time_);
  sc_core::wait(never_);  // no route leads here: nothing ever happens again
}

StreamWord S2mmChannel::take_header() {
  wait_route();
  take(1);
  const StreamWord header = stream_->word(taken_ - 1);
  --words_;  // not one of the data
  stream_->pop(receiver_, cycles_, log_);
  lane_ = 0;
  time_ = cycles_.back() + 1;
  return header;
}

int S2mmChannel::take(int count) {
  wait_route();
  const WaitCause cause{
      .reason = traces::StallReason::stream, .what = WaitCause::What::words, .link = stream_->index()};
  // Words behind the end of a packet may never come.
  if (!heeds_tlast()) stream_->wait_arrival(receiver_, taken_ + count - 1, log_, time_);
  cycles_.clear();
  packet_ended_ = false;
  int i = 0;
  for (; i < count && !(heeds_tlast() && packet_ended_); ++i) {
    const std::int64_t arrival = stream_->wait_arrival(receiver_, taken_, log_, time_);
    if (arrival > time_) {
      log_.waited(cause, time_ + (lane_ > 0 ? 1 : 0), arrival, stream_->why_arrived(receiver_, taken_));
      time_ = arrival;
      lane_ = 0;
    }
    cycles_.push_back(time_);
    if (++lane_ == words_per_cycle()) {
      ++time_;
      lane_ = 0;
    }
    packet_ended_ = stream_->word(taken_).last;
    ++taken_;
  }
  words_ += i;
  return i;
}

// APPROX: storage between stream and memory is not documented; a channel that cannot write for longer than
// the write takes stops taking words.
void S2mmChannel::wait_write_room() {
  const auto on_their_way = static_cast<std::size_t>(timing().write_cycles + access_cycles() + 2);
  while (writes_.size() >= on_their_way) {
    const WaitScope scope(log_, {.reason = traces::StallReason::bank, .what = WaitCause::What::bank}, time_);
    wait_write();
  }
  // The write whose place this one takes finished in that cycle.
  const std::size_t known = writes_.size() + finished_.size();
  if (known < on_their_way) return;
  const std::int64_t free = finished_[known - on_their_way] + 1;
  if (free <= time_) return;
  log_.waited({.reason = traces::StallReason::bank, .what = WaitCause::What::bank}, time_, free);
  time_ = free;
  lane_ = 0;
}

void S2mmChannel::write(Write write) {
  writes_.push_back(std::move(write));
  if (writes_.size() == 1) request_front();
}

// Asks for the bank of the first write that waits, and for those behind it as far as they can be done ahead.
void S2mmChannel::request_front() {
  while (!writes_.empty()) {
    Write& front = writes_.front();
    if (!finished_.empty()) front.cycle = std::max(front.cycle, finished_.back() + 1);
    if (!access_ahead(*front.module, front.slot, front.bank, front.cycle)) {
      front.module->request(front.slot, front.bank, front.cycle);
      return;
    }
    store_front(front.cycle);
  }
}

// The bank is ours in this cycle.
void S2mmChannel::store_front(std::int64_t cycle) {
  const Write& done = writes_.front();
  for (int i = 0; i < done.group.count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    std::uint32_t word = done.words[at];
    done.module->memory().write(done.group.addresses[at] * 4,
                                {reinterpret_cast<const std::uint8_t*>(&word), sizeof word});
  }
  done.module->count(done.bank, cycle - done.cycle);
  finished_.push_back(cycle);
  if (finished_.size() > static_cast<std::size_t>(timing().write_cycles + access_cycles() + 2))
    finished_.pop_front();
  if (done.last_of != nullptr) release(*done.last_of, cycle, done.release_step);
  writes_.pop_front();
}

void S2mmChannel::bank_granted(BankMask banks, std::int64_t cycle) {
  if (banks == 0) {
    const Write& lost = writes_.front();
    lost.module->request(lost.slot, lost.bank, cycle + 1);
    return;
  }
  store_front(cycle);
  request_front();
  if (waits_for_write_) notify_at(wrote_, cycle, Phase::issue);
}

void S2mmChannel::wait_write() {
  waits_for_write_ = true;
  sc_core::wait(wrote_);
  waits_for_write_ = false;
}

}  // namespace aie4ml::sim
