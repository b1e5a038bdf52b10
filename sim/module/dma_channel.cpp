#include "sim/module/dma_channel.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/image/packet.hpp"
#include "sim/check.hpp"
#include "sim/kernel/fresh_stack.hpp"
#include "sim/kernel/kernel_time.hpp"

namespace aie4ml::sim {
namespace {

constexpr int kReleasesAhead = 2;  // more come only with writes that are on their way

int channels_per_tile(const arch::DmaFacts& facts) {
  return facts.s2mm_channels + facts.mm2s_channels;
}

}  // namespace

int bank_slots(const arch::Device& device, arch::TileCoord memory) {
  const arch::TileKind kind = device.kind(memory);
  const int channels = channels_per_tile(device.dma(kind));
  // A core tile: its channels, then cores by the window in which they see it. A memory tile: its own
  // channels, then those of the tiles to its west and east.
  return kind == arch::TileKind::core ? channels + arch::kMemoryWindowCount : 3 * channels;
}

int dma_bank_slot(const arch::Device& device, arch::TileCoord memory, arch::TileCoord tile,
                  arch::ChannelId channel) {
  const arch::DmaFacts& facts = device.dma(device.kind(tile));
  const int index =
      channel.direction == arch::DmaDirection::s2mm ? channel.index : facts.s2mm_channels + channel.index;
  const int side = tile.col == memory.col ? 0 : tile.col < memory.col ? 1 : 2;
  return side * channels_per_tile(facts) + index;
}

int core_bank_slot(const arch::Device& device, arch::MemoryWindow window) {
  return channels_per_tile(device.tile_dma) + static_cast<int>(window);
}

DmaChannel::DmaChannel(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
                       const arch::TileImage& tile, const arch::DmaChannelConfig& config,
                       StreamChannel* stream, int rounds)
    : sc_module(name),
      services_(services),
      log_(log),
      stream_(stream),
      facts_(services.device().dma(services.device().kind(tile.tile))),
      tile_(tile.tile),
      access_cycles_(services.device().kind(tile.tile) == arch::TileKind::memory
                         ? services.device().memory_tile.access_cycles
                         : 0),
      program_(services.device(), tile, config, rounds),
      acquire_(log.unit().id * kTicketsPerUnit) {
  for (int i = 1; i < kTicketsPerUnit; ++i) release_.emplace_back(log.unit().id * kTicketsPerUnit + i);
  std::vector<arch::TileCoord> memories;
  program_.look_ahead([&](const ResolvedDescriptor& d) {
    if (std::find(memories.begin(), memories.end(), d.memory) == memories.end()) memories.push_back(d.memory);
    all_banks_ |= d.banks;
    return true;
  });
  const bool has_banks = services.device().kind(tile_) != arch::TileKind::shim;
  for (const arch::TileCoord memory : memories) {
    if (!has_banks) continue;
    memories_.push_back(&services_.banks(memory));
    memories_.back()->connect(slot_at(memory), *this);
  }
  SC_THREAD(run);
}

int DmaChannel::slot_at(arch::TileCoord memory) const {
  return dma_bank_slot(services_.device(), memory, tile_, log_.unit().channel());
}

void DmaChannel::settle_memories() {
  forget_free_banks();
  for (BankModule* memory : memories_) memory->settle();
}

void DmaChannel::run() {
  fresh_stack();
  if (program_.out_of_order()) run_out_of_order();
  if (ResolvedDescriptor* first = program_.current()) post_acquire(*first, time_);
  while (ResolvedDescriptor* descriptor = program_.current()) {
    round_ = program_.round();
    move(*descriptor);
    issue_token(program_.ending_task());
    if (program_.ends_round()) round_done();
    program_.advance();
    chained_ = true;
  }
  log_.finished(time_);
  ended_ = true;
  settle_memories();
}

std::int64_t DmaChannel::quiet_until(BankMask banks) const {
  return ended_ || (all_banks_ & banks) == 0 ? kNever : std::max(now_cycle(), next_access());
}

void DmaChannel::run_out_of_order() {
  for (round_ = 0; round_ < program_.rounds(); ++round_) {
    for (const arch::DmaTask& task : config().tasks) {
      for (int packet = 0; packet < task.repeat; ++packet) {
        move_packet();
        if (failed_) return;
      }
      issue_token(&task);
    }
    round_done();
  }
}

void DmaChannel::move_packet() {
  const StreamWord header = take_header();
  const arch::BdId id = arch::out_of_order_bd(header.bits);
  ResolvedDescriptor* descriptor = program_.find(id);
  if (header.last) return fail("a packet without words");
  if (descriptor == nullptr) {
    return fail(fmt::format("a packet asks for BD {}, which is not there for this channel",
                            static_cast<int>(id.value)));
  }
  chained_ = false;
  post_acquire(*descriptor, time_);
  move(*descriptor);
}

void DmaChannel::move(ResolvedDescriptor& descriptor) {
  wait_for_releases();
  if (descriptor.acquire_lock) wait_acquire(descriptor);
  running_ = &descriptor;
  forget_free_banks();
  active_ = true;
  if (!chained_) time_ += timing().bd_start_cycles;
  log_.begin_work(descriptor.bd->buffer, time_);
  transfer(descriptor);
  ++descriptor.runs;
  ++descriptors_;
  active_ = false;
}

void DmaChannel::issue_token(const arch::DmaTask* task) {
  if (task == nullptr || !task->token) return;
  ++tokens_;
  if (traces::Recorder* recorder = services_.options().recorder)
    log_.instant(recorder->intern("token"), time_);
}

void DmaChannel::fail(const std::string& what) {
  failed_ = true;
  services_.report(Fault::Kind::dma, log_.unit().id, time_, log_.unit().name + ": " + what);
}

void DmaChannel::post_acquire(ResolvedDescriptor& descriptor, std::int64_t cycle) {
  requested_ = &descriptor;
  requested_at_ = cycle;
  if (descriptor.acquire_lock)
    services_.locks(descriptor.acquire_lock->tile).post(acquire_, descriptor.acquire, cycle, log_.step());
}

bool DmaChannel::next_waits() {
  const ResolvedDescriptor* successor = program_.next();
  return successor == nullptr || successor->acquire_lock;
}

std::int64_t DmaChannel::chain_cycles() {
  return next_waits() ? timing().bd_chain_cycles : 0;
}

void DmaChannel::request_successor(std::int64_t cycle) {
  if (ResolvedDescriptor* successor = program_.next()) post_acquire(*successor, cycle);
}

void DmaChannel::wait_acquire(const ResolvedDescriptor& descriptor) {
  const WaitCause cause{.reason = traces::StallReason::lock,
                        .what = WaitCause::What::lock,
                        .lock = *descriptor.acquire_lock,
                        .operation = descriptor.acquire};
  {
    const WaitScope scope(log_, cause, requested_at_);
    settle_memories();
    LockModule::wait_answer(acquire_);
  }
  log_.waited(cause, std::max(requested_at_, log_.cursor()), acquire_.answer_cycle, acquire_.ending());
  const bool had_to_wait = acquire_.answer_cycle > requested_at_ + services_.device().locks.service_cycles;
  if (had_to_wait) chained_ = false;
  time_ = std::max(time_, acquire_.answer_cycle);
}

// A channel that is far ahead waits in the simulation for its earlier releases; in its own time it does not.
// So not for those that come later than that: of words that are still on their way to memory.
void DmaChannel::wait_for_releases() {
  const int service = services_.device().locks.service_cycles;
  const auto is_behind = [&](const LockTicket& ticket) {
    return ticket.open && ticket.cycle + service <= time_;
  };
  while (std::count_if(release_.begin(), release_.end(), is_behind) >= kReleasesAhead) {
    sc_core::wait(std::find_if(release_.begin(), release_.end(), is_behind)->answered);
  }
}

void DmaChannel::release(const ResolvedDescriptor& descriptor, std::int64_t cycle, std::int32_t step) {
  if (!descriptor.release_lock) return;
  const auto ticket =
      std::find_if(release_.begin(), release_.end(), [](const LockTicket& t) { return !t.open; });
  check(ticket != release_.end(), "a channel has as many tickets as releases can be on their way");
  services_.locks(descriptor.release_lock->tile).post(*ticket, descriptor.release, cycle + 1, step);
}

bool DmaChannel::may_start(const ResolvedDescriptor& descriptor, UnitId core) const {
  if (!descriptor.acquire_lock) return true;
  if (&descriptor == requested_ && !acquire_.open) return true;  // has its lock already
  const LockAddress& lock = *descriptor.acquire_lock;
  if (LockBank::satisfied(services_.locks(lock.tile).value(lock.lock), descriptor.acquire)) return true;
  const std::vector<UnitId>& releasers = services_.sharing().releasers(lock);
  // An acquire for an exact value may also come true by somebody else's acquire.
  return descriptor.acquire.equal ||
         std::any_of(releasers.begin(), releasers.end(), [core](UnitId unit) { return unit != core; });
}

BankMask DmaChannel::reachable_banks(arch::TileCoord memory, UnitId core) const {
  BankMask banks = pending_banks(memory);
  program_.look_ahead([&](const ResolvedDescriptor& descriptor) {
    const bool running = active_ && &descriptor == running_;
    if (!running && !may_start(descriptor, core)) return false;
    if (descriptor.memory == memory) banks |= descriptor.banks;
    return true;
  });
  return banks;
}

}  // namespace aie4ml::sim
