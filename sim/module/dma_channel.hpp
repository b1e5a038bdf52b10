// What both directions of a DMA channel have in common: the order of tasks and descriptors, their locks, and
// what everybody else may know about them.
//
// APPROX: all tasks are in the queue in cycle 0. Task-complete tokens are counted, not sent; compression has
// no model.
#pragma once

#include <deque>

#include <systemc>

#include "sim/dma/channel_program.hpp"
#include "sim/module/services.hpp"
#include "sim/module/stream_channel.hpp"

namespace aie4ml::sim {

// Places of requesters at a memory's arbiter.
int bank_slots(const arch::Device& device, arch::TileCoord memory);
int dma_bank_slot(const arch::Device& device, arch::TileCoord memory, arch::TileCoord tile,
                  arch::ChannelId channel);
int core_bank_slot(const arch::Device& device, arch::MemoryWindow window);

class DmaChannel : public sc_core::sc_module, protected BankClient {
 public:
  SC_HAS_PROCESS(DmaChannel);
  // stream: null if the channel's port is not connected; it then waits for ever.
  // rounds: how often the tasks are run.
  DmaChannel(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
             const arch::TileImage& tile, const arch::DmaChannelConfig& config, StreamChannel* stream,
             int rounds = 1);

  // Banks of `memory` the channel may touch before `core` does something with a lock: those of descriptors
  // that run or can get their lock from somebody else.
  [[nodiscard]] BankMask reachable_banks(arch::TileCoord memory, UnitId core) const;

  [[nodiscard]] std::int64_t words() const { return words_; }
  [[nodiscard]] std::int64_t descriptors() const { return descriptors_; }
  [[nodiscard]] std::int64_t tokens() const { return tokens_; }
  [[nodiscard]] int words_per_cycle() const { return std::max(1, facts_.stream_bits / 32); }  // of its stream

 protected:
  [[nodiscard]] std::int64_t quiet_until(BankMask banks) const override;
  // No access that is not asked for yet takes place before this cycle.
  [[nodiscard]] virtual std::int64_t next_access() const = 0;
  // Before the channel waits for something: what it does not access meanwhile others may.
  void settle_memories();
  // The bank is ours in that cycle, ahead of the simulation; false: it must be asked for.
  [[nodiscard]] bool access_ahead(BankModule& module, int slot, BankMask bank, std::int64_t cycle) {
    if (cycle >= free_until_) {
      free_until_ = module.free_until(slot, running_->banks);
      if (cycle >= free_until_ && cycle >= module.free_until(slot, bank)) return false;
    }
    module.used(slot, bank);
    return true;
  }
  // What access_ahead() found out is no longer good.
  void forget_free_banks() { free_until_ = 0; }
  // Moves the words of one descriptor. On entry time_ is the first cycle in which something may happen; on
  // return it is when the successor's start-up begins. Calls hand_over() when words can no longer be added.
  virtual void transfer(ResolvedDescriptor& descriptor) = 0;
  // What keeps a channel from moving more words: nothing, its descriptor is done; the stream; a bank.
  enum class Need : std::uint8_t { nothing, stream, bank };
  // The last task of a round is done.
  virtual void round_done() {}
  // Takes the header of the next packet, in out-of-order mode.
  virtual StreamWord take_header() = 0;
  // Between the end of a descriptor and the successor's request for its lock. One that asks for none is
  // fetched ahead and follows at once.
  std::int64_t chain_cycles();
  // The successor asks for a lock, or there is none.
  bool next_waits();
  // Banks of `memory` that accesses of earlier descriptors have yet to touch.
  [[nodiscard]] virtual BankMask pending_banks(arch::TileCoord /*memory*/) const { return 0; }
  // Asks for the lock of the successor, from `cycle` on. Once a descriptor.
  void request_successor(std::int64_t cycle);
  // The descriptor's last access was in `cycle`, when the log had `step` steps: gives its lock back.
  void release(const ResolvedDescriptor& descriptor, std::int64_t cycle, std::int32_t step);

  // The channel did what it must not do and stops for good.
  void fail(const std::string& what);

  [[nodiscard]] const arch::DmaChannelConfig& config() const { return program_.config(); }
  [[nodiscard]] int round() const { return round_; }
  [[nodiscard]] arch::TileCoord tile() const { return tile_; }
  [[nodiscard]] const arch::DmaTiming& timing() const { return facts_.timing; }
  [[nodiscard]] int line_words() const { return facts_.memory_bits / 32; }
  [[nodiscard]] int slot_at(arch::TileCoord memory) const;
  // Cycles a memory access takes beyond those of a core tile's memory.
  [[nodiscard]] int access_cycles() const { return access_cycles_; }

  Services& services_;
  UnitLog& log_;
  StreamChannel* stream_;
  std::int64_t time_{};  // of this channel; not before kernel time
  std::int64_t words_{};
  bool chained_{};  // the descriptor followed its predecessor without idling
  sc_core::sc_event never_;

 private:
  void run();
  void run_out_of_order();
  void move_packet();
  void move(ResolvedDescriptor& descriptor);
  void issue_token(const arch::DmaTask* task);
  void post_acquire(ResolvedDescriptor& descriptor, std::int64_t cycle);
  void wait_acquire(const ResolvedDescriptor& descriptor);
  [[nodiscard]] bool may_start(const ResolvedDescriptor& descriptor, UnitId core) const;

  const arch::DmaFacts& facts_;
  arch::TileCoord tile_;
  int access_cycles_;
  ChannelProgram program_;
  BankMask all_banks_{};               // of all descriptors, in whatever memory
  std::vector<BankModule*> memories_;  // of all descriptors
  bool ended_{};
  int round_{};
  bool failed_{};
  bool active_{};  // `running_` has its lock
  const ResolvedDescriptor* running_{};
  std::int64_t free_until_{};              // nobody else wants a bank of `running_` before
  const ResolvedDescriptor* requested_{};  // whose lock was asked for last
  std::int64_t requested_at_{};
  LockTicket acquire_;
  void wait_for_releases();

  std::deque<LockTicket> release_;  // several may be on their way
  std::int64_t descriptors_{};
  std::int64_t tokens_{};
};

}  // namespace aie4ml::sim
