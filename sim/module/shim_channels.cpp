#include "sim/module/shim_channels.hpp"

#include <algorithm>

#include "sim/dma/burst_walker.hpp"

namespace aie4ml::sim {
namespace {

int burst_words(const arch::Device& device) {
  return static_cast<int>(device.external_memory.burst.value / 4);
}
WaitCause memory_wait() {
  return {.reason = traces::StallReason::bank, .what = WaitCause::What::external};
}

}  // namespace

ShimMm2sChannel::ShimMm2sChannel(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
                                 const arch::TileImage& tile, const arch::DmaChannelConfig& config,
                                 int iterations, StreamChannel* stream, ExternalMemory& memory, Gmio& gmio)
    : Mm2sChannel(name, services, log, tile, config, stream, iterations), memory_(memory), gmio_(gmio) {}

std::int64_t ShimMm2sChannel::held_words() const {
  const arch::Device& device = services_.device();
  return std::int64_t{burst_words(device)} * device.external_memory.outstanding_bursts;
}

void ShimMm2sChannel::transfer(ResolvedDescriptor& descriptor) {
  begin(descriptor);
  BurstWalker walker(*descriptor.bd, descriptor.runs, burst_words(services_.device()));
  std::int64_t fetched_at = time_;
  while (!walker.done()) {
    const BurstWords burst = walker.next();
    wait_room(burst.count);
    const std::int64_t cycle = when_room(burst.count);
    memory_.request(ticket_, log_.unit().id, false, 4 * std::int64_t{burst.count}, cycle);
    {
      const WaitScope scope(log_, memory_wait(), cycle);
      while (ticket_.open) sc_core::wait(ticket_.served);
    }
    fetched_at = ticket_.cycle;
    for (int i = 0; i < burst.count; ++i) {
      const bool last = walker.done() && i + 1 == burst.count && !descriptor.bd->suppress_tlast;
      gather({gmio_.word(round(), burst.first + i), last}, fetched_at + timing().first_word_cycles);
    }
    send_gathered();
    gmio_.moved(cycle, burst.count);
    fetched(burst.count, cycle);
  }
  end(descriptor, fetched_at);
}

ShimS2mmChannel::ShimS2mmChannel(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
                                 const arch::TileImage& tile, const arch::DmaChannelConfig& config,
                                 int iterations, StreamChannel* stream, int receiver, ExternalMemory& memory,
                                 Gmio& gmio)
    : S2mmChannel(name, services, log, tile, config, stream, receiver, iterations),
      memory_(memory),
      gmio_(gmio) {
  for (int i = 0; i < services.device().external_memory.outstanding_bursts; ++i)
    tickets_.push_back(std::make_unique<BurstTicket>());
}

void ShimS2mmChannel::transfer(ResolvedDescriptor& descriptor) {
  BurstWalker walker(*descriptor.bd, descriptor.runs, burst_words(services_.device()));
  begin();
  while (!walker.done() && !cut_short()) {
    const BurstWords burst = walker.next();
    int here = 0;
    while (here < burst.count && !cut_short()) {
      const int count = take(std::min(line_words(), burst.count - here));
      for (int i = 0; i < count; ++i) gmio_.word(round(), burst.first + here + i) = word(i);
      let_go();
      here += count;
      check_length(descriptor, walker.done() && here == burst.count);
    }
    write(here);
  }
  const std::int32_t last_write = end();
  while (!on_their_way_.empty()) finish_oldest();
  release(descriptor, written_, last_write);
}

void ShimS2mmChannel::write(int words) {
  if (on_their_way_.size() == tickets_.size()) {
    finish_oldest();
    // The place is free when that burst is in memory.
    log_.waited(memory_wait(), std::max(time_, log_.cursor()), written_ + 1);
    time_ = std::max(time_, written_ + 1);
  }
  BurstTicket& ticket = *tickets_[next_ticket_++ % tickets_.size()];
  const std::int64_t cycle = std::max(time_, cycles_.back() + std::max(1, timing().write_cycles));
  memory_.request(ticket, log_.unit().id, true, 4 * std::int64_t{words}, cycle);
  on_their_way_.push_back({&ticket, words, log_.step()});
}

void ShimS2mmChannel::finish_oldest() {
  const Write write = on_their_way_.front();
  {
    const WaitScope scope(log_, memory_wait(), time_);
    while (write.ticket->open) sc_core::wait(write.ticket->served);
  }
  const std::int64_t cycle = write.ticket->cycle;
  written_ = std::max(written_, cycle);
  if (gmio_.moved(cycle, write.words)) services_.first_beat({log_.unit().id, write.step, cycle});
  on_their_way_.pop_front();
}

void ShimS2mmChannel::round_done() {
  gmio_.iteration_done();
  if (gmio_.complete()) services_.output_complete();
}

void ShimMm2sChannel::round_done() {
  gmio_.iteration_done();
}

}  // namespace aie4ml::sim
