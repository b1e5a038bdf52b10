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
  const std::int64_t cycle = when_room(1);
  send(arch::packet_header(*descriptor.bd->packet, tile()),
       cycle + timing().first_word_cycles + access_cycles());
  next_access_ = cycle;
  pace_ = cycle + 1;
}

void Mm2sChannel::send(std::span<const StreamWord> words, std::int64_t ready) {
  stream_->push(words, ready, log_, gap_);
  gap_ = 0;
  pushed_ += std::ssize(words);
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
  const TileMemory& memory = bank_module_->memory();
  BdWalker walker(*descriptor.bd, descriptor.runs);
  while (!walker.done()) {
    const WordGroup group = walker.next_group(line_words());
    std::int64_t cycle = when_room(group.count);
    if (!group.padding) {
      const BankMask bank = memory.physical_banks(group.addresses[0] * 4, 4);
      const std::int64_t wanted = cycle;
      cycle = access(group, bank, wanted);
      log_.waited({.reason = traces::StallReason::bank, .what = WaitCause::What::bank},
                  std::max(wanted, log_.cursor()), cycle);
    }
    if (group.padding) fetched_.fill({});
    const auto count = static_cast<std::size_t>(group.count);
    fetched_[count - 1].last = walker.done() && !descriptor.bd->suppress_tlast;
    send(std::span(fetched_.data(), count), cycle + timing().first_word_cycles + access_cycles());
    fetched(group.count, cycle);
  }
  end(descriptor, next_access_ - 1);
}

StreamWord Mm2sChannel::take_header() {
  check(false, "a channel that sends takes no packets");
  return {};
}

std::int64_t Mm2sChannel::held_words() const {
  return std::max(timing().egress_words, line_words());
}

std::int64_t Mm2sChannel::when_room(int words) {
  if (stream_ == nullptr) {
    const WaitScope scope(log_, {.reason = traces::StallReason::stream, .what = WaitCause::What::room},
                          pace_);
    sc_core::wait(never_);  // no route leads away from here: nothing ever happens again
  }
  std::int64_t cycle = next_access_;
  Ending ending;
  const std::int64_t must_have_left = pushed_ + words - 1 - held_words();
  if (must_have_left >= 0) {
    const std::int64_t room = stream_->wait_left(must_have_left, log_, pace_) + 1;
    if (room > cycle) {
      cycle = room;
      ending = stream_->why_left(must_have_left);
    }
  }
  if (cycle > pace_) {
    log_.waited(
        {.reason = traces::StallReason::stream, .what = WaitCause::What::room, .link = stream_->index()},
        pace_, cycle, ending);
  }
  return cycle;
}

std::int64_t Mm2sChannel::access(const WordGroup& group, BankMask bank, std::int64_t cycle) {
  if (access_ahead(*bank_module_, slot_, bank, cycle)) {
    bank_module_->count(bank, 0);
    fetch(group);
    return cycle;
  }
  group_ = &group;
  bank_ = bank;
  granted_at_ = -1;
  bank_module_->request(slot_, bank, cycle);
  const WaitScope scope(log_, {.reason = traces::StallReason::bank, .what = WaitCause::What::bank}, cycle);
  while (granted_at_ < 0) sc_core::wait(granted_);
  bank_module_->count(bank, granted_at_ - cycle);
  return granted_at_;
}

void Mm2sChannel::fetch(const WordGroup& group) {
  TileMemory& memory = bank_module_->memory();
  for (int i = 0; i < group.count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    std::uint32_t word = 0;
    const std::int32_t address = 4 * group.addresses[at];
    std::memcpy(&word, memory.data() + address, sizeof word);
    if (!memory.written(address, sizeof word)) {
      const MemoryRange told = warn_unwritten(services_, log_.unit(), memory_tile_, address, sizeof word);
      memory.mark_written(told.address, told.size);
    }
    fetched_[at] = word;
  }
}

void Mm2sChannel::bank_granted(BankMask banks, std::int64_t cycle) {
  if (banks == 0) {
    bank_module_->request(slot_, bank_, cycle + 1);
    return;
  }
  // Not in the thread: what cores do in this cycle is not to be seen.
  fetch(*group_);
  granted_at_ = cycle;
  notify_at(granted_, cycle, Phase::issue);
}

}  // namespace aie4ml::sim
