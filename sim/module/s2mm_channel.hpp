// A DMA channel from stream to memory.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "sim/dma/bd_walker.hpp"
#include "sim/module/dma_channel.hpp"
#include "sim/ring.hpp"

namespace aie4ml::sim {

class S2mmChannel : public DmaChannel, private StreamTaker {
 public:
  // receiver: which of the stream's receivers this is.
  S2mmChannel(const sc_core::sc_module_name& name, Services& services, UnitLog& log,
              const arch::TileImage& tile, const arch::DmaChannelConfig& config, StreamChannel* stream,
              int receiver, int rounds = 1);

 protected:
  // Takes the next words from the stream, each in a cycle of its own (or two, on a 64-bit stream); fewer than
  // `count` if the packet ends and that ends the descriptor. Returns how many, their cycles are in cycles_.
  int take(int count);
  // Lets go of the words taken last; until then they can be read: word(0) is the first of them.
  void let_go() {
    keep_cycles();
    let_all_go();
  }
  [[nodiscard]] std::uint32_t word(int index) const {
    return stream_->word(taken_ - static_cast<std::int64_t>(cycles_.size()) + index).bits;
  }
  // Whether the descriptor is done early.
  [[nodiscard]] bool cut_short() const { return heeds_tlast() && packet_ended_; }
  // Before the first word of a descriptor.
  void begin() { packet_ended_ = false; }
  // Before the first word of a group.
  void begin_take() {
    cycles_.clear();
    packet_ended_ = false;
  }
  // After words were taken; `all`: no more belong to the descriptor. A packet must be as long as that if its
  // header chose it.
  void check_length(const ResolvedDescriptor& descriptor, bool all);
  // After the last word of a descriptor: asks for the successor's lock. Returns the log's step of the last
  // write.
  std::int32_t end();

  std::vector<std::int64_t> cycles_;  // in which the words of the group at hand were taken

 private:
  struct Write {
    BankModule* module{};
    int slot{};
    BankMask bank{};
    std::int64_t cycle{};  // wanted; not before the write before it
    WordGroup group;
    std::array<std::uint32_t, WordGroup::kMaxWords> words{};
    const ResolvedDescriptor* last_of{};  // to be released when this is done
    std::int32_t release_step{};          // what the release follows from
  };
  void transfer(ResolvedDescriptor& descriptor) override;
  StreamWord take_header() override;
  // Whether the end of a packet is one of the descriptor.
  [[nodiscard]] bool heeds_tlast() const { return config().finish_on_tlast || config().out_of_order; }
  // Takes and writes words of the descriptor as far as it is known when; in the channel's thread, or on
  // behalf of whoever made a bank free, while the thread waits for it.
  Need advance();
  Need move_groups();
  std::int64_t take_on() override;
  // Takes words until cycles_ has `count` or the packet ends; false: until one is not known to arrive.
  bool take_known(int count);
  // The word whose arrival is to be waited for then.
  [[nodiscard]] std::int64_t missing_word(int count) const {
    return heeds_tlast() ? taken_ : taken_ + count - std::ssize(cycles_) - 1;
  }
  void wait_words(int count);
  void wait_bank();
  void wait_route();
  // That are on their way to memory at a time.
  // APPROX: storage between stream and memory is not documented; a channel that cannot write for longer than
  // the write takes stops taking words.
  [[nodiscard]] std::size_t most_writes() const {
    return static_cast<std::size_t>(timing().write_cycles + access_cycles() + 2);
  }
  // False: not before a write is done.
  bool write_room();
  // Words of several groups are let go together: what they let go of, the route knows then.
  void keep_cycles() { taken_cycles_.insert(taken_cycles_.end(), cycles_.begin(), cycles_.end()); }
  void let_all_go() {
    if (taken_cycles_.empty()) return;
    stream_->pop(receiver_, taken_cycles_, log_);
    taken_cycles_.clear();
  }
  void write_group();
  void request_front();
  void store_front(std::int64_t cycle);
  void wait_write();
  void bank_granted(BankMask banks, std::int64_t cycle) override;
  [[nodiscard]] std::int64_t next_access() const override;
  // From taking a word to its access.
  [[nodiscard]] std::int64_t write_delay() const {
    return std::max(1, timing().write_cycles + access_cycles()) - 1;
  }
  [[nodiscard]] BankMask pending_banks(arch::TileCoord memory) const override;

  int receiver_;
  std::int64_t taken_{};                    // words, over all descriptors
  int lane_{};                              // words taken in cycle time_
  bool packet_ended_{};                     // with the word taken last
  std::vector<std::int64_t> taken_cycles_;  // of words that were not let go

  // Writes on their way to memory; they go on while the next words come in.
  Ring<Write> writes_;
  Ring<std::int64_t> finished_;  // cycles of the latest writes, at most as many as may be on their way
  bool waits_for_write_{};
  sc_core::sc_event wrote_;

  // Of the descriptor at hand.
  BankModule* bank_module_{};
  int slot_{};
  const ResolvedDescriptor* descriptor_{};
  std::optional<BdWalker> walker_;
  WordGroup group_;  // to be taken; no words: none

  bool advancing_{};
  Need need_{};
  sc_core::sc_event moved_;  // it is no bank any more that the thread needs
};

}  // namespace aie4ml::sim
