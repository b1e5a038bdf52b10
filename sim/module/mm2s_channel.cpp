#include "sim/module/mm2s_channel.hpp"

#include <algorithm>
#include <cstring>

#include "arch/image/packet.hpp"
#include "sim/check.hpp"
#include "sim/dma/bd_walker.hpp"
#include "sim/kernel/kernel_time.hpp"
#include "sim/module/unwritten.hpp"

namespace aie4ml::sim {

void Mm2sChannel::begin(const ResolvedDescriptor& descriptor) {
  next_access_ = time_;
  pace_ = time_;
  // APPROX: the stream pauses when descriptors change, even if words were fetched ahead. Measured are extra
  // cycles per swap of a ping-pong pair on a saturated port, not where in the channel they arise.
  gap_ = 0;
  if (chained_ && descriptor.acquire_lock) {
    gap_ = 1 + timing().bd_chain_cycles + services_.device().locks.service_cycles;
  }
  if (!descriptor.bd->packet) return;
  wait_room(1);
  const std::int64_t cycle = when_room(1);
  send(arch::packet_header(*descriptor.bd->packet, tile()),
       cycle + timing().first_word_cycles + access_cycles());
  next_access_ = cycle;
  pace_ = cycle + 1;
}

void Mm2sChannel::gather(StreamWord word, std::int64_t ready) {
  if (gathered_count_ == kGathered) send_gathered();
  gathered_[gathered_count_] = word;
  gathered_ready_[gathered_count_] = ready;
  ++gathered_count_;
  ++pushed_;
}

void Mm2sChannel::send_gathered() {
  if (gathered_count_ == 0) return;
  const std::size_t count = gathered_count_;
  gathered_count_ = 0;
  stream_->push({gathered_.data(), count}, {gathered_ready_.data(), count}, log_, gap_);
  gap_ = 0;
}

void Mm2sChannel::fetched(int words, std::int64_t cycle) {
  words_ += words;
  next_access_ = cycle + 1;
  pace_ = cycle + (words + words_per_cycle() - 1) / words_per_cycle();
}

void Mm2sChannel::end(const ResolvedDescriptor& descriptor, std::int64_t last_access) {
  release(descriptor, last_access, log_.step());
  log_.end_work(last_access + 1);
  time_ = last_access + 1 + chain_cycles();
  request_successor(time_);
}

void Mm2sChannel::transfer(ResolvedDescriptor& descriptor) {
  begin(descriptor);
  bank_module_ = &services_.banks(descriptor.memory);
  memory_tile_ = descriptor.memory;
  slot_ = slot_at(descriptor.memory);
  tlast_ = !descriptor.bd->suppress_tlast;
  walker_.emplace(*descriptor.bd, descriptor.runs);
  need_ = advance();
  while (need_ != Need::nothing) {
    if (need_ == Need::bank) {
      wait_bank();
    } else {
      wait_room(group_.count);
      need_ = advance();
    }
  }
  end(descriptor, next_access_ - 1);
}

Mm2sChannel::Need Mm2sChannel::advance() {
  advancing_ = true;
  Need need = move_groups();
  send_gathered();
  // Sending lets others run, who may leave the bank that was missing.
  while (need == Need::bank && granted_at_ >= 0) {
    need = move_groups();
    send_gathered();
  }
  advancing_ = false;
  return need;
}

Mm2sChannel::Need Mm2sChannel::move_groups() {
  while (group_.count > 0 || !walker_->done()) {
    if (group_.count == 0) group_ = walker_->next_group(line_words());
    if (granted_at_ < 0) {
      if (stream_ == nullptr) return Need::stream;  // for ever
      const std::int64_t before = must_have_left(group_.count);
      if (before >= 0) {
        if (!stream_->has_left(before)) send_gathered();
        if (!stream_->has_left(before)) return Need::stream;
      }
      wanted_ = when_room(group_.count);
      access();
      if (granted_at_ < 0) return Need::bank;
    }
    finish_access();
  }
  return Need::nothing;
}

// Asks for the bank if it cannot be used ahead of the simulation.
void Mm2sChannel::access() {
  if (group_.padding) {
    fetched_.fill({});
    granted_at_ = wanted_;
    return;
  }
  bank_ = bank_module_->memory().physical_banks(group_.addresses[0] * 4, 4);
  if (access_ahead(*bank_module_, slot_, bank_, wanted_)) {
    fetch(group_);
    granted_at_ = wanted_;
    return;
  }
  forget_free_banks();
  bank_module_->request(slot_, bank_, wanted_);
}

void Mm2sChannel::finish_access() {
  const std::int64_t cycle = granted_at_;
  granted_at_ = -1;
  if (!group_.padding) bank_module_->count(bank_, cycle - wanted_);
  if (cycle > wanted_) {
    send_gathered();  // what was done before the wait
    log_.waited({.reason = traces::StallReason::bank, .what = WaitCause::What::bank},
                std::max(wanted_, log_.cursor()), cycle);
  }
  const auto count = static_cast<std::size_t>(group_.count);
  group_.count = 0;
  fetched_[count - 1].last = walker_->done() && tlast_;
  const std::int64_t ready = cycle + timing().first_word_cycles + access_cycles();
  for (std::size_t i = 0; i < count; ++i) gather(fetched_[i], ready);
  fetched(static_cast<int>(count), cycle);
}

StreamWord Mm2sChannel::take_header() {
  check(false, "a channel that sends takes no packets");
  return {};
}

std::int64_t Mm2sChannel::held_words() const {
  return std::max(timing().egress_words, line_words());
}

void Mm2sChannel::wait_room(int words) {
  if (stream_ == nullptr) {
    const WaitScope scope(log_, {.reason = traces::StallReason::stream, .what = WaitCause::What::room},
                          pace_);
    sc_core::wait(never_);  // no route leads away from here: nothing ever happens again
  }
  const std::int64_t before = must_have_left(words);
  if (before < 0 || stream_->has_left(before)) return;
  settle_memories();
  stream_->wait_left(before, log_, pace_);
}

std::int64_t Mm2sChannel::when_room(int words) {
  std::int64_t cycle = next_access_;
  Ending ending;
  const std::int64_t before = must_have_left(words);
  if (before >= 0) {
    const std::int64_t room = *stream_->route().left(before) + 1;
    if (room > cycle) {
      cycle = room;
      ending = stream_->why_left(before);
    }
  }
  if (cycle > pace_) {
    send_gathered();  // what was done before the wait
    log_.waited(
        {.reason = traces::StallReason::stream, .what = WaitCause::What::room, .link = stream_->index()},
        pace_, cycle, ending);
  }
  return cycle;
}

// The bank may go on to the channel, and others after it, within the wait.
void Mm2sChannel::wait_bank() {
  const WaitScope scope(log_, {.reason = traces::StallReason::bank, .what = WaitCause::What::bank}, wanted_);
  while (need_ == Need::bank) sc_core::wait(moved_);
}

void Mm2sChannel::fetch(const WordGroup& group) {
  const auto count = static_cast<std::size_t>(group.count);
  if (group.consecutive) {
    std::array<std::uint32_t, WordGroup::kMaxWords> words{};
    read_words(group.addresses[0], {words.data(), count});
    for (std::size_t i = 0; i < count; ++i) fetched_[i] = words[i];
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t word = 0;
    read_words(group.addresses[i], {&word, 1});
    fetched_[i] = word;
  }
}

void Mm2sChannel::read_words(std::int32_t first, std::span<std::uint32_t> words) {
  TileMemory& memory = bank_module_->memory();
  const std::int32_t address = 4 * first;
  const auto size = static_cast<std::int32_t>(words.size_bytes());
  std::memcpy(words.data(), memory.data() + address, words.size_bytes());
  if (memory.written(address, size)) return;
  for (std::int32_t at = address; at < address + size; at += 4) {
    if (memory.written(at, 4)) continue;
    const MemoryRange told = warn_unwritten(services_, log_.unit(), memory_tile_, at, 4);
    memory.mark_written(told.address, told.size);
  }
}

void Mm2sChannel::bank_granted(BankMask banks, std::int64_t cycle) {
  if (banks == 0) {
    bank_module_->request(slot_, bank_, cycle + 1);
    return;
  }
  // At once: what cores do in this cycle is not to be seen.
  fetch(group_);
  granted_at_ = cycle;
  if (advancing_) return;
  need_ = advance();
  if (need_ != Need::bank) moved_.notify();
}

}  // namespace aie4ml::sim
