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
  wait_route();
  bank_module_ = &services_.banks(descriptor.memory);
  slot_ = slot_at(descriptor.memory);
  descriptor_ = &descriptor;
  walker_.emplace(*descriptor.bd, descriptor.runs);
  begin();
  need_ = advance();
  while (need_ != Need::nothing) {
    if (need_ == Need::bank) {
      wait_bank();
    } else {
      settle_memories();
      stream_->wait_words(receiver_, missing_word(group_.count), *this, log_, time_);
      if (need_ == Need::stream) need_ = advance();
    }
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

S2mmChannel::Need S2mmChannel::advance() {
  advancing_ = true;
  Need need = move_groups();
  // Letting go lets others run, who may bring words or leave a bank: what was missing before can be there
  // now.
  while (need != Need::nothing && !taken_cycles_.empty()) {
    let_all_go();
    need = move_groups();
  }
  let_all_go();
  advancing_ = false;
  return need;
}

S2mmChannel::Need S2mmChannel::move_groups() {
  for (;;) {
    if (group_.count == 0) {
      if (walker_->done() || cut_short()) return Need::nothing;
      group_ = walker_->next_group(line_words());
      check(!group_.padding, "only what is read can be padded");
      begin_take();
    }
    if (cycles_.empty() && !write_room()) return Need::bank;
    if (!take_known(group_.count)) return Need::stream;
    write_group();
  }
}

std::int64_t S2mmChannel::take_on() {
  forget_free_banks();
  need_ = advance();
  if (need_ != Need::stream) return -1;
  settle_memories();
  return missing_word(group_.count);
}

void S2mmChannel::write_group() {
  const int wanted = group_.count;
  group_.count = static_cast<int>(cycles_.size());
  check_length(*descriptor_, walker_->done() && group_.count == wanted);
  Write& w = writes_.extend();
  w.module = bank_module_;
  w.slot = slot_;
  w.group = group_;
  w.last_of = nullptr;
  for (int i = 0; i < group_.count; ++i) w.words[static_cast<std::size_t>(i)] = word(i);
  w.bank = bank_module_->memory().physical_banks(group_.addresses[0] * 4, 4);
  // In memory `write_cycles` after the last word was at the switch: the access is the cycle before.
  w.cycle = cycles_.back() + write_delay();
  group_.count = 0;
  if (writes_.size() == 1) request_front();
  keep_cycles();
}

BankMask S2mmChannel::pending_banks(arch::TileCoord memory) const {
  BankMask banks = 0;
  for (std::size_t i = 0; i < writes_.size(); ++i) {
    const Write& w = writes_[i];
    if (w.module == &services_.banks(memory)) banks |= w.bank;
  }
  return banks;
}

// Of the writes on their way the first one is asked for, the others follow it.
std::int64_t S2mmChannel::next_access() const {
  return writes_.size() > 1 ? writes_.front().cycle + 1 : time_ + write_delay();
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
  let_go();
  lane_ = 0;
  time_ = cycles_.back() + 1;
  return header;
}

int S2mmChannel::take(int count) {
  wait_route();
  begin_take();
  while (!take_known(count)) wait_words(count);
  return static_cast<int>(cycles_.size());
}

bool S2mmChannel::take_known(int count) {
  const StreamRoute::Arrivals arrivals = stream_->route().arrivals(receiver_);
  // Words behind the end of a packet may never come, so they are taken one by one.
  if (!arrivals.known(missing_word(count))) return false;
  while (std::ssize(cycles_) < count && !(heeds_tlast() && packet_ended_)) {
    if (!arrivals.known(taken_)) return false;
    const std::int64_t arrival = arrivals[taken_];
    if (arrival > time_) {
      let_all_go();  // what was done before the wait
      log_.waited(
          {.reason = traces::StallReason::stream, .what = WaitCause::What::words, .link = stream_->index()},
          time_ + (lane_ > 0 ? 1 : 0), arrival, stream_->why_arrived(receiver_, taken_));
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
    ++words_;
  }
  return true;
}

void S2mmChannel::wait_words(int count) {
  settle_memories();
  stream_->wait_arrival(receiver_, missing_word(count), log_, time_);
}

// The bank may go on to the channel, and others after it, within the wait.
void S2mmChannel::wait_bank() {
  const WaitScope scope(log_, {.reason = traces::StallReason::bank, .what = WaitCause::What::bank}, time_);
  settle_memories();
  while (need_ == Need::bank) sc_core::wait(moved_);
}

bool S2mmChannel::write_room() {
  const std::size_t on_their_way = most_writes();
  if (writes_.size() >= on_their_way) return false;
  // The write whose place this one takes finished in that cycle.
  const std::size_t known = writes_.size() + finished_.size();
  if (known < on_their_way) return true;
  const std::int64_t free = finished_[known - on_their_way] + 1;
  if (free <= time_) return true;
  let_all_go();  // what was done before the wait
  log_.waited({.reason = traces::StallReason::bank, .what = WaitCause::What::bank}, time_, free);
  time_ = free;
  lane_ = 0;
  return true;
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
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(done.words.data());
  const int words_at_once = done.group.consecutive ? done.group.count : 1;
  for (int i = 0; i < done.group.count; i += words_at_once) {
    done.module->memory().write(done.group.addresses[static_cast<std::size_t>(i)] * 4,
                                {bytes + 4 * i, 4 * static_cast<std::size_t>(words_at_once)});
  }
  done.module->count(done.bank, cycle - done.cycle);
  finished_.push_back(cycle);
  if (finished_.size() > most_writes()) finished_.pop_front();
  if (done.last_of != nullptr) release(*done.last_of, cycle, done.release_step);
  writes_.pop_front();
}

void S2mmChannel::bank_granted(BankMask banks, std::int64_t cycle) {
  forget_free_banks();
  if (banks == 0) {
    const Write& lost = writes_.front();
    lost.module->request(lost.slot, lost.bank, cycle + 1);
    return;
  }
  store_front(cycle);
  request_front();
  if (waits_for_write_) wrote_.notify();
  if (advancing_ || need_ != Need::bank) return;
  need_ = advance();
  if (need_ != Need::bank) moved_.notify();
}

// Until one of the writes on their way was done.
void S2mmChannel::wait_write() {
  const std::size_t before = writes_.size();
  settle_memories();
  waits_for_write_ = true;
  while (writes_.size() == before) sc_core::wait(wrote_);
  waits_for_write_ = false;
}

}  // namespace aie4ml::sim
